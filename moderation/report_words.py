"""What reports are called before people: the choices of the form, on the page and in the browser's dialog.

`frontend/src/report-categories.ts` repeats the choices; a test holds the two together.
"""

from moderation.models import Category, SubjectKind

HINTS: dict[str, str] = {
    Category.ABUSE: "Insults, bullying, sexual remarks, following somebody about",
    Category.HATE: "Against people for their origin, faith, sex, orientation or disability",
    Category.THREATS: "Announcing, asking for or praising violence",
    Category.SPAM: "Unwanted advertising, fraud, fake links",
    Category.MINORS: "Anything that endangers or sexualises a child",
    Category.SELF_HARM: "Somebody may harm themselves, or others are urged to",
    Category.IMPERSONATION: "Pretending to be somebody else",
    Category.COPYRIGHT: "Using work that belongs to somebody else",
    Category.OTHER: "Tell us in your own words",
}

# "Report …?" and "You reported …".
THINGS: dict[str, str] = {
    SubjectKind.SPACE: "Space",
    SubjectKind.PERSON: "profile",
    SubjectKind.ROOM_MESSAGE: "message in a Space",
    SubjectKind.DIRECT_MESSAGE: "direct message",
    SubjectKind.POST: "post",
    SubjectKind.REPLAY: "replay",
    SubjectKind.CAPTION_LINE: "line of captions",
    SubjectKind.CLIP: "clip",
}


def choices() -> list[dict[str, str]]:
    """The categories in their order: what is sent, what is read, and what it means."""
    return [
        {"value": category.value, "label": str(category.label), "hint": HINTS[category]}
        for category in Category
    ]

"""What reports are called before people: the choices of the form, on the page and in the browser's dialog.

`frontend/src/report-categories.ts` repeats the choices; a test holds the two together.
"""

from django.utils.translation import gettext_lazy as _

from moderation.models import Category, SubjectKind

HINTS = {
    Category.ABUSE: _("Insults, bullying, sexual remarks, following somebody about"),
    Category.HATE: _("Against people for their origin, faith, sex, orientation or disability"),
    Category.THREATS: _("Announcing, asking for or praising violence"),
    Category.SPAM: _("Unwanted advertising, fraud, fake links"),
    Category.MINORS: _("Anything that endangers or sexualises a child"),
    Category.SELF_HARM: _("Somebody may harm themselves, or others are urged to"),
    Category.IMPERSONATION: _("Pretending to be somebody else"),
    Category.COPYRIGHT: _("Using work that belongs to somebody else"),
    Category.OTHER: _("Tell us in your own words"),
}

REPORT_THIS = {
    SubjectKind.SPACE: _("Report this Space"),
    SubjectKind.PERSON: _("Report this profile"),
    SubjectKind.ROOM_MESSAGE: _("Report this message in a Space"),
    SubjectKind.DIRECT_MESSAGE: _("Report this direct message"),
    SubjectKind.POST: _("Report this post"),
    SubjectKind.REPLAY: _("Report this replay"),
    SubjectKind.CAPTION_LINE: _("Report this line of captions"),
    SubjectKind.CLIP: _("Report this clip"),
}
THANKS = {
    SubjectKind.SPACE: _("Our moderators will look at the Space you reported."),
    SubjectKind.PERSON: _("Our moderators will look at the profile you reported."),
    SubjectKind.ROOM_MESSAGE: _("Our moderators will look at the message in a Space you reported."),
    SubjectKind.DIRECT_MESSAGE: _("Our moderators will look at the direct message you reported."),
    SubjectKind.POST: _("Our moderators will look at the post you reported."),
    SubjectKind.REPLAY: _("Our moderators will look at the replay you reported."),
    SubjectKind.CAPTION_LINE: _("Our moderators will look at the line of captions you reported."),
    SubjectKind.CLIP: _("Our moderators will look at the clip you reported."),
}
# What was reported: of somebody, and where it is not known any more whose it was.
REPORTED = {
    SubjectKind.SPACE: (_("A Space hosted by {name}"), _("A Space")),
    SubjectKind.PERSON: (_("{name}'s profile"), _("A profile")),
    SubjectKind.ROOM_MESSAGE: (_("A message in a Space by {name}"), _("A message in a Space")),
    SubjectKind.DIRECT_MESSAGE: (_("A direct message by {name}"), _("A direct message")),
    SubjectKind.POST: (_("A post by {name}"), _("A post")),
    SubjectKind.REPLAY: (_("A replay hosted by {name}"), _("A replay")),
    SubjectKind.CAPTION_LINE: (_("A line of captions by {name}"), _("A line of captions")),
    SubjectKind.CLIP: (_("A clip by {name}"), _("A clip")),
}


def choices() -> list[dict[str, str]]:
    """The categories in their order: what is sent, what is read, and what it means."""
    return [
        {"value": category.value, "label": str(category.label), "hint": str(HINTS[category])}
        for category in Category
    ]

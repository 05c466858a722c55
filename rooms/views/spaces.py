"""The pages of a Space: starting it, the Space itself, ending it. Lists of them: `discovery`."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.selectors import hosting_eligibility
from rooms import selectors
from rooms.models import Space, Topic
from rooms.services.lifecycle import space_end, space_start
from rooms.views.cards import rings_of
from spaces_project.lib.errors import SpacesError
from spaces_project.lib.pages import page

# As the form says them to the host; the room's settings say the same (frontend/src/view/space-settings.ts).
SPEAK_POLICY_WORDS = {
    Space.SpeakPolicy.EVERYONE: "Everyone may ask",
    Space.SpeakPolicy.FOLLOWING: "People you follow may ask",
    Space.SpeakPolicy.INVITED: "Only people you invite",
}
MESSAGE_POLICY_WORDS = {
    Space.MessagePolicy.EVERYONE: "Everyone",
    Space.MessagePolicy.FOLLOWERS: "Followers",
    Space.MessagePolicy.OFF: "Nobody",
}


@dataclass(frozen=True, slots=True)
class _Typed:
    """What was typed into the form of a new Space, so that a refusal loses nothing of it."""

    title: str = ""
    topics: tuple[str, ...] = ()
    language: str = "en"
    speak_policy: str = Space.SpeakPolicy.EVERYONE
    rules: str = ""
    message_policy: str = Space.MessagePolicy.EVERYONE
    guests_allowed: bool = False


@page
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def space_new(request: HttpRequest) -> HttpResponse:
    """Start a Space; whoever may not host reads what is missing."""
    assert isinstance(request.user, User)
    if request.method != "POST":
        return _space_form(request, request.user, _Typed())
    typed = _Typed(
        title=request.POST.get("title", ""),
        topics=tuple(request.POST.getlist("topics")),
        language=request.POST.get("language", ""),
        speak_policy=request.POST.get("speak_policy", ""),
        rules=request.POST.get("rules", ""),
        message_policy=request.POST.get("message_policy", Space.MessagePolicy.EVERYONE),
        guests_allowed="guests_allowed" in request.POST,
    )
    try:
        space = space_start(
            host=request.user,
            title=typed.title,
            topics=typed.topics,
            language=typed.language,
            speak_policy=typed.speak_policy,
            rules=typed.rules,
            message_policy=typed.message_policy,
            guests_allowed=typed.guests_allowed,
            now=timezone.now(),
        )
    except SpacesError as error:
        return _space_form(request, request.user, typed, error)
    # The page opens the room by itself: the host has just asked for it.
    return redirect(f"{space.get_absolute_url()}?open=1")


def _space_form(
    request: HttpRequest, user: User, typed: _Typed, error: SpacesError | None = None
) -> HttpResponse:
    context = {
        "eligibility": hosting_eligibility(user),
        "own_live": selectors.spaces(state=Space.State.LIVE, host=user).first(),
        "typed": typed,
        "error": error,
        "topics": Topic.objects.all(),
        "languages": settings.SPACES_LANGUAGES,
        "speak_policies": SPEAK_POLICY_WORDS.items(),
        "message_policies": MESSAGE_POLICY_WORDS.items(),
        "rules_max": settings.SPACES_RULES_MAX_LENGTH,
        "title_max": settings.SPACES_TITLE_MAX_LENGTH,
        "topics_max": settings.SPACES_TOPICS_MAX,
    }
    return render(request, "rooms/space_new.html", context, status=error.status if error else 200)


@page
@require_safe
def space_detail(request: HttpRequest, space_id: str) -> HttpResponse:
    """One Space: live with its way in, or what there is to say once it is over."""
    space = selectors.space_for_viewer(user=request.user, space_id=space_id)
    stage = list(selectors.stage_of(space))
    people = [participation.user for participation in stage]
    mine = selectors.participation_of(space=space, user=request.user)
    context: dict[str, Any] = {
        "space": space,
        "stage": stage,
        "is_host": request.user.is_authenticated and space.host_id == request.user.pk,
        "is_removed": mine is not None and mine.removed_at is not None,
        "was_inside": mine is not None,
    }
    if space.is_live:
        context |= {
            "listeners": selectors.listener_count(space),
            "opens_itself": context["is_host"] and "open" in request.GET,
            "rings": {person.pk: space.pk for person in people},
        }
        return render(request, "rooms/space_live.html", context)
    return render(request, "rooms/space_ended.html", context | {"rings": rings_of(people)})


@page
@login_required
@require_POST
def space_end_view(request: HttpRequest, space_id: str) -> HttpResponse:
    """End one's Space for everybody."""
    assert isinstance(request.user, User)
    space = selectors.space_for_viewer(user=request.user, space_id=space_id)
    space_end(space=space, by=request.user, now=timezone.now())
    messages.success(request, "Your Space has ended for everyone.")
    return redirect(space)

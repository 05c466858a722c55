"""The page of a Space that can be heard again, and what its host does about the replay."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from recordings import replay_gates
from recordings.chapters import chapters
from recordings.downloads import downloads
from recordings.links import MIX, link_to
from recordings.models import Recording
from recordings.selectors import clips
from recordings.selectors.replays import (
    duration_ms,
    is_public,
    recording_of,
    replay_for_host,
    title_of,
    waveform_of,
)
from recordings.selectors.transcripts import lines_of
from recordings.services.replays import replay_edit, replay_kept_no_more
from recordings.services.taking_out import recording_delete
from rooms.models import Space
from spaces_project.lib.errors import SpacesError
from spaces_project.lib.pages import page


def ended_page(request: HttpRequest, space: Space, context: dict[str, Any]) -> HttpResponse | None:
    """The page of a Space that is over, with its replay (`ENDED_SPACE_PAGE`); None where there is nothing to hear.

    The host sees what is being made of it, too; whoever a gate keeps from it sees why.
    """
    recording = None if context["is_removed"] else recording_of(space)
    if recording is None or recording.state == Recording.State.DELETED:
        return None
    now = timezone.now()
    is_host: bool = context["is_host"]
    is_ready = is_public(recording, now)
    if not is_ready and not is_host and recording.state != Recording.State.PROCESSING:
        return None
    shown = context | {"recording": recording, "title": title_of(recording), "is_ready": is_ready}
    if is_ready:
        refusal = replay_gates.refusal(space, request.user)
        shown |= {"refusal": refusal} if refusal else _heard(request, recording, now)
    if is_host:
        shown["host_panel"] = _host_panel(recording)
    return render(request, "recordings/replay.html", shown)


def _heard(request: HttpRequest, recording: Recording, now: datetime) -> dict[str, Any]:
    lines = lines_of(recording)
    return {
        "audio": link_to(MIX, recording.pk, revision=recording.revision, now=now),
        "duration_ms": duration_ms(recording),
        "peaks": waveform_of(recording),
        "chapters": chapters(lines),
        "has_lines": bool(lines),
        "starts_at": _seconds(request.GET.get("t", "")),
        "may_clip": clips.may_clip(viewer=request.user, space=recording.space),
        "clips": clips.clips_of(recording.space, viewer=request.user)[: clips.SHOWN],
    }


def _host_panel(recording: Recording) -> dict[str, Any]:
    """What the host alone sees."""
    return {
        "is_ready": recording.state == Recording.State.READY,
        "expires_at": None if recording.kept else recording.expires_at,
        "tracks": recording.tracks.filter(removed_at__isnull=True).exclude(file="").count(),
    }


def _seconds(text: str) -> int:
    """The moment that an address asks for (`?t=90`), in seconds; what is none is the beginning."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 0


@page
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def replay_edit_view(request: HttpRequest, space_id: str) -> HttpResponse:
    """Change what the replay is called and where it begins."""
    assert isinstance(request.user, User)
    recording = replay_for_host(user=request.user, space_id=space_id)
    context: dict[str, Any] = {
        "recording": recording,
        "space": recording.space,
        "typed_title": title_of(recording),
        "typed_start": recording.trimmed_ms // 1000,
        "last_start": max(0, recording.duration_ms // 1000 - 1),
        "peaks": recording.waveform,
    }
    if request.method != "POST":
        return render(request, "recordings/replay_edit.html", context)
    title, start = request.POST.get("title", ""), request.POST.get("start", "")
    try:
        replay_edit(
            recording=recording,
            by=request.user,
            title="" if title == recording.space.title else title,
            trimmed_ms=_seconds(start) * 1000,
        )
    except SpacesError as error:
        typed = {"typed_title": title, "typed_start": start, "error": error}
        return render(request, "recordings/replay_edit.html", context | typed, status=error.status)
    messages.success(request, _("Saved."))
    return redirect(recording.space)


@page
@login_required
@require_POST
def replay_keep_view(request: HttpRequest, space_id: str) -> HttpResponse:
    """Keep the replay until the host deletes it (`keep=1`), or no more."""
    assert isinstance(request.user, User)
    recording = replay_for_host(user=request.user, space_id=space_id)
    if request.POST.get("keep") == "1":
        replay_edit(recording=recording, by=request.user, kept=True)
        messages.success(request, _("The replay stays until you delete it."))
    else:
        replay_kept_no_more(recording=recording, by=request.user, now=timezone.now())
        messages.success(request, _("The replay goes when its time is over."))
    return redirect(recording.space)


@page
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def replay_delete_view(request: HttpRequest, space_id: str) -> HttpResponse:
    """Ask whether to delete the replay for good, and do it."""
    assert isinstance(request.user, User)
    recording = replay_for_host(user=request.user, space_id=space_id)
    if request.method == "POST":
        recording_delete(space=recording.space, by=request.user, now=timezone.now())
        messages.success(request, _("The replay is deleted."))
        return redirect(recording.space)
    return render(
        request, "recordings/replay_delete.html", {"recording": recording, "space": recording.space}
    )


@page
@login_required
@require_http_methods(["GET", "HEAD"])
def replay_downloads(request: HttpRequest, space_id: str) -> HttpResponse:
    """What the host can save: the mix, each speaker's tracks, the transcript."""
    assert isinstance(request.user, User)
    recording = replay_for_host(user=request.user, space_id=space_id)
    context = {
        "recording": recording,
        "space": recording.space,
        "downloads": downloads(recording, now=timezone.now()),
        "has_lines": recording.state == Recording.State.READY and bool(lines_of(recording)),
    }
    return render(request, "recordings/downloads.html", context)

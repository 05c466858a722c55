"""Clips: cutting one, its page, its files."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from recordings.errors import ClipNotFound, ClipsNotAllowed
from recordings.models import Clip
from recordings.selectors.clips import clip_for, may_clip, may_delete
from recordings.selectors.replays import duration_ms, recording_of, replay_for, title_of, waveform_of
from recordings.services.clips import clip_create, clip_delete
from recordings.serving import Served, serve
from recordings.views.files import refused_in_a_line
from rooms.views.cards import rings_of
from spaces_project.lib.errors import SpacesError
from spaces_project.lib.pages import page

# The files of a clip, by the ending of their address.
_FILES = {"mp4": ("video", "video/mp4"), "mp3": ("audio", "audio/mpeg"), "jpg": ("poster", "image/jpeg")}


@page
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def clip_new(request: HttpRequest, space_id: str) -> HttpResponse:
    """Choose where a clip of a replay begins (`?t=`, in seconds), and what it is called."""
    assert isinstance(request.user, User)
    recording = replay_for(viewer=request.user, space_id=space_id, now=timezone.now())
    if not may_clip(viewer=request.user, space=recording.space):
        raise ClipsNotAllowed()
    last = max(0, duration_ms(recording) // 1000 - 1)
    typed = request.POST if request.method == "POST" else request.GET
    start = _seconds(typed.get("t", ""), last)
    context: dict[str, Any] = {
        "recording": recording,
        "space": recording.space,
        "title": title_of(recording),
        "peaks": waveform_of(recording),
        "duration_ms": duration_ms(recording),
        "last_start": last,
        "typed_start": start,
        "typed_caption": typed.get("caption", ""),
    }
    if request.method != "POST":
        return render(request, "recordings/clip_new.html", context)
    try:
        clip = clip_create(
            recording=recording,
            by=request.user,
            starts_ms=start * 1000,
            caption=typed.get("caption", ""),
            now=timezone.now(),
        )
    except SpacesError as error:
        return render(request, "recordings/clip_new.html", context | {"error": error}, status=error.status)
    return redirect(clip)


@page
@require_safe
def clip_detail(request: HttpRequest, clip_id: str) -> HttpResponse:
    """A clip to watch and to share; while it is made, its maker sees how far it is."""
    clip = clip_for(viewer=request.user, clip_id=clip_id, now=timezone.now())
    recording = recording_of(clip.space)
    context = {
        "clip": clip,
        "space": clip.space,
        "title": clip.caption or (title_of(recording) if recording else clip.space.title),
        "may_delete": may_delete(clip, request.user),
        "is_mine": request.user.pk == clip.by_id,
        "rings": rings_of({clip.by, clip.space.host}, viewer=request.user),
    }
    return render(request, "recordings/clip.html", context)


@require_safe
@refused_in_a_line
def clip_file(request: HttpRequest, clip_id: str, extension: str) -> HttpResponseBase:
    """The video, sound or picture of a clip: an address that other sites may show for as long as there is the clip."""
    clip = clip_for(viewer=request.user, clip_id=clip_id, now=timezone.now())
    if extension not in _FILES or clip.state != Clip.State.READY:
        raise ClipNotFound()
    field, content_type = _FILES[extension]
    response = serve(
        request, Served(getattr(clip, field), content_type, etag=f"{clip.pk}-{clip.tries}-{field}")
    )
    # Not longer: whoever deletes it expects it to be gone.
    response["Cache-Control"] = "private, max-age=300"
    return response


@page
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def clip_delete_view(request: HttpRequest, clip_id: str) -> HttpResponse:
    """Ask whether to delete a clip, and do it."""
    assert isinstance(request.user, User)
    clip = clip_for(viewer=request.user, clip_id=clip_id, now=timezone.now())
    if request.method == "POST":
        clip_delete(clip=clip, by=request.user, now=timezone.now())
        messages.success(request, _("The clip is deleted."))
        return redirect(clip.space)
    return render(request, "recordings/clip_delete.html", {"clip": clip, "space": clip.space})


def _seconds(text: str, last: int) -> int:
    """Where the clip begins, within the replay; what is no number is the beginning."""
    return min(int(text), last) if text.isascii() and text.isdecimal() and len(text) < 7 else 0

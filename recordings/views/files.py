"""Files of replays: by signed links, by the lasting addresses that podcasts name, and transcripts."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from recordings.downloads import file_stem
from recordings.errors import LinkNotFound
from recordings.links import MIX, TRACK, Linked, linked
from recordings.models import Recording, RecordingTrack
from recordings.selectors.replays import replay_for, title_of
from recordings.selectors.transcripts import lines_of
from recordings.serving import Served, serve
from recordings.sound.mixing import MIX_TYPE
from recordings.transcripts import FORMATS
from spaces_project.lib.errors import SpacesError

P = ParamSpec("P")


def refused_in_a_line(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Answer a refusal with its sentence alone: players and podcast apps show no pages."""

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except SpacesError as error:
            return HttpResponse(error.message, status=error.status, content_type="text/plain; charset=utf-8")

    return answer


@require_safe
@refused_in_a_line
def recording_file(request: HttpRequest, token: str) -> HttpResponseBase:
    """What a signed link leads to."""
    found = linked(token, now=timezone.now())
    response = serve(request, _served(found))
    # A link is somebody's own: no cache between us keeps it for others.
    response["Cache-Control"] = "private, max-age=3600"
    return response


def _served(found: Linked) -> Served:
    """The file of a link, as it is now. Raises LinkNotFound where it is gone, or has been made anew."""
    if found.what == TRACK:
        track = RecordingTrack.objects.filter(pk=found.key, removed_at__isnull=True).exclude(file="").first()
        if track is None:
            raise LinkNotFound()
        return Served(track.file, "audio/ogg", etag=f"track-{track.pk}", save_as=found.name)
    recording = Recording.objects.filter(pk=found.key, state=Recording.State.READY).first()
    if recording is None or found.what != MIX or recording.revision != found.revision:
        raise LinkNotFound()
    return mix_served(recording, save_as=found.name)


def mix_served(recording: Recording, *, save_as: str = "") -> Served:
    """The sound of a replay, from where it begins."""
    return Served(
        recording.mix,
        MIX_TYPE,
        etag=f"mix-{recording.pk}-{recording.revision}-{recording.trimmed_ms}",
        save_as=save_as,
        skip_ms=recording.trimmed_ms,
    )


@require_safe
@refused_in_a_line
def replay_audio(request: HttpRequest, space_id: str) -> HttpResponseBase:
    """The sound of a replay that everybody may hear: the address that a podcast names, for as long as there is the replay."""
    recording = replay_for(viewer=AnonymousUser(), space_id=space_id, now=timezone.now())
    response = serve(request, mix_served(recording))
    response["Cache-Control"] = "public, max-age=300"
    return response


@require_safe
@refused_in_a_line
def transcript_file(request: HttpRequest, space_id: str, extension: str) -> HttpResponse:
    """The transcript of a replay, for those who may hear it: WebVTT, SubRip or text. `?save` saves it under a name."""
    format = FORMATS.get(extension)
    if format is None:
        raise LinkNotFound()
    recording = replay_for(viewer=request.user, space_id=space_id, now=timezone.now())
    title = title_of(recording)
    text = format.write(title, lines_of(recording))
    response = HttpResponse(text, content_type=format.content_type)
    response["Cache-Control"] = "private, max-age=60"
    response["Access-Control-Allow-Origin"] = "*"
    if "save" in request.GET:
        name = f"{file_stem(title)}.{format.extension}"
        response["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response

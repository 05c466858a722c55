"""What is done on the page of a Space that was recorded: take one's part out, have a replay made again."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from recordings.selectors.own import space_with_part
from recordings.services import taking_out
from rooms import selectors
from spaces_project.lib.pages import page


@page
@login_required
@require_POST
def recording_part_remove(request: HttpRequest, space_id: str) -> HttpResponse:
    """Take one's own part out of a recording."""
    assert isinstance(request.user, User)
    space = space_with_part(user=request.user, space_id=space_id)
    taking_out.recording_part_remove(space=space, user=request.user, now=timezone.now())
    messages.success(request, _("Your part is taken out. The replay is put together anew without it."))
    return redirect(space)


@page
@login_required
@require_POST
def recording_retry(request: HttpRequest, space_id: str) -> HttpResponse:
    """Have the replay of one's own Space put together again."""
    assert isinstance(request.user, User)
    space = selectors.space_for_viewer(user=request.user, space_id=space_id)
    taking_out.recording_retry(space=space, by=request.user, now=timezone.now())
    messages.success(request, _("The replay is put together again. You are told when it is ready."))
    return redirect(space)

"""Turning e-mail off from a link in one: without signing in, since the link is the proof."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from social.models import Kind
from social.notification_kinds import KINDS
from social.services.unsubscribing import emails_turn_off
from social.unsubscribe_tokens import unsubscribe_read
from spaces_project.lib.errors import Invalid
from spaces_project.lib.pages import page


# Mail programs post here by themselves (RFC 8058), from no page of ours; and what it takes is in the address.
@csrf_exempt
@never_cache
@page
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """What can be turned off; POST turns it off: one kind (`what`), "all", or with no word those of the mail."""
    user, kinds = unsubscribe_read(token)
    choices = [(kind, Kind(kind).label) for kind in kinds]
    if request.method != "POST":
        # Nothing is done yet: programs follow links to look what is behind them.
        return render(request, "social/unsubscribe.html", {"choices": choices, "token": token})
    what = request.POST.get("what", "")
    if what == "all":
        emails_turn_off(user=user)
    elif what in KINDS:
        kinds = [what]
        emails_turn_off(user=user, kinds=kinds)
    elif what:
        raise Invalid(_("There is no such kind of e-mail."), code="unsubscribe.kind")
    else:
        emails_turn_off(user=user, kinds=kinds)
    off = [] if what == "all" else [Kind(kind).label for kind in kinds]
    return render(request, "social/unsubscribe_done.html", {"off": off, "token": token})

"""The notification centre, and what one wants to be told by which channel."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from social.links import from_notification
from social.models import Channel
from social.notification_words import words
from social.selectors.notifications import notifications_of, wishes_of
from social.selectors.spaces import space_cards
from social.services.notifications import notification_read, notifications_seen, preferences_update
from spaces_project.lib.errors import NotFound
from spaces_project.lib.pages import page

_PAGE = 30


@page
@login_required
@require_safe
def notifications(request: HttpRequest) -> HttpResponse:
    """What one was told, the latest first; `?before=` is the key of the last one on the page before."""
    user = request.user
    assert isinstance(user, User)
    before = request.GET.get("before", "")
    found = notifications_of(user)
    if before:
        if not (before.isascii() and before.isdigit() and len(before) <= 18):
            raise NotFound()
        found = found.filter(pk__lt=int(before))
    rows = list(found[: _PAGE + 1])
    more = rows[_PAGE - 1].pk if len(rows) > _PAGE else None
    rows = rows[:_PAGE]
    spaces: set[UUID] = {row.space_id for row in rows if row.space_id}
    cards = space_cards(spaces, viewer=user)
    context = {
        "rows": [
            {
                "notification": row,
                "words": words(row),
                # Live now, whatever it was when it was told.
                "live": row.space_id is not None and cards.get(row.space_id, {}).get("state") == "live",
            }
            for row in rows
        ],
        "more": more,
        "is_first": not before,
    }
    answer = render(request, "social/notifications.html", context)
    if request.method == "GET" and not before:
        notifications_seen(user=user)
    return answer


@page
@login_required
@require_safe
def notification_open(request: HttpRequest, notification_id: int) -> HttpResponse:
    """Go where a notification leads; it is read then."""
    assert isinstance(request.user, User)
    read = notification_read(user=request.user, notification_id=notification_id, now=timezone.now())
    return HttpResponseRedirect(from_notification(words(read).url))


@page
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def settings_notifications(request: HttpRequest) -> HttpResponse:
    """A table of switches: kind by channel."""
    user = request.user
    assert isinstance(user, User)
    if request.method == "POST":
        changes = {
            kind: {
                channel: f"{kind}.{channel}" in request.POST
                for channel in Channel.values
                if not (channel == Channel.IN_APP and wishes.in_app_is_fixed)
            }
            for kind, wishes in wishes_of(user).items()
        }
        preferences_update(user=user, changes=changes)
        messages.success(request, _("Your choices are saved."))
        return redirect("settings-notifications")
    rows = [
        {
            "wishes": wishes,
            "switches": [
                {
                    "name": f"{kind}.{channel}",
                    "label": Channel(channel).label,
                    "checked": wishes.wants(channel),
                    "fixed": channel == Channel.IN_APP and wishes.in_app_is_fixed,
                }
                for channel in Channel.values
            ],
        }
        for kind, wishes in wishes_of(user).items()
    ]
    context = {"rows": rows, "channels": [Channel(channel).label for channel in Channel.values]}
    return render(request, "social/settings_notifications.html", context)

"""A place in which something of each kind exists, so that operations have something to be about."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.services import follow
from integrations.services.tokens import token_create
from integrations.services.webhooks import webhook_create, webhook_ping
from recordings.models import CaptionLine
from rooms.models import Space, Topic
from social.models import Notification
from social.services import direct, posts
from tests.plugins.stripe import StripeServer
from tests.rooms.ahead import scheduled
from tests.tickets.makers import CreatorFactory, offered
from tests.tickets.till import Till

Known = dict[str, list[Any]]


def furnished(api: Any, stripe: StripeServer, host: User, fan: User) -> Known:
    """Fill the place; return parts of addresses that lead somewhere, by their names in the description."""
    now = timezone.now()
    follow(follower=fan, followee=host, now=now)
    theirs, mine = api(fan), api(host)

    def made(client: Any, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = client.post(f"/api/v1/{path}", body or {})
        assert answer.status_code in (200, 201), (path, answer.content)
        return answer.json()

    # The topics that come with the tables are gone after a test that committed.
    Topic.objects.get_or_create(slug="music", defaults={"name": "Music"})
    live = made(mine, "spaces/", {"title": "Morning voices", "topics": ["music"]})["id"]
    made(theirs, f"spaces/{live}/join/")
    made(theirs, f"spaces/{live}/requests/", {"pitch": "I was there."})
    message = made(theirs, f"spaces/{live}/messages/", {"text": "Good morning."})["id"]
    pin = made(mine, f"spaces/{live}/pins/", {"title": "Read this"})["id"]
    line = _line(live, fan, now)
    series = made(
        mine,
        "spaces/",
        {
            "title": "Each week",
            "scheduled_at": (now + timedelta(days=2)).isoformat(),
            "series": {"every": "week"},
        },
    )
    Till(stripe, now).account(CreatorFactory(user=host))
    ticketed = scheduled(host, now, hours=3)
    offered(ticketed, seats=2)
    order = made(theirs, f"spaces/{ticketed.pk}/orders/")["id"]
    post = posts.post_create(author=fan, text="What a morning.", now=now)
    private = direct.direct_send(author=fan, to=host, text="Are you up?", now=now)
    token, _ = token_create(owner=host, name="My bot", scopes=["read"], days=30, now=now)
    hook = webhook_create(owner=host, url="https://example.org/hook", kinds=["space.started"], now=now)
    delivery = webhook_ping(owner=host, webhook_id=hook.pk, now=now)
    told = Notification.objects.filter(user=host).first()
    return {
        "space_id": [live, series["id"], str(ticketed.pk)],
        "handle": [host.handle, fan.handle],
        "message_id": [int(message), private.pk],
        "pin_id": [int(pin)],
        "line_id": [line],
        "series_id": [int(series["series"])],
        "order_id": [order],
        "post_id": [post.pk],
        "conversation_id": [private.conversation_id],
        "token_id": [token.pk],
        "webhook_id": [hook.pk],
        "delivery_id": [delivery.pk],
        "notification_id": [told.pk] if told else [],
        "slug": ["music"],
    }


def _line(space: str, user: User, now: datetime) -> int:
    line = CaptionLine.objects.create(
        space=Space.objects.get(pk=space),
        user=user,
        speaker_name=user.name,
        starts_at_ms=0,
        ends_at_ms=900,
        text="Hello.",
        language="en",
        engine="a test",
    )
    return line.pk

"""`manage.py seed_demo`: people to try Spaces with. Run again it adds what is missing and changes nothing else."""

import colorsys
import io
from argparse import ArgumentParser
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.module_loading import import_string
from PIL import Image, ImageDraw, ImageFont

from accounts.models import Follow, User
from accounts.selectors import hosting_eligibility
from accounts.services import picture_set
from accounts.services.pictures import SIDE
from rooms.selectors import upcoming_of
from rooms.services.schedule import space_schedule

PASSWORD = "spaces-demo"  # noqa: S105  # public: the README names it
CROWD = 650
BATCH = 500
# No new accounts, which may do less.
_OLD = timedelta(days=400)


@dataclass(frozen=True)
class Person:
    """A demo account: who they are, and how many of the crowd follow them."""

    handle: str
    name: str
    bio: str
    hue: float  # of the picture, 0 to 1
    followed_by: int = 0
    follows: tuple[str, ...] = ()
    is_staff: bool = False
    is_new: bool = False

    @property
    def email(self) -> str:
        """A domain that nobody owns (RFC 2606)."""
        return f"{self.handle}@example.com"


PEOPLE = (
    Person("demo_host", "Demo Host", "Talks every morning. Come in and listen.", 0.74, followed_by=CROWD),
    Person("demo_listener", "Demo Listener", "Mostly here to listen.", 0.55, follows=("demo_host",)),
    Person(
        "demo_listener_2", "Second Listener", "Listens on the other device.", 0.38, follows=("demo_host",)
    ),
    Person("demo_newcomer", "Demo Newcomer", "Soon to host.", 0.08, followed_by=412, is_new=True),
    Person("demo_staff", "Demo Staff", "Looks after the place.", 0.95, is_staff=True),
)


class Command(BaseCommand):
    """Everything in one transaction, a few queries for each kind of row."""

    help = "Put demo people in: a host whom 650 follow, listeners, a newcomer and staff."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--force`."""
        parser.add_argument(
            "--force", action="store_true", help="even with DEBUG off: the passwords are public"
        )

    def handle(self, *args: Any, force: bool, **options: Any) -> None:
        """Add what is missing."""
        if not (settings.DEBUG or force):
            raise CommandError(
                "The demo accounts have public passwords and one is staff: not with DEBUG off, unless --force."
            )
        with transaction.atomic():
            new = _add_people()
            follows = _add_follows()
            _add_pictures()
            _add_scheduled_space()
        # Outside of the transaction: what they add may ask other services.
        for path in settings.DEMO_SEEDS:
            import_string(path)(host=_host(), now=timezone.now())
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        note = f"{PEOPLE[0].handle} or {PEOPLE[1].handle}, password {PASSWORD}"
        (settings.VAR_DIR / "demo.txt").write_text(f"{note}\n")
        self.stdout.write(f"Demo: {new} people and {follows} follows added; sign in as {note}.")


def _add_people() -> int:
    """Add who is missing, with addresses that count as confirmed. Returns how many."""
    there = {handle.lower() for handle in _demo_users().values_list("handle", flat=True)}
    named = [person for person in PEOPLE if person.handle not in there]
    # One hash for all: each takes a good part of a second to make. Validators guard what people choose, not this.
    password = make_password(PASSWORD) if named else ""
    now = timezone.now()
    users = [
        User(
            handle=person.handle,
            name=person.name,
            bio=person.bio,
            email=person.email,
            password=password,
            is_staff=person.is_staff,
            is_superuser=person.is_staff,
            date_joined=now if person.is_new else now - _OLD,
        )
        for person in named
    ]
    users += [
        User(handle=handle, name=f"Demo Follower {number}", password=make_password(None))
        for number, handle in enumerate(_crowd(), start=1)
        if handle not in there
    ]
    User.objects.bulk_create(users, batch_size=BATCH)
    emails = {person.handle: person.email for person in named}
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=emails[user.handle], verified=True, primary=True)
        for user in User.objects.filter(handle__in=emails)
    )
    return len(users)


def _add_follows() -> int:
    """Add the follows that are missing and count anew those concerned. Returns how many."""
    ids = {handle.lower(): pk for handle, pk in _demo_users().values_list("handle", "pk")}
    crowd = _crowd()
    wanted = {
        (ids[follower], ids[person.handle]) for person in PEOPLE for follower in crowd[: person.followed_by]
    } | {(ids[person.handle], ids[followee]) for person in PEOPLE for followee in person.follows}
    there = Follow.objects.filter(followee__in={followee for _, followee in wanted})
    missing = sorted(wanted - set(there.values_list("follower_id", "followee_id")))
    if missing:
        Follow.objects.bulk_create(
            [Follow(follower_id=follower, followee_id=followee) for follower, followee in missing],
            batch_size=BATCH,
        )
        _recount({user for pair in missing for user in pair})
    return len(missing)


def _recount(user_ids: Iterable[int]) -> None:
    """Set the counts of these people to the rows there are: rows added in bulk have passed the service by."""
    User.objects.filter(pk__in=user_ids).update(
        follower_count=_rows(Follow.objects.filter(followee=OuterRef("pk")), "followee"),
        following_count=_rows(Follow.objects.filter(follower=OuterRef("pk")), "follower"),
    )


def _rows(follows: QuerySet[Follow], side: str) -> Coalesce:
    counted = follows.order_by().values(side).annotate(rows=Count("pk")).values("rows")
    return Coalesce(Subquery(counted), 0)


def _add_pictures() -> None:
    hues = {person.handle: person.hue for person in PEOPLE}
    for user in User.objects.filter(handle__in=hues, picture=""):
        picture = _draw_picture(user.name.split()[-1][0], hues[user.handle])
        picture_set(
            now=timezone.now(), user=user, upload=SimpleUploadedFile("picture.png", picture, "image/png")
        )


def _add_scheduled_space() -> None:
    """Add what comes tomorrow evening, unless the host has announced something."""
    host = _host()
    if not hosting_eligibility(host).eligible or upcoming_of(host).exists():
        return
    now = timezone.now()
    evening = (now + timedelta(days=1)).replace(hour=18, minute=0, second=0, microsecond=0)
    space_schedule(
        host=host,
        scheduled_at=evening,
        title="Tomorrow evening: questions and answers",
        description="Ask whatever you like about this place. Come early, it becomes the room by itself.",
        cohosts=["demo_listener"],
        now=now,
    )


def _host() -> User:
    return User.objects.get(handle__iexact=PEOPLE[0].handle)


def _draw_picture(initial: str, hue: float) -> bytes:
    """A PNG of a letter on a gradient from light to dark."""
    top, bottom = (_colour(hue, 0.72), _colour(hue + 0.06, 0.38))
    # Two pixels, drawn large: the enlargement makes the gradient.
    picture = Image.new("RGB", (1, 2), top)
    picture.putpixel((0, 1), bottom)
    picture = picture.resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    font = ImageFont.load_default(size=SIDE * 0.5)
    ImageDraw.Draw(picture).text((SIDE / 2, SIDE / 2), initial, fill="white", font=font, anchor="mm")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _colour(hue: float, lightness: float) -> tuple[int, int, int]:
    red, green, blue = colorsys.hls_to_rgb(hue % 1, lightness, 0.6)
    return round(red * 255), round(green * 255), round(blue * 255)


def _crowd() -> list[str]:
    return [f"demo_follower_{number:03}" for number in range(1, CROWD + 1)]


def _demo_users() -> QuerySet[User]:
    return User.objects.filter(handle__istartswith="demo_")

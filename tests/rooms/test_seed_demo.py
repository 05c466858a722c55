"""`manage.py seed_demo`: the demo people, once, however often it runs."""

from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from accounts.models import Follow, User
from accounts.selectors import hosting_eligibility
from accounts.services import follow
from rooms.models import Space, Topic

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folders(settings, tmp_path):
    settings.DEBUG = True
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.VAR_DIR = tmp_path / "var"
    settings.DEMO_SEEDS = []


def seed(*arguments: str) -> str:
    """Run it and return what it says."""
    out = StringIO()
    call_command("seed_demo", *arguments, stdout=out)
    return out.getvalue()


def test_the_people_of_the_readme(settings, client):
    said = seed()
    users = {user.handle: user for user in User.objects.exclude(handle__startswith="demo_follower")}
    assert set(users) == {"demo_host", "demo_listener", "demo_listener_2", "demo_newcomer", "demo_staff"}
    for user in users.values():
        assert user.check_password("spaces-demo")
        assert (
            EmailAddress.objects.get(user=user, primary=True, verified=True).email
            == f"{user.handle}@example.com"
        )
        with Image.open(user.picture.path) as picture:
            assert (picture.format, picture.size) == ("WEBP", (256, 256))
    assert hosting_eligibility(users["demo_host"]).eligible
    newcomer = hosting_eligibility(users["demo_newcomer"])
    assert (newcomer.eligible, newcomer.followers) == (False, 412)
    for listener in ("demo_listener", "demo_listener_2"):
        assert Follow.objects.filter(follower=users[listener], followee=users["demo_host"]).exists()
    assert [handle for handle, user in users.items() if user.is_staff and user.is_superuser] == ["demo_staff"]
    crowd = User.objects.get(handle="demo_follower_001")
    assert not crowd.has_usable_password()
    assert "spaces-demo" in said
    assert (settings.VAR_DIR / "demo.txt").read_text().startswith("demo_host")


def test_the_counts_are_the_rows():
    seed()
    for user in User.objects.filter(
        handle__in=["demo_host", "demo_newcomer", "demo_listener", "demo_follower_412"]
    ):
        assert user.follower_count == Follow.objects.filter(followee=user).count()
        assert user.following_count == Follow.objects.filter(follower=user).count()


def test_the_second_run_changes_nothing_and_asks_little(host, now):
    seed()
    demo_host = User.objects.get(handle="demo_host")
    demo_host.set_password("changed by its owner")
    demo_host.save()
    picture = demo_host.picture.name
    follow(follower=host, followee=demo_host, now=now)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert seed().startswith("Demo: 0 people and 0 follows added")
    assert len(queries) <= 10
    demo_host.refresh_from_db()
    assert demo_host.check_password("changed by its owner")
    assert (demo_host.picture.name, demo_host.follower_count) == (picture, 653)


def test_it_mends_what_somebody_took_away():
    seed()
    User.objects.get(handle="demo_follower_007").delete()
    assert seed().startswith("Demo: 1 people and 2 follows added")
    assert User.objects.get(handle="demo_host").follower_count == 652
    assert User.objects.get(handle="demo_newcomer").follower_count == 412


def test_public_passwords_do_not_come_where_debug_is_off(settings):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="--force"):
        seed()
    assert not User.objects.exists()
    seed("--force")
    assert User.objects.filter(handle="demo_host").exists()


def test_the_host_has_announced_something_once():
    seed()
    seed()
    space = Space.objects.get()
    assert (space.host.handle, space.state) == ("demo_host", "scheduled")
    assert space.scheduled_at > timezone.now()


def test_a_new_installation_has_topics():
    assert Topic.objects.count() == 24
    assert Topic.objects.filter(slug="technology", name="Technology").exists()

"""What a block does inside Spaces: who goes, who stays, who is warned."""

from datetime import timedelta

import pytest
from django.db import transaction

from accounts.models import Block, Follow
from accounts.services import blocks_import, follow, person_block, person_unblock
from rooms.errors import Removed, SpaceNotFound
from rooms.models import Participation, Reminder, Role
from rooms.selectors import blocked_on_stage, space_for_viewer
from rooms.services.control import space_hand_over
from rooms.services.joining import space_join
from rooms.services.locks import locked_participation, locked_space
from rooms.services.reminders import reminder_set
from rooms.services.schedule import space_schedule
from rooms.services.seats import put_on_stage
from tests.factories import HostingWaiverFactory, UserFactory
from tests.rooms.answers import refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_audio")]


@pytest.fixture
def seated(space, join, now):
    """`seated(user, role)` is in the Space as that."""

    def sit(user, role):
        join(space, user)
        if role != Role.LISTENER:
            with transaction.atomic():
                locked = locked_space(space.pk)
                put_on_stage(locked, locked_participation(locked, user.pk), role=role, now=now)

    return sit


def place(space, user):
    return Participation.objects.get(space=space, user=user)


@pytest.mark.parametrize("role", [Role.COHOST, Role.SPEAKER, Role.LISTENER])
def test_the_host_blocks_and_they_are_removed(space, host, listener, seated, sent, committed, now, role):
    seated(listener, role)
    sent.clear()
    with committed():
        person_block(owner=host, person=listener, now=now)
    assert place(space, listener).removed_at is not None
    assert "space.removed" in sent.types()
    assert ("stage.left" in sent.types()) == (role != Role.LISTENER)
    with pytest.raises(SpaceNotFound):
        space_join(space=space, user=listener, now=now)
    person_unblock(owner=host, person=listener)
    with pytest.raises(Removed):
        space_join(space=space, user=listener, now=now)


@pytest.mark.parametrize(
    ("by", "on", "is_removed"),
    [
        (Role.COHOST, Role.LISTENER, True),
        (Role.COHOST, Role.SPEAKER, True),
        (Role.COHOST, Role.COHOST, False),
        (Role.SPEAKER, Role.LISTENER, False),
        (Role.LISTENER, Role.SPEAKER, False),
    ],
)
def test_others_remove_by_a_block_whom_they_may_remove(
    space, cohost, listener, seated, committed, now, by, on, is_removed
):
    seated(cohost, by)
    seated(listener, on)
    with committed():
        person_block(owner=cohost, person=listener, now=now)
    assert (place(space, listener).removed_at is not None) == is_removed
    assert place(space, cohost).is_present
    # Only a block of the host closes the Space.
    assert space_for_viewer(user=listener, space_id=space.pk) == space
    assert space_for_viewer(user=cohost, space_id=space.pk) == space


@pytest.mark.parametrize("role", [Role.COHOST, Role.SPEAKER, Role.LISTENER])
def test_who_blocks_the_host_leaves_and_may_come_back(space, host, listener, seated, committed, now, role):
    seated(listener, role)
    with committed():
        person_block(owner=listener, person=host, now=now)
    assert not place(space, listener).is_present
    with pytest.raises(SpaceNotFound):
        space_join(space=space, user=listener, now=now)
    with committed():
        person_unblock(owner=listener, person=host)
        assert space_join(space=space, user=listener, now=now).participation.role == Role.LISTENER
    assert place(space, host).is_present


def test_another_host_closes_it_to_whom_a_block_keeps_apart_from_them(
    space, host, speaker, listener, outsider, seated, committed, now
):
    seated(speaker, Role.COHOST)
    for user in (listener, outsider):
        seated(user, Role.LISTENER)
    Block.objects.create(owner=listener, person=speaker)
    with committed():
        space_hand_over(space=space, by=host, user=speaker, now=now)
    assert not place(space, listener).is_present
    assert place(space, outsider).is_present
    with pytest.raises(SpaceNotFound):
        space_for_viewer(user=listener, space_id=space.pk)


@pytest.mark.parametrize("way", ["host", "listener"])
def test_nobody_waits_across_a_block(host, listener, committed, now, way):
    ahead = space_schedule(host=host, title="Soon", scheduled_at=now + timedelta(days=1), now=now)
    reminder_set(space=ahead, user=listener, now=now)
    owner, person = (host, listener) if way == "host" else (listener, host)
    for _ in range(2):
        with committed():
            person_block(owner=owner, person=person, now=now)
    ahead.refresh_from_db()
    assert not Reminder.objects.exists()
    assert ahead.reminder_count == 0


def test_one_is_warned_of_whom_one_blocks(
    space, speaker, listener, seated, api, now, django_assert_num_queries
):
    seated(speaker, Role.SPEAKER)
    person_block(owner=listener, person=speaker, now=now)
    with django_assert_num_queries(1):
        assert blocked_on_stage([space.pk], viewer=listener) == {space.pk: ["A Speaker"]}
    # Who is blocked is told nothing.
    assert blocked_on_stage([space.pk], viewer=speaker) == {}
    url, client = f"/api/v1/spaces/{space.pk}/join/", api(listener)
    answer = client.post(url, {"warn": True})
    refused(answer, 409, "space.blocked_on_stage")
    assert answer.json()["message"] == "A Speaker, whom you blocked, is on stage."
    assert not Participation.objects.filter(user=listener).exists()
    assert client.post(url, {}).status_code == 200
    rows = client.get("/api/v1/spaces/").json()["results"]
    assert [row["blocked_on_stage"] for row in rows] == [["A Speaker"]]
    assert "A Speaker, whom you blocked, is on stage" in client.get(space.get_absolute_url()).content.decode()
    assert "whom you blocked" not in api(speaker).get(space.get_absolute_url()).content.decode()


def test_an_import_is_many_blocks_in_the_same_queries(
    space, host, listener, seated, committed, now, django_assert_num_queries
):
    seated(listener, Role.LISTENER)
    follow(follower=listener, followee=host, now=now)
    follow(follower=host, followee=listener, now=now)
    with committed():
        lines = blocks_import(owner=host, handles=["a_listener", "THE_HOST", "nobody_here"], now=now)
    assert [line.outcome.value for line in lines] == ["blocked", "self", "unknown"]
    assert place(space, listener).removed_at is not None
    assert not Follow.objects.exists()
    for user in (host, listener):
        user.refresh_from_db()
        assert (user.follower_count, user.following_count) == (0, 0)
    one, many = [UserFactory().handle], [UserFactory().handle for _ in range(40)]
    HostingWaiverFactory(user=listener)
    for handles in (one, many):
        with django_assert_num_queries(6):
            blocks_import(owner=listener, handles=handles, now=now)
    assert {line.outcome.value for line in blocks_import(owner=listener, handles=many, now=now)} == {
        "already"
    }


def test_lists_go_out_and_come_in(listener, speaker, outsider, client, api, now):
    person_block(owner=listener, person=speaker, now=now)
    client.force_login(listener)
    exported = client.get("/settings/privacy/blocked.csv").content.decode()
    assert exported.splitlines()[0] == "handle,blocked_at"
    assert exported.splitlines()[1].startswith("a_speaker,20")
    # What one account takes along another one brings: seen first, then done.
    client.force_login(outsider)
    page = client.post("/settings/privacy/import/", {"handles": exported, "step": "preview"})
    assert "1 person to block" in page.content.decode()
    assert not Block.objects.filter(owner=outsider).exists()
    page = client.post("/settings/privacy/import/", {"handles": "a_speaker", "step": "block"})
    assert "You blocked 1 person" in page.content.decode()
    assert Block.objects.filter(owner=outsider, person=speaker).exists()
    answer = api(outsider).post("/api/v1/me/block-imports/", {"text": exported})
    assert (answer.status_code, answer.json()["blocked"]) == (200, 0)
    found = api(outsider).get("/api/v1/me/blocks/?q=SPEAK").json()["results"]
    assert [row["handle"] for row in found] == ["a_speaker"]
    assert api(outsider).get("/api/v1/me/blocks/?q=xyz").json()["results"] == []
    assert "@a_speaker" in client.get("/settings/privacy/?q=speak").content.decode()
    assert "Nobody you block is called that." in client.get("/settings/privacy/?q=xyz").content.decode()
    for bad in ({"handles": "a\0b"}, {"handles": "x" * 70_000}):
        assert client.post("/settings/privacy/import/", bad | {"step": "block"}).status_code == 400

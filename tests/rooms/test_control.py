"""Removing, locking, editing, pinning."""

import pytest
from django.urls import get_resolver

from rooms import presence
from rooms.errors import AboveYourRole, NotInRoom, NotOnStage, PinsFull, Removed, SpaceLocked
from rooms.models import Attendance, Participation, Pin, Role, RoomMessage, Space
from rooms.services.control import space_edit, space_lock, space_pin, space_remove, space_unpin
from rooms.services.joining import space_join, space_leave, space_present
from rooms.services.reconcile import watched_spaces
from rooms.services.stage import stage_move_to_listeners, stage_mute, stage_mute_all
from spaces_project.lib.errors import Invalid
from tests.rooms.answers import refused
from tests.rooms.world import make_world, seat

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_audio")]


class TestRemove:
    """Removed means removed."""

    def test_out_of_everything_at_once(self, space, host, speaker, at, committed, sent):
        seat(space, speaker, Role.SPEAKER, at(0))
        presence.touch(space.pk, [speaker.pk], at(0))
        for _ in range(2):
            with committed():
                space_remove(space=space, by=host, user=speaker, now=at(5))
        mine = Participation.objects.get(user=speaker)
        assert (mine.role, mine.removed_at, mine.left_at, mine.connection) == ("listener", at(5), at(5), "")
        assert sent.of("stage.left") == [{"user": str(speaker.pk), "reason": "removed"}]
        assert sent.types().count("space.removed") == 1
        assert Attendance.objects.get(participation=mine).left_at == at(5)
        assert speaker.pk not in presence.seen(space.pk, at(5))

    def test_no_way_back(self, space, host, listener, join, at):
        joined = join(space, listener)
        space_remove(space=space, by=host, user=listener, now=at(1))
        with pytest.raises(Removed):
            space_join(space=space, user=listener, now=at(2))
        with pytest.raises(Removed):
            space_present(space=space, user=listener, connection=joined.participation.connection, now=at(2))

    def test_also_whoever_has_left_but_nobody_who_never_came(self, space, host, listener, outsider, join, at):
        join(space, listener)
        space_leave(space=space, user=listener, now=at(1))
        space_remove(space=space, by=host, user=listener, now=at(2))
        assert Participation.objects.get(user=listener).left_at == at(1)
        with pytest.raises(NotInRoom):
            space_remove(space=space, by=host, user=outsider, now=at(2))

    def test_every_address_of_the_space_is_closed_to_them(self, api, now):
        world = make_world(now)
        client = api(world.people["removed"])
        message = RoomMessage.objects.create(space=world.space, author=world.people["host"], text="Hello")
        body = BODY | {"handle": world.people["host"].handle}
        paths = [
            str(pattern.pattern)
            for pattern in _patterns(get_resolver().url_patterns)
            if str(pattern.pattern).startswith("spaces/<uuid:space_id>/")
        ]
        assert len(paths) > 25
        part = "spaces/<uuid:space_id>/recording/parts/mine/"
        # How long a join took is a figure, also of one that ended badly.
        report = "spaces/<uuid:space_id>/join-report/"
        open_to_them = {"spaces/<uuid:space_id>/", "spaces/<uuid:space_id>/leave/", part, report}
        sold_or_kept = ("/offer/", "/orders/", "/waitlist/", "/tips/", "/replay/", "/clips/")
        without_account = {"guest-join", "guest-leave"}
        for path in paths:
            url = "/api/v1/" + path.replace("<uuid:space_id>", str(world.space.pk)).replace(
                "<str:handle>", world.others["speaker"].handle
            ).replace("<int:pin_id>", "1").replace("<int:message_id>", str(message.pk)).replace(
                "<int:line_id>", "1"
            )
            if any(name in path for name in without_account) or path in open_to_them:
                continue
            answers = {
                method: getattr(client, method)(url, body) for method in ("get", "post", "put", "delete")
            }
            answers = {method: answer for method, answer in answers.items() if answer.status_code != 405}
            assert answers, path
            for answer in answers.values():
                if any(part in path for part in sold_or_kept):
                    # Nothing is sold here, and nothing is kept yet: that is said, or that the question is none.
                    assert answer.status_code in (400, 403, 404), (path, answer.content)
                else:
                    refused(answer, 403, "space.removed")
        # The card that says which Space it was is public; leaving it again does nothing.
        url = f"/api/v1/spaces/{world.space.pk}/"
        assert client.get(url).status_code == 200
        refused(client.patch(url, {"title": "Mine"}), 403, "space.removed")
        assert client.post(f"{url}leave/", {}).status_code == 204
        # What they said is theirs to take out.
        refused(client.delete(f"{url}recording/parts/mine/"), 409, "recording.no_part")

    def test_rooms_are_watched_for_as_long_as_a_token_lives(self, space, host, speaker, listener, at):
        seat(space, speaker, Role.SPEAKER, at(0))
        seat(space, listener, Role.LISTENER, at(0))
        assert watched_spaces(now=at(1)) == []
        stage_move_to_listeners(space=space, by=host, user=speaker, now=at(2))
        assert watched_spaces(now=at(600)) == [space]
        assert watched_spaces(now=at(640)) == []
        space_remove(space=space, by=host, user=listener, now=at(700))
        assert watched_spaces(now=at(1300)) == [space]
        assert watched_spaces(now=at(1340)) == []


# Valid for every address that takes a body.
BODY = {
    "locked": True,
    "muted": True,
    "text": "Hello",
    "kind": "❤️",
    "connection": "0123",
    "title": "A title",
}


def _patterns(found):
    for pattern in found:
        yield from _patterns(pattern.url_patterns) if hasattr(pattern, "url_patterns") else [pattern]


class TestMute:
    """Muting others."""

    def test_the_others_are_told_who_did_it(self, space, host, speaker, at, committed, sent):
        seat(space, speaker, Role.SPEAKER, at(0))
        Participation.objects.filter(user=speaker).update(muted=False)
        for _ in range(2):
            with committed():
                stage_mute(space=space, by=host, user=speaker, now=at(1))
        assert sent.of("stage.muted") == [{"user": str(speaker.pk), "muted": True, "by_host": True}]

    def test_all_but_the_hosts(self, space, host, cohost, speaker, at, committed, sent):
        seat(space, cohost, Role.COHOST, at(0))
        seat(space, speaker, Role.SPEAKER, at(0))
        Participation.objects.filter(space=space).update(muted=False)
        with committed():
            stage_mute_all(space=space, by=cohost, now=at(1))
        assert [data["user"] for data in sent.of("stage.muted")] == [str(speaker.pk)]

    def test_refusals(self, space, host, cohost, listener, outsider, at):
        seat(space, cohost, Role.COHOST, at(0))
        seat(space, listener, Role.LISTENER, at(0))
        for user, error in ((host, AboveYourRole), (listener, NotOnStage), (outsider, NotInRoom)):
            with pytest.raises(error):
                stage_mute(space=space, by=cohost, user=user, now=at(1))


class TestLock:
    """Nobody new."""

    def test_newcomers_are_refused_and_the_others_come_back(
        self, space, host, listener, outsider, join, at, sent
    ):
        join(space, listener)
        space_leave(space=space, user=listener, now=at(1))
        for _ in range(2):
            space_lock(space=space, by=host, locked=True, now=at(2))
        with pytest.raises(SpaceLocked):
            space_join(space=space, user=outsider, now=at(3))
        space_join(space=space, user=listener, now=at(3))
        space_lock(space=space, by=host, locked=False, now=at(4))
        space_join(space=space, user=outsider, now=at(5))


class TestEdit:
    """Title, topics, rules, policies."""

    def test_all_of_it_is_told_once(self, space, host, at, committed, sent):
        change = {
            "title": " New  title ",
            "topics": ["music", "sports"],
            "rules": "Be kind.\r\n\r\nListen.\x00",
            "message_policy": "followers",
            "guests_allowed": True,
        }
        for _ in range(2):
            with committed():
                space_edit(space=space, by=host, now=at(1), **change)
        [edited] = sent.of("space.edited")
        assert edited.pop("topics") == [
            {"slug": "music", "name": "Music"},
            {"slug": "sports", "name": "Sports"},
        ]
        assert edited == {
            "title": "New title",
            "description": "",
            "language": "en",
            "recording_wanted": False,
            "captions_wanted": True,
            "captions_masked": True,
            "clips_allowed": True,
            "rules": "Be kind.\n\nListen.",
            "speak_policy": "everyone",
            "message_policy": "followers",
            "guests_allowed": True,
            "strict_messages": False,
            "locked": False,
        }
        space.refresh_from_db()
        assert space.rules == "Be kind.\n\nListen."

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("title", " "),
            ("title", "x" * 71),
            ("topics", ["no-such-topic"]),
            ("topics", ["\x00"]),
            ("topics", ["music", "sports", "news", "art"]),
            ("rules", "x" * 1001),
            ("speak_policy", "nobody"),
            ("message_policy", ""),
        ],
    )
    def test_what_is_wrong_is_named_and_nothing_changes(self, space, host, at, field, value):
        with pytest.raises(Invalid) as wrong:
            space_edit(space=space, by=host, now=at(1), guests_allowed=True, **{field: value})
        assert list(wrong.value.fields) == [field]
        assert not Space.objects.get(pk=space.pk).guests_allowed

    def test_over_http(self, api, space, host):
        url = f"/api/v1/spaces/{space.pk}/"
        answer = api(host).patch(url, {"rules": "Be kind."})
        assert (answer.status_code, answer.json()["rules"], answer.json()["title"]) == (
            200,
            "Be kind.",
            "Morning voices",
        )
        assert api(None).get(url).json()["rules"] == "Be kind."
        for body in (
            {"topics": "music"},
            {"title": None},
            {"guests_allowed": "perhaps"},
            {"rules": 5 * ["x"]},
        ):
            refused(api(host).patch(url, body), 400, "invalid")


class TestPins:
    """Up to three."""

    def test_three_and_no_more(self, space, host, at, committed, sent):
        with committed():
            first = space_pin(space=space, by=host, url="https://example.com/a", title="A", now=at(1))
            assert space_pin(space=space, by=host, url="https://example.com/a", title="A", now=at(1)) == first
            space_pin(space=space, by=host, title="Only words", now=at(2))
            space_pin(space=space, by=host, url="https://example.com/b", now=at(3))
            with pytest.raises(PinsFull):
                space_pin(space=space, by=host, title="One more", now=at(4))
            for _ in range(2):
                space_unpin(space=space, by=host, pin_id=first.pk, now=at(5))
        changes = sent.of("space.pins_changed")
        assert [len(change["pins"]) for change in changes] == [1, 2, 3, 2]
        assert changes[0]["pins"] == [{"id": str(first.pk), "url": "https://example.com/a", "title": "A"}]

    @pytest.mark.parametrize(
        ("url", "title", "fault"),
        [
            ("", " ", "url"),
            ("javascript:alert(1)", "A", "url"),
            ("https://example.com/" + "a" * 500, "", "url"),
            ("", "x" * 121, "title"),
            ("https://exa\x00mple.com", "", "url"),
        ],
    )
    def test_what_is_no_pin(self, space, host, at, url, title, fault):
        with pytest.raises(Invalid) as wrong:
            space_pin(space=space, by=host, url=url, title=title, now=at(1))
        assert list(wrong.value.fields) == [fault]

    def test_a_pin_of_another_space_stays(self, space, host, at, now):
        world = make_world(now)
        theirs = Pin.objects.create(space=world.space, title="Theirs", by=world.people["host"])
        space_unpin(space=space, by=host, pin_id=theirs.pk, now=at(1))
        assert Pin.objects.filter(pk=theirs.pk).exists()

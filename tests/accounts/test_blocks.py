"""Blocking: both ways, done once, and unknown to who is blocked."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Block, Follow
from accounts.selectors import is_blocked_between, user_for_viewer
from accounts.services import follow, person_block, person_unblock
from spaces_project.lib.errors import Invalid, NotFound
from tests.factories import FollowFactory, UserFactory
from tests.rooms.answers import refused

pytestmark = pytest.mark.django_db

URL = "/api/v1/me/blocks/"
USERS = "/api/v1/users/"
NOW = datetime(2026, 5, 1, tzinfo=UTC)


class TestServices:
    def test_it_holds_both_ways_and_ends_following(self, listener, speaker):
        follow(follower=listener, followee=speaker, now=NOW)
        follow(follower=speaker, followee=listener, now=NOW)
        assert person_block(owner=listener, person=speaker, now=NOW)
        assert not person_block(owner=listener, person=speaker, now=NOW)
        assert is_blocked_between(listener, speaker)
        assert is_blocked_between(speaker, listener)
        assert not Follow.objects.exists()
        for one, other in ((listener, speaker), (speaker, listener)):
            one.refresh_from_db()
            assert (one.follower_count, one.following_count) == (0, 0)
            with pytest.raises(NotFound):
                follow(follower=one, followee=other, now=NOW)

    def test_each_takes_back_their_own(self, listener, speaker):
        person_block(owner=listener, person=speaker, now=NOW)
        person_block(owner=speaker, person=listener, now=NOW)
        assert person_unblock(owner=listener, person=speaker)
        assert not person_unblock(owner=listener, person=speaker)
        assert is_blocked_between(listener, speaker)
        assert person_unblock(owner=speaker, person=listener)
        assert not is_blocked_between(listener, speaker)
        assert not Follow.objects.exists()

    def test_nobody_blocks_themselves(self, listener):
        with pytest.raises(Invalid) as refusal:
            person_block(owner=listener, person=listener, now=NOW)
        assert refusal.value.code == "block.self"
        with pytest.raises(IntegrityError), transaction.atomic():
            Block.objects.create(owner=listener, person=listener)

    def test_user_for_viewer(self, listener, speaker, outsider, django_assert_num_queries):
        person_block(owner=listener, person=speaker, now=NOW)
        with django_assert_num_queries(1):
            assert user_for_viewer("A_speaker", listener).is_blocked
        with pytest.raises(NotFound):
            user_for_viewer("a_listener", speaker)
        assert not user_for_viewer("a_listener", outsider).is_blocked
        assert user_for_viewer("a_listener", listener) == listener


class TestApi:
    def test_it_is_ones_own_list(self, api, listener, speaker, cohost):
        client = api(listener)
        for handle in (speaker.handle.upper(), cohost.handle, cohost.handle):
            assert client.put(f"{URL}{handle}/").status_code == 200
        rows = client.get(URL).json()["results"]
        assert [row["handle"] for row in rows] == [cohost.handle, speaker.handle]
        assert set(rows[0]) == {"id", "handle", "name", "picture", "blocked_at"}
        assert api(speaker).get(URL).json()["results"] == []
        for _ in range(2):
            assert client.delete(f"{URL}{speaker.handle}/").status_code == 204
        assert [row["handle"] for row in client.get(URL).json()["results"]] == [cohost.handle]

    def test_whoever_blocks_me_is_not_found(self, api, listener, speaker):
        person_block(owner=listener, person=speaker, now=NOW)
        unknown = refused(api(speaker).get(f"{USERS}nobody_here/"), 404, "not_found")
        for path in ("", "followers/", "following/"):
            assert refused(api(speaker).get(f"{USERS}a_listener/{path}"), 404, "not_found") == unknown
        refused(api(speaker).put(f"{USERS}a_listener/follow/"), 404, "not_found")
        assert api(None).get(f"{USERS}a_listener/").status_code == 200
        # Who blocks sees whom, to take it back.
        assert api(listener).get(f"{USERS}a_speaker/").json()["is_blocked"] is True
        # The blocked may block back all the same.
        assert api(speaker).put(f"{URL}a_listener/").status_code == 200

    def test_lists_leave_out_who_is_behind_a_block(self, api, host, listener, speaker, outsider):
        for person in (listener, speaker, outsider):
            FollowFactory(follower=person, followee=host)
            FollowFactory(follower=host, followee=person)
        person_block(owner=listener, person=speaker, now=NOW)
        for viewer, others in (
            (listener, {"a_listener", "an_outsider"}),
            (speaker, {"a_speaker", "an_outsider"}),
            (outsider, {"a_listener", "a_speaker", "an_outsider"}),
            (None, {"a_listener", "a_speaker", "an_outsider"}),
        ):
            for path in ("followers/", "following/"):
                rows = api(viewer).get(f"{USERS}the_host/{path}").json()["results"]
                assert {row["handle"] for row in rows} == others

    @pytest.mark.parametrize("handle", ["nobody_here", "%00", "é", "x" * 300, "a'b", "me too"])
    def test_a_handle_of_nobody(self, api, listener, handle):
        for method in ("put", "delete"):
            refused(getattr(api(listener), method)(f"{URL}{handle}/"), 404, "not_found")

    def test_refusals(self, api, listener):
        refused(api(listener).put(f"{URL}{listener.handle}/"), 400, "block.self")
        refused(api(None).get(URL), 401, "not_signed_in")
        refused(api(None).put(f"{URL}{listener.handle}/"), 401, "not_signed_in")
        refused(api(None).delete(f"{URL}{listener.handle}/"), 401, "not_signed_in")
        refused(api(listener).get(URL, {"cursor": "cD1hYmM="}), 400, "cursor.invalid")

    def test_ten_and_a_hundred_take_the_same_queries(self, api, listener):
        client = api(listener)

        def queries():
            with CaptureQueriesContext(connection) as counted:
                assert client.get(URL, {"limit": 100}).status_code == 200
            return len(counted)

        def more(count):
            Block.objects.bulk_create(
                Block(owner=listener, person=person) for person in UserFactory.create_batch(count)
            )

        queries()  # notes that the session is used
        more(10)
        few = queries()
        more(90)
        assert queries() == few == 3

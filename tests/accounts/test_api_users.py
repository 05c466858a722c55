"""/api/v1/users/: other people over REST, and following them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Follow
from accounts.services import follow
from tests.accounts.answers import refused
from tests.factories import FollowFactory, UserFactory

pytestmark = pytest.mark.django_db

USERS = "/api/v1/users/"
HOST = f"{USERS}the_host/"
FOLLOW = f"{HOST}follow/"


class TestProfile:
    """GET /users/{handle}/"""

    def test_a_guest_reads_it(self, api, host):
        assert api(None).get(HOST).json() == {
            "id": str(host.pk),
            "handle": "the_host",
            "name": "The Host",
            "picture": "",
            "bio": "",
            "is_following": False,
            "follower_count": 0,
            "following_count": 0,
            "is_blocked": False,
            "is_suspended": False,
            "joined_at": host.date_joined.isoformat().replace("+00:00", "Z"),
        }

    def test_a_follower_and_an_outsider(self, api, host, listener, outsider, now):
        follow(follower=listener, followee=host, now=now)
        seen = api(listener).get(f"{USERS}THE_HOST/").json()
        assert (seen["is_following"], seen["follower_count"]) == (True, 1)
        assert api(outsider).get(HOST).json()["is_following"] is False

    @pytest.mark.parametrize(
        "handle", ["nobody_here", "a%00b", "%ff", "..", "a%2Fb", "x" * 3000, "the_host%0A"]
    )
    @pytest.mark.parametrize("what", ["", "follow/", "followers/", "following/"])
    def test_nobody_of_that_handle(self, api, host, listener, handle, what):
        method = api(listener).put if what == "follow/" else api(listener).get
        refused(method(f"{USERS}{handle}/{what}"), 404, "not_found")

    def test_inactive_people_do_not_exist(self, api, host, listener):
        host.is_active = False
        host.save()
        refused(api(listener).get(HOST), 404, "not_found")
        refused(api(listener).put(FOLLOW), 404, "not_found")


class TestFollow:
    """PUT and DELETE /users/{handle}/follow/"""

    def test_twice_is_once(self, api, host, listener):
        for _ in range(2):
            answer = api(listener).put(FOLLOW)
            assert answer.status_code == 200
            assert (answer.json()["is_following"], answer.json()["follower_count"]) == (True, 1)
        assert api(listener).get(HOST).json() == answer.json()
        for _ in range(2):
            assert api(listener).delete(FOLLOW).status_code == 204
        assert api(listener).get(HOST).json()["follower_count"] == 0

    def test_guests_sign_in_first(self, api, host):
        refused(api(None).put(FOLLOW), 401, "not_signed_in")
        refused(api(None).delete(FOLLOW), 401, "not_signed_in")

    def test_not_oneself(self, api, host):
        refused(api(host).put(FOLLOW), 400, "follow.self")
        assert not Follow.objects.exists()

    def test_a_form_on_another_site_cannot_follow(self, host, listener):
        from rest_framework.test import APIClient

        browser = APIClient(enforce_csrf_checks=True)
        browser.force_login(listener)
        refused(browser.put(FOLLOW), 403, "csrf")
        assert not Follow.objects.exists()


class TestLists:
    """GET /users/{handle}/followers/ and …/following/"""

    def test_pages_from_the_latest_to_the_first(self, api, host):
        names = [FollowFactory(followee=host).follower.handle for _ in range(5)]
        client, seen, address = api(None), [], f"{HOST}followers/?limit=2"
        while address:
            page = client.get(address).json()
            assert set(page) == {"next", "previous", "results"}
            seen += [row["handle"] for row in page["results"]]
            address = page["next"]
        assert seen == names[::-1]

    def test_a_row_says_whether_the_reader_follows_them(self, api, host, listener, speaker):
        FollowFactory(follower=speaker, followee=host)
        FollowFactory(follower=listener, followee=speaker)
        (row,) = api(listener).get(f"{HOST}followers/").json()["results"]
        assert row == {
            "id": str(speaker.pk),
            "handle": "a_speaker",
            "name": "A Speaker",
            "picture": "",
            "bio": "",
            "is_following": True,
        }
        (row,) = api(None).get(f"{USERS}a_speaker/following/").json()["results"]
        assert (row["handle"], row["is_following"]) == ("the_host", False)

    def test_rows_added_meanwhile_do_not_repeat_others(self, api, host):
        FollowFactory.create_batch(4, followee=host)
        first = api(None).get(f"{HOST}followers/?limit=2").json()
        FollowFactory.create_batch(3, followee=host)
        second = api(None).get(first["next"]).json()
        ids = [row["id"] for page in (first, second) for row in page["results"]]
        assert len(set(ids)) == 4

    @pytest.mark.parametrize("what", ["followers", "following"])
    def test_the_same_queries_for_10_rows_as_for_100(self, api, host, listener, what):
        side, other = ("followee", "follower") if what == "followers" else ("follower", "followee")
        client, counts = api(listener), []
        client.get(f"{HOST}{what}/")
        for rows in (10, 90):
            FollowFactory.create_batch(rows, **{side: host})
            with CaptureQueriesContext(
                connection,
            ) as queries:
                page = client.get(f"{HOST}{what}/?limit=100").json()
            counts.append(len(queries))
        assert len(page["results"]) == 100
        assert counts == [4, 4], other  # the session, its user, the person, the page

    @pytest.mark.parametrize("limit", ["0", "-1", "x", "101", "9" * 50, "%00"])
    def test_odd_limits_give_a_page(self, api, host, limit):
        FollowFactory.create_batch(2, followee=host)
        assert len(api(None).get(f"{HOST}followers/?limit={limit}").json()["results"]) == 2

    def test_the_pages_of_others_show_no_email(self, api, host):
        FollowFactory(followee=host, follower=UserFactory(email="secret@example.com"))
        for address in (HOST, f"{HOST}followers/"):
            assert b"@example.com" not in api(None).get(address).content

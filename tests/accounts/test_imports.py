"""Following many people by a list of handles: what is read as a handle, what is done, and what is refused."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Follow, User
from accounts.services import follow, follows_import, import_preview, person_block
from accounts.services.imports import (
    MAX_BYTES,
    ImportTooLong,
    ImportUnreadable,
    handles_in,
    text_of_upload,
)
from accounts.signals import follows_imported
from spaces_project.lib.errors import NotFound, TooMany
from tests.factories import UserFactory
from tests.rooms.racing import at_once

URL = "/api/v1/follow-imports/"


@pytest.fixture
def heard_imports() -> Any:
    """What `follows_imported` has said."""
    heard: list[dict[str, Any]] = []

    def hear(follower_id: int, followee_ids: list[int], **_: Any) -> None:
        heard.append({"follower_id": follower_id, "followee_ids": followee_ids})

    follows_imported.connect(hear)
    yield heard
    follows_imported.disconnect(hear)


def outcomes(lines: Any) -> dict[str, str]:
    """What became of each handle."""
    return {line.handle: line.outcome.value for line in lines}


def assert_counts_are_the_rows() -> None:
    """For everybody there is."""
    for user in User.objects.all():
        assert user.follower_count == Follow.objects.filter(followee=user).count(), user
        assert user.following_count == Follow.objects.filter(follower=user).count(), user


@pytest.mark.parametrize(
    ("text", "handles"),
    [
        ("", []),
        ("  \n\n ", []),
        ("maya", ["maya"]),
        ("@maya\n@lee\r\nsam", ["maya", "lee", "sam"]),
        ("@maya, @lee; sam\tkim | jo", ["maya", "lee", "sam", "kim", "jo"]),
        ("maya\nMAYA\n@Maya", ["maya"]),
        ("https://spaces.example/@maya/\nhttp://other.example/users/lee?tab=1", ["maya", "lee"]),
        ("/@maya\nspaces.example/@lee", ["maya", "lee"]),
        ("@maya@another.example", ["maya"]),
        ("\ufeff@maya", ["maya"]),
        ('name,handle\n"Kim, Maya",maya\nLee,@lee\n', ["maya", "lee"]),
        ("Name;Username\nMaya;maya\n", ["maya"]),
        ("Account address,Show boosts\nmaya@another.example,true\n", ["maya"]),
        ('"maya"\n<lee>', ["maya", "lee"]),
        ("no-handle!", ["no-handle!"]),
        ("x" * 500, ["x" * 40]),
        ("\u202emaya\u2066", ["maya"]),
        ("\x1b[31m", ["31m"]),
    ],
)
def test_what_is_read_as_a_handle(text: str, handles: list[str]) -> None:
    assert handles_in(text) == handles


@pytest.mark.parametrize("text", ["maya\0lee", "\0"])
def test_what_is_no_text(text: str) -> None:
    with pytest.raises(ImportUnreadable):
        handles_in(text)


def test_too_many() -> None:
    handles = [f"person_{n}" for n in range(501)]
    assert len(handles_in("\n".join(handles[:500]))) == 500
    # The same 500 twice are 500.
    assert len(handles_in("\n".join(handles[:500] * 2))) == 500
    with pytest.raises(ImportTooLong):
        handles_in("\n".join(handles))


@pytest.mark.parametrize(
    "hostile", ["a." * 30_000, "/" * 60_000, "http://" + "a/" * 30_000, '"' * 60_000, "@" * 60_000]
)
def test_texts_made_to_be_slow_are_read_like_any_other(hostile: str) -> None:
    assert all(len(handle) <= 40 for handle in handles_in(hostile))


def test_uploads() -> None:
    assert text_of_upload(SimpleUploadedFile("a.csv", b"\xef\xbb\xbfhandle\nmaya\n")) == "handle\nmaya\n"
    for content in (b"\x89PNG\r\n\x1a\n", b"\xff\xfem\0a\0", b"maya\0"):
        with pytest.raises(ImportUnreadable):
            text_of_upload(SimpleUploadedFile("a.txt", content))
    with pytest.raises(ImportTooLong):
        text_of_upload(SimpleUploadedFile("a.txt", b"a\n" * (MAX_BYTES // 2 + 1)))


@pytest.mark.django_db
def test_everybody_who_may_be_followed_is(
    listener, host, speaker, outsider, cohost, now, heard_imports, django_capture_on_commit_callbacks
):
    follow(follower=listener, followee=speaker, now=now)
    person_block(owner=listener, person=outsider, now=now)
    person_block(owner=cohost, person=listener, now=now)
    UserFactory(handle="gone", is_active=False)
    handles = [
        "THE_HOST",
        "a_speaker",
        "an_outsider",
        "a_cohost",
        "a_listener",
        "gone",
        "nobody",
        "no-handle",
    ]
    expected = {
        "the_host": "followed",
        "a_speaker": "already",
        "an_outsider": "blocked",
        # Whoever blocks one does not exist for one.
        "a_cohost": "unknown",
        "a_listener": "self",
        "gone": "unknown",
        "nobody": "unknown",
        "no-handle": "unknown",
    }
    preview = outcomes(import_preview(follower=listener, handles=handles))
    assert preview == expected | {"the_host": "new"}
    assert not Follow.objects.filter(followee=host).exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert outcomes(follows_import(follower=listener, handles=handles, now=now)) == expected
    assert Follow.objects.get(followee=host).created_at == now
    assert heard_imports == [{"follower_id": listener.pk, "followee_ids": [host.pk]}]
    assert_counts_are_the_rows()


@pytest.mark.django_db
def test_done_twice_is_done_once(listener, host, now, heard_imports, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        follows_import(follower=listener, handles=[host.handle], now=now)
        again = follows_import(follower=listener, handles=[host.handle], now=now)
    assert outcomes(again) == {host.handle: "already"}
    assert len(heard_imports) == 1
    assert_counts_are_the_rows()


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 500])
def test_one_and_five_hundred_take_the_same_queries(number, listener, now):
    User.objects.bulk_create(User(handle=f"crowd_{n}", name="Crowd") for n in range(number))
    handles = [f"crowd_{n}" for n in range(number)]
    with CaptureQueriesContext(connection) as queries:
        lines = follows_import(follower=listener, handles=handles, now=now)
    assert {line.outcome.value for line in lines} == {"followed"}
    listener.refresh_from_db()
    assert listener.following_count == number
    assert User.objects.filter(follower_count=1).count() == number
    # A savepoint and its release, who they are, follows, blocks (twice), the insert, the locks, both counts.
    assert len(queries) == 10


@pytest.mark.django_db
def test_an_account_that_is_gone_leaves_nothing(listener, host, now):
    User.objects.filter(pk=listener.pk).delete()
    with pytest.raises(NotFound):
        follows_import(follower=listener, handles=[host.handle], now=now)
    assert not Follow.objects.exists()
    host.refresh_from_db()
    assert host.follower_count == 0


@pytest.mark.django_db
def test_not_too_often(listener, host, now, limit):
    limit("follow.import", account=(2, 3600))
    for _ in range(2):
        follows_import(follower=listener, handles=[host.handle], now=now)
    with pytest.raises(TooMany):
        follows_import(follower=listener, handles=[host.handle], now=now)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_many_import_overlapping_lists_while_others_follow_and_leave(now):
    """Lists in all orders, single follows and unfollows of the same people at once: nobody waits for ever, counts are right."""
    people = UserFactory.create_batch(12)
    handles = [person.handle for person in people]

    def imports(number: int) -> Callable[[], Any]:
        mine = handles[number:] + handles[:number]
        return lambda: follows_import(follower=people[number], handles=mine, now=now)

    def follows(number: int) -> Callable[[], Any]:
        one, other = people[number], people[(number + 5) % len(people)]
        return lambda: follow(follower=one, followee=other, now=now)

    at_once(*[imports(n) for n in range(len(people))], *[follows(n) for n in range(len(people))])
    assert Follow.objects.count() == len(people) * (len(people) - 1)
    assert_counts_are_the_rows()


@pytest.mark.django_db
def test_over_rest(api, listener, host, speaker):
    body = {"handles": ["@the_host"], "text": "a_speaker\nnobody"}
    preview = api(listener).post(URL, body | {"preview": True}).json()
    assert preview["followed"] == 0
    assert [row["outcome"] for row in preview["results"]] == ["new", "new", "unknown"]
    assert not Follow.objects.exists()
    done = api(listener).post(URL, body).json()
    assert done["followed"] == 2
    assert done["results"][0]["person"]["handle"] == "the_host"
    assert done["results"][2] == {"handle": "nobody", "outcome": "unknown", "person": None}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"handles": [f"p_{n}" for n in range(501)]}, 400, "invalid"),
        ({"text": "\n".join(f"p_{n}" for n in range(501))}, 400, "import.too_long"),
        ({"text": "a " * MAX_BYTES}, 400, "invalid"),
        ({"handles": "maya"}, 400, "invalid"),
        ({"handles": [["maya"]]}, 400, "invalid"),
        ({"handles": [None]}, 400, "invalid"),
        ({"handles": ["ma\0ya"]}, 400, "invalid"),
        ({"text": "ma\0ya"}, 400, "invalid"),
        ({"text": "x" * 10_000_000}, 413, "too_large"),
        ({}, 200, None),
    ],
)
def test_bad_bodies(body, status, code, api, listener):
    answer = api(listener).post(URL, body)
    assert answer.status_code == status, answer.content[:200]
    assert answer.json().get("code") == code


@pytest.mark.django_db
def test_guests_sign_in_first(api):
    assert api(None).post(URL, {"handles": []}).status_code == 401

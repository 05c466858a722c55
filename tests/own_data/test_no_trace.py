"""A deleted account leaves no trace: every table, and every file, is searched for what somebody was called and wrote."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session

from accounts.models import Follow, User
from moderation.models import AuditEntry, Evidence
from moderation.services.audit import audit_seal, audit_verify
from moderation.services.evidence import evidence_purge
from own_data.models import AccountDeletion
from own_data.registry import REGISTRY
from own_data.services import steps
from own_data.services.deletions import deletion_ask, deletions_run
from own_data.services.rows import persons_rows
from recordings.models import Recording
from recordings.services.files import files_delete
from rooms.models import Space
from social.models import DirectMessage, Post
from tests.own_data.life import HANDLE, KEY, TRACES, WORDS, Life, live_a_life
from tickets.models import LedgerEntry, Order, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_audio")]


@pytest.fixture
def life(now: datetime, tmp_path: Path) -> Life:
    """Somebody with a row in every table."""
    return live_a_life(now, tmp_path)


def leave(life: Life, now: datetime) -> datetime:
    """They ask for it, and do not change their mind; returns when it is over."""
    deletion_ask(user=life.user, handle=HANDLE, now=now)
    deletions_run(now=now)
    over = now + timedelta(days=15)
    deletions_run(now=over)
    return over


def found_in_tables(words: tuple[str, ...]) -> dict[str, set[str]]:
    """Table and column -> which of these words stand in any of its rows, whatever their case."""
    found: dict[str, set[str]] = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy:
            continue
        for row in model._base_manager.values():
            for column, value in row.items():
                said = str(value).lower()
                for word in words:
                    if word.lower() in said:
                        found.setdefault(f"{model._meta.label}.{column}", set()).add(word)
    for session in Session.objects.all():
        if any(word.lower() in str(session.get_decoded()).lower() for word in words):
            found.setdefault("sessions.Session", set()).add("in it")
    return found


def files(folder: Path) -> Iterator[Path]:
    """All files of all storages."""
    for name in ("media", "kept", "spool"):
        yield from (one for one in (folder / name).rglob("*") if one.is_file())


def test_they_have_a_row_in_every_table_by_every_column(life):
    for label, declared in REGISTRY.items():
        for column in (*declared.gone, *declared.forgets, *declared.keeps, *declared.by):
            if label not in ("own_data.AccountDeletion", "accounts.User"):
                assert persons_rows(life.user, label, (column,)).exists(), (label, column)


def test_no_trace(life, now, tmp_path, django_capture_on_commit_callbacks):
    assert len(found_in_tables(TRACES)) > 40
    assert any(WORDS.encode() in one.read_bytes() for one in files(tmp_path))
    audit_seal(now=now)
    with django_capture_on_commit_callbacks(execute=True):
        over = leave(life, now)
    files_delete(now=over + timedelta(minutes=1))
    # What was reported is kept for its days, without a name.
    assert found_in_tables(TRACES) == {"moderation.Evidence.data": {WORDS}}
    evidence_purge(now=now + timedelta(days=400))
    assert found_in_tables(TRACES) == {}
    assert not Evidence.objects.exists()
    assert not any(WORDS.encode() in one.read_bytes() for one in files(tmp_path))
    assert not any(name in str(one) for one in files(tmp_path) for name in (HANDLE, "of-them", str(KEY)))
    # The number of the account stands where the registry says that it stays, and nowhere else.
    allowed = {"accounts.User.id", "own_data.AccountDeletion.user_id"}
    for label, declared in REGISTRY.items():
        allowed |= {f"{label}.{column}_id" for column in declared.keeps}
        allowed |= {f"{label}.{column}" for column in declared.says}
    assert set(found_in_tables((str(KEY),))) <= allowed


def test_what_others_have_stays_theirs(life, now):
    other = life.other
    leave(life, now)
    theirs = Post.objects.get(author=other, is_reply=False)
    assert (theirs.like_count, theirs.reply_count) == (0, 0)
    answer = Post.objects.get(author=other, is_reply=True)
    assert (answer.text, answer.parent) == ("An answer", None)
    other.refresh_from_db()
    assert (other.follower_count, other.following_count, Follow.objects.count()) == (0, 0, 0)
    space = Space.objects.get(pk=life.theirs.pk)
    assert (space.title, space.reminder_count) == ("Something else", 0)
    # Its replay is made anew, without the voice of whoever left.
    assert Recording.objects.get(space=space).state == Recording.State.PROCESSING
    assert not space.recording.tracks.exists()
    assert not DirectMessage.objects.exists()


def test_the_books_stay_without_the_person(life, now):
    entries = list(LedgerEntry.objects.order_by("pk").values())
    leave(life, now)
    assert list(LedgerEntry.objects.order_by("pk").values()) == entries
    empty = User.objects.get(pk=KEY)
    assert (empty.name, empty.is_active, empty.has_usable_password()) == ("Deleted account", False, False)
    assert Order.objects.filter(buyer=empty).count() == Ticket.objects.filter(holder=empty).count() == 1
    # Of their Spaces only the one that was sold is left, and says nothing.
    [space] = Space.objects.filter(host=empty)
    assert (space.pk, space.title, space.topics.count()) == (life.sold.pk, "Deleted Space", 0)
    assert not space.messages.exists()
    assert not Recording.objects.filter(space=space).exists()


def test_the_log_stays_whole(life, now):
    audit_seal(now=now)
    over = leave(life, now)
    [entry] = AuditEntry.objects.filter(act="staff.warn")
    assert (entry.actor_id, entry.target_id, entry.actor_handle, entry.target_handle) == (
        KEY,
        str(KEY),
        "",
        "",
    )
    audit_seal(now=over)
    assert audit_verify(now=over) == []


class Killed(BaseException):
    """The worker dies: nothing that looks after errors sees it."""


def test_killed_between_any_two_steps(life, now, monkeypatch, django_capture_on_commit_callbacks):
    """Each step is done, and done again, before the worker dies; another one carries on."""
    deletion_ask(user=life.user, handle=HANDLE, now=now)
    deletions_run(now=now)
    dying = []

    def mortal(step):
        def do(user, moment):
            step(user, moment)
            if step not in dying:
                dying.append(step)
                raise Killed

        return do

    monkeypatch.setattr("own_data.services.deletions.STEPS", tuple(mortal(step) for step in steps.STEPS))
    moment = now + timedelta(days=15)
    for number in range(len(steps.STEPS)):
        with pytest.raises(Killed):
            deletions_run(now=moment)
        # Nobody else takes it while the lease lasts.
        assert deletions_run(now=moment) == 0
        assert AccountDeletion.objects.get().step == number
        moment += timedelta(minutes=10)
    with django_capture_on_commit_callbacks(execute=True):
        assert deletions_run(now=moment) == 1
    assert set(found_in_tables(TRACES)) == {"moderation.Evidence.data"}
    assert deletions_run(now=moment + timedelta(days=1)) == 0

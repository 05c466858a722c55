"""The audit log: sealed in a chain, and what is done to it is found."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, models, transaction

from moderation.models import AuditEntry, AuditSeal
from moderation.models.audit import AppendOnlyError
from moderation.services import audit as chain
from moderation.services.audit import audit_head, audit_seal, audit_verify, names_forget
from moderation.tasks import audit_seal as audit_seal_task
from spaces_project.lib import audit
from spaces_project.lib.caller import called_by

pytestmark = pytest.mark.django_db

TABLES = ("moderation_auditentry", "moderation_auditseal")


@contextmanager
def hands_in_the_database() -> Iterator[None]:
    """What somebody can do who owns the database: PostgreSQL's own guard is off."""
    postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        for table in TABLES if postgres else ():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER append_only")
        yield
        for table in TABLES if postgres else ():
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER append_only")


def rows(model: type[models.Model]) -> models.QuerySet:
    """The rows without the guard of our own managers."""
    return models.QuerySet(model)


@pytest.fixture
def log(host, listener, now) -> list[AuditEntry]:
    """Six entries, sealed."""
    with called_by("page", "2001:db8::7"):
        for number in range(6):
            audit.record(
                act="space.remove",
                by=host,
                target_kind="person",
                target_id=listener.pk,
                target_handle=listener.handle,
                reason=f"No. {number}",
                data={"number": number, "words": "ünïcødé", "deep": {"b": [1, 2], "a": None}},
                now=now,
            )
    assert audit_seal(now=now) == 6
    return list(AuditEntry.objects.order_by("pk"))


def found(now, **more) -> list[tuple[str, int | None]]:
    return [(problem.kind, problem.entry_id) for problem in audit_verify(now=now, **more)]


def test_a_whole_log_is_found_whole(log, host, now):
    assert found(now) == []
    assert [seal.seq for seal in AuditSeal.objects.order_by("seq")] == [1, 2, 3, 4, 5, 6]
    assert log[0].door == "page"
    assert log[0].address == "2001:db8::7"
    assert (log[0].actor_id, log[0].actor_handle) == (host.pk, host.handle)


def test_sealing_again_seals_what_is_new(log, host, now):
    assert audit_seal(now=now) == 0
    audit.record(act="staff.warn", by=host, now=now)
    audit_seal_task()
    assert audit_head().seq == 7
    assert found(now) == []


def test_more_than_a_batch(log, host, now, monkeypatch):
    monkeypatch.setattr(chain, "SEAL_BATCH", 3)
    for _ in range(7):
        audit.record(act="staff.warn", by=host, now=now)
    assert audit_seal(now=now) == 7
    assert found(now) == []


@pytest.mark.parametrize(
    "change",
    [
        {"reason": "Another one"},
        {"actor_id": 7},
        {"act": "space.lock"},
        {"address": "10.0.0.1"},
        {"data": {"number": 99}},
        {"target_id": "1"},
        {"door": "api"},
    ],
)
def test_a_changed_entry_is_named(log, now, change):
    with hands_in_the_database():
        rows(AuditEntry).filter(pk=log[2].pk).update(**change)
    assert found(now) == [("changed", log[2].pk)]


def test_a_moved_time_is_named(log, now):
    with hands_in_the_database():
        rows(AuditEntry).filter(pk=log[2].pk).update(at=now - timedelta(microseconds=1))
    assert found(now) == [("changed", log[2].pk)]


def test_a_deleted_entry_is_named(log, now):
    with hands_in_the_database():
        rows(AuditEntry).filter(pk=log[3].pk)._raw_delete("default")
    assert found(now) == [("missing", log[3].pk)]


def test_an_entry_deleted_with_its_seal_leaves_a_gap(log, now):
    with hands_in_the_database():
        rows(AuditEntry).filter(pk=log[3].pk)._raw_delete("default")
        rows(AuditSeal).filter(entry_id=log[3].pk)._raw_delete("default")
    problems = audit_verify(now=now)
    assert [(problem.kind, problem.seq) for problem in problems] == [("gap", 4)]


def test_swapped_entries_are_named(log, now):
    first, second = log[1], log[4]
    with hands_in_the_database():
        rows(AuditEntry).filter(pk=first.pk).update(reason=second.reason, data=second.data)
        rows(AuditEntry).filter(pk=second.pk).update(reason=first.reason, data=first.data)
    assert found(now) == [("changed", first.pk), ("changed", second.pk)]


def test_swapped_seals_are_named(log, now):
    with hands_in_the_database():
        rows(AuditSeal).filter(seq=2).update(entry_id=0)
        rows(AuditSeal).filter(seq=5).update(entry_id=log[1].pk)
        rows(AuditSeal).filter(seq=2).update(entry_id=log[4].pk)
    assert [kind for kind, _ in found(now)] == ["changed", "changed"]


def test_a_seal_made_anew_breaks_the_next(log, now):
    with hands_in_the_database():
        rows(AuditEntry).filter(pk=log[2].pk).update(reason="Another one")
        before = AuditSeal.objects.get(seq=2).digest
        forged = chain.digest_of(AuditEntry.objects.get(pk=log[2].pk), seq=3, before=before)
        rows(AuditSeal).filter(seq=3).update(digest=forged)
    assert found(now) == [("changed", log[3].pk)]


def test_an_entry_put_in_later_is_named(log, host, now):
    audit.record(act="space.remove", by=host, now=now - timedelta(days=3))
    late = AuditEntry.objects.latest("pk")
    assert found(now) == [("unsealed", late.pk)]


def test_a_cut_tail_is_found_by_a_head_that_was_noted(log, now):
    head = audit_head()
    noted = (head.seq, head.digest)
    with hands_in_the_database():
        rows(AuditEntry).filter(pk__in=[log[4].pk, log[5].pk])._raw_delete("default")
        rows(AuditSeal).filter(seq__gte=5)._raw_delete("default")
    # In itself what is left is whole: nothing but the noted head tells.
    assert found(now) == []
    assert [problem.kind for problem in audit_verify(now=now, expect=noted)] == ["cut"]


def test_a_chain_that_was_made_anew_is_found_by_a_head_that_was_noted(log, now):
    head = audit_head()
    noted = (head.seq, head.digest)
    with hands_in_the_database():
        rows(AuditEntry).filter(pk=log[2].pk).update(reason="Another one")
        rows(AuditSeal)._raw_delete("default")
    assert audit_seal(now=now) == 6
    assert found(now) == []
    assert [problem.kind for problem in audit_verify(now=now, expect=noted)] == ["cut"]


class TestCommand:
    """`manage.py audit_verify`."""

    @staticmethod
    def run(*arguments: str) -> str:
        out = StringIO()
        call_command("audit_verify", *arguments, stdout=out)
        return out.getvalue()

    def test_it_says_that_the_log_is_whole(self, log):
        assert self.run() == "The audit log is whole: 6 entries in the chain.\n"
        head = self.run("--head").strip()
        assert head == f"6:{audit_head().digest}"
        assert "is whole" in self.run("--expect", head)

    def test_it_ends_with_1_and_names_what_is_wrong(self, log):
        with hands_in_the_database():
            rows(AuditEntry).filter(pk=log[2].pk).update(reason="Another one")
            rows(AuditEntry).filter(pk=log[3].pk)._raw_delete("default")
        out = StringIO()
        with pytest.raises(CommandError) as failed:
            call_command("audit_verify", stdout=out)
        assert failed.value.returncode == 1
        assert f"entry {log[2].pk}, or its seal, was changed" in out.getvalue()
        assert f"entry {log[3].pk} is missing" in out.getvalue()

    def test_an_empty_log_is_whole_and_has_no_head(self):
        assert self.run("--head") == "\n"
        assert "is whole" in self.run()

    @pytest.mark.parametrize("given", ["6", "6:abc", "-1:" + "a" * 64, "6:" + "A" * 64])
    def test_what_is_no_head(self, log, given):
        with pytest.raises(CommandError):
            self.run(f"--expect={given}")

    def test_sealing_what_was_left_behind(self, log, host, now, monkeypatch):
        with hands_in_the_database():
            rows(AuditSeal).filter(seq__gt=1)._raw_delete("default")
        monkeypatch.setattr(chain, "_LOOK_BACK", 0)
        # The usual round looks only behind the last seal; an entry before it is for the command.
        with hands_in_the_database():
            rows(AuditSeal).filter(seq=1).update(entry_id=log[5].pk)
        assert audit_seal(now=now) == 0
        out = StringIO()
        call_command("audit_seal", stdout=out)
        assert out.getvalue() == "Sealed: 5.\n"


class TestGuards:
    """Nobody changes a row by the ways there are."""

    def test_not_by_the_models(self, log):
        entry = log[0]
        entry.reason = "Another one"
        for attempt in (
            entry.save,
            entry.delete,
            AuditEntry.objects.all().delete,
            lambda: AuditEntry.objects.update(reason=""),
            audit_head().save,
            audit_head().delete,
        ):
            with pytest.raises(AppendOnlyError):
                attempt()

    @pytest.mark.postgres
    @pytest.mark.parametrize("table", TABLES)
    @pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET {}"])
    def test_not_in_postgresql(self, log, table, statement):
        column = "act = 'x'" if table == TABLES[0] else "digest = 'x'"
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement.format(table, column))

    @pytest.mark.postgres
    def test_a_handle_may_be_taken_out_and_not_changed(self, log, host, now):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            rows(AuditEntry).update(actor_handle="somebody_else")
        names_forget(user=host)
        assert not AuditEntry.objects.filter(actor_handle=host.handle).exists()
        assert found(now) == []

"""The log of every act of moderation, by hosts and by staff. Rows are added and never changed.

An entry is written in the transaction of the act it tells of. A task seals the entries a moment later, one after the other:
each seal's digest covers its entry and the seal before it, so that a row that is changed or missing breaks the chain. Were the
chain written with the acts, every mute in every Space would wait for one lock.
"""

from typing import Any, NoReturn

from django.db import models


class AppendOnlyError(RuntimeError):
    """Somebody tried to change the log."""


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """Refuses what would change rows that are there."""

    def update(self, **kwargs: Any) -> NoReturn:
        """Refused."""
        raise AppendOnlyError("The audit log is append-only.")

    def delete(self) -> NoReturn:
        """Refused."""
        raise AppendOnlyError("The audit log is append-only.")


class AppendOnly(models.Model):
    """A row that is written once."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, **kwargs: Any) -> None:
        """Write a new row. Raises AppendOnlyError for one that is there."""
        if not self._state.adding:
            raise AppendOnlyError("The audit log is append-only.")
        super().save(**{**kwargs, "force_insert": True})

    def delete(self, using: Any = None, keep_parents: bool = False) -> NoReturn:
        """Refused."""
        raise AppendOnlyError("The audit log is append-only.")


class AuditEntry(AppendOnly):
    """Who did what to whom, why, when, from where. Keys and names are kept as text: accounts go, the log stays; then without
    the two handles, which no seal covers (moderation.services.audit)."""

    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor_handle = models.CharField(max_length=20, blank=True)
    # How it was asked for: page, api, socket, admin, command, task.
    door = models.CharField(max_length=10, blank=True)
    address = models.GenericIPAddressField(null=True)
    act = models.CharField(max_length=40)
    target_kind = models.CharField(max_length=20, blank=True)
    target_id = models.CharField(max_length=40, blank=True)
    target_handle = models.CharField(max_length=20, blank=True)
    space_id = models.UUIDField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "audit entries"
        indexes = (
            models.Index(fields=["target_kind", "target_id"], name="audit_of_target"),
            models.Index(fields=["space_id", "id"], name="audit_of_space"),
            models.Index(fields=["actor_id", "id"], name="audit_of_actor"),
        )

    def __str__(self) -> str:
        return f"{self.act} by {self.actor_handle or 'Spaces'}"


class AuditSeal(AppendOnly):
    """One link of the chain: `digest` is SHA-256 over the entry's fields, `seq` and the digest before."""

    seq = models.BigIntegerField(primary_key=True)
    entry_id = models.BigIntegerField(unique=True)
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.seq}: {self.digest[:12]}"

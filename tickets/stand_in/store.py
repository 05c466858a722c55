"""What the stand-in keeps: Stripe's objects as JSON, answers by idempotency key, and webhooks that wait to be sent."""

import contextlib
import json
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

Json = dict[str, Any]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE, kind TEXT, owner TEXT, created INTEGER, body TEXT
);
CREATE INDEX IF NOT EXISTS objects_by_kind ON objects (kind, owner, seq);
CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, request TEXT, status INTEGER, body TEXT);
CREATE TABLE IF NOT EXISTS deliveries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT, due REAL, attempts INTEGER DEFAULT 0, state TEXT DEFAULT 'waiting'
);
"""


class Store:
    """One SQLite database, which one thread at a time reads and changes (`change`)."""

    def __init__(self, path: str) -> None:
        self._lock = threading.RLock()
        self._depth = 0
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        # A demo's money may be lost with the machine.
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.executescript(_SCHEMA)

    @contextlib.contextmanager
    def change(self) -> Iterator[None]:
        """Do all of a block, or nothing of it; other threads wait."""
        with self._lock:
            if self._depth == 0:
                self._db.execute("BEGIN")
            self._depth += 1
            try:
                yield
            except BaseException:
                if self._depth == 1:
                    self._db.execute("ROLLBACK")
                raise
            else:
                if self._depth == 1:
                    self._db.execute("COMMIT")
            finally:
                self._depth -= 1

    # Objects

    def add(self, kind: str, prefix: str, *, owner: str = "", **fields: Any) -> Json:
        """Make an object with an id (`prefix_…`) and the moment of now, of a creator's account or ("") our own."""
        made: Json = {
            "id": f"{prefix}_{secrets.token_hex(12)}",
            "object": kind,
            "created": int(time.time()),
            "livemode": False,
            **fields,
        }
        with self.change():
            self._db.execute(
                "INSERT INTO objects (id, kind, owner, created, body) VALUES (?, ?, ?, ?, ?)",
                (made["id"], kind, owner, made["created"], json.dumps(made)),
            )
        return made

    def save(self, changed: Json) -> None:
        """Keep an object as it is now."""
        with self.change():
            self._db.execute("UPDATE objects SET body = ? WHERE id = ?", (json.dumps(changed), changed["id"]))

    def get(self, kind: str, key: str, *, owner: str | None = "") -> Json | None:
        """The object of a kind, of one account ("" is the platform's own, None anybody's); None when there is none."""
        with self._lock:
            row = self._db.execute(
                "SELECT owner, body FROM objects WHERE id = ? AND kind = ?", (key, kind)
            ).fetchone()
        if row is None or (owner is not None and row["owner"] != owner):
            return None
        body: Json = json.loads(row["body"])
        return body

    def all(
        self, kind: str, *, owner: str | None = "", wanted: Callable[[Json], bool] | None = None
    ) -> list[Json]:
        """All objects of a kind, the newest first."""
        with self._lock:
            rows = self._db.execute(
                "SELECT body FROM objects WHERE kind = ? AND (? IS NULL OR owner = ?) ORDER BY seq DESC",
                (kind, owner, owner),
            ).fetchall()
        found = [json.loads(row["body"]) for row in rows]
        return [one for one in found if wanted is None or wanted(one)]

    def forget(self) -> None:
        """Lose everything."""
        with self.change():
            for table in ("objects", "answers", "deliveries"):
                self._db.execute(f"DELETE FROM {table}")  # noqa: S608

    # Answers by idempotency key

    def answered(self, key: str) -> tuple[str, int, str] | None:
        """What was asked and answered under a key: request, status, body."""
        with self._lock:
            row = self._db.execute("SELECT * FROM answers WHERE key = ?", (key,)).fetchone()
        return (row["request"], row["status"], row["body"]) if row else None

    def remember(self, key: str, request: str, status: int, body: str) -> None:
        """Keep an answer."""
        with self.change():
            self._db.execute("INSERT INTO answers VALUES (?, ?, ?, ?)", (key, request, status, body))

    # Webhooks

    def deliver(self, event: str, due: float | None, state: str = "waiting") -> None:
        """Have an event sent at `due` (seconds since 1970; None: when it is released)."""
        with self.change():
            self._db.execute(
                "INSERT INTO deliveries (event, due, state) VALUES (?, ?, ?)", (event, due, state)
            )

    def due_delivery(self, now: float) -> sqlite3.Row | None:
        """The one that waits longest of those that are due."""
        with self._lock:
            row: sqlite3.Row | None = self._db.execute(
                "SELECT * FROM deliveries WHERE state = 'waiting' AND due <= ? ORDER BY due, seq LIMIT 1",
                (now,),
            ).fetchone()
        return row

    def deliveries(self) -> list[Json]:
        """All of them, in the order in which they came to be."""
        with self._lock:
            return [dict(row) for row in self._db.execute("SELECT * FROM deliveries ORDER BY seq")]

    def delivery_change(self, seq: int, *, state: str, due: float | None, attempts: int) -> None:
        """Note how sending went."""
        with self.change():
            self._db.execute(
                "UPDATE deliveries SET state = ?, due = ?, attempts = ? WHERE seq = ?",
                (state, due, attempts, seq),
            )

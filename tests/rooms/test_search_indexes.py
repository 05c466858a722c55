"""Lists and search read indexes, not tables: what PostgreSQL plans for 20,000 Spaces and people."""

import hashlib
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recordings.models import CaptionLine
from recordings.selectors.search import said_found
from rooms.selectors import discovery, search
from spaces_project.lib import fulltext

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]

GUEST = AnonymousUser()
ROWS = 20_000
TABLES = (
    "rooms_space",
    "accounts_user",
    "recordings_recording",
    "recordings_recordingstretch",
    "recordings_captionline",
)
PEOPLE = """
    INSERT INTO accounts_user (password, is_superuser, handle, email, name, bio, picture, follower_count, following_count,
                               time_zone, language, is_active, is_staff, is_suspended, date_joined)
    SELECT '', false, 'p_' || n, '', md5('n' || n) || ' Family' || n %% 997, '', '', n %% 50, 0, '', '', true, false, false,
           now()
    FROM generate_series(1, %(rows)s) n
"""
SPACES = """
    INSERT INTO rooms_space (id, host_id, title, language, speak_policy, rules, description, message_policy,
                             guests_allowed, blocked_words, strict_messages, state, seq, session, created_at,
                             started_at, ended_at, end_reason, time_zone, sequence, recording_wanted,
                             captions_wanted, captions_masked, clips_allowed,
                             reminder_count, listeners_seen, peak_listeners)
    SELECT gen_random_uuid(), id, 'Common ' || md5(handle) || ' title', CASE id % 1000 WHEN 0 THEN 'zh' ELSE 'en' END,
           'everyone', '', '', 'everyone', false, '[]', false, 'ended', 0, 1, now(), now() - id * interval '1 minute',
           now() - id * interval '1 minute', 'host', '', 0, false, true, true, true, 0, 0, 0
    FROM accounts_user
"""

REPLAYS = """
    INSERT INTO recordings_recording (space_id, state, trouble, created_at, title, trimmed_ms, duration_ms, mix, size_bytes,
                                      waveform, progress, revision, ready_at, expires_at, kept, plays, mix_attempts)
    SELECT id, 'ready', '', now(), '', 0, 60000, 'a.mp3', 1, '[]', 100, 1, ended_at, now() + interval '9 days', false, 0, 0
    FROM rooms_space
"""
STRETCHES = """
    INSERT INTO recordings_recordingstretch (recording_id, starts_at_ms, ends_at_ms)
    SELECT id, 0, 60000 FROM recordings_recording
"""
LINES = """
    INSERT INTO recordings_captionline (space_id, speaker_name, starts_at_ms, ends_at_ms, text, masked, language, engine)
    SELECT space_id, 'Maya', 1000, 2000, 'Often said ' || md5('said' || id), false, 'en', 'test' FROM recordings_recording
"""


@pytest.fixture
def many(db: None) -> int:
    """20,000 people, each the host of one Space that is over. Returns the number of one of them."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '60s'")
        # With so few rows reading all of them sometimes seems as cheap: what counts is that an index can do it.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(PEOPLE, {"rows": ROWS})
        for rows in (SPACES, REPLAYS, STRETCHES, LINES):
            cursor.execute(rows)
        cursor.execute(
            "SELECT gin_clean_pending_list(indexrelid) FROM pg_index JOIN pg_class ON oid = indexrelid"
            " WHERE relam = (SELECT oid FROM pg_am WHERE amname = 'gin')"
        )
        cursor.execute(f"ANALYZE {', '.join(TABLES)}")
    fulltext.forget_indexes()
    return ROWS


def hashed(text: str) -> str:
    """A word that one title or name has."""
    return hashlib.md5(text.encode()).hexdigest()


def mistyped(word: str) -> str:
    """It, with two letters in the wrong order and one twice."""
    return word[:9] + word[10] + word[9] + word[11:20] + word[20] + word[20:]


def read(run: Callable[[], Any]) -> tuple[set[str], set[str], float]:
    """What the queries of `run` read: indexes, tables from their beginning to their end, and rows passed in vain."""
    with CaptureQueriesContext(connection) as asked:
        run()
    indexes, tables, rows = set(), set(), 0.0
    for query in asked:
        if not query["sql"].startswith(("SELECT", "(SELECT")):
            continue
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) {query['sql']}")
            plan = "\n".join(row[0] for row in cursor.fetchall())
        indexes |= set(re.findall(r"(?:using|Bitmap Index Scan on) (\w+)", plan))
        tables |= set(re.findall(r"Seq Scan on (\w+)", plan))
        rows += sum(int(number) for number in re.findall(r"Rows Removed by Filter: (\d+)", plan))
    return indexes, tables & set(TABLES), rows


def test_a_rare_word_of_a_title(many: int) -> None:
    what = search.asked(hashed(f"p_{many}"))
    found = search.spaces_found(what, viewer=GUEST, cursor="", limit=20)
    assert [space.host.handle for _, space in found.rows] == [f"p_{many}"]

    indexes, tables, in_vain = read(lambda: search.spaces_found(what, viewer=GUEST, cursor="", limit=20))

    assert {"space_title_words", "user_words"} <= indexes
    assert tables == set()
    assert in_vain < 100


def test_a_word_that_every_title_has(many: int) -> None:
    what = search.asked("common")
    latest = discovery.replays_page(viewer=GUEST, topic=None, language="", cursor="", limit=20)
    found = search.spaces_found(what, viewer=GUEST, cursor="", limit=20)
    assert [space.pk for _, space in found.rows] == [space.pk for _, space in latest.rows]


def test_words_of_title_and_host(many: int) -> None:
    what = search.asked(f"common {hashed(f'n{many}')}")
    found = search.spaces_found(what, viewer=GUEST, cursor="", limit=20)
    assert [space.host.handle for _, space in found.rows] == [f"p_{many}"]


def test_a_title_typed_wrongly(many: int) -> None:
    what = search.asked(mistyped(hashed(f"p_{many}")))
    if not fulltext.has_index("space_title_trigrams"):
        # A server without pg_trgm finds what is inside a title, and nothing that is only like it.
        assert search.spaces_similar(what, viewer=GUEST) == []
        inside = search.asked(hashed(f"p_{many}")[4:])
        assert [space.host.handle for space in search.spaces_similar(inside, viewer=GUEST)] == [f"p_{many}"]
        return
    assert [space.host.handle for space in search.spaces_similar(what, viewer=GUEST)] == [f"p_{many}"]
    indexes, tables, _ = read(lambda: search.spaces_similar(what, viewer=GUEST))
    assert "space_title_trigrams" in indexes
    assert tables == set()

    what = search.asked(mistyped(hashed(f"n{many}")))
    assert [person.handle for person in search.people_similar(what, viewer=GUEST)] == [f"p_{many}"]
    indexes, tables, _ = read(lambda: search.people_similar(what, viewer=GUEST))
    assert {"user_name_trigrams", "user_handle_trigrams"} <= indexes
    assert tables == set()


def test_people_by_name_and_by_the_beginning_of_a_handle(many: int) -> None:
    what = search.asked(f"p_{many}")
    indexes, tables, in_vain = read(lambda: search.people_found(what, viewer=GUEST, cursor="", limit=20))
    assert {"user_words", "user_handle_beginning"} <= indexes
    assert tables == set()
    assert in_vain < 100


def test_replays_on_the_first_page_and_far_behind(many: int) -> None:
    cursor = ""
    for _ in range(3):
        page = discovery.replays_page(viewer=GUEST, topic=None, language="", cursor=cursor, limit=20)

        def again(at: str = cursor) -> Any:
            return discovery.replays_page(viewer=GUEST, topic=None, language="", cursor=at, limit=20)

        indexes, tables, in_vain = read(again)
        assert "recording_replays" in indexes
        assert tables == set()
        assert in_vain <= 1
        cursor = page.next


def test_replays_of_a_language_that_few_speak(many: int) -> None:
    def find() -> Any:
        return discovery.replays_page(viewer=GUEST, topic=None, language="zh", cursor="", limit=20)

    assert len(find().rows) == 20
    # Of replays there are those of a month: they may be walked through.
    _, tables, _ = read(find)
    assert tables == set()


def test_a_rare_word_that_somebody_said(many: int) -> None:
    line = CaptionLine.objects.last()
    assert line
    what = search.asked(f"said {line.text.split()[-1]}")
    found, _ = said_found(what, viewer=GUEST, cursor="", limit=20)
    assert [one.line for one in found] == [line]

    indexes, tables, in_vain = read(lambda: said_found(what, viewer=GUEST, cursor="", limit=20))

    assert "caption_line_words" in indexes
    assert tables == set()
    assert in_vain < 100


def test_a_word_that_everybody_said(many: int) -> None:
    def find() -> Any:
        return said_found(search.asked("often"), viewer=GUEST, cursor="", limit=20)

    assert len(find()[0]) == 20
    _, tables, in_vain = read(find)
    assert tables == set()
    assert in_vain < 100
    assert in_vain < 100

"""The words and faces that all pages share."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.templatetags.ui import device_name, duration, initials, sentence_case, short_count, time_words

NOW = datetime(2025, 11, 21, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1K"),
        (1234, "1.2K"),
        (1999, "1.9K"),
        (9999, "9.9K"),
        (12_840, "12K"),
        (999_999, "999K"),
        (1_000_000, "1M"),
        (5_600_000, "5.6M"),
        (2_000_000_000, "2B"),
    ],
)
def test_short_count(number: int, words: str) -> None:
    assert short_count(number) == words


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Maya Kim", "MK"),
        ("maya", "M"),
        ("Maya van der Kim", "MK"),
        ("élan vital", "ÉV"),
        ("李 伟", "李伟"),
        ("🎙 Maya", "M"),
        ("🎙", "🎙"),
        ("", "?"),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "less than a minute"),
        (59, "less than a minute"),
        (60, "1 minute"),
        (42 * 60, "42 minutes"),
        (3600, "1 hour"),
        (3900, "1 hour 5 minutes"),
        (7260, "2 hours 1 minute"),
    ],
)
def test_duration(seconds: int, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=5), "5 min ago"),
        (timedelta(hours=3), "3 h ago"),
        (timedelta(hours=30), "yesterday"),
        (timedelta(days=3), "3 days ago"),
        (timedelta(days=30), "22 Oct"),
        (timedelta(days=400), "17 Oct 2024"),
    ],
)
def test_time_words(ago: timedelta, words: str) -> None:
    assert time_words(NOW - ago, NOW) == words


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("New Password (again)", "New password (again)"),
        ("Remember Me", "Remember me"),
        ("Handle or e-mail address", "Handle or e-mail address"),
        ("TOTP Code", "TOTP code"),
    ],
)
def test_sentence_case(label: str, words: str) -> None:
    assert sentence_case(label) == words


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1 Version/18.0 Safari/605.1",
            "Safari on Mac",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 CriOS/140 Safari/604.1",
            "Chrome on iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537 Chrome/140.0 Mobile Safari/537",
            "Chrome on Android",
        ),
        ("SpacesApp/1.0", "SpacesApp/1.0"),
        ("", "Unknown device"),
    ],
)
def test_device_name(user_agent: str, words: str) -> None:
    assert device_name(user_agent) == words

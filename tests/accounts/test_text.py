"""spaces_project.lib.text: what is kept of typed text."""

import pytest

from spaces_project.lib.text import clean_line


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ada   Lovelace ", "Ada Lovelace"),
        ("Ada\nLovelace\t!", "Ada Lovelace !"),
        ("Ada\x00\x1b[31m", "Ada[31m"),
        ("\u202egnp.exe", "gnp.exe"),
        ("a\u2066b\u2069c", "abc"),
        ("e\u0301", "\u00e9"),
        ("a \u200b b", "a b"),
        ("\ud800x", "x"),
        ("", ""),
        (" \u200b\u3164\u2800 ", ""),
        ("\u200d\u0301", ""),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("שלום\u200f!", "שלום\u200f!"),
        ("\U0001fae9", "\U0001fae9"),
    ],
)
def test_one_clean_line(typed, kept):
    assert clean_line(typed) == kept

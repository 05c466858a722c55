"""Words that a host does not want: what is the same word, and what is not."""

import pytest

from rooms.filters import folded_word, word_hit, words_in


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("spam", "spam"),
        ("spam", "This is SPAM!"),
        ("spam", "(spam)"),
        ("spam", "no\nspam\nhere"),
        ("spam", "ｓｐａｍ"),
        ("spam", "s\u200bp\u2060a\u00adm"),
        ("spam", "𝓼𝓹𝓪𝓶"),
        ("cafe", "Café"),
        ("cafe", "cafe\u0301"),
        ("CAFÉ", "cafe"),
        ("straße", "STRASSE"),
        ("İstanbul", "istanbul"),
        ("buy now", "Buy,  now!"),
        ("don't", "I don’t"),
        ("idiot*", "idiotic"),
        ("idiot*", "idiot"),
        ("buy now*", "buy nowhere"),
        ("сука", "СУКА!"),
        ("坏话", "这是坏话吗"),
        ("バカ", "おいバカだな"),
        ("ยา", "ขายยา"),
        ("🍆", "look🍆🍆"),
        ("❤️", "❤"),
        ("123", "call 123 now"),
        ("مرحبا", "مَرْحَبًا"),
    ],
)
def test_a_hit(word, text):
    assert word_hit(["other", word], text) == word.rstrip("*")


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("spam", "spammer"),
        ("spam", "antispam"),
        ("ass", "class assembly"),
        ("idiot*", "antiidiotic"),
        ("buy now", "buy it now"),
        ("now buy", "buy now"),
        ("कल", "कला"),
        ("कल", "कालक"),
        ("🍆", "aubergine"),
        ("12", "123"),
        ("***", "anything *** at all"),
        ("", "anything"),
    ],
)
def test_no_hit(word, text):
    assert word_hit([word], text) == ""


@pytest.mark.parametrize("word", ["", "*", "!!!", " . ", "\u200b", "—"])
def test_what_is_no_word(word):
    assert folded_word(word) == ""


def test_a_list_as_it_is_typed():
    assert words_in(" spam, buy now;idiot*\r\n\n ,,last\n") == ["spam", "buy now", "idiot*", "last"]


def test_the_longest_list_and_the_longest_message():
    words = [f"word{number:05}" for number in range(50)]
    assert word_hit(words, "x " * 139 + "word") == ""

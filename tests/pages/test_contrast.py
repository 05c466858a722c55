"""The colours of the style sheet, as pairs that are read together (WCAG 2.2: 4.5 for text, 3 for parts of controls)."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[2] / "frontend" / "src" / "styles" / "tokens.css"

TEXT = 4.5
PART = 3.0
GROUNDS = ("bg", "surface", "sunken", "live-tint")
PAIRS = [
    *(("text", ground, TEXT) for ground in GROUNDS),
    *(("muted", ground, TEXT) for ground in GROUNDS),
    *(("live", ground, TEXT) for ground in GROUNDS),
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-hover", TEXT),
    ("on-ink", "ink", TEXT),
    ("on-ink", "ink-strong", TEXT),
    ("on-danger", "danger-solid", TEXT),
    ("on-danger", "danger-solid-hover", TEXT),
    *(
        (tone, ground, TEXT)
        for tone in ("danger", "ok", "warn")
        for ground in ("bg", "surface", f"{tone}-tint")
    ),
    # The filled button and the ring are found by their shape as well, but must stand off the page.
    ("accent", "bg", PART),
    ("accent", "surface", PART),
    ("field-line", "surface", PART),
    ("field-line", "bg", PART),
    ("field-line", "sunken", PART),
    *(("on-hue", f"hue-{n}", TEXT) for n in range(12)),
]


def _blocks() -> dict[str, dict[str, str]]:
    """The values of each block, by its selector."""
    css = re.sub(r"/\*.*?\*/", "", TOKENS.read_text(), flags=re.S)
    found: dict[str, dict[str, str]] = {}
    for selector, body in re.findall(r"(:root[^\s{]*)\s*\{([^{}]*)\}", css):
        values = dict(re.findall(r"--([\w-]+):\s*([^;]+);", body))
        found[selector] = found.get(selector, {}) | values
    return found


def _themes() -> dict[str, dict[str, str]]:
    blocks = _blocks()
    return {"light": blocks[":root"], "dark": blocks[":root"] | blocks[':root[data-theme="dark"]']}


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two `#rrggbb` colours, 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_itself() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS, ids=lambda value: str(value))
def test_can_be_read(theme: str, front: str, back: str, least: float) -> None:
    tokens = _themes()[theme]

    assert contrast(tokens[front], tokens[back]) >= least


def test_dark_is_the_same_by_the_system_and_by_choice() -> None:
    blocks = _blocks()

    assert blocks[':root:not([data-theme="light"])'] == blocks[':root[data-theme="dark"]']


def test_no_colour_outside_the_tokens() -> None:
    for file in TOKENS.parent.rglob("*.css"):
        if file == TOKENS:
            continue
        css = re.sub(r"/\*.*?\*/|url\([^)]*\)", "", file.read_text(), flags=re.S)
        # White behind a QR code: scanners need it in the dark, too.
        stray = [found for found in re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{}]*;)", css) if found != "#ffffff"]

        assert stray == [], file.name

"""Charts as the server draws them: coordinates for an SVG (templates/components/chart.html), and the same as a table.

The drawing is stretched to its frame, lines keep their width (`vector-effect`), and the words stand beside it as text: so it is
sharp and readable on any screen, and nothing of it needs a script, or a style that the policy would not let pass.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

WIDTH, HEIGHT = 1000.0, 100.0
# Of a bar's place, the part that is left free.
_GAP = 0.2
Number = int | float
Words = Callable[[Number], str]


@dataclass(frozen=True, slots=True)
class Series:
    """A name, and a value for each label; None where there is none."""

    name: str
    values: Sequence[Number | None]


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle of the drawing."""

    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A series in the drawing: a line with single dots where neighbours are missing, or bars. `number` picks its colour."""

    name: str
    number: int
    path: str = ""
    dots: str = ""
    area: str = ""
    bars: Sequence[Bar] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """All that is shown: `ticks` beside it from top to bottom, `marks` below it, `rows` of the table under `columns`."""

    name: str
    title: str
    description: str
    drawn: Sequence[Drawn]
    ticks: Sequence[str]
    marks: Sequence[str]
    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[str]]]
    is_empty: bool = field(default=False)


def line_chart(
    name: str, title: str, labels: Sequence[str], series: Sequence[Series], *, words: Words, what: str
) -> Chart:
    """One line for each series over the same labels. `name` is its id on the page, `what` the table's first column."""
    top = _top(series)
    drawn = [_line(number, one, top) for number, one in enumerate(series, start=1)]
    return _chart(name, title, labels, series, drawn, top, words, what)


def bar_chart(name: str, title: str, labels: Sequence[str], one: Series, *, words: Words, what: str) -> Chart:
    """A bar for each label."""
    top = _top([one])
    step = WIDTH / max(len(labels), 1)
    bars = [
        Bar(
            x=_at((place + _GAP / 2) * step),
            y=_at(HEIGHT - _share(value, top)),
            width=_at((1 - _GAP) * step),
            height=_at(_share(value, top)),
        )
        for place, value in enumerate(one.values)
        if value
    ]
    return _chart(name, title, labels, [one], [Drawn(one.name, 1, bars=bars)], top, words, what)


def _chart(
    name: str,
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    drawn: Sequence[Drawn],
    top: float,
    words: Words,
    what: str,
) -> Chart:
    known = [value for one in series for value in one.values if value is not None]
    said = []
    for one in series:
        values = [
            (value, label) for value, label in zip(one.values, labels, strict=True) if value is not None
        ]
        if values:
            most, at = max(values, key=lambda pair: pair[0])
            said.append(f"{one.name}: {words(values[-1][0])} ({values[-1][1]}), {words(most)} ({at})")
    rows = [
        (label, [_said(value, words) for value in values])
        for label, *values in zip(labels, *(one.values for one in series), strict=True)
    ]
    return Chart(
        name=name,
        title=title,
        description="; ".join(said),
        drawn=drawn,
        ticks=[words(top), words(top / 2 if top > 1 else 0), words(0)] if top > 1 else [words(top), words(0)],
        marks=_marks(labels),
        columns=[what, *(one.name for one in series)],
        rows=rows[::-1],
        is_empty=not any(known),
    )


def _line(number: int, one: Series, top: float) -> Drawn:
    count = len(one.values)
    step = WIDTH / max(count - 1, 1)
    points = [
        None if value is None else (place * step if count > 1 else WIDTH / 2, HEIGHT - _share(value, top))
        for place, value in enumerate(one.values)
    ]
    stretches: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            stretches.append([])
        else:
            stretches[-1].append(point)
    lines = [stretch for stretch in stretches if len(stretch) > 1]
    # A line of no length, with round ends: a dot that is not stretched.
    single = [stretch[0] for stretch in stretches if len(stretch) == 1]
    return Drawn(
        name=one.name,
        number=number,
        path=" ".join(_path(stretch) for stretch in lines),
        dots=" ".join(f"M{_at(x)} {_at(y)}h0" for x, y in single),
        area=" ".join(
            f"{_path(stretch)}L{_at(stretch[-1][0])} {_at(HEIGHT)}L{_at(stretch[0][0])} {_at(HEIGHT)}Z"
            for stretch in lines
        )
        if number == 1
        else "",
    )


def _path(stretch: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{_at(x)} {_at(y)}" for x, y in stretch)


def _top(series: Sequence[Series]) -> float:
    """The first round number (1, 2 or 5 with zeros) that is not below any value; 1 where all are nothing."""
    most = max((value for one in series for value in one.values if value is not None), default=0)
    if most <= 1:
        return 1
    unit = 10 ** math.floor(math.log10(most))
    return next(unit * times for times in (1, 2, 5, 10) if unit * times >= most)


def _share(value: Number, top: float) -> float:
    return min(1.0, max(0.0, value / top)) * HEIGHT


def _marks(labels: Sequence[str]) -> list[str]:
    """The first, one in the middle, and the last; fewer where they would say the same."""
    if len(labels) < 3:
        return list(labels)
    return [labels[0], labels[len(labels) // 2], labels[-1]]


def _said(value: Number | None, words: Words) -> str:
    return "–" if value is None else words(value)


def _at(number: float) -> str:
    """A coordinate: two digits are a hundredth of a pixel."""
    return f"{number:.2f}".rstrip("0").rstrip(".")

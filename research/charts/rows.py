"""Rows of a chart, the name of each above its marks: a phone is too narrow for long names beside them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import altair as alt

from research.charts.texts import MOST_LINES, Interval, figure, lines, told
from research.charts.theme import CHARACTERS, MUTED, WIDTH, Chart, plotted
from research.languages import Language

LINE, GAP = 15, 9


@dataclass(frozen=True)
class Row:
    """One row: its name in the report, what to call it, its estimates by series, and a text at the right.

    An estimate may hold `class_low` and `class_high`, a wider range.
    """

    name: str
    label: str
    estimates: dict[str, Interval] = field(default_factory=dict)
    aside: str = ""


@dataclass(frozen=True)
class Layout:
    """Where a row's marks begin below its top, and how high a row is, in points."""

    top: int
    step: int

    def below_middle(self, height: int) -> float:
        """How far below the middle of its row the middle of a bar stands."""
        return self.top + height / 2 - self.step / 2


def layout(rows: Sequence[Row], marks: int, width: float = WIDTH) -> Layout:
    """Room for the longest name, and `marks` points below."""
    top = LINE * max(len(own) for own in _wrapped(rows, width)) + 4
    return Layout(top, top + marks + GAP)


def down(rows: Sequence[Row], band: float = 0) -> alt.Y:
    """The rows from above in their order, each mark at its row's top; bars know the middle alone, `band` .5."""
    scale = alt.Scale(domain=[row.name for row in rows], padding=0)
    return alt.Y("row:N", sort=None, axis=None, bandPosition=band, scale=scale)


def names(rows: Sequence[Row], width: float = WIDTH) -> Chart:
    """The labels at the left, in at most two lines, and what stands aside at the right."""
    values = [
        {"row": row.name, "text": "\n".join(own), "aside": row.aside}
        for row, own in zip(rows, _wrapped(rows, width), strict=True)
    ]
    base = plotted(values).encode(y=down(rows))
    style: dict[str, Any] = {"baseline": "top", "lineBreak": "\n", "lineHeight": LINE, "yOffset": 2}
    left = base.mark_text(align="left", **style).encode(x=alt.XValue(0), text="text:N")
    right = base.mark_text(align="right", color=MUTED, **style).encode(x=alt.XValue(width), text="aside:N")
    return alt.layer(left, right)


def described(rows: Sequence[Row], series: str, lang: Language, form: str = ".2f") -> str:
    """The rows' figures of one series as a sentence for who cannot see the chart."""
    said = [
        f"{row.label} {told(row.estimates[series], lang, form)}"
        for row in rows
        if series in row.estimates and figure(row.estimates[series]) is not None
    ]
    return "; ".join(said) + "." if said else ""


def _wrapped(rows: Sequence[Row], width: float) -> list[list[str]]:
    aside = max(len(row.aside) for row in rows)
    letters = int(CHARACTERS * width / WIDTH) - (aside + 2 if aside else 0)
    return [lines(row.label, letters, MOST_LINES) for row in rows]

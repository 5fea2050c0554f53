"""The survey before any network: how answers are spread, and which are missing."""

from typing import Any

import altair as alt

from research.charts.rows import Row, described, down, layout, names
from research.charts.texts import label, lines, number, renamed, told
from research.charts.theme import GRID, ORANGE, PAPER, SKY, STATES, WIDTH, Chart, finished, plotted
from research.languages import Language
from research.reports import Report

_BAR, _THIN = 16, 8
_ON_DARK, _ON_LIGHT = "#ffffff", "#111111"  # Not of the palette: the bars stay as they are on a dark page.
_READABLE = 0.09  # A share whose bar is wide enough for its number.

_SPREAD = {"en": "How the answers are spread", "fr": "Comment les réponses se répartissent"}
_SPREAD_HOW = {
    "en": "Weighted shares, from the first answer of each scale (dark, left) to the last (light, right). In figures: "
    "the mean answer with its 90 % interval.",
    "fr": "Parts pondérées, de la première réponse de chaque échelle (foncé, à gauche) à la dernière (clair, à "
    "droite). En chiffres : la réponse moyenne et son intervalle à 90 %.",
}
_SHARE = {"en": "Share of answers (%)", "fr": "Part des réponses (%)"}
_MISSING = {"en": "Which answers are missing", "fr": "Quelles réponses manquent"}
_MISSING_HOW = {
    "en": "Of {count} respondents; counted, not estimated, so without intervals.",
    "fr": "Sur {count} répondants ; comptées, non estimées, donc sans intervalles.",
}
_GAPS = {
    "en": {"missing": "missing", "not_applicable": "did not apply"},
    "fr": {"missing": "manquante", "not_applicable": "sans objet"},
}
_GAP_SHARE = {"en": "Share of respondents (%)", "fr": "Part des répondants (%)"}


def draw_distributions(report: Report, lang: Language) -> Chart | None:
    """Weighted shares of every item's states with its mean and interval."""
    spreads = report["quality"]["distributions"]
    rows = [
        Row(one["item"], label(report, one["item"], lang), {"mean": one["mean"]}, told(one["mean"], lang))
        for one in spreads
    ]
    values = [record for one in spreads for record in _states(one, lang)]
    room = layout(rows, _BAR)
    base = plotted(values).encode(x=_stacked("share", _SHARE[lang], (0, 1)), order=alt.Order("place:N"))
    bars = base.mark_bar(stroke=PAPER, height=_BAR, yOffset=room.below_middle(_BAR)).encode(
        y=down(rows, band=0.5),
        color=alt.Color("colour:N", scale=None),
        tooltip=[alt.Tooltip("state:N", title=" "), alt.Tooltip("share:Q", format=".1%")],
    )
    figures = base.mark_text(fontSize=10, yOffset=room.top + _BAR // 2)
    written = figures.encode(
        y=down(rows),
        x=_stacked("share", _SHARE[lang], (0, 1), middle=0.5),
        text="told:N",
        color=alt.Color("ink:N", scale=None),
    )
    chart = alt.layer(names(rows), bars, written).properties(width=WIDTH, height=alt.Step(room.step))
    said = f"{_SPREAD[lang]}. {described(rows, 'mean', lang)}"
    return finished(chart, _SPREAD[lang], _SPREAD_HOW[lang], said, lang)


def draw_missing(report: Report, lang: Language) -> Chart | None:
    """Shares of missing and not applicable answers by item, the most first; None where none is."""
    kinds = _GAPS[lang]
    gaps = [one for one in report["quality"]["missingness"]["by_item"] if any(one[kind] for kind in kinds)]
    if not gaps:
        return None
    gaps.sort(key=lambda one: -sum(one[kind] for kind in kinds))
    rows = [
        Row(
            one["item"],
            label(report, one["item"], lang),
            aside=" + ".join(number(one[kind], lang, ".1%") for kind in kinds if one[kind]),
        )
        for one in gaps
    ]
    values = [{"row": one["item"], "kind": kind, "share": one[kind]} for one in gaps for kind in kinds if one[kind]]
    room = layout(rows, _THIN)
    seen = [kind for kind in kinds if any(one[kind] for one in gaps)]
    colours = [{"missing": ORANGE, "not_applicable": SKY}[kind] for kind in seen]
    bars = (
        plotted(values)
        .mark_bar(height=_THIN, yOffset=room.below_middle(_THIN))
        .encode(
            y=down(rows, band=0.5),
            x=_stacked("share", _GAP_SHARE[lang], None),
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(domain=seen, range=colours),
                legend=alt.Legend(labelExpr=renamed(kinds)),
            ),
        )
    )
    chart = alt.layer(names(rows), bars).properties(width=WIDTH, height=alt.Step(room.step))
    how = _MISSING_HOW[lang].format(count=number(report["quality"]["respondents"], lang, ",d"))
    said = "; ".join(f"{row.label} {row.aside}" for row in rows)
    return finished(chart, _MISSING[lang], how, f"{_MISSING[lang]}. {said}.", lang)


def _states(one: dict[str, Any], lang: Language) -> list[dict[str, Any]]:
    """The shares of one item's states, each in its colour; places are letters, as they are no figures."""
    last = len(one["shares"]) - 1
    found = []
    for place, (state, share) in enumerate(zip(one["states"], one["shares"], strict=True)):
        colour = STATES[round(place / last * (len(STATES) - 1))]
        found.append(
            {
                "row": one["item"],
                "state": str(state),
                "place": f"{place:02d}",
                "share": share,
                "colour": colour,
                "ink": _ON_DARK if place / last < 0.6 else _ON_LIGHT,
                "told": number(share, lang, ".0%") if share >= _READABLE else "",
            }
        )
    return found


def _stacked(key: str, title: str, domain: tuple[float, float] | None, middle: float | None = None) -> alt.X:
    scale = alt.Scale() if domain is None else alt.Scale(domain=list(domain))
    axis = alt.Axis(format=".0%", tickCount=5, title=lines(title, 50), grid=False, gridColor=GRID)
    band: dict[str, Any] = {} if middle is None else {"bandPosition": middle}
    return alt.X(f"{key}:Q", stack="zero", scale=scale, axis=axis, **band)

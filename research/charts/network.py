"""The network as arcs between a list of names: causes above, effects below, as far as the answers tell."""

from math import cos, pi, sin
from typing import Any

import altair as alt

from research.charts.texts import label, lines, number, renamed
from research.charts.theme import BLUE, MUTED, VERMILLION, WIDTH, Chart, finished, plotted
from research.drivers.target import Level
from research.languages import Language
from research.reports import Report

SURE = 0.9
_ROW, _TEXT, _LETTERS = 34, 170, 27
_CORNERS = 25
_SPREAD = 0.66  # Of a row's height, over which the ends of its arcs are spread.
_TITLE = {"en": "What hangs together", "fr": "Ce qui tient ensemble"}
_HOW = {
    "en": "Arcs run from cause to effect. Thickness: share of the resamples with this tie, of at least {threshold}. "
    "Only ties are drawn that surely stand out from chance.",
    "fr": "Les arcs vont de la cause à l’effet. Épaisseur : part des rééchantillons où le lien existe, au moins "
    "{threshold}. Seuls sont tracés les liens qui se distinguent du hasard.",
}
_DIRECTIONS = {
    "en": {
        "sure": "direction told by the codebook or over 90 % sure",
        "likely": "direction likely, not sure",
        "open": "direction open",
    },
    "fr": {
        "sure": "sens donné par le questionnaire ou sûr à plus de 90 %",
        "likely": "sens probable, pas sûr",
        "open": "sens indécis",
    },
}
_EDGE = {"en": "{source} to {target} ({strength})", "fr": "{source} vers {target} ({strength})"}


def draw_network(report: Report, lang: Language, level: Level | None = None) -> Chart | None:
    """The ties of one level; `level` None takes constructs where there are any. None where nothing is tied."""
    edges = report["network"]["edges"] if "network" in report else []
    chosen = level or ("construct" if any(edge["level"] == "construct" for edge in edges) else "item")
    tied = [edge for edge in edges if edge["level"] == chosen]
    if not tied:
        return None
    nodes = _in_order(_nodes(report, chosen), tied)
    layers = [_names(nodes, report, lang), *_arcs(nodes, tied, report, lang)]
    chart = alt.layer(*layers).properties(width=WIDTH, height=_ROW * len(nodes))
    how = _HOW[lang].format(threshold=number(report["network"]["threshold"], lang, ".0%"))
    said = "; ".join(_told(edge, report, lang) for edge in tied)
    return finished(chart, _TITLE[lang], how, f"{_TITLE[lang]}. {said}.", lang)


def _nodes(report: Report, level: Level) -> list[str]:
    if level == "construct":
        return list(report["constructs"]["nodes"])
    return [one["item"] for one in report["quality"]["distributions"]]


def _in_order(nodes: list[str], edges: list[dict[str, Any]]) -> list[str]:
    """Causes before effects; where ties go round in a circle, in the order given."""
    left, placed = list(nodes), []
    while left:
        free = [node for node in left if not any(edge["to"] == node and edge["from"] in left for edge in edges)]
        placed.append((free or left)[0])
        left.remove(placed[-1])
    return placed


def _certainty(edge: dict[str, Any]) -> str:
    if edge["direction"] is None:
        return "open"
    return "sure" if edge["direction"] > SURE else "likely"


def _down(nodes: list[str]) -> alt.Y:
    return alt.Y("down:Q", axis=None, scale=alt.Scale(domain=[-0.5, len(nodes) - 0.5], reverse=True, nice=False))


def _names(nodes: list[str], report: Report, lang: Language) -> alt.Chart:
    values = [
        {"text": "\n".join(lines(label(report, node, lang), _LETTERS, 2)), "down": place}
        for place, node in enumerate(nodes)
    ]
    text = plotted(values).mark_text(align="right", baseline="middle", lineBreak="\n", lineHeight=14)
    drawn: alt.Chart = text.encode(x=alt.XValue(_TEXT), y=_down(nodes), text="text:N")
    return drawn


def _arcs(nodes: list[str], edges: list[dict[str, Any]], report: Report, lang: Language) -> list[alt.Chart]:
    ends = _ends(nodes, edges)
    longest = max(abs(nodes.index(edge["to"]) - nodes.index(edge["from"])) for edge in edges)
    values, heads = [], []
    for number_of, edge in enumerate(edges):
        start, end = ends[number_of, "from"], ends[number_of, "to"]
        reach = 0.12 + 0.88 * abs(nodes.index(edge["to"]) - nodes.index(edge["from"])) / longest
        own = {"tie": f"{edge['from']} {edge['to']}", "certainty": _certainty(edge), "strength": edge["strength"]}
        turns = [pi * corner / (_CORNERS - 1) for corner in range(_CORNERS)]
        values += [
            own
            | {
                "across": reach * sin(turn),
                "down": (start + end) / 2 - (end - start) / 2 * cos(turn),
                "corner": f"{corner:02d}",
            }
            for corner, turn in enumerate(turns)
        ]
        if edge["direction"] is not None:
            heads.append(
                own | {"across": 0.0, "down": end, "told": _told(edge, report, lang), "direction": edge["direction"]}
            )
    keys = [key for key in _DIRECTIONS[lang] if any(_certainty(edge) == key for edge in edges)]
    looks = {"sure": (BLUE, [1, 0]), "likely": (VERMILLION, [6, 3]), "open": (MUTED, [2, 2])}
    legend = alt.Legend(labelExpr=renamed(_DIRECTIONS[lang]), columns=1, symbolType="stroke", symbolStrokeWidth=2)
    colour = alt.Color(
        "certainty:N", title=None, legend=legend, scale=alt.Scale(domain=keys, range=[looks[key][0] for key in keys])
    )
    dash = alt.StrokeDash(
        "certainty:N", title=None, legend=legend, scale=alt.Scale(domain=keys, range=[looks[key][1] for key in keys])
    )
    width = alt.StrokeWidth("strength:Q", legend=None, scale=alt.Scale(domain=[0, 1], range=[0.3, 2.4]))
    across = alt.X("across:Q", axis=None, scale=alt.Scale(domain=[0, 1], range=[_TEXT + 6, WIDTH]))
    curves = plotted(values).mark_line(opacity=0.9)
    points = plotted(heads).mark_point(shape="triangle-left", filled=True, opacity=1, size=55, xOffset=3)
    tips = [
        alt.Tooltip("told:N", title=" "),
        alt.Tooltip("strength:Q", format=".0%"),
        alt.Tooltip("direction:Q", format=".0%"),
    ]
    drawn = curves.encode(
        x=across,
        y=_down(nodes),
        detail="tie:N",
        order=alt.Order("corner:N"),
        color=colour,
        strokeDash=dash,
        strokeWidth=width,
    )
    if not heads:
        return [drawn]
    return [drawn, points.encode(x=across, y=_down(nodes), color=colour, tooltip=tips)]


def _ends(nodes: list[str], edges: list[dict[str, Any]]) -> dict[tuple[int, str], float]:
    """Where each arc leaves and enters, spread over its row so that arcs neither meet nor cross there."""
    places = {}
    for place, node in enumerate(nodes):
        own = [
            (nodes.index(edge[other]) - place, number_of, end)
            for number_of, edge in enumerate(edges)
            for end, other in (("from", "to"), ("to", "from"))
            if edge[end] == node
        ]
        # Arcs upwards leave above, the shortest first; arcs downwards below, the longest first.
        own.sort(key=lambda one: (one[0] > 0, -one[0]))
        for number_of_arc, (_, edge, end) in enumerate(own):
            places[edge, end] = place + _SPREAD * ((number_of_arc + 0.5) / len(own) - 0.5)
    return places


def _told(edge: dict[str, Any], report: Report, lang: Language) -> str:
    source, target = (label(report, edge[end], lang) for end in ("from", "to"))
    return _EDGE[lang].format(source=source, target=target, strength=number(edge["strength"], lang, ".0%"))

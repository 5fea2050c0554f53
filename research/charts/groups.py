"""Segments or waves side by side: their scores, and which drivers move each."""

from typing import Any, Literal

import altair as alt

from research.charts.drivers import drivers_of
from research.charts.forest import Panel, forest
from research.charts.rows import Row, described
from research.charts.texts import label, number, quoted, told
from research.charts.theme import Chart, finished
from research.drivers.target import Level
from research.languages import Language
from research.reports import Report

Grouping = Literal["given", "waves"]

_TITLE = {
    "given": {
        "en": "Do segments differ in {target} and in what drives it?",
        "fr": "Les segments diffèrent-ils par {target} et par ses leviers ?",
    },
    "waves": {
        "en": "Did {target} or what drives it change between waves?",
        "fr": "{target} ou ses leviers ont-ils changé d’une vague à l’autre ?",
    },
}
_HOW = {
    "en": "Above: scores, which may be equal. Below: effects of changing each driver, which may differ all the same. "
    "Lines: 90 % intervals.",
    "fr": "En haut : les scores, parfois égaux. En bas : l’effet de chaque levier si on le change, qui peut différer "
    "quand même. Traits : intervalles à 90 %.",
}
_POOLED = {
    "en": "Lines: 90 % intervals. All groups follow the same tables best, so no difference between their drivers is "
    "claimed.",
    "fr": "Traits : intervalles à 90 %. Les mêmes tables conviennent le mieux à tous : aucune différence entre leurs "
    "leviers n’est affirmée.",
}
_SCORES = {
    "en": {
        "mean": "Mean (steps from the lowest state)",
        "top_two": "Two best answers (share)",
        "recommendation": "Recommendation (points)",
    },
    "fr": {
        "mean": "Moyenne (échelons au-dessus du plus bas)",
        "top_two": "Deux meilleures réponses (part)",
        "recommendation": "Recommandation (points)",
    },
}
_FORMS = {"mean": (".2~f", ".2f"), "top_two": (".0%", ".0%"), "recommendation": ("d", "+.0f")}
_EFFECT = {
    "en": "Effect on {target} if changed, in its standard deviations, from the driver’s first to its third quartile",
    "fr": "Effet sur {target} si on le change, en écarts-types, du premier au troisième quartile du levier",
}
_GROUP = {"en": "{group} ({count} respondents)", "fr": "{group} ({count} répondants)"}


def draw_segments(report: Report, lang: Language, by: Grouping = "given") -> Chart | None:
    """Scores of the groups, and their drivers where groups differ; None without a target or without groups.

    `by` is "given", the segments of the file, or "waves".
    """
    groups = report.get("segments", {}).get(by)
    if not groups or not report.get("target"):
        return None
    target = quoted(label(report, report["target"]["name"], lang), lang)
    scored = _scored(groups["rows"], lang)
    effects = _effects(report, groups["rows"], lang)
    panels = [
        Panel(
            (key,),
            text,
            _FORMS[key][0],
            None,
            told={row["group"]: told(row[key], lang, _FORMS[key][1]) for row in groups["rows"] if row[key]},
        )
        for key, text in _SCORES[lang].items()
    ]
    names = {row["group"]: row["group"] for row in groups["rows"]}
    axis = _EFFECT[lang].format(target=target)
    parts = [forest(scored, panels), forest(effects, [Panel(tuple(names), axis)], names) if effects else None]
    shown = [part for part in parts if part is not None]
    if not shown:
        return None
    title = _TITLE[by][lang].format(target=target)
    chart = alt.vconcat(*shown, spacing=24)
    return finished(
        chart, title, (_HOW if effects else _POOLED)[lang], f"{title} {described(scored, 'mean', lang)}", lang
    )


def _scored(groups: list[dict[str, Any]], lang: Language) -> list[Row]:
    return [
        Row(
            group["group"],
            _GROUP[lang].format(group=group["group"], count=number(group["respondents"], lang, ",d")),
            {key: group[key] for key in _FORMS if group[key] is not None},
        )
        for group in groups
    ]


def _effects(report: Report, groups: list[dict[str, Any]], lang: Language) -> list[Row]:
    """A row for every driver of the level the groups were compared on, in the order of the whole survey."""
    known = set().union(*(group["effects"] for group in groups))
    level: Level = "construct" if report["constructs"] else "item"
    return [
        Row(
            driver["name"],
            label(report, driver["name"], lang),
            {
                group["group"]: group["effects"][driver["name"]]
                for group in groups
                if driver["name"] in group["effects"]
            },
        )
        for driver in drivers_of(report, level)
        if driver["name"] in known
    ]

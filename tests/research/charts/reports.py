"""Reports of every kind a chart may be asked for, as they come out of report.json."""

import copy
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache, partial
from typing import Any

from research import charts
from research.charts import Chart
from research.fit import FitSettings, fit_survey
from research.languages import Language
from research.output import canonical_json
from research.reports import report
from research.simulate import SurveyPlan, simulate_survey
from research.what_if import on_state, what_if
from tests.research.drivers.surveys import answers_of, reflective_fit

Content = dict[str, Any]
BY_LEVEL = ("network", "drivers", "ranks", "response_curves", "quadrants", "agreement", "stakes", "hidden_causes")
NAMES = sorted(name for name in charts.__all__ if name.startswith("draw_") and name != "draw_what_if")


def from_file(fit: object) -> Content:
    found: Content = json.loads(canonical_json(report(fit)))
    return found


@cache
def full() -> Content:
    return from_file(reflective_fit())


@cache
def small() -> Content:
    """Of 100 answers: nothing is told of moving a driver."""
    survey = simulate_survey(SurveyPlan("reflective", 100, 8, missing_share=0.1, turnover=True, seed=4))
    settings = FitSettings(replicates=10, folds=2, imputations=2, rounds=1, seed=2, target="loyalty")
    return from_file(fit_survey(answers_of(survey), settings))


@cache
def without_constructs() -> Content:
    """Of items that differ in their tables between two segments, some of them down, with gaps."""
    survey = simulate_survey(SurveyPlan("tables", 600, 6, missing_share=0.05, segments=2, turnover=True, seed=5))
    answers = answers_of(survey)
    items = tuple(
        replace(item, direction="down" if place == 1 else "up") for place, item in enumerate(answers.codebook.items)
    )
    answers = replace(answers, codebook=replace(answers.codebook, items=items))
    settings = FitSettings(replicates=12, folds=2, imputations=2, rounds=1, seed=2, target=items[-1].name)
    return from_file(fit_survey(answers, settings))


def without_target() -> Content:
    found = copy.deepcopy(full())
    for key in ("target", "drivers", "agreement", "importance_performance", "stakes"):
        del found[key]
    found["segments"] |= {"given": None, "waves": None}
    for key in set(found["validation"]) - {"held_out", "predictive"}:
        del found["validation"][key]
    return found


def of_quality() -> Content:
    """What `check` can say before any fit."""
    return {
        key: full()[key] for key in ("survey", "labels", "quality", "reliability", "indices", "warnings", "notices")
    }


REPORTS = {
    "full": full,
    "small": small,
    "without_target": without_target,
    "without_constructs": without_constructs,
    "of_quality": of_quality,
}


def drawn(content: Content, lang: Language, names: Iterable[str] = NAMES) -> dict[str, Chart]:
    """Every chart the report gives, or those of them that are named, by name."""
    found = {name: getattr(charts, name)(content, lang) for name in names}
    return {name: chart for name, chart in found.items() if chart is not None}


@cache
def charts_of(kind: str, lang: Language) -> dict[str, Chart]:
    """Those of a report above; of the full one also those of single items."""
    content = REPORTS[kind]()
    found = drawn(content, lang)
    if kind == "full":
        others = {f"{name}_of_items": getattr(charts, f"draw_{name}")(content, lang, level="item") for name in BY_LEVEL}
        found |= {name: chart for name, chart in others.items() if chart is not None}
    return found


@cache
def specs_of(kind: str, lang: Language) -> dict[str, Content]:
    return {name: chart.to_dict() for name, chart in charts_of(kind, lang).items()}


@cache
def pictures_of(kind: str, lang: Language) -> dict[str, str]:
    return {name: charts.svg(chart) for name, chart in charts_of(kind, lang).items()}


def what_ifs() -> Chart:
    level = reflective_fit().drivers.constructs
    ask = partial(what_if, level)
    results = {
        f"{how}: {name}": ask({name: on_state(level, name, 3)}, how)
        for name in ("quality", "value")
        for how in ("act", "see")
    }
    chart = charts.draw_what_if(results, "en")
    assert chart is not None
    return chart


def rows_of(spec: object) -> Iterator[dict[str, Any]]:
    """Every row of data in a Vega-Lite specification."""
    if isinstance(spec, dict):
        for key, value in spec.items():
            if key == "datasets":
                yield from (row for rows in value.values() for row in rows)
            elif key == "values" and isinstance(value, list) and value and isinstance(value[0], dict):
                yield from value
            else:
                yield from rows_of(value)
    elif isinstance(spec, list):
        for value in spec:
            yield from rows_of(value)

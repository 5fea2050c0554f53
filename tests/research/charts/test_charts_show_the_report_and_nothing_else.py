"""Every number a chart draws stands in the report; every chart says in words what it measures."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.research.charts.reports import REPORTS, charts_of, rows_of, specs_of, what_ifs, without_constructs

LAYOUT = {"across", "down"}  # Where the network's arcs run on the page; they are no figures.


def numbers(value: object) -> Iterator[float]:
    if isinstance(value, dict):
        for own in value.values():
            yield from numbers(own)
    elif isinstance(value, list):
        for own in value:
            yield from numbers(own)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield float(value)


def encodings(spec: object) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every position in a specification that measures something."""
    if isinstance(spec, dict):
        for channel, own in spec.get("encoding", {}).items():
            if channel in ("x", "y") and own.get("type") == "quantitative" and "field" in own:
                yield channel, own
        for value in spec.values():
            yield from encodings(value)
    elif isinstance(spec, list):
        for value in spec:
            yield from encodings(value)


@pytest.mark.parametrize("kind", REPORTS)
def test_every_number_of_a_chart_is_a_number_of_the_report(kind: str) -> None:
    known = set(numbers(REPORTS[kind]()))
    for name, spec in specs_of(kind, "en").items():
        for row in rows_of(spec):
            shown = {key: value for key, value in row.items() if key not in LAYOUT}
            assert set(numbers(shown)) <= known, (name, row)


@pytest.mark.parametrize("kind", REPORTS)
def test_every_chart_names_what_it_measures_in_both_languages(kind: str) -> None:
    english, french = specs_of(kind, "en"), specs_of(kind, "fr")
    assert english.keys() == french.keys()
    for name in english:
        titles = []
        for spec in (english[name], french[name]):
            assert spec["title"]["text"][0]
            assert spec["title"]["subtitle"][0]
            assert len(spec["description"]) > 20
            axes = [own["axis"] for _, own in encodings(spec) if own.get("axis")]
            named = [
                " ".join(axis["title"]) if isinstance(axis["title"], list) else axis["title"]
                for axis in axes
                if "title" in axis
            ]
            assert all(named), name
            assert named or name.startswith("draw_network") or name == "network_of_items"
            titles.append({*named, *spec["title"]["text"], *spec["title"]["subtitle"]})
        assert not titles[0] & titles[1], name


def test_a_full_report_gives_every_chart() -> None:
    assert {name for name in charts_of("full", "en") if name.startswith("draw_")} == {
        f"draw_{name}"
        for name in (
            "agreement", "calibration", "distributions", "drivers", "hidden_causes", "network", "quadrants", "ranks",
            "reliability", "response_curves", "segments", "stakes", "validation",
        )
    }  # fmt: skip
    assert "draw_missing" in charts_of("without_constructs", "en")


def test_few_answers_draw_nothing_of_moving_a_driver() -> None:
    found = charts_of("small", "fr")
    unknown = {
        "draw_ranks",
        "draw_response_curves",
        "draw_quadrants",
        "draw_agreement",
        "draw_stakes",
        "draw_hidden_causes",
    }
    assert not unknown & set(found)
    assert {row["series"] for row in rows_of(found["draw_drivers"].to_dict()) if "series" in row} == {"observe"}


def test_a_report_without_a_target_draws_the_survey_and_the_network() -> None:
    assert {"draw_distributions", "draw_network", "draw_reliability", "draw_validation"} == set(
        charts_of("without_target", "en")
    )


def test_a_report_of_quality_alone_draws_the_survey() -> None:
    assert set(charts_of("of_quality", "fr")) == {"draw_distributions", "draw_reliability"}


def test_without_constructs_items_are_the_headline() -> None:
    found = specs_of("without_constructs", "en")
    assert "draw_reliability" not in found
    rows = {row["row"] for row in rows_of(found["draw_drivers"]) if "row" in row}
    assert rows == {driver["name"] for driver in without_constructs()["drivers"]}


def test_what_if_shows_today_and_then() -> None:
    rows = list(rows_of(what_ifs().to_dict()))
    assert {row["series"] for row in rows if "series" in row} == {"today", "then"}
    assert len({row["row"] for row in rows if "row" in row}) == 4

"""Long names, one driver, forty drivers, nulls and circles give a clean chart or none, never an exception."""

import copy
from collections.abc import Iterable
from xml.etree import ElementTree

import pytest

from research import charts
from research.charts import svg
from research.charts.texts import lines, number, told
from tests.research.charts.reports import NAMES, Content, drawn, full, rows_of

LONG = "a very long question that goes on and on about every single thing that could ever matter to a customer " * 2


def one_level(content: Content, level: str = "construct") -> Content:
    found = copy.deepcopy(content)
    found["drivers"] = [driver for driver in found["drivers"] if driver["level"] == level]
    return found


def pictured(content: Content, names: Iterable[str] = NAMES) -> dict[str, str]:
    return {name: svg(chart) for name, chart in drawn(content, "fr", names).items()}


def test_one_driver_alone_gives_a_chart() -> None:
    content = one_level(full())
    content["drivers"] = content["drivers"][:1]
    name = content["drivers"][0]["name"]
    content["importance_performance"] = [
        row | {"quadrant": None, "shares": None} for row in content["importance_performance"] if row["name"] == name
    ]
    wanted = {"draw_drivers", "draw_ranks", "draw_quadrants", "draw_response_curves"}
    assert set(pictured(content, wanted)) == wanted


def test_forty_drivers_give_a_chart_of_forty_rows() -> None:
    content = one_level(full())
    first = content["drivers"][0]
    content["drivers"] = [first | {"name": f"driver {place}"} for place in range(40)]
    chart = charts.draw_drivers(content, "en")
    assert chart is not None
    assert len({row["row"] for row in rows_of(chart.to_dict()) if "row" in row}) == 40
    assert float(ElementTree.fromstring(svg(chart)).attrib["viewBox"].split()[3]) < 40 * 80  # noqa: S314 - Our own text.


def test_long_names_are_cut_and_never_widen_a_chart() -> None:
    content = copy.deepcopy(full())
    content["labels"] = {name: {"en": LONG, "fr": LONG} for name in content["labels"]}
    for name, chart in drawn(content, "fr").items():
        assert float(ElementTree.fromstring(svg(chart)).attrib["viewBox"].split()[2]) <= 420, name  # noqa: S314 - Our own text.


@pytest.mark.parametrize("gone", ["low", "effect", "value"])
def test_a_null_anywhere_in_an_estimate_does_no_harm(gone: str) -> None:
    def without(value: object) -> object:
        if isinstance(value, dict):
            return {key: None if key == gone and isinstance(own, float) else without(own) for key, own in value.items()}
        return [without(own) for own in value] if isinstance(value, list) else value

    content = without(full())
    assert isinstance(content, dict)
    for picture in pictured(content).values():
        assert "NaN" not in picture


def test_a_name_with_quotes_and_angles_is_only_a_name() -> None:
    content = copy.deepcopy(full())
    nasty = 'l\'"image" <script>alert(1)</script> & {datum.value}'
    content["labels"] = {name: {"en": nasty, "fr": nasty} for name in content["labels"]}
    for picture in pictured(content).values():
        assert "<script" not in picture
        ElementTree.fromstring(picture)  # noqa: S314 - Our own text.


def test_ties_that_go_round_in_a_circle_are_drawn() -> None:
    content = copy.deepcopy(full())
    names = content["constructs"]["nodes"][:3]
    content["network"]["edges"] = [
        {"from": a, "to": b, "level": "construct", "strength": 0.8, "direction": direction, "score": "gaussian"}
        for a, b, direction in zip(names, [*names[1:], names[0]], (0.95, 0.6, None), strict=True)
    ]
    chart = charts.draw_network(content, "fr")
    assert chart is not None
    assert {row["certainty"] for row in rows_of(chart.to_dict()) if "certainty" in row} == {"sure", "likely", "open"}


def test_seen_and_set_differ_by_shape_and_by_colour() -> None:
    chart = charts.draw_drivers(full(), "en")
    assert chart is not None
    points = [
        layer
        for layer in chart.to_dict()["layer"]
        if isinstance(layer.get("mark"), dict) and layer["mark"]["type"] == "point"
    ]
    scales = points[0]["encoding"]
    assert len(set(scales["shape"]["scale"]["range"])) == len(set(scales["color"]["scale"]["range"])) == 2


def test_numbers_and_lines_follow_the_language() -> None:
    assert number(-1234.5, "fr", ",.1f") == "\u22121\u202f234,5"
    assert number(0.256, "fr", ".0%") == "26\u202f%"
    assert number(-0.001, "en", "+.2f") == "0.00"
    assert number(-1234.5, "en", ",.1f") == "\u22121,234.5"
    assert told({"effect": 0.5, "low": None, "high": 1.0}, "en") == "0.50"
    assert told({"value": None, "low": None, "high": None}, "en") == ""
    assert lines("intervalle à 90 % du total", 15) == ["intervalle à", "90\u00a0% du total"]
    assert lines("", 10) == [""]

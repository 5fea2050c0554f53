"""What may be published of a report follows from its figures, and nothing is published that they do not carry."""

import copy
import json
from datetime import UTC, datetime
from functools import cache
from typing import Any

import numpy as np
import pytest

from research.currencies import minor_per_unit
from research.errors import SettingsError, TooFewAnswers
from research.lab import tabulate_claims, tell_claims
from research.output import canonical_json
from research.publishing import Made, insight_document, insight_id, judge, score_items
from research.reports import report
from research.score_files import WrittenScores
from tests.research.drivers.surveys import reflective_fit
from tests.research.service.contract import SURVEY

SHA256 = "ab" * 32
MADE = Made(SHA256, datetime(2026, 11, 29, 12, 30, tzinfo=UTC), "furet-research 0.1.0")
TITLE = {"en": "Why they stay", "fr": "Pourquoi ils restent"}
# A driver that everything speaks for; the cases below take away one thing each.
CARRIED = {"effect": 0.5, "low": 0.3, "high": 0.7, "class_low": 0.2, "class_high": 0.8}


@cache
def fitted() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(canonical_json(report(reflective_fit())))
    return content


@pytest.fixture
def content() -> dict[str, Any]:
    """A report whose constructs are all carried."""
    found = copy.deepcopy(fitted())
    for row in found["drivers"]:
        row["units"]["do"] = dict(CARRIED)
        row["do"]["open"] = False
        row["hidden_cause"]["fragile"] = False
    return found


def document(content: dict[str, Any], currency: str | None = "EUR") -> dict[str, Any]:
    return insight_document(content, MADE, SURVEY, TITLE, currency)


def test_the_headline_s_drivers_are_told_in_steps_of_the_target() -> None:
    told = document(fitted())
    rows = [row for row in fitted()["drivers"] if row["level"] == "construct"]
    assert [driver["name"] for driver in told["drivers"]] == [row["name"] for row in rows]
    assert [driver["rank"] for driver in told["drivers"]] == list(range(1, len(rows) + 1))
    for driver, row in zip(told["drivers"], rows, strict=True):
        assert driver["effect"] == row["units"]["do"]["effect"]
        assert driver["class_low"] <= driver["low"] <= driver["effect"] <= driver["high"] <= driver["class_high"]
        assert set(driver["label"]) == {"en", "fr"}


def test_what_was_made_of_what_is_told(content: dict[str, Any]) -> None:
    told = document(content)
    assert told["id"] == insight_id(SURVEY, SHA256) == document(content)["id"]
    assert insight_id(SURVEY, "cd" * 32) != told["id"] != insight_id(SURVEY.replace("1", "2"), SHA256)
    assert told["made"]["fitted_at"] == "2026-11-29T12:30:00Z"
    assert told["made"]["respondents"] == 1_000
    assert told["target"] == "loyalty"
    assert (told["survey_id"], told["title"], told["refusals"]) == (SURVEY, TITLE, [])
    assert [each["sentence"] for each in told["warnings"]] == content["warnings"]
    assert all(each["code"] for each in told["warnings"])


def test_money_is_told_in_minor_units_and_only_where_its_currency_is_known(content: dict[str, Any]) -> None:
    stake = next(row for row in content["stakes"]["rows"] if row["segment"] is None and row["level"] == "construct")
    for currency, times in (("EUR", 100), ("JPY", 1), ("TND", 1_000)):
        assert minor_per_unit(currency) == times
        driver = next(one for one in document(content, currency)["drivers"] if one["name"] == stake["name"])
        assert driver["step_up_minor"]["value"] == round(stake["step_up"]["value"] * times)
        assert driver["currency"] == currency
        assert driver["dissatisfied"]["low"] == round(stake["dissatisfied"]["low"])
    for unknown in (document(content, None), document(content | {"stakes": None})):
        assert {(one["step_up_minor"], one["currency"]) for one in unknown["drivers"]} == {(None, None)}


@pytest.mark.parametrize(
    ("figures", "is_open", "left_out"),
    [
        ({}, False, ()),
        ({}, True, ()),
        ({"class_low": -0.1}, True, ("open",)),
        ({"low": 0.0, "class_low": -0.1}, False, ("covers_zero",)),
        ({"class_low": 0.0}, False, ("class_covers_zero",)),
        ({"effect": -0.5, "low": -0.7, "high": -0.3, "class_low": -0.8, "class_high": -0.2}, False, ("lowers",)),
        ({"low": -0.1, "class_low": -0.4}, True, ("open", "covers_zero")),
    ],
)
def test_a_driver_is_claimed_where_nothing_speaks_against_it(
    figures: dict[str, float], is_open: bool, left_out: tuple[str, ...], content: dict[str, Any]
) -> None:
    content["drivers"][0]["units"]["do"] |= figures
    content["drivers"][0]["do"]["open"] = is_open
    first, *others = judge(content)
    assert first.left_out == left_out
    assert not any(each.left_out for each in others)
    told = document(content)["drivers"][0]
    # The rule of the service, which decides by the figures alone: both must say the same.
    assert (told["low"] > 0 and told["class_low"] > 0) == (not left_out)
    assert told["warnings"] == list(left_out)


def test_a_fragile_driver_is_claimed_with_its_reservation(content: dict[str, Any]) -> None:
    content["drivers"][0]["hidden_cause"]["fragile"] = True
    told = document(content)["drivers"][0]
    assert (told["fragile"], told["warnings"]) == (True, ["fragile"])
    words = str(tell_claims(content, "en"))
    assert f"Of 5 drivers of “loyalty” 5 may be told to reps as a reason, on {1_000:,} answers." in words
    assert words.count("With a reservation that goes along") == 1
    assert "yes, with a reservation" in str(tabulate_claims(content, "en"))


def test_of_an_open_driver_the_range_over_all_networks_that_fit_is_claimed(content: dict[str, Any]) -> None:
    content["drivers"][0]["do"]["open"] = True
    content["drivers"][0]["units"]["do"] |= {"class_low": 0.11, "class_high": 0.99}
    words = str(tell_claims(content, "en"))
    assert words.count("whichever way its ties point") == 1
    assert "by 0.11 to 0.99 steps" in words


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_what_is_left_out_is_told_with_its_reason_in_both_languages(lang: Any, content: dict[str, Any]) -> None:
    first, second, third, fourth, fifth = content["drivers"][:5]
    first["do"]["open"] = True
    first["units"]["do"] |= {"class_low": -0.2}
    second["units"]["do"] |= {"low": -0.1}
    third["units"]["do"] |= {"class_low": -0.2}
    fourth["units"]["do"] |= {"effect": -0.5, "low": -0.7, "high": -0.3}
    words = str(tell_claims(content, lang))
    told = {"en": ("cannot tell", "perhaps none", "some give no effect", "would lower")}
    told["fr"] = ("ne disent pas", "peut-être aucun", "ne donnent aucun effet", "ferait baisser")
    assert [words.count(part) for part in told[lang]] == [1, 1, 1, 1]
    assert fifth["name"] in words
    for row in content["drivers"]:
        row["do"]["open"] = True
        row["units"]["do"] |= {"class_low": 0.0}
    assert {"en": "none may be told", "fr": "aucun ne peut être donné"}[lang] in str(tell_claims(content, lang))


def test_what_carries_nothing_is_not_published(content: dict[str, Any]) -> None:
    few = copy.deepcopy(content)
    few["drivers"][0]["do"]["effect"] = None
    with pytest.raises(TooFewAnswers, match="1,000 answers show what goes with the target, not what would move it"):
        document(few)
    content["validation"]["better_than_margin"] = False
    with pytest.raises(TooFewAnswers, match="its causes were not asked about"):
        document(content)
    for absent in ({key: value for key, value in content.items() if key != "drivers"}, content | {"drivers": []}):
        with pytest.raises(SettingsError, match="fit again with --target"):
            document(absent)


def test_rows_that_hang_together_are_not_published(content: dict[str, Any]) -> None:
    content["notices"].append({"code": "repeated_ids", "ids": 3, "surplus_rows": 3, "examples": ["A"]})
    with pytest.raises(SettingsError, match="fetch the answers of one wave with --wave, and fit those"):
        document(content)


def test_what_the_survey_does_not_know_is_not_published(content: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match=r"groups that were found in the answers \(image\)"):
        document(content | {"proposed_constructs": [{"name": "image"}, {"name": "other"}]})
    del content["drivers"][0]["units"]["do"]["class_low"]
    with pytest.raises(SettingsError, match="older version"):
        document(content)


NAMES = ("image", "expectation", "quality", "value", "satisfaction")


def scores(**changed: Any) -> WrittenScores:
    standing = np.array([[0.0, 4.0, 1.0, np.nan, 1.5], [2.0, 2.1, 4.0, 4.0, 4.0]])
    held: dict[str, Any] = {
        "report_sha256": SHA256,
        "target": "loyalty",
        "ids": ("A", "B"),
        "expected": np.array([1.23456, 3.5]),
        "at_risk": np.array([0.7, 1.0000001]),
        "standing": dict(zip(NAMES, standing.T, strict=True)),
    }
    return WrittenScores(**held | changed)


def with_curves(slopes: dict[str, float]) -> dict[str, Any]:
    """A report in which a step of each driver moves the target by so many steps, from a mean customer at 2."""
    found = copy.deepcopy(fitted())
    for row in found["drivers"]:
        points = [(0, 0.1), (1, 0.2), (2, 0.4), (3, 0.2), (4, 0.1)]
        slope = slopes.get(row["name"], 0.0)
        row["curve"] = [
            {"position": place, "share": share, "do": {"effect": 1 + slope * place}}
            for place, share in reversed(points)
        ]
    return found


def test_a_pull_is_what_the_published_effect_takes_from_who_stands_there() -> None:
    report = with_curves({"image": 0.1, "expectation": 0.1, "quality": 0.4, "value": 0.3, "satisfaction": 0.002})
    one, other = score_items(scores(), report, SHA256)
    assert one == {
        "respondent": "A",
        "expected": 1.2346,
        "at_risk": 0.7,
        "reasons": [{"driver": "quality", "pull": -0.4}, {"driver": "image", "pull": -0.2}],
    }
    assert (other["at_risk"], other["reasons"]) == (1.0, [])


def test_no_more_than_three_reasons_are_told_of_anybody() -> None:
    low = {name: np.array([place / 4, 4.0]) for place, name in enumerate(NAMES)}
    one, _ = score_items(scores(standing=low), with_curves(dict.fromkeys(NAMES, 0.2)), SHA256)
    assert [reason["driver"] for reason in one["reasons"]] == ["image", "expectation", "quality"]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"report_sha256": "cd" * 32}, "made by another fit"),
        ({"target": "image"}, "for another target"),
        ({"standing": {}}, r"do not tell who stands where on '.*'"),
        ({"ids": ("A", "A")}, "Respondent A is scored twice, as happens with several waves"),
    ],
)
def test_scores_of_something_else_are_refused(changed: dict[str, Any], told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        score_items(scores(**changed), fitted(), SHA256)

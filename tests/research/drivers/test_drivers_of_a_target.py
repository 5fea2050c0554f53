"""Drivers come with effects observed and by force, intervals, class ranges and ranks, on both levels."""

import json
from dataclasses import replace

import numpy as np
import pytest

from research.codebook import Codebook
from research.drivers import find_target
from research.errors import SettingsError
from research.fit import item_rules
from research.output import canonical_json
from research.reports import report
from tests.research.drivers.surveys import reflective_fit, reflective_survey


def test_the_headline_is_near_the_truth_by_both_methods() -> None:
    truth = reflective_survey().truths[0].total_effects[:, -1]
    rows = {row.name: row for row in reflective_fit().drivers.drivers if row.level == "construct"}
    satisfaction = 1.349 * truth[4]
    assert rows["satisfaction"].do.low - 0.1 < satisfaction < rows["satisfaction"].do.high + 0.1
    assert rows["satisfaction"].path_model is not None
    assert abs(rows["satisfaction"].path_model.do.effect - rows["satisfaction"].do.effect) < 0.3


def test_constructs_come_first_and_the_strongest_effect_first_of_each_level() -> None:
    rows = json.loads(canonical_json(report(reflective_fit())))["drivers"]
    levels = [row["level"] for row in rows]
    assert levels == sorted(levels)  # "construct" before "item"
    for level in ("construct", "item"):
        sizes = [abs(row["do"]["effect"]) for row in rows if row["level"] == level]
        assert sizes == sorted(sizes, reverse=True)
        assert [row["rank"]["value"] for row in rows if row["level"] == level] == list(range(1, len(sizes) + 1))


def test_every_figure_lies_in_its_interval_and_in_that_of_its_class() -> None:
    for row in json.loads(canonical_json(report(reflective_fit())))["drivers"]:
        assert {"effect", "low", "high"} == set(row["observe"])
        assert row["observe"]["low"] <= row["observe"]["effect"] <= row["observe"]["high"]
        for do in (row["do"], row["units"]["do"]):
            assert do["class_low"] <= do["low"] <= do["effect"] <= do["high"] <= do["class_high"]
        assert row["rank"]["low"] <= row["rank"]["value"] <= row["rank"]["high"]
        assert 0 <= row["rank"]["probability"] <= 1


def test_the_range_of_a_class_is_as_wide_in_steps_as_it_is_in_standard_deviations() -> None:
    """Of an item's effect both scales are the same up to a factor; no member may be lost on one of them."""
    items = reflective_fit().drivers.items
    moved = items.do != 0
    factor = items.do_units / np.where(moved, items.do, 1)
    np.testing.assert_allclose(items.class_low_units[moved], (items.class_low * factor)[moved], atol=1e-9)
    np.testing.assert_allclose(items.class_high_units[moved], (items.class_high * factor)[moved], atol=1e-9)
    assert (items.class_high_units > items.class_low_units).any()


def test_items_of_the_target_are_no_drivers_of_it() -> None:
    names = {row.name for row in reflective_fit().drivers.drivers}
    assert "satisfaction" in names
    assert not {name for name in names if name.startswith("loyalty")}


def test_moving_one_reflective_item_does_less_than_moving_its_construct_and_the_report_says_so() -> None:
    content = report(reflective_fit())
    items, constructs = (
        np.median([row.do.effect for row in reflective_fit().drivers.drivers if row.level == level])
        for level in ("item", "construct")
    )
    assert items < 0.5 * constructs
    assert any("near zero by nature" in warning for warning in content["warnings"])


def test_methods_are_compared_with_intervals_and_a_sentence() -> None:
    construct, item = json.loads(canonical_json(report(reflective_fit())))["agreement"]
    assert set(construct["importance"]) == {"do", "observe", "path_model", "relative_weights", "ordered_logit"}
    assert set(item["importance"]) == {"do", "observe", "relative_weights", "ordered_logit"}
    for each in construct["rank_correlations"]:
        assert -1 <= each["low"] <= each["value"] <= each["high"] <= 1
    shares = [found["value"] for found in construct["importance"]["relative_weights"].values()]
    assert 0.2 < sum(shares) < 1
    assert "Rank correlation" in construct["sentence"]


def codebook() -> Codebook:
    return reflective_survey().codebook


@pytest.mark.parametrize(("name", "told"), [("loyaly", "choose from image"), ("image1", None)])
def test_an_unknown_target_is_refused_and_one_with_peers_is_not(name: str, told: str | None) -> None:
    rules = item_rules(codebook(), 2)
    if told is None:
        assert find_target(codebook(), rules, name).construct == "image"
        return
    with pytest.raises(SettingsError, match=told):
        find_target(codebook(), rules, name)


def test_a_target_that_nothing_can_precede_is_refused() -> None:
    book = codebook()
    items = tuple(replace(item, tier=item.tier + 1 if item.name != "image1" else 0) for item in book.items)
    alone = replace(book, items=tuple(replace(item, construct=None) for item in items))
    with pytest.raises(SettingsError, match="Nothing can precede the target 'image1'"):
        find_target(alone, item_rules(alone, 2), "image1")

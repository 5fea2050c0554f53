"""Gaps, careless respondents, repeated ids, weak constructs and common causes are found where they were planted."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from research.answers import Answers
from research.codebook import Codebook, Item
from research.quality import (
    check_quality,
    common_method,
    construct_reliability,
    distributions,
    duplicate_ids,
    missingness,
    quality_text,
    straight_lining,
    too_fast,
)
from research.simulate import SurveyPlan, simulate_survey


def answers_of(plan: SurveyPlan) -> Answers:
    survey = simulate_survey(plan)
    gaps = np.zeros(survey.codes.shape, bool)
    return Answers(
        survey.codebook,
        survey.codes,
        gaps,
        survey.columns.get("weight", np.ones(plan.respondents)).astype(float),
        ids=survey.columns["id"].astype(str),
        duration_s=survey.columns["duration_s"].astype(float),
    )


def one_item(states: tuple[int | float | str, ...], codes: list[int], direction: str = "up") -> Answers:
    item = Item("q", None, 0, states, direction)  # type: ignore[arg-type] # the test passes both directions
    column = np.array(codes, np.int8)[:, None]
    return Answers(Codebook({}, ("",), (), (item,)), column, np.zeros(column.shape, bool), np.ones(len(codes)))


REFLECTIVE = answers_of(SurveyPlan("reflective", 2_000, 24, 0.2, "answers", careless_share=0.08, seed=3))


def test_shares_and_patterns_of_gaps_add_up() -> None:
    found = missingness(REFLECTIVE)
    gaps = REFLECTIVE.codes < 0
    assert found.missing_share == pytest.approx(gaps.mean())
    assert found.complete == (~gaps.any(axis=1)).sum()
    assert [pattern.respondents for pattern in found.patterns] == sorted(
        (pattern.respondents for pattern in found.patterns), reverse=True
    )
    commonest = np.isin(REFLECTIVE.codebook.names, found.patterns[0].items)
    assert found.patterns[0].respondents == (gaps == commonest).all(axis=1).sum()


def test_gaps_that_follow_other_answers_are_told_from_gaps_at_random() -> None:
    at_random = missingness(answers_of(SurveyPlan("reflective", 2_000, 24, 0.2, "random", seed=3)))
    assert at_random.dependences == ()
    dependences = missingness(REFLECTIVE).dependences
    assert len(dependences) >= 20
    assert {dependence.other for dependence in dependences} <= {"image1", "image2"}


def test_not_applicable_is_counted_apart_from_missing() -> None:
    not_applicable = np.zeros(REFLECTIVE.codes.shape, bool)
    not_applicable[:100, 5] = True
    found = missingness(replace(REFLECTIVE, codes=np.where(not_applicable, -1, REFLECTIVE.codes).astype(np.int8),
                                not_applicable=not_applicable))  # fmt: skip
    assert found.by_item[5].not_applicable == pytest.approx(0.05)
    assert found.by_item[5].missing == pytest.approx((REFLECTIVE.codes[100:, 5] < 0).sum() / 2_000)


def test_straight_lines_and_hurry_are_found() -> None:
    straight, fast = straight_lining(REFLECTIVE), too_fast(REFLECTIVE)
    assert straight is not None
    assert fast is not None
    assert 0.06 < straight.share < 0.11
    assert 0 < straight.in_best_state < straight.respondents
    assert 0.06 < fast.share < 0.11
    assert fast.limit_s == pytest.approx(0.4 * fast.median_s)


def test_straight_lines_need_five_items_and_hurry_needs_durations() -> None:
    answers = one_item((1, 2, 3), [0, 1, 2])
    assert straight_lining(answers) is None
    assert too_fast(answers) is None
    assert duplicate_ids(answers) is None


def test_ids_given_twice_are_named_and_empty_ids_are_not() -> None:
    ids = np.array(["a", "b", "a", "", "", "c", "a"])
    found = duplicate_ids(replace(one_item((1, 2), [0, 1, 0, 1, 0, 1, 0]), ids=ids))
    assert found is not None
    assert (found.ids, found.surplus_rows, found.examples) == (1, 2, ("a",))


def test_top_two_mean_and_score_are_the_usual_ones_on_0_to_10() -> None:
    codes = [0] * 10 + [6] * 20 + [7] * 15 + [8] * 15 + [9] * 30 + [10] * 10
    (found,) = distributions(one_item(tuple(range(11)), codes))
    assert found.top2 is not None
    assert found.top2.value == pytest.approx(0.40)
    assert found.mean.value == pytest.approx(np.mean(codes))
    assert found.recommendation.score.value == pytest.approx(0.40 - 0.30)
    half_width = 1.6449 * np.std([-1] * 30 + [0] * 30 + [1] * 40) / np.sqrt(100)
    assert found.recommendation.score.high - found.recommendation.score.value == pytest.approx(half_width, rel=1e-3)
    assert (found.floor, found.ceiling) == (pytest.approx(0.1), pytest.approx(0.1))


def test_what_the_score_hides_is_the_range_of_means_it_allows() -> None:
    (found,) = distributions(one_item(tuple(range(11)), [10] * 50 + [0] * 20 + [7] * 30))
    score = found.recommendation
    assert score.score.value == pytest.approx(0.3)
    assert score.mean_low == pytest.approx(0.65 * 9)
    assert score.mean_high == pytest.approx(0.3 * 10 + 0.7 * 8)
    assert "5.8" in score.hides
    assert "8.6" in score.hides


def test_a_down_item_has_its_best_state_at_the_low_end() -> None:
    (found,) = distributions(one_item((1, 2, 3, 4, 5), [0] * 6 + [4] * 4, "down"))
    assert (found.ceiling, found.floor) == (pytest.approx(0.6), pytest.approx(0.4))
    assert found.recommendation.score.value == pytest.approx(0.2)
    assert found.mean.value == pytest.approx(2.6)


def test_a_reversed_item_hurts_its_construct_until_its_direction_is_told() -> None:
    codes = REFLECTIVE.codes.copy()
    codes[:, 0] = np.where(codes[:, 0] < 0, -1, 4 - codes[:, 0])
    turned = replace(REFLECTIVE, codes=codes)
    items = (replace(REFLECTIVE.codebook.items[0], direction="down"), *REFLECTIVE.codebook.items[1:])
    told = replace(turned, codebook=replace(REFLECTIVE.codebook, items=items))
    before, after = construct_reliability(turned)[0].reliability, construct_reliability(told)[0].reliability
    assert before.item_rest[0] < 0 < after.item_rest[0]
    assert before.alpha.value < 0.7 < after.alpha.value
    assert construct_reliability(told)[0].index == construct_reliability(REFLECTIVE)[0].index
    assert any("'image1' goes with the rest" in warning for warning in check_quality(turned).warnings)
    assert any("'image' hold together weakly" in warning for warning in check_quality(turned).warnings)


def test_one_cause_behind_all_items_is_suspicious() -> None:
    rng = np.random.default_rng(1)
    cause = rng.normal(size=1_000)
    codes = np.stack([np.digitize(cause + 0.4 * rng.normal(size=1_000), [-1, 0, 1]) for _ in range(6)], 1)
    items = tuple(Item(f"q{i}", None, 0, (1, 2, 3, 4)) for i in range(6))
    answers = Answers(
        Codebook({}, ("",), (), items), codes.astype(np.int8), np.zeros(codes.shape, bool), np.ones(1_000)
    )
    assert common_method(answers).suspicious
    assert not common_method(REFLECTIVE).suspicious


def test_the_summary_prints_every_item_construct_and_warning() -> None:
    quality = check_quality(REFLECTIVE)
    text = quality_text(quality)
    expected: list[str] = [*REFLECTIVE.codebook.names, *REFLECTIVE.codebook.constructs, *quality.warnings]
    assert [part for part in expected if part not in text] == []
    assert len(quality.warnings) >= 3


def test_weights_move_the_shares() -> None:
    weights: npt.NDArray[np.float64] = np.array([3.0, 1.0])
    (found,) = distributions(replace(one_item((1, 2), [0, 1]), weights=weights))
    assert found.shares == (0.75, 0.25)
    assert found.top2 is None

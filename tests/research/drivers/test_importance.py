"""Importance against performance covers the truth, respects weights and directions, and claims a quadrant when sure."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from research.drivers.among_items import item_effects
from research.drivers.target import find_target
from research.fit import item_rules
from research.importance import ImportancePerformance, ellipse, performances, quadrant_shares, weigh_importance
from research.learning.replicates import learn
from research.simulate import SurveyPlan, simulate_survey
from tests.research.drivers.coverage import true_effects
from tests.research.drivers.surveys import answers_of, reflective_fit, reflective_survey

ITEMS = 8


def inside(point: NDArray[np.float64], corners: NDArray[np.float64]) -> bool:
    """Whether a point lies in a convex polygon whose corners go round in one direction."""
    edges = np.roll(corners, -1, axis=0) - corners
    offsets = point - corners
    sides = edges[:, 0] * offsets[:, 1] - edges[:, 1] * offsets[:, 0]
    return bool((sides >= 0).all() or (sides <= 0).all())


def test_an_ellipse_holds_nine_in_ten_replicates() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.multivariate_normal([60.0, 0.3], [[4.0, 0.06], [0.06, 0.0025]], 20_000).T
    corners = np.array(ellipse(x, y))
    held = np.mean([inside(point, corners) for point in np.stack([x, y], axis=1)])
    assert abs(held - 0.9) < 0.01


def test_one_replicate_has_an_ellipse_of_no_size() -> None:
    assert set(ellipse(np.array([50.0]), np.array([0.2]))) == {(50.0, 0.2)}


def test_a_quadrant_is_told_by_what_lies_above_the_average_of_the_drivers() -> None:
    performance = np.array([[80.0, 40.0, 60.0]] * 10)
    importance = np.array([[0.1, 0.5, 0.3]] * 9 + [[0.6, 0.5, 0.3]])
    first, second, third = quadrant_shares(performance, importance)
    assert first == {"concentrate_here": 0, "keep_up": 0.1, "low_priority": 0, "possible_overkill": 0.9}
    assert second["concentrate_here"] == 1
    assert third["keep_up"] == 0.9


def rows() -> dict[str, ImportancePerformance]:
    return {row.name: row for row in reflective_fit().importance}


def test_performance_is_the_weighted_mean_answer() -> None:
    answers = answers_of(reflective_survey())
    column = answers.codebook.names.index("image1")
    truth = 100 * np.average(answers.codes[:, column] / 4, weights=answers.weights)
    unweighted = 100 * (answers.codes[:, column] / 4).mean()
    one = answers.codes[:, [column]].astype(float)
    heavy = replace(answers, weights=np.where(one[:, 0] >= 3, 10.0, 1.0))
    lifted = performances(heavy, (answers.codes,), ((column,),), 20, seed=1).mean()
    assert abs(rows()["image1"].performance.value - truth) < 0.5 < abs(lifted - unweighted)


def test_a_question_where_high_is_bad_is_turned() -> None:
    answers = answers_of(reflective_survey())
    first, *others = answers.codebook.items
    turned = replace(answers, codebook=replace(answers.codebook, items=(replace(first, direction="down"), *others)))
    straight = performances(answers, (answers.codes,), ((0,),), 5, seed=1)
    np.testing.assert_allclose(performances(turned, (answers.codes,), ((0,),), 5, seed=1), 100 - straight)


def test_an_answer_that_did_not_apply_does_not_count_and_a_filled_one_does() -> None:
    answers = answers_of(reflective_survey())
    best = np.full_like(answers.codes, 4)
    worst = np.zeros_like(answers.codes)
    worst[: len(worst) // 2] = 4
    spared = replace(answers, not_applicable=worst == 0)
    np.testing.assert_allclose(performances(spared, (worst,), ((0,),), 4, seed=1), 100)
    filled = performances(
        replace(answers, codes=np.full_like(best, -1)), (best, np.zeros_like(best)), ((0,),), 4, seed=1
    )
    np.testing.assert_allclose(filled[:, 0], [100, 0, 100, 0])


def test_importance_is_the_interventional_effect_and_a_quadrant_is_claimed_only_when_sure() -> None:
    drivers = {(driver.name, driver.level): driver for driver in reflective_fit().drivers.drivers}
    for row in reflective_fit().importance:
        assert row.importance.value == pytest.approx(drivers[row.name, row.level].do.effect)
        assert row.importance.low == pytest.approx(drivers[row.name, row.level].do.low)
        assert sum(row.shares.values()) == pytest.approx(1)
        assert row.quadrant is None or row.shares[row.quadrant] > 0.9
        assert row.quadrant is not None or max(row.shares.values()) <= 0.9
    assert {row.quadrant is None for row in reflective_fit().importance} == {True, False}


def covered(simulations: int, replicates: int, respondents: int) -> dict[str, float]:
    """How often performance, importance and both at once are covered on simulated networks."""
    found: dict[str, list[bool]] = {"performance": [], "importance": [], "both": []}
    for seed in range(simulations):
        survey = simulate_survey(SurveyPlan("monotone", respondents, ITEMS, seed=500 + seed))
        answers = answers_of(survey)
        rules = item_rules(answers.codebook, 2)
        learned = learn(answers.codes, answers.n_states, None, rules, replicates=replicates, seed=seed)
        target = find_target(answers.codebook, rules, answers.codebook.names[-1])
        level = item_effects(answers, (answers.codes,), learned, target, seed=seed)
        many = survey.truths[0].draw(200_000, np.random.default_rng(seed)).mean(axis=0) / 4 * 100
        truth = true_effects(survey.truths[0], level.nodes, target.columns[0], rules)
        for row in weigh_importance(answers, (answers.codes,), (level,), seed=seed):
            place = level.names.index(row.name)
            if truth.open[place] or abs(truth.do[place]) < 1e-9:
                continue
            mean, effect = many[level.nodes[place]], truth.do[place]
            found["performance"].append(row.performance.low <= mean <= row.performance.high)
            found["importance"].append(row.importance.low <= effect <= row.importance.high)
            found["both"].append(inside(np.array([mean, effect]), np.array(row.ellipse)))
    return {name: float(np.mean(own)) for name, own in found.items()}


def test_a_few_simulations_are_covered() -> None:
    found = covered(6, 60, 1_000)
    assert min(found.values()) >= 0.7


@pytest.mark.slow
def test_forty_simulations_are_covered() -> None:
    found = covered(40, 200, 1_000)
    print(f"\n{found}")
    assert all(0.84 <= share <= 0.97 for share in found.values())

"""Drawn levels have the distribution the network and the answers give them, and tables come back from levels."""

from itertools import product

import numpy as np
import pytest

from research.learning.factor_levels import draw_levels, fit_level_tables
from research.learning.graded import LEVELS, SHARES, evidence, first_tables, fit_graded, fold

N_LEVELS = np.array([2, 3, 2])
PARENTS = np.array([[-1, -1], [0, -1], [0, 1]])


def tables() -> np.ndarray:
    rng = np.random.default_rng(4)
    filled = np.zeros((3, 6, 3))
    for node, rows in enumerate((1, 2, 6)):
        filled[node, :rows, : N_LEVELS[node]] = rng.dirichlet(np.ones(N_LEVELS[node]), rows)
    return filled


def test_a_gibbs_chain_visits_every_combination_as_often_as_enumeration_says() -> None:
    rng = np.random.default_rng(5)
    network, likelihoods = tables(), rng.uniform(0.2, 1.0, (3, 1, 3))
    weight = {}
    for a, b, c in product(range(2), range(3), range(2)):
        joint = network[0, 0, a] * network[1, a, b] * network[2, a * 3 + b, c]
        weight[a, b, c] = joint * likelihoods[0, 0, a] * likelihoods[1, 0, b] * likelihoods[2, 0, c]
    n = 40_000
    levels, patterns = np.zeros((n, 3), np.int8), np.zeros((n, 3), np.int64)
    for _ in range(40):
        draw_levels(levels, likelihoods, patterns, N_LEVELS, PARENTS, network, rng.random((n, 3)))
    for (a, b, c), expected in weight.items():
        seen = (levels == (a, b, c)).all(axis=1).mean()
        assert seen == pytest.approx(expected / sum(weight.values()), abs=0.01)


@pytest.mark.parametrize("bent", [False, True])
def test_tables_come_back_from_levels_whether_or_not_they_are_straight(bent: bool) -> None:
    rng = np.random.default_rng(6)
    parent = rng.integers(0, 5, 50_000)
    centre = np.abs(parent - 2) if bent else parent
    child = np.clip(centre + rng.integers(-1, 2, 50_000), 0, 4)
    levels = np.stack([parent, child], axis=1).astype(np.int8)
    fitted = fit_level_tables(levels, np.ones(50_000), np.array([5, 5]), np.array([[-1], [0]]))[1]
    true = np.array([np.bincount(child[parent == k], minlength=5) / (parent == k).sum() for k in range(5)])
    assert np.abs(fitted - true).max() < 0.03


def test_few_answers_lean_on_the_ordered_logit() -> None:
    rng = np.random.default_rng(7)
    parent = rng.integers(0, 5, 60)
    child = np.clip(parent + rng.integers(-1, 2, 60), 0, 4)
    levels = np.stack([parent, child], axis=1).astype(np.int8)
    fitted = fit_level_tables(levels, np.ones(60), np.array([5, 5]), np.array([[-1], [0]]))[1]
    means = fitted @ np.arange(5)
    assert (np.diff(means) > 0).all()
    np.testing.assert_allclose(fitted.sum(axis=1), 1.0)


@pytest.mark.parametrize("strength", [8.0, 60.0])
def test_tables_lean_as_far_as_the_spread_around_the_ordered_logit_says(strength: float) -> None:
    # Rows drawn from a Dirichlet of known strength around a straight centre: the posterior mean under that very prior
    # is the best there is, and what is fitted must stay near it, far from both the raw shares and the bare centre.
    rng, n, truth, fitted, shares = np.random.default_rng(11), 40, [], [], []
    for _ in range(60):
        parents = np.repeat(np.array(list(product(range(5), repeat=2))), n, axis=0)
        bounds = 1 / (1 + np.exp(parents.sum(axis=1, keepdims=True) - np.array([1.0, 3.0, 5.0, 7.0])))
        centre = np.diff(np.hstack([np.zeros((len(bounds), 1)), bounds, np.ones((len(bounds), 1))]))[::n]
        rows = np.stack([rng.dirichlet(strength * row) for row in centre])
        child = np.concatenate([rng.choice(5, n, p=row) for row in rows])
        levels = np.column_stack([parents, child]).astype(np.int8)
        of_child = fit_level_tables(
            levels, np.ones(len(levels)), np.full(3, 5), np.array([[-1, -1], [-1, -1], [0, 1]])
        )[2]
        counts = np.stack([np.bincount(part, minlength=5) for part in child.reshape(-1, n)])
        truth.append((counts + strength * centre) / (n + strength))
        fitted.append(of_child)
        shares.append(counts / n)
    leaning = np.array(shares) - np.array(fitted)
    best = np.array(shares) - np.array(truth)
    assert (leaning * best).sum() / (best**2).sum() == pytest.approx(1.0, abs=0.1)


def reflected(loadings: tuple[float, ...], n: int = 20_000) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(8)
    trait, load = rng.normal(size=n), np.array(loadings)
    answers = trait[:, None] * load + rng.normal(size=(n, len(load))) * np.sqrt(1 - load**2)
    return np.searchsorted([-1.0, 0.0, 0.8], answers).astype(np.int8), trait


@pytest.mark.parametrize("loadings", [(0.7, 0.7), (0.6, 0.7, 0.85), (0.6, 0.65, 0.7, 0.75, 0.8, 0.85)])
def test_fitted_items_imply_the_margins_and_correlations_that_were_seen(loadings: tuple[float, ...]) -> None:
    codes, _ = reflected(loadings)
    items, weights = fold(codes, np.full(len(loadings), 4)), np.ones(len(codes))
    fitted = fit_graded(items, weights, first_tables(items, weights), 500)
    margins = np.einsum("k,vks->vs", SHARES, fitted)
    seen = np.stack([np.bincount(column, minlength=4) / len(codes) for column in codes.T])
    np.testing.assert_allclose(margins, seen, atol=0.01)
    means = fitted @ np.arange(4)
    centred = means - (means @ SHARES)[:, None]
    variance = fitted @ np.arange(4) ** 2 @ SHARES - (means @ SHARES) ** 2
    implied = (centred * SHARES) @ centred.T / np.sqrt(np.outer(variance, variance))
    above = np.triu_indices(len(loadings), 1)
    np.testing.assert_allclose(implied[above], np.corrcoef(codes.T)[above], atol=0.015)


def test_a_gap_says_nothing_and_answers_point_to_the_trait() -> None:
    codes, trait = reflected((0.7, 0.75, 0.8))
    codes[0] = -1
    items, weights = fold(codes, np.full(3, 4)), np.ones(len(codes))
    likelihood = evidence(items, fit_graded(items, weights, first_tables(items, weights), 100))[items.of_respondent]
    np.testing.assert_array_equal(likelihood[0], 1.0)
    posterior = likelihood * SHARES
    expected = posterior @ LEVELS / posterior.sum(axis=1)
    assert np.corrcoef(expected, trait)[0, 1] > 0.85


def test_two_items_share_a_slope_since_nothing_tells_theirs_apart() -> None:
    codes, _ = reflected((0.5, 0.9))
    items, weights = fold(codes, np.full(2, 4)), np.ones(len(codes))
    lowest = fit_graded(items, weights, first_tables(items, weights), 100)[:, :, 0]
    slopes = np.diff(np.log(lowest / (1 - lowest)), axis=1)
    np.testing.assert_allclose(slopes[0], slopes[1], rtol=1e-3)

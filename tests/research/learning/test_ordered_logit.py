"""The ordered logit is statsmodels' OrderedModel, and stays sound where that one has no answer."""

import itertools
import warnings

import numpy as np
import pytest
from statsmodels.miscmodels.ordinal_model import OrderedModel

from research.learning.ordered_logit import dummy_design, fit_ordered_logit, linear_design

DESIGNS = {"linear": linear_design, "dummies": dummy_design}


def table_of(seed):
    """Counts of a random family with two parents, and the respondents behind them."""
    rng = np.random.default_rng(seed)
    parent_states, n_states = rng.integers(2, 6, 2), int(rng.integers(2, 6))
    levels = np.array(list(itertools.product(*map(range, parent_states))))
    row = rng.integers(0, len(levels), 400)
    latent = levels[row] @ rng.normal(0, 0.7, 2) + rng.logistic(size=400)
    state = np.searchsorted(np.quantile(latent, np.arange(1, n_states) / n_states), latent)
    counts = np.zeros((len(levels), n_states))
    np.add.at(counts, (row, state), 1)
    return counts, levels, parent_states, row, state


@pytest.mark.parametrize("kind", DESIGNS)
@pytest.mark.parametrize("seed", range(3))
def test_parameters_and_probabilities_equal_statsmodels(kind, seed):
    counts, levels, parent_states, row, state = table_of(seed)
    columns, values = DESIGNS[kind](levels, parent_states)
    n_slopes = int(columns.max()) + 1
    exog = np.zeros((len(levels), n_slopes))
    for place in range(columns.shape[1]):
        used = columns[:, place] >= 0
        exog[used, columns[used, place]] = values[used, place]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # It warns of convergence when asked for more digits than it usually gives.
        theirs = OrderedModel(state, exog[row], distr="logit").fit(method="newton", maxiter=100, tol=1e-12, disp=0)
    ours = fit_ordered_logit(counts, (columns, values), n_slopes)
    assert ours.loglik == pytest.approx(theirs.llf, abs=1e-6)
    np.testing.assert_allclose(ours.slopes, theirs.params[:n_slopes], atol=1e-6)
    thresholds = theirs.model.transform_threshold_params(theirs.params)[1:-1]
    np.testing.assert_allclose(ours.thresholds, thresholds, atol=1e-6)
    np.testing.assert_allclose(ours.table[row], theirs.predict(), atol=1e-6)


def test_a_state_nobody_gave_has_probability_zero_and_changes_nothing_else():
    counts, levels, parent_states, *_ = table_of(3)
    design = linear_design(levels, parent_states)
    with_gaps = np.insert(counts, (0, 1, counts.shape[1]), 0.0, axis=1)
    plain, gapped = fit_ordered_logit(counts, design, 2), fit_ordered_logit(with_gaps, design, 2)
    assert gapped.loglik == pytest.approx(plain.loglik, abs=1e-9)
    empty = with_gaps.sum(axis=0) == 0
    np.testing.assert_array_equal(gapped.table[:, empty], 0.0)
    np.testing.assert_allclose(gapped.table[:, ~empty], plain.table, atol=1e-9)


def test_answers_fully_told_by_a_parent_reach_the_limit_of_the_likelihood():
    counts = np.array([[50.0, 0.0], [30.0, 20.0], [0.0, 40.0]])
    levels, states = np.arange(3)[:, None], np.array([3])
    fitted = fit_ordered_logit(counts, dummy_design(levels, states), 2, tolerance=1e-9)
    limit = 30 * np.log(0.6) + 20 * np.log(0.4)
    assert fitted.loglik == pytest.approx(limit, abs=1e-6)
    assert np.isfinite(fitted.slopes).all()


def test_a_child_with_one_state_given_has_nothing_to_explain():
    counts = np.array([[0.0, 9.0, 0.0], [0.0, 4.0, 0.0]])
    fitted = fit_ordered_logit(counts, linear_design(np.arange(2)[:, None], np.array([2])), 1)
    assert fitted.loglik == 0.0
    np.testing.assert_array_equal(fitted.table, [[0, 1, 0], [0, 1, 0]])

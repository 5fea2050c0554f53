"""Baselines agree with the libraries behind them, take weights as repeated rows, and predict what is there."""

import numpy as np
import pytest
from statsmodels.miscmodels.ordinal_model import OrderedModel
from statsmodels.multivariate.factor import Factor

from research.baselines import BASELINES, TargetAnswers, fit_ordered_logit, marginal
from research.learning.reflective import one_factor_loadings


def drawn(n: int, seed: int) -> TargetAnswers:
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, 5, (n, 3)).astype(np.int8)
    score = codes @ np.array([0.9, 0.4, 0.0]) + rng.logistic(size=n)
    target = np.searchsorted([1.0, 2.0, 3.5, 5.0], score).astype(np.int8)
    return TargetAnswers(codes, target, np.ones(n), np.full(3, 5), 5)


def log_loss(probabilities: np.ndarray, target: np.ndarray) -> float:
    return float(-np.log(probabilities[np.arange(len(target)), target]).mean())


def test_the_ordered_logit_is_that_of_statsmodels() -> None:
    answers = drawn(800, 1)
    predictors = answers.codes.astype(float)
    ours = fit_ordered_logit(predictors, answers.target, answers.weights)
    model = OrderedModel(answers.target.astype(int), predictors, distr="logit")
    theirs = model.fit(method="bfgs", disp=0, maxiter=500, gtol=1e-6)
    np.testing.assert_allclose(ours.slopes, theirs.params[:3], atol=1e-3)
    np.testing.assert_allclose(ours.errors, theirs.bse[:3], rtol=1e-2)
    np.testing.assert_allclose(ours.thresholds, model.transform_threshold_params(theirs.params)[1:-1], atol=2e-3)
    assert ours.loglik == pytest.approx(theirs.llf, abs=1e-4)


def test_weights_count_as_repeated_rows() -> None:
    answers = drawn(500, 2)
    weights = np.random.default_rng(3).integers(0, 4, 500)
    predictors = answers.codes.astype(float)
    once = fit_ordered_logit(predictors, answers.target, weights.astype(float))
    repeated = np.repeat(np.arange(500), weights)
    twice = fit_ordered_logit(predictors[repeated], answers.target[repeated], np.ones(len(repeated)))
    np.testing.assert_allclose(once.slopes, twice.slopes, atol=1e-3)
    np.testing.assert_allclose(once.errors, twice.errors, rtol=1e-2)


@pytest.mark.parametrize("name", sorted(set(BASELINES) - {"marginal"}))
def test_every_baseline_beats_the_margin_on_answers_it_has_not_seen(name: str) -> None:
    training, unseen = drawn(1500, 4), drawn(1500, 5)
    predicted = BASELINES[name](training, unseen.codes)
    np.testing.assert_allclose(predicted.sum(axis=1), 1.0)
    assert log_loss(predicted, unseen.target) < log_loss(marginal(training, unseen.codes), unseen.target) - 0.15


@pytest.mark.parametrize("name", sorted(BASELINES))
def test_a_state_nobody_gave_in_training_keeps_a_little_probability(name: str) -> None:
    answers = drawn(400, 6)
    kept = answers.target != 2
    training = TargetAnswers(answers.codes[kept], answers.target[kept], np.ones(kept.sum()), answers.n_states, 5)
    predicted = BASELINES[name](training, answers.codes)
    assert predicted.shape == (400, 5)
    assert (predicted > 0).all()


def test_a_target_of_one_state_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing to predict"):
        fit_ordered_logit(np.eye(5), np.zeros(5, np.int8), np.ones(5))


def test_a_predictor_that_does_not_vary_is_refused() -> None:
    with pytest.raises(ValueError, match="Predictor 1 does not vary"):
        fit_ordered_logit(np.column_stack([np.arange(4.0), np.ones(4)]), np.array([0, 1, 0, 1], np.int8), np.ones(4))


def test_one_factor_loadings_are_those_of_statsmodels() -> None:
    rng = np.random.default_rng(7)
    trait = rng.normal(size=2000)
    items = trait[:, None] * [0.6, 0.7, 0.8, 0.9] + rng.normal(size=(2000, 4)) * 0.7
    block = np.corrcoef(items.T)
    theirs = Factor(corr=block, n_factor=1, method="pa").fit(maxiter=500, tol=1e-10).loadings[:, 0]
    np.testing.assert_allclose(one_factor_loadings(block[None])[0], np.abs(theirs), atol=1e-4)

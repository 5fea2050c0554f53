"""Gaps that depend on other answers neither shift means nor weaken correlations, by item or among constructs."""

import numpy as np

from research.learning.normal_gaps import fill_gaps, fit_joint_normal
from research.learning.path_model import fit_path_model
from research.simulate import remove_answers
from tests.research.constructs.coverage import draw_sample


def gappy(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Correlated normals, which of them are answered, and the covariance; gaps depend on the first two."""
    rng = np.random.default_rng(1)
    root = rng.normal(size=(6, 6))
    covariance = root @ root.T / 6 + np.eye(6) / 2
    values = rng.multivariate_normal(np.zeros(6), covariance, n)
    answered = np.ones(values.shape, bool)
    answered[:, 2:] = rng.random((n, 4)) > 1 / (1 + np.exp(0.6 + 1.5 * values[:, :1]))
    return values, answered, covariance


def test_the_joint_normal_is_recovered_from_answers_with_gaps() -> None:
    values, answered, covariance = gappy(8000)
    mean, found = fit_joint_normal(np.where(answered, values, 0.0), answered, np.ones(8000))
    np.testing.assert_allclose(mean, 0.0, atol=0.05)
    np.testing.assert_allclose(found, covariance, atol=0.1)


def test_filled_scores_keep_every_answer_and_the_correlations() -> None:
    values, answered, covariance = gappy(8000)
    filled = fill_gaps(np.where(answered, values, 0.0), answered, np.ones(8000), 3, seed=1)
    spread = np.sqrt(np.diag(covariance))
    for each in filled:
        np.testing.assert_array_equal(each[answered], values[answered])
        np.testing.assert_allclose(np.corrcoef(each.T), covariance / np.outer(spread, spread), atol=0.05)
    assert not np.array_equal(filled[0], filled[1])


def test_answers_without_gaps_are_left_as_they_are() -> None:
    values, answered, _ = gappy(50)
    assert fill_gaps(values, np.ones_like(answered), np.ones(50), 5, seed=1)[0] is values


def test_weights_count_as_repeated_rows() -> None:
    values, answered, _ = gappy(300)
    scores, weights = np.where(answered, values, 0.0), np.random.default_rng(2).integers(0, 3, 300)
    once = fit_joint_normal(scores, answered, weights.astype(float))
    rows = np.repeat(np.arange(300), weights)
    twice = fit_joint_normal(scores[rows], answered[rows], np.ones(len(rows)))
    np.testing.assert_allclose(once[1], twice[1], atol=1e-10)


def test_the_path_model_keeps_its_effect_when_three_answers_in_ten_are_missing() -> None:
    effects = []
    for share in (0.0, 0.3):
        sample, truth = draw_sample(3000, 8, replicates=40)
        codes = remove_answers(sample.codes, share, "answers", np.random.default_rng(3))
        told = (codes, sample.n_states, sample.members, sample.constraints, sample.weights)
        model = fit_path_model(*told, replicates=sample.replicates, seed=1)
        effects.append(np.median(model.replicates.effects[:, 0, 4, 5]))
    assert abs(effects[1] - effects[0]) < 0.08
    assert abs(effects[1] - truth.total_effects[4, 5]) < 0.15

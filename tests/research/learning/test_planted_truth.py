"""Planted networks are found again: skeleton F1 of the consensus over five surveys of 20 items a cell."""

import numpy as np
import pytest

from research.learning.constraints import Constraints
from research.learning.families import edge_array
from research.learning.missing import impute
from research.learning.replicates import learn
from research.simulate import SurveyPlan, simulate_survey

pytestmark = pytest.mark.slow

ITEMS = 20
SEEDS = range(5)
N_STATES = np.full(ITEMS, 5)


def skeleton_f1(masks, truth):
    edges = edge_array(np.asarray(masks).view(np.int64))
    found = {frozenset((int(u), int(v))) for u, v in np.argwhere(edges)}
    return 2 * len(found & truth.skeleton) / (len(found) + len(truth.skeleton))


def scores_of(kind, respondents, missing_share=0.0):
    """F1 of the consensus and of the single best network, one row a seed."""
    rows = []
    for seed in SEEDS:
        survey = simulate_survey(SurveyPlan(kind, respondents, ITEMS, missing_share, "answers", seed=seed))
        truth = survey.truths[0]
        constraints = Constraints(truth.tiers)
        completed = impute(survey.codes, N_STATES, None, constraints, seed=seed).completed
        learned = learn(completed, N_STATES, None, constraints, replicates=100, seed=seed)
        rows.append((skeleton_f1(learned.consensus.masks, truth), skeleton_f1(learned.optimum, truth)))
    consensus, optimum = np.array(rows).T
    print(
        f"\nskeleton F1, {kind}, n={respondents}, missing {missing_share:.0%}: consensus {consensus.mean():.3f} "
        f"({consensus.min():.2f} to {consensus.max():.2f}), single best network {optimum.mean():.3f}"
    )
    return consensus


@pytest.mark.parametrize(
    ("kind", "respondents", "least"),
    [
        ("monotone", 500, 0.95),
        ("monotone", 1000, 0.97),
        ("monotone", 5000, 0.97),
        ("not_additive", 500, 0.95),
        ("not_additive", 1000, 0.97),
        ("not_additive", 5000, 0.97),
        ("mixed", 500, 0.93),
        ("mixed", 1000, 0.95),
        ("mixed", 5000, 0.97),
        ("tables", 1000, 0.95),
        ("tables", 5000, 0.98),
    ],
)
def test_complete_answers_give_the_planted_skeleton(kind, respondents, least):
    assert scores_of(kind, respondents).mean() >= least


@pytest.mark.parametrize(("kind", "least"), [("monotone", 0.93), ("tables", 0.86)])
def test_a_third_of_the_answers_missing_by_other_answers_hides_little(kind, least):
    assert scores_of(kind, 5000, 0.3).mean() >= least


def test_one_likelihood_for_the_whole_survey_is_worse_than_one_per_family():
    best = {}
    for likelihoods in (("table",), ("linear",), ("table", "linear", "dummies")):
        scores = []
        for kind, seed in (("mixed", 0), ("mixed", 1), ("not_additive", 0), ("tables", 0), ("monotone", 0)):
            survey = simulate_survey(SurveyPlan(kind, 1000, ITEMS, seed=seed))
            truth = survey.truths[0]
            learned = learn(
                survey.codes,
                N_STATES,
                None,
                Constraints(truth.tiers),
                replicates=60,
                seed=seed,
                likelihoods=likelihoods,
            )
            scores.append(skeleton_f1(learned.consensus.masks, truth))
        best[likelihoods] = np.mean(scores)
        print(f"\nskeleton F1 with {' / '.join(likelihoods)}: {best[likelihoods]:.3f}")
    assert best["table", "linear", "dummies"] > max(best["table",], best["linear",])

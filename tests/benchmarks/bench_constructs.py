"""Constructs of 6,000 answers to 24 items: CPU seconds of each method, and how near each comes to the planted effect.

The floor is what many surveys get: least squares on the means of the items, resampled as often. It is fast and wrong.
"""

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from research.answers import Answers
from research.constructs import Nodes, construct_nodes
from research.grouping import propose_constructs
from research.learning.factor_network import learn_factor_network
from research.learning.latent_class import choose_latent_classes
from research.learning.path_model import fit_path_model
from research.learning.resampling import resampled_weights
from research.segments import construct_scores, find_segments
from research.simulate import ReflectiveTruth, SurveyPlan, simulate_survey

RESPONDENTS, ITEMS, REPLICATES = 6_000, 24, 200
SATISFACTION, LOYALTY = 4, 5

Effects = NDArray[np.float64]
Method = Callable[[Answers, Nodes], Effects]


def main() -> None:
    """Print one line a method, then the seconds of grouping, segments and latent classes on the same answers."""
    answers, truth = _answers(RESPONDENTS)
    nodes = construct_nodes(answers.codebook)
    _warm_up()
    print(f"{RESPONDENTS:,} answers, {ITEMS} items, six constructs, {REPLICATES} replicates; CPU seconds of one core")
    print(f"satisfaction -> loyalty, truth {truth.total_effects[SATISFACTION, LOYALTY]:.3f} standard deviations")
    print(f"{'method':<34} {'s':>6} {'effect':>7} {'90 % interval':>16}")
    for name, method in METHODS.items():
        begun = time.process_time()
        drawn = method(answers, nodes)
        seconds = time.process_time() - begun
        low, value, high = np.quantile(drawn, [0.05, 0.5, 0.95])
        print(f"{name:<34} {seconds:>6.2f} {value:>7.3f} {low:>8.3f} to {high:.3f}", flush=True)
    for name, work in _others(answers, nodes).items():
        begun = time.process_time()
        work()
        print(f"{name:<34} {time.process_time() - begun:>6.2f}", flush=True)


def _by_factor_network(answers: Answers, nodes: Nodes) -> Effects:
    told = (answers.codes, answers.n_states, nodes.members, nodes.constraints, answers.scaled_weights)
    return learn_factor_network(*told, replicates=REPLICATES, seed=1).replicates.effects[:, 0, SATISFACTION, LOYALTY]


def _by_path_model(answers: Answers, nodes: Nodes) -> Effects:
    told = (answers.codes, answers.n_states, nodes.members, nodes.constraints, answers.scaled_weights)
    return fit_path_model(*told, replicates=REPLICATES, seed=1).replicates.effects[:, 0, SATISFACTION, LOYALTY]


def _by_item_means(answers: Answers, nodes: Nodes) -> Effects:
    """Least squares of loyalty's mean on the means of all that may cause it, standardised."""
    scores = construct_scores(answers, nodes.members)
    scores = (scores - scores.mean(axis=0)) / scores.std(axis=0)
    causes, effect = np.column_stack([scores[:, :LOYALTY], np.ones(len(scores))]), scores[:, LOYALTY]
    slopes = []
    for weights in resampled_weights(answers.scaled_weights, 1, range(REPLICATES)).T:
        weighted = causes * weights[:, None]
        slopes.append(np.linalg.solve(weighted.T @ causes, weighted.T @ effect)[SATISFACTION])
    return np.array(slopes)


METHODS: dict[str, Method] = {
    "least squares on item means (floor)": _by_item_means,
    "path model": _by_path_model,
    "factor network": _by_factor_network,
}


def _others(answers: Answers, nodes: Nodes) -> dict[str, Callable[[], object]]:
    return {
        "grouping, 100 resamples": lambda: propose_constructs(answers, seed=1),
        "segments, 20 resamples": lambda: find_segments(answers, nodes.members, seed=1),
        "latent classes 2 to 5 of all items": lambda: choose_latent_classes(answers.codes, answers.n_states, seed=1),
    }


def _answers(respondents: int) -> tuple[Answers, ReflectiveTruth]:
    survey = simulate_survey(SurveyPlan("reflective", respondents, ITEMS, seed=1))
    truth = survey.truths[0]
    if not isinstance(truth, ReflectiveTruth):
        raise TypeError("A reflective survey has a reflective truth.")
    return Answers(survey.codebook, survey.codes, np.zeros(survey.codes.shape, bool), np.ones(respondents)), truth


def _warm_up() -> None:
    """Compile once, so that the seconds are those of the work."""
    answers, _ = _answers(200)
    nodes = construct_nodes(answers.codebook)
    told = (answers.codes, answers.n_states, nodes.members, nodes.constraints, answers.scaled_weights)
    learn_factor_network(*told, replicates=2, seed=1)
    for work in _others(answers, nodes).values():
        work()

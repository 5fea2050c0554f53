"""Classic networks learned from samples without tiers: how far each learner's class is from the true one.

Printed, not claimed: these networks are neither surveys nor ordered. The distance counts the pairs of items that two
equivalence classes connect differently. All learners have the same answers, BIC and at most three parents.
"""

import time
from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
import pyagrum

from research.learning.constraints import Constraints
from research.learning.equivalence import structure_distance
from research.learning.families import as_masks, list_families
from research.learning.scores import LIKELIHOODS, Likelihood, score_families
from research.learning.search import best_families
from research.networks.bif import Network, classic_network
from research.networks.oracles import hill_climb

RESPONDENTS = 5_000
PARENTS = 3


def main() -> None:
    """Print one line a network and learner."""
    print(f"{RESPONDENTS:,} samples, no tiers, at most {PARENTS} parents; pairs connected differently from the truth")
    print(f"{'network':<12}{'edges':>6}  {'learner':<28}{'distance':>9}{'seconds':>9}")
    for name in ("asia", "alarm", "insurance"):
        network = classic_network(name)
        codes, truth = _sample(network, np.random.default_rng(1)), as_masks(network.parents)
        n_states = np.array([len(states) for states in network.states])
        learners: dict[str, Callable[[], np.ndarray]] = {
            "ours, tables": partial(_ours, codes, n_states, ("table",)),
            "ours, three likelihoods": partial(_ours, codes, n_states, LIKELIHOODS),
            "pyAgrum, greedy": partial(_pyagrum, codes),
            "pgmpy, greedy": partial(_pgmpy, codes, n_states),
        }
        for learner, learned in learners.items():
            start = time.perf_counter()
            distance = structure_distance(learned(), truth)
            seconds = time.perf_counter() - start
            edges = sum(map(len, network.parents))
            print(f"{name:<12}{edges:>6}  {learner:<28}{distance:>9}{seconds:>9.1f}", flush=True)


def _sample(network: Network, rng: np.random.Generator) -> np.ndarray:
    codes = np.zeros((RESPONDENTS, len(network.names)), np.int8)
    done: set[int] = set()
    while len(done) < len(network.names):
        for item in (i for i, parents in enumerate(network.parents) if i not in done and set(parents) <= done):
            row = np.zeros(RESPONDENTS, np.int64)
            for parent in network.parents[item]:
                row = row * len(network.states[parent]) + codes[:, parent]
            above = rng.random(RESPONDENTS)[:, None] > network.tables[item].cumsum(axis=1)[row]
            codes[:, item] = np.minimum(above.sum(axis=1), len(network.states[item]) - 1)
            done.add(item)
    return codes


def _ours(codes: np.ndarray, n_states: np.ndarray, likelihoods: tuple[Likelihood, ...]) -> np.ndarray:
    constraints = Constraints((0,) * codes.shape[1], max_parents=PARENTS)
    families = list_families(constraints)
    scores = score_families(codes, np.ones((len(codes), 1)), n_states, families, likelihoods).scores
    return families.masks[best_families(scores, families, constraints)[0]]


def _pyagrum(codes: np.ndarray) -> np.ndarray:
    learner = pyagrum.BNLearner(pd.DataFrame(codes, columns=[str(i) for i in range(codes.shape[1])]).astype(str))
    learner.setNumberOfThreads(1)
    learner.useScoreBIC()
    learner.useGreedyHillClimbing()
    learner.setMaxIndegree(PARENTS)
    found = learner.learnDAG()
    return as_masks(sorted(found.parents(item)) for item in range(codes.shape[1]))


def _pgmpy(codes: np.ndarray, n_states: np.ndarray) -> np.ndarray:
    return as_masks(hill_climb(codes, n_states, [0] * len(n_states), PARENTS))


if __name__ == "__main__":
    main()

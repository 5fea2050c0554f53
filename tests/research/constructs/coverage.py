"""How often intervals of construct effects cover the truth of a reflective survey, by method."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from research.learning.class_walk import class_members
from research.learning.constraints import Constraints
from research.learning.correlations import correlations
from research.learning.factor_network import learn_factor_network
from research.learning.families import list_families
from research.learning.latent_class import choose_latent_classes
from research.learning.path_model import fit_path_model
from research.learning.paths import PathReplicates, gaussian_scores
from research.learning.randomness import stream
from research.learning.reflective import Members
from research.learning.resampling import resampled_weights
from research.learning.search import best_families
from research.simulate import ReflectiveTruth, reflective_truth

FEW_ITEMS = (2, 2, 3, 2, 3, 2)  # Image, expectation, quality, value, satisfaction, loyalty: as surveys have them.
STATES = ReflectiveTruth.n_states


@dataclass(frozen=True)
class Sample:
    """One drawn survey and what a method is told of it."""

    codes: NDArray[np.int8]
    members: Members
    constraints: Constraints
    weights: NDArray[np.float64]
    replicates: int
    seed: int

    @property
    def n_states(self) -> NDArray[np.int64]:
        return np.full(self.codes.shape[1], STATES)


Method = Callable[[Sample], PathReplicates]


def draw_sample(respondents: int, seed: int, replicates: int = 100) -> tuple[Sample, ReflectiveTruth]:
    truth = reflective_truth(items_per_construct=FEW_ITEMS, seed=seed)
    codes = truth.draw(respondents, np.random.default_rng([7, seed]))
    owner = np.array(truth.construct_of)
    members = tuple(tuple(np.flatnonzero(owner == c).tolist()) for c in range(len(truth.construct_names)))
    rules = Constraints(truth.construct_tiers, max_parents=3)
    return Sample(codes, members, rules, np.ones(respondents), replicates, seed), truth


def by_factor_network(sample: Sample) -> PathReplicates:
    told = (sample.codes, sample.n_states, sample.members, sample.constraints, sample.weights)
    return learn_factor_network(*told, replicates=sample.replicates, seed=sample.seed).replicates


def by_path_model(sample: Sample) -> PathReplicates:
    told = (sample.codes, sample.n_states, sample.members, sample.constraints, sample.weights)
    return fit_path_model(*told, replicates=sample.replicates, seed=sample.seed).replicates


def by_likeliest_class(sample: Sample) -> PathReplicates:
    """The shortcut: every respondent is put into the likeliest latent class of each construct, as if it were known."""
    classes = [
        choose_latent_classes(sample.codes[:, items], sample.n_states[list(items)], seed=1)[0].posteriors.argmax(axis=1)
        for items in sample.members
    ]
    columns = resampled_weights(sample.weights, sample.seed, range(sample.replicates))
    matrices = correlations(np.stack(classes, axis=1).astype(np.float64), columns)
    families = list_families(sample.constraints)
    scores = gaussian_scores(matrices, columns.sum(axis=0), families)
    best = families.masks[best_families(scores, families, sample.constraints)]
    walks = [class_members(row, sample.constraints, 1, stream(sample.seed, "walk", i)) for i, row in enumerate(best)]
    return PathReplicates(sample.constraints, matrices, np.stack(walks))


def covers(method: Method, sample: Sample, truth: ReflectiveTruth) -> NDArray[np.bool_]:
    """Whether the 90 % interval of each construct's effect on the last covers the truth."""
    drawn = method(sample).effects[:, 0, :-1, -1]
    low, high = np.quantile(drawn, [0.05, 0.95], axis=0)
    true = truth.total_effects[:-1, -1]
    return np.asarray((low <= true) & (true <= high))


def coverage(method: Method, samples: int, replicates: int = 100) -> NDArray[np.float64]:
    """Share of samples covered, for each of image, expectation, quality, value, satisfaction on loyalty."""
    drawn = [draw_sample(2000, seed, replicates) for seed in range(samples)]
    return np.asarray(np.mean([covers(method, sample, truth) for sample, truth in drawn], axis=0))

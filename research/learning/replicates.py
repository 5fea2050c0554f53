"""Networks learned from the answers and from bootstrap replicates of them, all replicates of a block at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from joblib import Parallel, delayed, parallel_config
from numpy.typing import NDArray

from research.errors import AnswersError, SettingsError
from research.learning.class_walk import class_members
from research.learning.consensus import Consensus, consensus_network, direction_share, edge_strength
from research.learning.constraints import Constraints
from research.learning.families import Families, list_families
from research.learning.randomness import stream
from research.learning.resampling import resampled_weights
from research.learning.scores import LIKELIHOODS, Likelihood, score_families
from research.learning.search import best_families
from research.progress import Progress, silent

Codes = NDArray[np.int8]
Masks = NDArray[np.uint64]

MOST_COLUMNS = 50  # Replicates counted together: tables of 125 cells then stay in the processor's cache.
MEMBERS = 10


@dataclass(frozen=True)
class Learned:
    """What the answers say of the network, with its uncertainty.

    Attributes
    ----------
    constraints : Constraints
    optimum : uint64, shape (n_items,)
        Parents of each item, as bits, in the best network for the answers themselves.
    optimum_likelihoods : int8, shape (n_items,)
        Index in LIKELIHOODS of the one each item's family scored best with.
    optimum_score : float
    parents : uint64, shape (replicates, n_items)
        The best network of each replicate.
    likelihoods : int8, shape (replicates, n_items)
    members : uint64, shape (replicates, members, n_items)
        Networks drawn uniformly from the equivalence class of each replicate's best.
    """

    constraints: Constraints
    optimum: Masks
    optimum_likelihoods: NDArray[np.int8]
    optimum_score: float
    parents: Masks
    likelihoods: NDArray[np.int8]
    members: Masks

    @cached_property
    def strength(self) -> NDArray[np.float64]:
        """Share of replicates in which two items are adjacent, (n_items, n_items), symmetric."""
        return edge_strength(self.parents.view(np.int64))

    @cached_property
    def direction(self) -> NDArray[np.float64]:
        """Share of u -> v among replicates and class members with an edge between u and v, (n_items, n_items)."""
        return direction_share(self.members.reshape(-1, self.members.shape[-1]).view(np.int64))

    @cached_property
    def consensus(self) -> Consensus:
        """Edges above a threshold found from the data, directed."""
        return consensus_network(self.strength, self.direction, self.constraints)


@dataclass(frozen=True)
class _Task:
    """One completed data set and what every worker needs to know of it."""

    codes: Codes
    n_states: NDArray[np.int64]
    weights: NDArray[np.float64]
    constraints: Constraints
    families: Families
    likelihoods: tuple[Likelihood, ...]
    seed: int
    members: int


@dataclass(frozen=True)
class _Block:
    """Networks of some replicates."""

    numbers: tuple[int, ...]
    masks: NDArray[np.int64]
    likelihoods: NDArray[np.int8]
    members: NDArray[np.int64]
    scores: NDArray[np.float64]


def learn(
    codes: Codes | Sequence[Codes],
    n_states: NDArray[np.int64],
    weights: NDArray[np.float64] | None,
    constraints: Constraints,
    *,
    replicates: int = 200,
    seed: int,
    likelihoods: Sequence[Likelihood] = LIKELIHOODS,
    members: int = MEMBERS,
    workers: int = 1,
    backend: str = "threading",
    progress: Progress = silent,
) -> Learned:
    """Learn the network of the answers and of bootstrap replicates.

    Parameters
    ----------
    codes : int8, shape (n_respondents, n_items), or a sequence of such
        State indices without gaps; a sequence holds several imputations, over which the replicates are spread.
    n_states : int64, shape (n_items,)
    weights : float64, shape (n_respondents,), optional
        Scaled so that they sum to the effective number of answers.
    constraints : Constraints
    replicates : int
        Below 100, strengths move by more than 0.1 between seeds.
    seed : int
    likelihoods : which likelihoods compete for each family.
    members : int
        Class members drawn per replicate.
    workers : int
    backend : str
        A joblib backend. Threads suffice, since the compiled code does not hold the interpreter; "dask" sends the
        blocks to the current Dask client. The result is the same to the last bit.
    progress : Progress

    Raises
    ------
    SettingsError, AnswersError
        Arguments that do not fit together; the text says which.

    Notes
    -----
    Strengths are stability under resampling, not the probability that an edge is causal.

    References
    ----------
    Friedman, Goldszmidt, Wyner (1999), Data analysis with Bayesian networks: a bootstrap approach, UAI.
    """
    completed = [codes] if isinstance(codes, np.ndarray) else list(codes)
    _refuse(completed, n_states, weights, constraints, replicates)
    own = np.ones(len(completed[0])) if weights is None else np.asarray(weights, np.float64)
    families = list_families(constraints)
    tasks = [
        _Task(data, np.asarray(n_states, np.int64), own, constraints, families, tuple(likelihoods), seed, members)
        for data in completed
    ]
    jobs = [delayed(_optimum)(tasks)] + [
        delayed(_learn_block)(tasks[m], block) for m, block in _blocks(replicates, len(tasks))
    ]
    blocks, done = [], 0
    with parallel_config(backend=backend, n_jobs=workers):
        for block in Parallel(return_as="generator")(jobs):
            blocks.append(block)
            done += len(block.numbers)
            progress("Learning replicates", done, replicates)
    return _assembled(blocks, constraints)


def _refuse(
    completed: list[Codes],
    n_states: NDArray[np.int64],
    weights: NDArray[np.float64] | None,
    constraints: Constraints,
    replicates: int,
) -> None:
    if not completed or replicates < 1:
        raise SettingsError(f"{len(completed)} data sets and {replicates} replicates: at least one of each is needed.")
    for data in completed:
        if data.shape != completed[0].shape or data.shape[1] != constraints.n_items:
            raise AnswersError(f"Answers of shape {data.shape} do not fit {constraints.n_items} items.")
        if (data < 0).any() or (data >= n_states).any():
            row, item = np.argwhere((data < 0) | (data >= n_states))[0]
            raise AnswersError(
                f"Row {row} has state {data[row, item]} at item {item}, which has states 0 to {n_states[item] - 1}: "
                "impute gaps before learning."
            )
    if weights is not None and (len(weights) != len(completed[0]) or (weights < 0).any() or not weights.any()):
        raise AnswersError("Weights must be one per respondent, none below zero and not all zero.")


def _blocks(replicates: int, imputations: int) -> list[tuple[int, tuple[int, ...]]]:
    """(imputation, replicate numbers) of every block; replicate r takes imputation r modulo their number."""
    blocks = []
    for imputation in range(min(imputations, replicates)):
        numbers = range(imputation, replicates, imputations)
        n_blocks = -(-len(numbers) // MOST_COLUMNS)
        blocks += [(imputation, tuple(numbers[part::n_blocks])) for part in range(n_blocks)]
    return blocks


def _learn_block(task: _Task, numbers: tuple[int, ...]) -> _Block:
    """The networks of some replicates; column 0 is the data set itself, from which the fits start."""
    columns = _weight_columns(task, numbers)
    scored = score_families(task.codes, columns, task.n_states, task.families, task.likelihoods)
    scores, likelihoods = scored.scores[:, 1:], scored.likelihoods[:, 1:]
    chosen = best_families(scores, task.families, task.constraints)
    masks = task.families.masks[chosen]
    walks = [
        class_members(row, task.constraints, task.members, stream(task.seed, "class walk", number))
        for number, row in zip(numbers, masks, strict=True)
    ]
    place = np.arange(len(numbers))[:, None]
    return _Block(numbers, masks, likelihoods[chosen, place], np.stack(walks), scores[chosen, place].sum(axis=1))


def _weight_columns(task: _Task, numbers: tuple[int, ...]) -> NDArray[np.float64]:
    """Weights (n_respondents, 1 + replicates): how often each respondent was drawn, times the survey weight."""
    return np.column_stack([task.weights, resampled_weights(task.weights, task.seed, numbers)])


def _optimum(tasks: list[_Task]) -> _Block:
    """The best network for the answers; imputations are stacked and share each respondent's weight."""
    task = tasks[0]
    stacked = np.concatenate([each.codes for each in tasks])
    column = np.tile(task.weights / len(tasks), len(tasks))[:, None]
    scored = score_families(stacked, column, task.n_states, task.families, task.likelihoods)
    chosen = best_families(scored.scores, task.families, task.constraints)
    masks = task.families.masks[chosen]
    score = scored.scores[chosen[0], 0].sum()
    return _Block((), masks, scored.likelihoods[chosen[0], 0][None], masks[None], np.array([score]))


def _assembled(blocks: list[_Block], constraints: Constraints) -> Learned:
    optimum, *rest = blocks
    order = np.argsort(np.concatenate([block.numbers for block in rest]))
    return Learned(
        constraints=constraints,
        optimum=optimum.masks[0].view(np.uint64),
        optimum_likelihoods=optimum.likelihoods[0],
        optimum_score=float(optimum.scores[0]),
        parents=np.concatenate([block.masks for block in rest])[order].view(np.uint64),
        likelihoods=np.concatenate([block.likelihoods for block in rest])[order],
        members=np.concatenate([block.members for block in rest])[order].view(np.uint64),
    )

"""What the answers somebody gave say of a construct they do not show, and by how much each of them moves it.

Sums over the other constructs give the target's level; the same sums run backwards give how they would change with
every answer, so that leaving one out costs next to nothing.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from research.learning.factor_plan import SummingPlan, plan_sums
from research.learning.factor_tables import FactorTables

Array = NDArray[np.float64]
Codes = NDArray[np.int8]
Integers = NDArray[np.int64]

_BLOCK = 5_000  # Respondents a thread takes at a time.


@dataclass(frozen=True, eq=False)
class LevelPosterior:
    """P(level of the target | answers) of every respondent.

    Attributes
    ----------
    levels : float64, shape (n_respondents, n_levels)
    pulls : float64, shape (n_respondents, n_items)
        By how much each answer moves the expected worth, all others staying; 0 where there is none.
    """

    levels: Array
    pulls: Array


def level_posterior(
    network: FactorTables, codes: Codes, target: int, worth: Array, *, reasons: bool = True, workers: int = 1
) -> LevelPosterior:
    """Distribution of the target's level given each respondent's answers, exactly.

    Parameters
    ----------
    network : FactorTables
    codes : int8, shape (n_respondents, n_items), -1 where not answered
        Answers that may not be used are -1 too.
    target : int
        A node.
    worth : float64, shape (n_levels of the target,)
        What each of its levels is worth; pulls are in its units.
    reasons : bool
        Without them pulls are 0, in a third of the time.
    workers : int
        Threads; respondents do not depend on each other, so the result is the same for any number.

    Raises
    ------
    TooDense
        See `plan_sums`.

    References
    ----------
    Darwiche (2003), A differential approach to inference in Bayesian networks, JACM 50(3), 280-305,
    doi:10.1145/765568.765570.
    """
    plan, n_levels = plan_sums(network, target), network.n_levels
    levels, pulls = np.zeros((len(codes), len(worth))), np.zeros(codes.shape)
    blocks = [slice(first, first + _BLOCK) for first in range(0, len(codes), _BLOCK)]

    def answer(rows: slice) -> None:
        _answer(plan, n_levels, network.items, network.node_of, codes[rows], worth, reasons, levels[rows], pulls[rows])

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(answer, blocks))
    return LevelPosterior(levels, pulls)


@njit(cache=True, nogil=True)
def _answer(
    plan: SummingPlan, n_levels: Integers, items: Array, node_of: Integers, codes: Codes, worth: Array, reasons: bool,
    levels: Array, pulls: Array,
) -> None:  # fmt: skip
    """Into `levels` and `pulls`, respondent by respondent."""
    evidence = np.zeros((len(n_levels), n_levels.max()))
    sums = np.zeros(plan.results[-1])
    slopes, changes = np.zeros((2, len(sums))), np.zeros((2, *evidence.shape))
    target = plan.node[-1]
    for i in range(len(codes)):
        _gather(items, node_of, codes[i], n_levels, evidence)
        _sum_up(plan, n_levels, evidence, sums)
        last = plan.begins[-2]
        total, expected = 0.0, 0.0
        for level in range(n_levels[target]):
            share = _product(plan, len(plan.node) - 1, level, sums, -1) * plan.cells[last + level]
            levels[i, level] = share * evidence[target, level]
            total += levels[i, level]
            expected += levels[i, level] * worth[level]
        levels[i] /= total
        if reasons:
            _sum_back(plan, n_levels, evidence, sums, worth, slopes, changes)
            for v in range(len(node_of)):
                if codes[i, v] >= 0:
                    pulls[i, v] = _pull(items, node_of, codes[i], n_levels, changes, v, expected / total)


@njit(cache=True, nogil=True)
def _gather(items: Array, node_of: Integers, codes: Codes, n_levels: Integers, evidence: Array) -> None:
    """P(answers to a node's items | level), up to a factor, into `evidence`."""
    evidence[:] = 1.0
    for v in range(len(node_of)):
        if codes[v] >= 0:
            for level in range(n_levels[node_of[v]]):
                evidence[node_of[v], level] *= items[v, level, codes[v]]
    for node in range(len(n_levels)):
        evidence[node] /= evidence[node, : n_levels[node]].max()


@njit(cache=True, nogil=True, inline="always")
def _product(plan: SummingPlan, step: int, cell: int, sums: Array, but: int) -> float:
    """Of the earlier sums that meet in a cell of the step, all `but` one."""
    product = 1.0
    for entry in range(plan.taken[step], plan.taken[step + 1]):
        if entry != but:
            product *= sums[plan.results[plan.sources[entry]] + plan.places[plan.place_begins[entry] + cell]]
    return product


@njit(cache=True, nogil=True)
def _sum_up(plan: SummingPlan, n_levels: Integers, evidence: Array, sums: Array) -> None:
    """Every step but the last, its sums into `sums`."""
    for step in range(len(plan.node) - 1):
        node, begin = plan.node[step], plan.begins[step]
        own = n_levels[node]
        for row in range(plan.results[step + 1] - plan.results[step]):
            total = 0.0
            for level in range(own):
                cell = row * own + level
                total += plan.cells[begin + cell] * evidence[node, level] * _product(plan, step, cell, sums, -1)
            sums[plan.results[step] + row] = total


@njit(cache=True, nogil=True)
def _sum_back(
    plan: SummingPlan, n_levels: Integers, evidence: Array, sums: Array, worth: Array, slopes: Array, changes: Array
) -> None:
    """By how much the total (0) and the expected worth (1) change with every earlier sum and with every evidence."""
    slopes[:], changes[:] = 0.0, 0.0
    for step in range(len(plan.node) - 1, -1, -1):
        node, begin = plan.node[step], plan.begins[step]
        own, last = n_levels[node], step == len(plan.node) - 1
        for row in range(plan.results[step + 1] - plan.results[step]):
            first, second = slopes[0, plan.results[step] + row], slopes[1, plan.results[step] + row]
            for level in range(own):
                cell = row * own + level
                if last:
                    first, second = 1.0, worth[level]
                share = plan.cells[begin + cell] * _product(plan, step, cell, sums, -1)
                changes[0, node, level] += first * share
                changes[1, node, level] += second * share
                weighed = plan.cells[begin + cell] * evidence[node, level]
                for entry in range(plan.taken[step], plan.taken[step + 1]):
                    rest = weighed * _product(plan, step, cell, sums, entry)
                    place = plan.results[plan.sources[entry]] + plan.places[plan.place_begins[entry] + cell]
                    slopes[0, place] += first * rest
                    slopes[1, place] += second * rest


@njit(cache=True, nogil=True)
def _pull(
    items: Array, node_of: Integers, codes: Codes, n_levels: Integers, changes: Array, item: int, mean: float
) -> float:
    """By how much the expected worth is more than it would be without the answer to the item."""
    node = node_of[item]
    total, expected = 0.0, 0.0
    for level in range(n_levels[node]):
        others = 1.0
        for v in range(len(node_of)):
            if node_of[v] == node and v != item and codes[v] >= 0:
                others *= items[v, level, codes[v]]
        total += changes[0, node, level] * others
        expected += changes[1, node, level] * others
    return mean - expected / total if total > 0 else 0.0  # Nodes without a tie to the target change nothing.

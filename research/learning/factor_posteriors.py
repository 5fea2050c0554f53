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
    met, sums = np.zeros(len(plan.cells)), np.zeros(plan.results[-1])
    slopes, changes = np.zeros((2, len(sums))), np.zeros((2, *evidence.shape))
    target, last = plan.node[-1], plan.begins[-2]
    for i in range(len(codes)):
        _gather(items, node_of, codes[i], n_levels, evidence)
        _sum_up(plan, n_levels, evidence, met, sums)
        total, expected = sums[-1], 0.0
        for level in range(n_levels[target]):
            levels[i, level] = met[last + level] * evidence[target, level] / total
            expected += levels[i, level] * worth[level]
        if reasons:
            _sum_back(plan, n_levels, evidence, met, sums, worth, slopes, changes)
            for v in range(len(node_of)):
                if codes[i, v] >= 0:
                    pulls[i, v] = _pull(items, node_of, codes[i], n_levels, changes, v, expected)


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


@njit(cache=True, nogil=True)
def _sum_up(plan: SummingPlan, n_levels: Integers, evidence: Array, met: Array, sums: Array) -> None:
    """Into `met` the cells of every step times the earlier sums they take, into `sums` their sums by evidence."""
    sums[:] = 0.0
    met[:] = plan.cells
    for step in range(len(plan.node)):
        node, begin, result = plan.node[step], plan.begins[step], plan.results[step]
        for entry in range(plan.taken[step], plan.taken[step + 1]):
            taken, places = _taken(plan, entry)
            own = met[begin : begin + len(places)]
            for cell in range(len(places)):
                own[cell] *= sums[taken + places[cell]]
        rows = plan.results[step + 1] - result
        found = sums[result : result + rows]
        for level in range(n_levels[node]):
            own = met[begin + level * rows : begin + (level + 1) * rows]
            for row in range(rows):
                found[row] += evidence[node, level] * own[row]


@njit(cache=True, nogil=True)
def _taken(plan: SummingPlan, entry: int) -> tuple[int, Integers]:
    """Where the earlier sums of an entry begin, and which of them each cell takes."""
    return plan.results[plan.sources[entry]], plan.places[plan.place_begins[entry] : plan.place_begins[entry + 1]]


@njit(cache=True, nogil=True)
def _sum_back(
    plan: SummingPlan, n_levels: Integers, evidence: Array, met: Array, sums: Array, worth: Array, slopes: Array,
    changes: Array,
) -> None:  # fmt: skip
    """By how much the total (0) and the expected worth (1) change with every earlier sum and with every evidence."""
    slopes[:], changes[:] = 0.0, 0.0
    slopes[0, -1] = 1.0
    for step in range(len(plan.node) - 1, -1, -1):
        node, begin, result = plan.node[step], plan.begins[step], plan.results[step]
        rows = plan.results[step + 1] - result
        for level in range(n_levels[node]):
            if step == len(plan.node) - 1:
                slopes[1, -1] = worth[level]
            first, second = 0.0, 0.0
            own = met[begin + level * rows : begin + (level + 1) * rows]
            total, expected = slopes[0, result : result + rows], slopes[1, result : result + rows]
            for row in range(rows):
                first += total[row] * own[row]
                second += expected[row] * own[row]
            changes[0, node, level], changes[1, node, level] = first, second
            for entry in range(plan.taken[step], plan.taken[step + 1]):
                _pass_on(plan, step, entry, level * rows, rows, evidence[node, level], sums, slopes)


@njit(cache=True, nogil=True)
def _pass_on(
    plan: SummingPlan, step: int, entry: int, first_cell: int, rows: int, weight: float, sums: Array, slopes: Array
) -> None:
    """Slopes of one earlier sum, from the cells of a step that take it and lie on one level of its construct."""
    begin, result = plan.begins[step] + first_cell, plan.results[step]
    rest = weight * plan.cells[begin : begin + rows]
    for other in range(plan.taken[step], plan.taken[step + 1]):
        if other != entry:
            source, places = _taken(plan, other)
            for row in range(rows):
                rest[row] *= sums[source + places[first_cell + row]]
    source, places = _taken(plan, entry)
    for row in range(rows):
        place = source + places[first_cell + row]
        slopes[0, place] += slopes[0, result + row] * rest[row]
        slopes[1, place] += slopes[1, result + row] * rest[row]


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

"""What the answers somebody gave say of a target they did not, and which of these answers say it.

Most answers say nothing once a few others are known. Only those that do are kept, so that thousands of respondents ask
the same few questions of the network, and each question is answered once.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from research.learning.elimination import ancestors, joint_cells
from research.learning.network_tables import TabledNetworks

Array = NDArray[np.float64]
Codes = NDArray[np.int8]
Integers = NDArray[np.int64]
Bits = int | np.int64

_FREE = -1
_MOST_KINDS = 2**62  # What a 64-bit number can tell apart.
_WHOLE = -1  # In place of the answer left out: none was.


@dataclass(frozen=True, eq=False)
class Posterior:
    """P(target | answers) of every respondent, and what each answer that matters adds to it.

    Attributes
    ----------
    probabilities : float64, shape (n_respondents, n_target_states)
    respondent, item : int64, shape (n_reasons,)
        Whose answer to which item; answers that are not listed change nothing.
    without : float64, shape (n_reasons, n_target_states)
        P(target | all answers but this one).
    """

    probabilities: Array
    respondent: Integers
    item: Integers
    without: Array


def posterior(
    networks: TabledNetworks, network: int, codes: Codes, target: int, *, reasons: bool = True, workers: int = 1
) -> Posterior:
    """Distribution of the target given each respondent's answers, exactly.

    Parameters
    ----------
    networks : TabledNetworks
    network : int
    codes : int8, shape (n_respondents, n_variables), -1 where not answered
        The target's own column is not looked at.
    reasons : bool
        Without them nothing is said of single answers, in a fraction of the time.
    workers : int
        Threads; what is found is the same for any number.

    References
    ----------
    Lauritzen, Dawid, Larsen, Leimer (1990), doi:10.1002/net.3230200503 (which answers matter).
    """
    masks = networks.masks[network]
    seen = codes.astype(np.int8)
    seen[:, target] = _FREE
    first, of_pattern = _folded(seen, networks.n_states)
    patterns = seen[first]
    asked, owner, left_out = _questions(masks, patterns, target, reasons)
    first, number = _folded(asked, networks.n_states)
    questions = np.array_split(asked[first].astype(np.int64), 8 * workers)

    def answer(own: Integers) -> Array:
        found = _answers(masks, networks.cells, networks.begins[network], networks.n_states, own, target)
        return np.asarray(found)

    with ThreadPoolExecutor(workers) as pool:
        answers = np.concatenate(list(pool.map(answer, questions)))[number]
    whole = left_out == _WHOLE
    return _spread(answers[whole], owner[~whole], left_out[~whole], answers[~whole], of_pattern)


def _folded(rows: Codes, n_states: Integers) -> tuple[Integers, Integers]:
    """A row of each kind, and the kind of each row; rows as numbers sort a hundred times faster than as rows."""
    number, kinds = np.zeros(len(rows), np.int64), 1
    for column, states in zip(rows.T, n_states.tolist(), strict=True):
        if kinds * (states + 1) >= _MOST_KINDS:
            _, number = np.unique(number, return_inverse=True)
            kinds = len(rows)
        number, kinds = number * (states + 1) + column + 1, kinds * (states + 1)
    _, first, kind = np.unique(number, return_index=True, return_inverse=True)
    return first, kind


def _spread(whole: Array, owner: Integers, item: Integers, without: Array, of_pattern: Integers) -> Posterior:
    """From patterns of answers to the respondents who gave them."""
    starts = np.searchsorted(owner, np.arange(len(whole) + 1))
    counts = np.diff(starts)[of_pattern]
    respondent = np.repeat(np.arange(len(of_pattern)), counts)
    within = np.arange(len(respondent)) - np.repeat(counts.cumsum() - counts, counts)
    place = np.repeat(starts[:-1][of_pattern], counts) + within
    return Posterior(whole[of_pattern], respondent, item[place], without[place])


@njit(cache=True, nogil=True)
def _questions(masks: Integers, patterns: Codes, target: int, reasons: bool) -> tuple[Codes, Integers, Integers]:
    """Answers that matter (n_questions, n_variables), the pattern each belongs to, and the item left out or -1."""
    n = patterns.shape[1]
    size = 0
    matters = np.zeros(len(patterns), np.int64)
    for i in range(len(patterns)):
        matters[i] = _mattering(masks, _answered(patterns[i]), target)
        size += 1
        for v in range(n if reasons else 0):
            size += matters[i] >> v & 1
    asked = np.full((size, n), _FREE, np.int8)
    owner, left_out = np.zeros(size, np.int64), np.full(size, _WHOLE, np.int64)
    row = 0
    for i in range(len(patterns)):
        given = _answered(patterns[i])
        for leave in range(-1, n if reasons else 0):
            if leave >= 0 and not matters[i] >> leave & 1:
                continue
            kept = matters[i]
            if leave >= 0:
                kept = _mattering(masks, given & ~(np.int64(1) << leave), target)
            for v in range(n):
                if kept >> v & 1:
                    asked[row, v] = patterns[i, v]
            owner[row], left_out[row] = i, leave
            row += 1
    return asked, owner, left_out


@njit(cache=True, nogil=True)
def _answered(pattern: Codes) -> Bits:
    bits = np.int64(0)
    for v in range(len(pattern)):
        if pattern[v] != _FREE:
            bits |= np.int64(1) << v
    return bits


@njit(cache=True, nogil=True)
def _mattering(masks: Integers, given: Bits, target: int) -> Bits:
    """The given variables that are reached from the target without passing another, parents of a child married."""
    start = np.int64(1) << target
    relevant = ancestors(masks, given | start, np.int64(0))
    reached, grown = start, True
    while grown:
        before = reached
        open_ones = reached & ~given
        for v in range(len(masks)):
            if relevant >> v & 1:
                family = masks[v] | np.int64(1) << v
                if family & open_ones:
                    reached |= family
                    open_ones = reached & ~given
        grown = reached != before
    return reached & given


@njit(cache=True, nogil=True)
def _answers(
    masks: Integers, cells: Array, begins: Integers, n_states: Integers, questions: Integers, target: int
) -> Array:
    """P(target | answers) of every question, (n_questions, n_target_states)."""
    kept = np.array([target])
    found = np.zeros((len(questions), n_states[target]))
    for q in range(len(questions)):
        own = joint_cells(masks, cells, begins, n_states, kept, np.int64(0), questions[q])
        found[q] = own / own.sum()
    return found

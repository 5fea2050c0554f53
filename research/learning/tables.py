"""Conditional tables of a network: a Dirichlet whose centre is an ordered logit, so that thin rows borrow from all.

The centre (linear or dummies) is chosen by BIC; how many answers it is worth in every row is chosen by the marginal
likelihood of the counts. Rows with many answers keep their own shares.

References
----------
Dirichlet-multinomial: Minka (2000), Estimating a Dirichlet distribution; shrinking a table towards a model:
Fienberg, Holland (1973), doi:10.1080/01621459.1973.10481405.
"""

import math
from collections.abc import Sequence

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from research.learning.families import parents_of
from research.learning.ordered_logit import Design, dummy_design, fit_ordered_logit, linear_design

Array = NDArray[np.float64]

JEFFREYS = 0.5  # Half an answer in every state keeps a table off zero.
STRENGTHS = (0.1, 1e4)  # Answers the centre may be worth in a row.


def fit_table(
    codes: NDArray[np.int8],
    child: int,
    parents: Sequence[int],
    n_states: NDArray[np.int64],
    weights: Array | None = None,
) -> Array:
    """P(child | parents), shape (product of the parents' states, states of the child), no cell zero.

    Parameters
    ----------
    codes : int8, shape (n_respondents, n_items)
        State indices without gaps.
    child, parents : column numbers
        The first parent varies slowest over the rows of the table.
    n_states : int64, shape (n_items,)
    weights : float64, shape (n_respondents,), optional
    """
    counts = table_counts(codes, child, parents, n_states, weights)
    r = counts.shape[1]
    if not len(parents):
        return np.asarray((counts + JEFFREYS) / (counts.sum() + JEFFREYS * r))
    centre = _centre(counts, np.asarray(n_states)[list(parents)])
    found = minimize_scalar(
        lambda log_strength: -marginal_loglik(counts, centre, math.exp(log_strength)),
        bounds=np.log(STRENGTHS),
        method="bounded",
        options={"xatol": 0.01},
    )
    strength = math.exp(found.x)
    return np.asarray((counts + strength * centre) / (counts.sum(axis=1, keepdims=True) + strength))


def fit_tables(
    codes: NDArray[np.int8], masks: NDArray[np.int64], n_states: NDArray[np.int64], weights: Array | None = None
) -> tuple[Array, ...]:
    """Tables of all items, their parents given as bits (n_items,); parents ascend, the first varies slowest."""
    return tuple(fit_table(codes, child, parents_of(int(mask)), n_states, weights) for child, mask in enumerate(masks))


def row_numbers(codes: NDArray[np.int8], parents: Sequence[int], n_states: NDArray[np.int64]) -> NDArray[np.int64]:
    """The row of a table each respondent falls into, the first parent varying slowest."""
    rows = np.zeros(len(codes), dtype=np.int64)
    for parent in parents:
        rows = rows * n_states[parent] + codes[:, parent]
    return rows


def table_counts(
    codes: NDArray[np.int8],
    child: int,
    parents: Sequence[int],
    n_states: NDArray[np.int64],
    weights: Array | None = None,
) -> Array:
    """Weighted counts (product of the parents' states, states of the child)."""
    cells = row_numbers(codes, [*parents, child], n_states)
    n_rows = math.prod(int(n_states[parent]) for parent in parents)
    counts = np.bincount(cells, weights, minlength=n_rows * int(n_states[child]))
    return counts.astype(np.float64).reshape(n_rows, -1)


def _centre(counts: Array, parent_states: NDArray[np.int64]) -> Array:
    """The better of the two ordered logits by BIC, with Jeffreys' answers spread evenly over it."""
    levels = np.stack(np.unravel_index(np.arange(len(counts)), tuple(parent_states)), axis=1).astype(np.int64)
    total, r = counts.sum(), counts.shape[1]
    designs: tuple[tuple[Design, int], ...] = (
        (linear_design(levels, parent_states), len(parent_states)),
        (dummy_design(levels, parent_states), int((parent_states - 1).sum())),
    )
    fits = [(fit_ordered_logit(counts, design, slopes, tolerance=1e-6), slopes) for design, slopes in designs]
    best, _ = max(fits, key=lambda fit: fit[0].loglik - 0.5 * math.log(max(total, 2.0)) * fit[1])
    return np.asarray((total * best.table + JEFFREYS) / (total + JEFFREYS * r))


@njit(cache=True, nogil=True)
def marginal_loglik(counts: Array, centre: Array, strength: float) -> float:
    """Log-likelihood of the counts when every row is drawn from a Dirichlet of this centre and strength."""
    loglik = 0.0
    for c in range(counts.shape[0]):
        n = 0.0
        for j in range(counts.shape[1]):
            if counts[c, j] > 0:
                n += counts[c, j]
                prior = strength * centre[c, j]
                loglik += math.lgamma(prior + counts[c, j]) - math.lgamma(prior)
        if n > 0:
            loglik += math.lgamma(strength) - math.lgamma(strength + n)
    return loglik

"""The ordered logit P(Y <= j | x) = logistic(a_j - x.b) on a table of counts, fitted by Newton's method.

A design gives each row of the table, per parent, one column of b and the value it is multiplied with: `linear` uses one
column per parent (the state, centred), `dummies` one column per state above the lowest. The parameters stand in one
vector: thresholds a_1 < ... < a_(r-1), then b.

References
----------
McCullagh (1980), doi:10.1111/j.2517-6161.1980.tb01109.x.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from research.learning.ordered_logit_newton import Array, maximise, starting_point

Design = tuple[NDArray[np.int64], Array]  # Columns of b (-1: none) and values, both (n_rows, n_parents).


@dataclass(frozen=True)
class OrderedLogit:
    """A fitted ordered logit.

    Attributes
    ----------
    thresholds : float64, shape (n_states - 1,)
        Equal neighbours enclose a state nobody gave.
    slopes : float64, shape (n_columns,)
    loglik : float
    table : float64, shape (n_rows, n_states)
        P(state | row).
    """

    thresholds: Array
    slopes: Array
    loglik: float
    table: Array


@njit(cache=True, nogil=True)
def linear_design(levels: NDArray[np.int64], n_states: NDArray[np.int64]) -> Design:
    """Design with one slope per parent, from parent states (n_rows, n_parents) and their numbers of states."""
    columns, values = np.zeros(levels.shape, np.int64), np.zeros(levels.shape)
    for c in range(levels.shape[0]):
        for i in range(levels.shape[1]):
            columns[c, i] = i
            values[c, i] = levels[c, i] - 0.5 * (n_states[i] - 1)
    return columns, values


@njit(cache=True, nogil=True)
def dummy_design(levels: NDArray[np.int64], n_states: NDArray[np.int64]) -> Design:
    """Design with one slope per parent state above the lowest."""
    columns, values = np.full(levels.shape, -1, np.int64), np.zeros(levels.shape)
    for c in range(levels.shape[0]):
        first = 0
        for i in range(levels.shape[1]):
            if levels[c, i] > 0:
                columns[c, i] = first + levels[c, i] - 1
                values[c, i] = 1.0
            first += n_states[i] - 1
    return columns, values


def fit_ordered_logit(counts: Array, design: Design, n_columns: int, tolerance: float = 1e-12) -> OrderedLogit:
    """Maximum likelihood on counts (n_rows, n_states), to `tolerance` in the log-likelihood.

    Where an answer is fully told by a parent state the maximum lies at infinity; the fit stops once going further
    gains less than `tolerance`.
    """
    n_states = counts.shape[1]
    asked = np.flatnonzero(counts.sum(axis=0) > 0)
    answered = np.ascontiguousarray(counts[:, asked], dtype=np.float64)
    theta = starting_point(answered, n_columns)
    loglik = float(maximise(answered, *design, theta, tolerance))
    inner = theta[: len(asked) - 1]
    # A state nobody gave shares its threshold with the next state somebody gave, so that its probability is zero.
    place = np.searchsorted(asked, np.arange(n_states - 1), side="right")
    thresholds = np.concatenate([[-np.inf], inner, [np.inf]])[place]
    slopes = theta[len(asked) - 1 :]
    columns, values = design
    eta = np.where(columns >= 0, slopes[columns] * values, 0.0).sum(axis=1) if n_columns else np.zeros(len(counts))
    below = np.column_stack([np.zeros(len(eta)), logistic(thresholds - eta[:, None]), np.ones(len(eta))])
    return OrderedLogit(thresholds, slopes, loglik, np.diff(below, axis=1))


def logistic(x: Array) -> Array:
    """1 / (1 + exp(-x)), without overflow."""
    return 0.5 * (1 + np.tanh(0.5 * x))

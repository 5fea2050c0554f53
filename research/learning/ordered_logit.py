"""The ordered logit P(Y <= j | x) = logistic(a_j - x.b) on a table of counts, fitted by Newton's method.

A design gives each row of the table, per parent, one column of b and the value it is multiplied with: `linear` uses one
column per parent (the state, centred), `dummies` one column per state above the lowest. The parameters stand in one
vector: thresholds a_1 < ... < a_(r-1), then b.

References
----------
McCullagh (1980), doi:10.1111/j.2517-6161.1980.tb01109.x; the log-likelihood is concave: Pratt (1981),
doi:10.1080/01621459.1981.10477613.
"""

import math
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

Array = NDArray[np.float64]
Design = tuple[NDArray[np.int64], Array]  # Columns of b (-1: none) and values, both (n_rows, n_parents).

LEAST_INFORMATION = 1e-7  # A direction with less than this is not moved: no answer tells where it should go.
MOST_ROUNDS = 60
_MOST_HALVINGS = 40


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


@njit(cache=True, nogil=True)
def starting_point(counts: Array, n_columns: int) -> Array:
    """Thresholds of the margin, slopes zero."""
    n_rows, n_states = counts.shape
    theta = np.zeros(n_states - 1 + n_columns)
    total = counts.sum()
    below = 0.0
    for j in range(n_states - 1):
        for c in range(n_rows):
            below += counts[c, j]
        theta[j] = math.log(below / (total - below))
    return theta


@njit(cache=True, nogil=True)
def maximise(counts: Array, columns: NDArray[np.int64], values: Array, theta: Array, tolerance: float) -> float:
    """Move `theta` to the maximum and return the log-likelihood there; every state must have been given."""
    n_states, size = counts.shape[1], len(theta)
    gradient, information, cells = np.zeros(size), np.zeros((size, size)), np.zeros((n_states, 6))
    step, trial = np.zeros(size), np.zeros(size)
    loglik = newton_system(counts, columns, values, theta, gradient, information, cells)
    for _ in range(MOST_ROUNDS):
        step[:] = gradient
        factorise(information)
        substitute(information, step)
        gain = 0.0
        for i in range(size):
            gain += 0.5 * step[i] * gradient[i]
        if gain < tolerance:
            break
        before = loglik
        for _ in range(_MOST_HALVINGS):
            for i in range(size):
                trial[i] = theta[i] + step[i]
            if ascending(trial, n_states - 1):
                loglik = newton_system(counts, columns, values, trial, gradient, information, cells)
                if loglik >= before:
                    break
            for i in range(size):
                step[i] *= 0.5
        if loglik < before:  # Only rounding is left to win.
            return before
        theta[:] = trial
    return loglik


@njit(cache=True, nogil=True)
def ascending(theta: Array, n_thresholds: int) -> bool:
    for j in range(1, n_thresholds):  # noqa: SIM110 - compiled: a plain loop is faster than a generator.
        if theta[j] <= theta[j - 1]:
            return False
    return True


@njit(cache=True, nogil=True)
def cell_derivatives(theta: Array, eta: float, cells: Array) -> None:
    """Log-probability of each state and its derivatives by the thresholds above (a) and below (b) it.

    Columns of `cells` (n_states, 6): log p, d/da, d/db, d2/da2, d2/dadb, d2/db2. The predictor enters as -eta beside
    both thresholds, so its derivatives are minus their sums.
    """
    n_states = len(cells)
    below, slope_below, bend_below = 0.0, 0.0, 0.0
    for j in range(n_states):
        above, slope, bend = 1.0, 0.0, 0.0
        if j < n_states - 1:
            above = 1 / (1 + math.exp(eta - theta[j]))
            slope = above * (1 - above)
            bend = slope * (1 - 2 * above)
        p = max(above - below, 1e-300)
        a, b = slope / p, -slope_below / p
        cells[j, 0], cells[j, 1], cells[j, 2] = math.log(p), a, b
        cells[j, 3], cells[j, 4], cells[j, 5] = bend / p - a * a, -a * b, -bend_below / p - b * b
        below, slope_below, bend_below = above, slope, bend


@njit(cache=True, nogil=True)
def newton_system(
    counts: Array,
    columns: NDArray[np.int64],
    values: Array,
    theta: Array,
    gradient: Array,
    information: Array,
    cells: Array,
) -> float:
    """Log-likelihood at theta; fills its gradient and the lower triangle of the observed information."""
    n_rows, n_states = counts.shape
    n_parents = columns.shape[1]
    first = n_states - 1
    gradient[:] = 0.0
    information[:] = 0.0
    loglik = 0.0
    for c in range(n_rows):
        eta = 0.0
        for i in range(n_parents):
            if columns[c, i] >= 0:
                eta += values[c, i] * theta[first + columns[c, i]]
        cell_derivatives(theta, eta, cells)
        slope, bend, previous = 0.0, 0.0, 0.0
        for j in range(n_states):
            loglik += counts[c, j] * cells[j, 0]
        for j in range(first):
            n, m = counts[c, j], counts[c, j + 1]
            push = n * cells[j, 1] + m * cells[j + 1, 2]
            own = -(n * cells[j, 3] + m * cells[j + 1, 5])
            across = -m * cells[j + 1, 4] if j + 1 < first else 0.0
            gradient[j] += push
            information[j, j] += own
            if j + 1 < first:
                information[j + 1, j] += across
            total = own + previous + across
            previous = across
            slope -= push
            bend += total
            for i in range(n_parents):
                if columns[c, i] >= 0:
                    information[first + columns[c, i], j] -= values[c, i] * total
        for i in range(n_parents):
            if columns[c, i] >= 0:
                gradient[first + columns[c, i]] += values[c, i] * slope
                for k in range(i + 1):
                    if columns[c, k] >= 0:
                        information[first + columns[c, i], first + columns[c, k]] += values[c, i] * values[c, k] * bend
    return loglik


@njit(cache=True, nogil=True)
def factorise(matrix: Array) -> None:
    """Cholesky factor in the lower triangle; a direction without information gets a factor that stops any step."""
    for i in range(len(matrix)):
        for j in range(i + 1):
            rest = matrix[i, j]
            for k in range(j):
                rest -= matrix[i, k] * matrix[j, k]
            if i > j:
                matrix[i, j] = rest / matrix[j, j]
            else:
                matrix[i, i] = math.sqrt(rest) if rest > LEAST_INFORMATION else 1e10


@njit(cache=True, nogil=True)
def substitute(factor: Array, vector: Array) -> None:
    """Replace the vector by the solution of (factor factor') x = vector."""
    size = len(vector)
    for i in range(size):
        for k in range(i):
            vector[i] -= factor[i, k] * vector[k]
        vector[i] /= factor[i, i]
    for i in range(size - 1, -1, -1):
        for k in range(i + 1, size):
            vector[i] -= factor[k, i] * vector[k]
        vector[i] /= factor[i, i]

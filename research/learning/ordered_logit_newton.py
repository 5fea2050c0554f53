"""Newton's method for the ordered logit on a table of counts: its parameters stand in one vector, thresholds first.

References
----------
The log-likelihood is concave: Pratt (1981), doi:10.1080/01621459.1981.10477613.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

Array = NDArray[np.float64]

LEAST_INFORMATION = 1e-7  # A direction with less than this is not moved: no answer tells where it should go.
MOST_ROUNDS = 60
MOST_HALVINGS = 40


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
        for _ in range(MOST_HALVINGS):
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

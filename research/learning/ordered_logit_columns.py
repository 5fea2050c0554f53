"""Log-likelihoods of one ordered logit under many weight columns at once, all started at the fit of column 0.

At a common start every column has the same cell probabilities, so gradients and informations are linear in the counts
and cost a few multiplications each. Steps with that one information, and the gain a further step would bring (half of
g'I^-1 g), give the maximum; the few columns where that gain is not small after three steps go on alone.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from research.learning.ordered_logit import (
    LEAST_INFORMATION,
    Array,
    ascending,
    cell_derivatives,
    maximise,
    starting_point,
)

Integers = NDArray[np.int64]

BATCH_STEPS = 3
SMALL_GAIN = 1e-4  # The gain itself is added; what is neglected is the gain times the relative change of information.
_TOLERANCE = 1e-6


@njit(cache=True, nogil=True)
def column_logliks(counts: Array, columns: Integers, values: Array, n_slopes: int, out: Array) -> None:
    """Maximum log-likelihood of every column of counts (n_rows, n_states, n_columns) into `out`.

    Column 0 must have answers in every row and state that any column has.
    """
    n_states, n_columns = counts.shape[1], counts.shape[2]
    if n_states < 2:
        out[:] = 0.0
        return
    table = np.ascontiguousarray(counts[:, :, 0])
    theta = starting_point(table, n_slopes)
    out[0] = maximise(table, columns, values, theta, _TOLERANCE)
    size = len(theta)
    gradients, steps = np.zeros((size, n_columns)), np.zeros((size, n_columns))
    informations = np.zeros((size, size, n_columns))
    _systems(counts, columns, values, theta, gradients, informations)
    _factorise(informations)
    thetas = np.zeros((size, n_columns))
    for i in range(size):
        thetas[i] = theta[i]
    is_open = np.ones(n_columns, np.bool_)
    is_open[0] = False
    for _ in range(BATCH_STEPS):
        steps[:] = gradients
        _substitute(informations, steps)
        thetas += steps
        logliks = _values_and_gradients(counts, columns, values, thetas, gradients)
        steps[:] = gradients
        _substitute(informations, steps)
        for b in range(1, n_columns):
            gain = 0.0
            for i in range(size):
                gain += 0.5 * gradients[i, b] * steps[i, b]
            # Every column decides for itself, so that its result does not depend on its neighbours.
            if is_open[b] and gain < SMALL_GAIN and ascending(thetas[:, b], n_states - 1):
                out[b] = logliks[b] + gain
                is_open[b] = False
    for b in range(1, n_columns):
        if is_open[b]:
            out[b] = _alone(counts[:, :, b], columns, values, theta)


@njit(cache=True, nogil=True)
def _alone(counts: Array, columns: Integers, values: Array, theta: Array) -> float:
    """Maximum of one column; states nobody gave in it are left out."""
    n_rows, n_states = counts.shape
    asked = np.zeros(n_states, np.int64)
    n_asked = 0
    for j in range(n_states):
        total = 0.0
        for c in range(n_rows):
            total += counts[c, j]
        if total > 0:
            asked[n_asked] = j
            n_asked += 1
    if n_asked < 2:
        return 0.0
    answered = np.zeros((n_rows, n_asked))
    for c in range(n_rows):
        for j in range(n_asked):
            answered[c, j] = counts[c, asked[j]]
    start = starting_point(answered, len(theta) - n_states + 1)
    if n_asked == n_states:
        start[:] = theta
    return float(maximise(answered, columns, values, start, _TOLERANCE))


@njit(cache=True, nogil=True)
def _systems(
    counts: Array, columns: Integers, values: Array, theta: Array, gradients: Array, informations: Array
) -> None:
    """Gradient and information (lower triangle) of every column at one common theta."""
    n_rows, n_states, n_columns = counts.shape
    n_parents = columns.shape[1]
    first = n_states - 1
    cells = np.zeros((n_states, 6))
    slope, bend = np.zeros(n_columns), np.zeros(n_columns)
    total, previous = np.zeros(n_columns), np.zeros(n_columns)
    for c in range(n_rows):
        eta = 0.0
        for i in range(n_parents):
            if columns[c, i] >= 0:
                eta += values[c, i] * theta[first + columns[c, i]]
        cell_derivatives(theta, eta, cells)
        slope[:] = 0.0
        bend[:] = 0.0
        previous[:] = 0.0
        for j in range(first):
            _threshold(
                counts[c, j], counts[c, j + 1], cells[j], cells[j + 1], gradients[j], informations[j, j],
                informations[min(j + 1, first - 1), j], j + 1 < first, slope, bend, total, previous,
            )  # fmt: skip
            for i in range(n_parents):
                if columns[c, i] >= 0:
                    _subtract(informations[first + columns[c, i], j], values[c, i], total)
        for i in range(n_parents):
            if columns[c, i] >= 0:
                _subtract(gradients[first + columns[c, i]], -values[c, i], slope)
                for k in range(i + 1):
                    if columns[c, k] >= 0:
                        row = informations[first + columns[c, i], first + columns[c, k]]
                        _subtract(row, -values[c, i] * values[c, k], bend)


@njit(cache=True, nogil=True)
def _threshold(
    lower: Array, upper: Array, cell: Array, next_cell: Array, gradient: Array, diagonal: Array, beside: Array,
    has_next: bool, slope: Array, bend: Array, total: Array, previous: Array,
) -> None:  # fmt: skip
    """What one row of the table says of one threshold, for every column."""
    a, b, aa, ab, bb = cell[1], next_cell[2], cell[3], next_cell[4] if has_next else 0.0, next_cell[5]
    for w in range(len(lower)):
        push = lower[w] * a + upper[w] * b
        own = -(lower[w] * aa + upper[w] * bb)
        across = -upper[w] * ab
        gradient[w] += push
        diagonal[w] += own
        total[w] = own + previous[w] + across
        previous[w] = across
        slope[w] -= push
        bend[w] += total[w]
    if has_next:
        for w in range(len(lower)):
            beside[w] += previous[w]


@njit(cache=True, nogil=True)
def _subtract(row: Array, factor: float, other: Array) -> None:
    for b in range(len(row)):
        row[b] -= factor * other[b]


@njit(cache=True, nogil=True)
def _factorise(matrices: Array) -> None:
    """Cholesky factors of matrices (size, size, n_columns), see `ordered_logit.factorise`."""
    size, n_columns = matrices.shape[0], matrices.shape[2]
    for i in range(size):
        for j in range(i + 1):
            rest = matrices[i, j]
            for k in range(j):
                left, right = matrices[i, k], matrices[j, k]
                for b in range(n_columns):
                    rest[b] -= left[b] * right[b]
            divisor = matrices[j, j]
            for b in range(n_columns):
                if i > j:
                    rest[b] *= divisor[b]
                else:  # The diagonal keeps the reciprocal: products are faster than quotients.
                    rest[b] = 1 / math.sqrt(rest[b]) if rest[b] > LEAST_INFORMATION else 1e-10


@njit(cache=True, nogil=True)
def _substitute(factors: Array, vectors: Array) -> None:
    size = len(vectors)
    for i in range(size):
        for k in range(i):
            _subtract_product(vectors[i], factors[i, k], vectors[k])
        _multiply(vectors[i], factors[i, i])
    for i in range(size - 1, -1, -1):
        for k in range(i + 1, size):
            _subtract_product(vectors[i], factors[k, i], vectors[k])
        _multiply(vectors[i], factors[i, i])


@njit(cache=True, nogil=True)
def _subtract_product(row: Array, left: Array, right: Array) -> None:
    for b in range(len(row)):
        row[b] -= left[b] * right[b]


@njit(cache=True, nogil=True)
def _multiply(row: Array, other: Array) -> None:
    for b in range(len(row)):
        row[b] *= other[b]


@njit(cache=True, nogil=True)
def _values_and_gradients(counts: Array, columns: Integers, values: Array, thetas: Array, gradients: Array) -> Array:
    """Log-likelihood of every column at its own theta (size, n_columns); fills the gradients."""
    n_rows, n_states, n_columns = counts.shape
    n_parents = columns.shape[1]
    first = n_states - 1
    logliks, eta, slope = np.zeros(n_columns), np.zeros(n_columns), np.zeros(n_columns)
    below, above, ratio = np.zeros(n_columns), np.zeros(n_columns), np.zeros(n_columns)
    gradients[:] = 0.0
    for c in range(n_rows):
        eta[:] = 0.0
        slope[:] = 0.0
        for i in range(n_parents):
            if columns[c, i] >= 0:
                _subtract(eta, -values[c, i], thetas[first + columns[c, i]])
        below[:] = 0.0
        for j in range(n_states):
            n = counts[c, j]
            if j < first:
                for b in range(n_columns):
                    above[b] = 1 / (1 + math.exp(eta[b] - thetas[j, b]))
            else:
                above[:] = 1.0
            for b in range(n_columns):
                p = max(above[b] - below[b], 1e-300)
                logliks[b] += n[b] * math.log(p)
                ratio[b] = n[b] / p
            for b in range(n_columns):
                if j < first:
                    push = ratio[b] * above[b] * (1 - above[b])
                    gradients[j, b] += push
                    slope[b] -= push
                if j > 0:
                    push = ratio[b] * below[b] * (1 - below[b])
                    gradients[j - 1, b] -= push
                    slope[b] += push
                below[b] = above[b]
        for i in range(n_parents):
            if columns[c, i] >= 0:
                _subtract(gradients[first + columns[c, i]], -values[c, i], slope)
    return logliks

"""Log-likelihoods of one ordered logit under many weight columns at once, all started at the fit of column 0.

Columns lie beside each other in memory, so that every operation runs over all of them. At the common start they share
their cell probabilities, which makes the first Newton step nearly free; the next steps use each column's own. The few
columns that are not at their maximum then (where an answer is fully told by a parent state) go on alone.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from research.learning.ordered_logit_newton import (
    LEAST_INFORMATION,
    Array,
    ascending,
    cell_derivatives,
    maximise,
    starting_point,
)

Integers = NDArray[np.int64]

OWN_STEPS = 2
SMALL_GAIN = 1e-5  # In log-likelihood; it is added, and what lies beyond it is of the order of its square.
_TOLERANCE = 1e-7


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
    thetas, gradients, steps = np.zeros((size, n_columns)), np.zeros((size, n_columns)), np.zeros((size, n_columns))
    informations = np.zeros((size, size, n_columns))
    for i in range(size):
        thetas[i] = theta[i]
    is_open = np.ones(n_columns, np.bool_)
    is_open[0] = False
    for step in range(OWN_STEPS + 1):
        logliks = _newton_systems(counts, columns, values, thetas, step == 0, gradients, informations)
        steps[:] = gradients
        _factorise(informations)
        _substitute(informations, steps)
        for b in range(n_columns):
            gain = 0.0
            for i in range(size):
                gain += 0.5 * gradients[i, b] * steps[i, b]
            # Every column decides for itself, so that its result does not depend on its neighbours.
            if is_open[b] and gain < SMALL_GAIN and ascending(thetas[:, b], n_states - 1):
                out[b] = logliks[b] + gain
                is_open[b] = False
        if not is_open.any():
            break
        thetas += steps
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
def _newton_systems(
    counts: Array, columns: Integers, values: Array, thetas: Array, common: bool, gradients: Array, informations: Array
) -> Array:
    """Log-likelihoods of all columns; fills gradients (size, n_columns) and the lower triangles of informations.

    With `common` all columns of thetas are the same.
    """
    n_rows, n_states, n_columns = counts.shape
    n_parents = columns.shape[1]
    first = n_states - 1
    cells, scalars = np.zeros((n_states, 6, n_columns)), np.zeros((n_states, 6))
    logliks, eta = np.zeros(n_columns), np.zeros(n_columns)
    sums = np.zeros((4, n_columns))
    gradients[:] = 0.0
    informations[:] = 0.0
    for c in range(n_rows):
        eta[:] = 0.0
        for i in range(n_parents):
            if columns[c, i] >= 0:
                _add(eta, values[c, i], thetas[first + columns[c, i]])
        if common:
            cell_derivatives(thetas[:, 0], eta[0], scalars)
            for j in range(n_states):
                for k in range(6):
                    cells[j, k] = scalars[j, k]
        else:
            _column_cells(thetas, eta, cells)
        for j in range(n_states):
            _add_product(logliks, counts[c, j], cells[j, 0])
        sums[:] = 0.0
        for j in range(first):
            _threshold(counts[c, j], counts[c, j + 1], cells[j], cells[j + 1], gradients[j], informations[j, j], sums)
            if j + 1 < first:
                _add(informations[j + 1, j], 1.0, sums[3])
            for i in range(n_parents):
                if columns[c, i] >= 0:
                    _add(informations[first + columns[c, i], j], -values[c, i], sums[2])
        for i in range(n_parents):
            if columns[c, i] >= 0:
                _add(gradients[first + columns[c, i]], values[c, i], sums[0])
                for k in range(i + 1):
                    if columns[c, k] >= 0:
                        row = informations[first + columns[c, i], first + columns[c, k]]
                        _add(row, values[c, i] * values[c, k], sums[1])
    return logliks


@njit(cache=True, nogil=True)
def _column_cells(thetas: Array, eta: Array, cells: Array) -> None:
    """`ordered_logit_newton.cell_derivatives` for every column at its own theta."""
    n_states, n_columns = len(cells), len(eta)
    below, slope_below, bend_below = np.zeros(n_columns), np.zeros(n_columns), np.zeros(n_columns)
    above = np.ones(n_columns)
    for j in range(n_states):
        log_p, a, b, aa, ab, bb = cells[j, 0], cells[j, 1], cells[j, 2], cells[j, 3], cells[j, 4], cells[j, 5]
        for w in range(n_columns):
            above[w] = 1 / (1 + math.exp(eta[w] - thetas[j, w])) if j < n_states - 1 else 1.0
        for w in range(n_columns):
            log_p[w] = math.log(max(above[w] - below[w], 1e-300))
        for w in range(n_columns):
            slope = above[w] * (1 - above[w])
            bend = slope * (1 - 2 * above[w])
            share = 1 / max(above[w] - below[w], 1e-300)
            a[w], b[w] = slope * share, -slope_below[w] * share
            aa[w], ab[w], bb[w] = bend * share - a[w] * a[w], -a[w] * b[w], -bend_below[w] * share - b[w] * b[w]
            below[w], slope_below[w], bend_below[w] = above[w], slope, bend


@njit(cache=True, nogil=True)
def _threshold(
    lower: Array, upper: Array, cell: Array, next_cell: Array, gradient: Array, diagonal: Array, sums: Array
) -> None:
    """What one row of the table says of one threshold, for every column.

    Rows of `sums`: gradient and information of the predictor so far, information between threshold and predictor (with
    the sign turned), and between this threshold and the next.
    """
    a, b, aa, ab, bb = cell[1], next_cell[2], cell[3], next_cell[4], next_cell[5]
    slope, bend, crossed, beside = sums[0], sums[1], sums[2], sums[3]
    for w in range(len(lower)):
        push = lower[w] * a[w] + upper[w] * b[w]
        own = -(lower[w] * aa[w] + upper[w] * bb[w])
        across = -upper[w] * ab[w]
        gradient[w] += push
        diagonal[w] += own
        slope[w] -= push
        crossed[w] = own + beside[w] + across
        bend[w] += crossed[w]
        beside[w] = across


@njit(cache=True, nogil=True)
def _add(row: Array, factor: float, other: Array) -> None:
    for b in range(len(row)):
        row[b] += factor * other[b]


@njit(cache=True, nogil=True)
def _add_product(row: Array, left: Array, right: Array) -> None:
    for b in range(len(row)):
        row[b] += left[b] * right[b]


@njit(cache=True, nogil=True)
def _factorise(matrices: Array) -> None:
    """Cholesky factors of matrices (size, size, n_columns), see `ordered_logit_newton.factorise`."""
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

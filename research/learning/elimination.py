"""Joint distributions of a few variables of a discrete network, by eliminating all others, observed or set by force.

Variables are eliminated one at a time, always the one whose elimination leaves the smallest table. A variable set by
force loses its own table: what used to decide it decides it no longer (Pearl 1995, doi:10.1093/biomet/82.4.669).

References
----------
Dechter (1999), Bucket elimination, Artificial Intelligence 113(1-2), 41-85, doi:10.1016/S0004-3702(99)00059-4.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numba import njit
from numpy.typing import NDArray

from research.errors import TooDense
from research.learning.network_tables import TabledNetworks

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
Bits = int | np.int64

MOST_CELLS = 50_000_000  # Of one table; a network that needs more is too dense for any exact method.
_FREE = -1


def joint(
    networks: TabledNetworks,
    network: int,
    kept: Sequence[int],
    *,
    forced: Sequence[int] = (),
    given: Mapping[int, int] | None = None,
) -> Array:
    """Joint distribution of the kept variables, one axis each in the order of `kept`.

    Parameters
    ----------
    networks : TabledNetworks
    network : int
        Which of them.
    kept : variables, all different
    forced : variables of `kept` or `given` that are set by force: no longer decided by their parents
        Along their axes the values are P(others | do(state)), each summing to 1, and not a joint distribution.
    given : observed (or, if forced, set) state by variable, none of them kept
        The values then sum to the probability of these states.

    Raises
    ------
    TooDense
        A table of more than 50 million cells would be needed; long scales should be cut into bands.
    """
    states = np.full(len(networks.n_states), _FREE, np.int64)
    for variable, state in (given or {}).items():
        states[variable] = state
    flat = joint_cells(
        networks.masks[network], networks.cells, networks.begins[network], networks.n_states,
        np.array(kept, np.int64), _bits(forced), states,
    )  # fmt: skip
    return np.asarray(flat).reshape([int(networks.n_states[variable]) for variable in kept])


def driver_joints(networks: TabledNetworks, drivers: Sequence[int], target: int, *, forced: bool) -> Array:
    """Of every network and driver the joint with the target, or P(target | do(driver)).

    Returns
    -------
    float64, shape (n_networks, n_drivers, most driver states, target states)
        Zero beyond a driver's own states.
    """
    return np.asarray(
        _driver_joints(
            networks.masks, networks.cells, networks.begins, networks.n_states,
            np.array(drivers, np.int64), target, forced,
        )
    )  # fmt: skip


def _bits(variables: Sequence[int]) -> int:
    return int(np.array(sum(1 << variable for variable in variables), np.uint64).view(np.int64))


@njit(cache=True, nogil=True)
def _driver_joints(
    masks: Integers, cells: Array, begins: Integers, n_states: Integers, drivers: Integers, target: int, forced: bool
) -> Array:
    joints = np.zeros((len(masks), len(drivers), n_states[drivers].max(), n_states[target]))
    nothing = np.full(len(n_states), _FREE, np.int64)
    for b in range(len(masks)):
        for d in range(len(drivers)):
            cut = np.int64(1) << drivers[d] if forced else np.int64(0)
            kept = np.array([drivers[d], target])
            found = joint_cells(masks[b], cells, begins[b], n_states, kept, cut, nothing)
            joints[b, d, : n_states[drivers[d]]] = found.reshape(n_states[drivers[d]], n_states[target])
    return joints


@njit(cache=True, nogil=True)
def joint_cells(
    masks: Integers, cells: Array, begins: Integers, n_states: Integers, kept: Integers, cut: Bits, given: Integers
) -> Array:
    """`joint` on plain arrays for compiled callers, flat; `cut` holds the forced as bits, `given` -1 where free."""
    n = len(n_states)
    wanted, known = np.int64(0), np.int64(0)
    for v in kept:
        wanted |= np.int64(1) << v
    for v in range(n):
        if given[v] != _FREE:
            known |= np.int64(1) << v
    relevant = ancestors(masks, wanted | known, cut)
    scopes, factor_begins, strides = (
        np.zeros(2 * n, np.int64),
        np.zeros(2 * n, np.int64),
        np.zeros((2 * n, n), np.int64),
    )
    work, end, count = np.zeros(1024), 0, 0
    for v in range(n):
        if relevant >> v & 1 and not cut >> v & 1:
            size = begins[v + 1] - begins[v]
            work = _with_room(work, end + size)
            work[end : end + size] = cells[begins[v] : begins[v + 1]]
            factor_begins[count] = end
            scopes[count] = (masks[v] | np.int64(1) << v) & ~known
            _set_strides(strides[count], masks[v], v, n_states)
            for u in range(n):
                if known >> u & 1:
                    factor_begins[count] += given[u] * strides[count, u]
            end, count = end + size, count + 1
    todo, alive = relevant & ~wanted & ~known, np.arange(2 * n) < count
    while todo:
        x, scope = _cheapest(todo, scopes, alive, n_states)
        chosen = _touching(np.int64(1) << x, scopes, alive)
        over = _members(scope)
        size = 1
        for u in over:
            size *= n_states[u]
            if size > MOST_CELLS:
                raise TooDense(
                    "The items hang together too densely for exact sums over so many states: allow fewer causes with "
                    "--max-parents, or join states of long scales."
                )
        work = _with_room(work, end + size)
        _multiply(work, factor_begins, strides, chosen, over, n_states, x, work, end)
        scopes[count], factor_begins[count], alive[count] = scope, end, True
        stride = 1
        for k in range(len(over) - 1, -1, -1):
            strides[count, over[k]] = stride
            stride *= n_states[over[k]]
        end, count, todo = end + size, count + 1, todo & ~(np.int64(1) << x)
    size = 1
    for v in kept:
        size *= n_states[v]
    found = np.zeros(size)
    _multiply(work, factor_begins, strides, np.flatnonzero(alive), kept, n_states, -1, found, 0)
    return found


@njit(cache=True, nogil=True)
def _multiply(
    work: Array, begins: Integers, strides: Integers, chosen: Integers, over: Integers, n_states: Integers,
    summed: int, target: Array, begin: int,
) -> None:  # fmt: skip
    """Product of the chosen factors over the variables `over`, `summed` out (-1: none), into `target`."""
    size, at = 1, begins[chosen]
    steps, inner = np.zeros((len(over), len(chosen)), np.int64), np.zeros(len(chosen), np.int64)
    for k in range(len(over)):
        size *= n_states[over[k]]
        for i in range(len(chosen)):
            steps[k, i] = strides[chosen[i], over[k]]
    if summed >= 0:
        inner = strides[chosen, summed]
    digits = np.zeros(len(over), np.int64)
    for cell in range(size):
        total = 0.0
        for state in range(n_states[summed] if summed >= 0 else 1):
            product = 1.0
            for i in range(len(chosen)):
                product *= work[at[i] + state * inner[i]]
            total += product
        target[begin + cell] = total
        for k in range(len(over) - 1, -1, -1):
            digits[k] += 1
            if digits[k] < n_states[over[k]]:
                for i in range(len(chosen)):
                    at[i] += steps[k, i]
                break
            digits[k] = 0
            for i in range(len(chosen)):
                at[i] -= steps[k, i] * (n_states[over[k]] - 1)


@njit(cache=True, nogil=True)
def ancestors(masks: Integers, wanted: Bits, cut: Bits) -> Bits:
    """The wanted variables and all above them; nothing stands above a variable that was cut off."""
    grown = True
    while grown:
        grown = False
        for v in range(len(masks)):
            if wanted >> v & 1 and not cut >> v & 1 and masks[v] & ~wanted:
                wanted |= masks[v]
                grown = True
    return wanted


@njit(cache=True, nogil=True)
def _cheapest(todo: Bits, scopes: Integers, alive: NDArray[np.bool_], n_states: Integers) -> tuple[int, Bits]:
    """The variable whose elimination leaves the smallest table, and the variables of that table as bits."""
    best, best_scope, least = -1, np.int64(0), np.inf
    for x in range(len(n_states)):
        if todo >> x & 1:
            scope = np.int64(0)
            for f in range(len(scopes)):
                if alive[f] and scopes[f] >> x & 1:
                    scope |= scopes[f]
            scope &= ~(np.int64(1) << x)
            size = 1.0
            for u in range(len(n_states)):
                if scope >> u & 1:
                    size *= n_states[u]
            if size < least:
                best, best_scope, least = x, scope, size
    return best, best_scope


@njit(cache=True, nogil=True)
def _touching(variables: Bits, scopes: Integers, alive: NDArray[np.bool_]) -> Integers:
    """Numbers of the living factors over one of these variables; they are used up."""
    chosen = np.zeros(len(scopes), np.int64)
    count = 0
    for f in range(len(scopes)):
        if alive[f] and scopes[f] & variables:
            chosen[count] = f
            alive[f] = False
            count += 1
    return chosen[:count]


@njit(cache=True, nogil=True)
def _members(scope: Bits) -> Integers:
    found, count = np.zeros(64, np.int64), 0
    for v in range(64):
        if scope >> v & 1:
            found[count] = v
            count += 1
    return found[:count]


@njit(cache=True, nogil=True)
def _set_strides(strides: Integers, mask: Bits, child: int, n_states: Integers) -> None:
    strides[child] = 1
    stride = n_states[child]
    for u in range(len(n_states) - 1, -1, -1):
        if mask >> u & 1:
            strides[u] = stride
            stride *= n_states[u]


@njit(cache=True, nogil=True)
def _with_room(work: Array, size: int) -> Array:
    if size <= len(work):
        return work
    grown = np.empty(2 * size)
    grown[: len(work)] = work
    return grown

"""Tabu search over orders of the items of one large tier: an order tells each item's best family at once.

A move takes one item to another place in the order; the item then rests for some rounds. After a stretch without
gain the best order is shaken and searched again. The shakes come from a fixed sequence, so that the result depends on
nothing but the scores.

References
----------
Teyssier, Koller (2005), Ordering-based search, UAI, arXiv:1207.1429.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

Integers = NDArray[np.int64]

NO_FAMILY = -1e15  # Below any score, and finite: differences of two such are still numbers.
REST_ROUNDS = 7
ROUNDS_WITHOUT_GAIN = 15
SHAKES = 100
MOVES_PER_SHAKE = 6


@njit(cache=True, nogil=True)
def best_order_by_tabu(
    scores: NDArray[np.float64], inner: Integers, starts: Integers, items: Integers, found: Integers
) -> None:
    """Write the number of the family of each of `items` in the best network met into `found` (n_items_in_all,).

    `inner` holds the parents inside the tier as bits by place in `items`, see `search.inner_masks`.
    """
    size = len(items)
    ranked = np.full((size, np.max(starts[items + 1] - starts[items])), -1, np.int64)
    for a in range(size):
        first, last = starts[items[a]], starts[items[a] + 1]
        ranked[a, : last - first] = first + np.argsort(-scores[first:last], kind="mergesort")
    order = _first_order(scores, inner, ranked)
    best_total = _climb(scores, inner, ranked, order)
    best = order.copy()
    draw = 12345
    for _ in range(SHAKES):
        order[:] = best
        for _ in range(MOVES_PER_SHAKE):
            draw = (draw * 1103515245 + 12345) % 2147483648
            source, target = draw // 65536 % size, draw // 1048576 % size
            _move(order, source, target)
            if _total(scores, inner, ranked, order) < 0.5 * NO_FAMILY:
                _move(order, target, source)
        total = _climb(scores, inner, ranked, order)
        if total > best_total:
            best_total = total
            best[:] = order
    placed = 0
    for a in best:
        found[items[a]] = _family(inner, ranked[a], placed)
        placed |= 1 << a


@njit(cache=True, nogil=True)
def _family(inner: Integers, ranked: Integers, placed: int) -> int:
    """Best family whose parents inside the tier are all placed; -1 if there is none."""
    for f in ranked:
        if f < 0 or inner[f] & ~placed == 0:
            return int(f)
    return -1


@njit(cache=True, nogil=True)
def _score(scores: NDArray[np.float64], inner: Integers, ranked: Integers, placed: int) -> float:
    f = _family(inner, ranked, placed)
    return scores[f] if f >= 0 else NO_FAMILY


@njit(cache=True, nogil=True)
def _total(scores: NDArray[np.float64], inner: Integers, ranked: Integers, order: Integers) -> float:
    placed, total = 0, 0.0
    for a in order:
        total += _score(scores, inner, ranked[a], placed)
        placed |= 1 << a
    return total


@njit(cache=True, nogil=True)
def _first_order(scores: NDArray[np.float64], inner: Integers, ranked: Integers) -> Integers:
    """Greedy: next comes the item that loses least by having no further parents."""
    size = len(ranked)
    order, placed = np.zeros(size, np.int64), 0
    for place in range(size):
        least = np.inf
        for a in range(size):
            if not placed >> a & 1:
                loss = scores[ranked[a, 0]] - _score(scores, inner, ranked[a], placed)
                if loss < least:
                    least, order[place] = loss, a
        placed |= 1 << order[place]
    return order


@njit(cache=True, nogil=True)
def _climb(scores: NDArray[np.float64], inner: Integers, ranked: Integers, order: Integers) -> float:
    """Tabu search from `order`, which becomes the best order met; returns its total score."""
    size = len(order)
    rests_until = np.zeros(size, np.int64)
    total = _total(scores, inner, ranked, order)
    best_total, best = total, order.copy()
    idle, now = 0, 0
    while idle < ROUNDS_WITHOUT_GAIN:
        now += 1
        gain, source, target = _best_move(scores, inner, ranked, order, rests_until, now, best_total - total)
        if source < 0:
            break
        rests_until[order[source]] = now + REST_ROUNDS
        _move(order, source, target)
        total += gain
        idle += 1
        if total > best_total + 1e-9:
            best_total, idle = total, 0
            best[:] = order
    order[:] = best
    return best_total


@njit(cache=True, nogil=True)
def _best_move(
    scores: NDArray[np.float64], inner: Integers, ranked: Integers, order: Integers, rests_until: Integers, now: int,
    record: float,
) -> tuple[float, int, int]:  # fmt: skip
    """Gain, source and target place of the best move of an item that does not rest, or that beats the record."""
    size = len(order)
    before, own = np.zeros(size, np.int64), np.zeros(size)
    placed = 0
    for i in range(size):
        before[i], own[i] = placed, _score(scores, inner, ranked[order[i]], placed)
        placed |= 1 << order[i]
    best, source, target = -np.inf, -1, -1
    for i in range(size):
        a = order[i]
        bit = 1 << a
        for direction in (-1, 1):
            passed, place, j = 0.0, before[i], i + direction
            while 0 <= j < size:
                b = order[j]
                known = before[j] | bit if direction < 0 else before[j] & ~bit
                passed += _score(scores, inner, ranked[b], known) - own[j]
                place ^= 1 << b
                gain = passed + _score(scores, inner, ranked[a], place) - own[i]
                if gain > best and (rests_until[a] < now or gain > record + 1e-9) and gain > 0.5 * NO_FAMILY:
                    best, source, target = gain, i, j
                j += direction
    return best, source, target


@njit(cache=True, nogil=True)
def _move(order: Integers, source: int, target: int) -> None:
    item = order[source]
    step = 1 if target > source else -1
    for i in range(source, target, step):
        order[i] = order[i + step]
    order[target] = item

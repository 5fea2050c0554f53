"""Every family (an item with one possible parent set) the constraints leave open, numbered for array work."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from research.learning.constraints import Constraints


@dataclass(frozen=True)
class Families:
    """Families sorted by child, and the item sets whose joint counts they share.

    Attributes
    ----------
    child : int64, shape (n_families,)
    parents : int64, shape (n_families, max_parents)
        Ascending, padded with -1.
    masks : int64, shape (n_families,)
        The parents as bits.
    starts : int64, shape (n_items + 1,)
        Families of item v are ``starts[v]`` to ``starts[v + 1]``.
    sets : int64, shape (n_sets, max_parents + 1)
        Items counted jointly, ascending, padded with -1; set 0 is empty.
    set_of, parent_set : int64, shape (n_families,)
        Numbers of the sets {child and parents} and {parents}.
    """

    child: NDArray[np.int64]
    parents: NDArray[np.int64]
    masks: NDArray[np.int64]
    starts: NDArray[np.int64]
    sets: NDArray[np.int64]
    set_of: NDArray[np.int64]
    parent_set: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.child)


def list_families(constraints: Constraints) -> Families:
    """All families that keep the constraints; acyclicity is left to the search."""
    families = [
        (item, parents)
        for item in range(constraints.n_items)
        for size in range(constraints.max_parents + 1)
        for parents in combinations(constraints.candidates(item), size)
        if set(constraints.required_parents(item)) <= set(parents)
    ]
    whole = [tuple(sorted((item, *parents))) for item, parents in families]
    sets = sorted({(), *whole, *(parents for _, parents in families)}, key=lambda items: (len(items), items))
    number = {items: i for i, items in enumerate(sets)}
    child = np.array([item for item, _ in families], dtype=np.int64)
    return Families(
        child=child,
        parents=_padded((parents for _, parents in families), constraints.max_parents),
        masks=as_masks(parents for _, parents in families),
        starts=np.searchsorted(child, np.arange(constraints.n_items + 1)).astype(np.int64),
        sets=_padded(sets, constraints.max_parents + 1),
        set_of=np.array([number[items] for items in whole], dtype=np.int64),
        parent_set=np.array([number[parents] for _, parents in families], dtype=np.int64),
    )


def as_masks(parent_sets: Iterable[Iterable[int]]) -> NDArray[np.int64]:
    """Parent sets as 64-bit masks, one int64 each (item 63 is the sign bit)."""
    masks = [sum(1 << item for item in parents) for parents in parent_sets]
    return np.array(masks, dtype=np.uint64).view(np.int64)


def parents_of(mask: int) -> tuple[int, ...]:
    """Items of one mask, ascending."""
    return tuple(item for item in range(64) if int(mask) >> item & 1)


def edge_array(masks: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Adjacency (..., n_items, n_items), True at [..., u, v] where u is a parent of v, from masks (..., n_items)."""
    sources = np.arange(masks.shape[-1]).reshape(-1, 1)
    return (masks[..., None, :] >> sources & 1).astype(bool)


def _padded(item_sets: Iterable[tuple[int, ...]], width: int) -> NDArray[np.int64]:
    return np.array([[*items, *[-1] * (width - len(items))] for items in item_sets], dtype=np.int64)

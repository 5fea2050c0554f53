"""Generators whose truth is a network of items: tiers, parents and tables, of four kinds of dependence.

* `monotone`: a probit that adds its parents; what most satisfaction items look like.
* `not_additive`: monotone, but with dissatisfiers (harm below the middle, little gain above) and weakest links.
* `tables`: every combination of parent states has its own random distribution.
* `mixed`: about one item in three of kind `tables`, the others monotone.
"""

import itertools
import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int8]
Dependence = Literal["monotone", "not_additive", "tables", "mixed"]

_TIER_SHARES = (0.3, 0.35, 0.2, 0.15)
_RESIDUAL_SD = 0.85


@dataclass(frozen=True, eq=False)
class NetworkTruth:
    """A network over items with `n_states` states each; parents come before their children in number.

    Attributes
    ----------
    tiers : tuple of int, length n_items
    parents : tuple of tuples of int
        Parents of each item, ascending.
    tables : tuple of float arrays, shape (n_states ** n_parents, n_states)
        Row of a parent combination: the first parent counts slowest; rows sum to 1.
    """

    kind: Dependence
    n_states: int
    tiers: tuple[int, ...]
    parents: tuple[tuple[int, ...], ...]
    tables: tuple[Floats, ...]
    seed: int

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the items: q01, q02, ..."""
        return tuple(f"q{number:02d}" for number in range(1, len(self.tiers) + 1))

    @property
    def constructs(self) -> tuple[str | None, ...]:
        """No item of such a network reflects a construct."""
        return (None,) * len(self.tiers)

    @property
    def edges(self) -> frozenset[tuple[int, int]]:
        """(from, to) item numbers."""
        return frozenset((parent, child) for child, parents in enumerate(self.parents) for parent in parents)

    @property
    def skeleton(self) -> frozenset[frozenset[int]]:
        """The edges without direction."""
        return frozenset(frozenset(edge) for edge in self.edges)

    def draw(self, respondents: int, rng: np.random.Generator) -> Codes:
        """State numbers of so many respondents, shape (respondents, n_items)."""
        codes = np.zeros((respondents, len(self.tiers)), np.int8)
        for item, (parents, table) in enumerate(zip(self.parents, self.tables, strict=True)):
            row = np.zeros(respondents, np.int64)
            for parent in parents:
                row = row * self.n_states + codes[:, parent]
            above = rng.random(respondents)[:, None] > table.cumsum(axis=1)[row]
            codes[:, item] = np.minimum(above.sum(axis=1), self.n_states - 1)
        return codes

    def for_segment(self, number: int) -> "NetworkTruth":
        """The truth of a segment: the same edges, and from segment 1 on other tables."""
        if number == 0:
            return self
        rng = np.random.default_rng([self.seed, number])
        return replace(self, tables=_tables(self.kind, self.parents, self.n_states, rng))

    def facts(self) -> dict[str, object]:
        """The truth as JSON: edges by name and every table."""
        return {
            "edges": [{"from": self.names[source], "to": self.names[target]} for source, target in sorted(self.edges)],
            "tables": {name: table.round(6).tolist() for name, table in zip(self.names, self.tables, strict=True)},
        }


def network_truth(
    kind: Dependence, *, n_items: int = 20, seed: int = 0, max_parents: int = 2, n_states: int = 5
) -> NetworkTruth:
    """Draw a truth of the given kind; the same arguments give the same truth for ever."""
    rng = np.random.default_rng([20_260, seed])
    tiers = _tiers(n_items)
    parents = tuple(_parents(item, tiers, max_parents, rng) for item in range(n_items))
    return NetworkTruth(kind, n_states, tiers, parents, _tables(kind, parents, n_states, rng), seed)


def _tiers(n_items: int) -> tuple[int, ...]:
    sizes = [max(1, round(share * n_items)) for share in _TIER_SHARES]
    sizes[1] += n_items - sum(sizes)
    return tuple(tier for tier, size in enumerate(sizes) for _ in range(size))


def _parents(item: int, tiers: tuple[int, ...], most: int, rng: np.random.Generator) -> tuple[int, ...]:
    """Items of the first tier have at most one parent, the others one to `most`, mostly from their own or last tier."""
    if tiers[item] == 0:
        count = int(rng.random() < 0.7)
    else:
        count = int(rng.choice((1, 2), p=(0.35, 0.65)) if most == 2 else rng.integers(1, most + 1))
    before = list(range(item))
    near = [other for other in before if tiers[other] >= tiers[item] - 1]
    chosen: set[int] = set()
    while len(chosen) < min(count, item):
        close = sorted(set(near) - chosen)
        chosen.add(int(rng.choice(close if close and rng.random() < 0.7 else before)))
    return tuple(sorted(chosen))


def _tables(
    kind: Dependence, parents: tuple[tuple[int, ...], ...], n_states: int, rng: np.random.Generator
) -> tuple[Floats, ...]:
    return tuple(_table(kind, len(of_item), n_states, rng) for of_item in parents)


def _table(kind: Dependence, n_parents: int, n_states: int, rng: np.random.Generator) -> Floats:
    if kind == "mixed":
        kind = "tables" if rng.random() < 0.35 else "monotone"
    if n_parents == 0:
        return _probit(np.zeros(1), 1.0, n_states, rng)
    if kind == "tables":
        return rng.dirichlet(np.full(n_states, 0.7), size=n_states**n_parents)
    states = np.array(list(itertools.product(range(n_states), repeat=n_parents)))
    # The middle of a satisfaction scale lies above its centre: most customers are rather content.
    standard = (states - 0.55 * (n_states - 1)) / (0.275 * (n_states - 1))
    weights = rng.uniform(0.4, 0.85, n_parents) * np.where(rng.random(n_parents) < 0.1, -1, 1)
    location = standard @ weights
    if kind == "not_additive":
        location = _not_additive(standard, weights, rng)
    return _probit(location, math.sqrt(_RESIDUAL_SD**2 + float(weights @ weights)), n_states, rng, _RESIDUAL_SD)


def _not_additive(standard: Floats, weights: Floats, rng: np.random.Generator) -> Floats:
    """Half of the items with several parents follow the weakest of them, the others punish more than they reward."""
    if len(weights) > 1 and rng.random() < 0.5:
        return np.asarray(0.9 * weights.sum() * standard.min(axis=1))
    return np.asarray((1.5 * np.minimum(standard, 0) + 0.15 * standard) @ weights)


def _probit(location: Floats, spread: float, n_states: int, rng: np.random.Generator, sd: float = 1.0) -> Floats:
    """P(state | location) of a normal cut at thresholds that spread with the item."""
    thresholds = np.linspace(-1.5, 1.0, n_states - 1) * spread + rng.normal() * 0.25
    below = norm.cdf((thresholds[None] - location[:, None]) / sd)
    edges = np.concatenate([np.zeros((len(location), 1)), below, np.ones((len(location), 1))], axis=1)
    return np.diff(edges, axis=1)

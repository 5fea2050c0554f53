"""A generator in which items merely reflect constructs: the paths between constructs are the truth, not item edges."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int8]

_CONSTRUCTS = ("image", "expectation", "quality", "value", "satisfaction", "loyalty")
_TIERS = (0, 0, 1, 1, 2, 3)
_ITEM_SHARES = (0.17, 0.13, 0.25, 0.13, 0.16, 0.16)
_PATHS = {
    ("image", "expectation"): 0.5,
    ("image", "quality"): 0.45,
    ("expectation", "quality"): 0.35,
    ("expectation", "value"): 0.25,
    ("quality", "value"): 0.5,
    ("image", "satisfaction"): 0.2,
    ("quality", "satisfaction"): 0.45,
    ("value", "satisfaction"): 0.3,
    ("image", "loyalty"): 0.15,
    ("satisfaction", "loyalty"): 0.65,
}
_THRESHOLDS = (-1.5, -0.6, 0.2, 1.1)


@dataclass(frozen=True, eq=False)
class ReflectiveTruth:
    """Linear paths between constructs of unit variance, each measured by items with five states.

    Attributes
    ----------
    paths : float array, shape (n_constructs, n_constructs)
        Direct standardised effect of the row construct on the column construct.
    loadings : float array, shape (n_items,)
        Correlation of the item, before it is cut into states, with its construct.
    shifts : float array, shape (n_items,)
        How far the item's four thresholds lie from the usual ones, in standard deviations.
    """

    construct_names: tuple[str, ...]
    construct_tiers: tuple[int, ...]
    construct_of: tuple[int, ...]
    paths: Floats
    loadings: Floats
    shifts: Floats

    kind = "reflective"
    n_states = len(_THRESHOLDS) + 1

    @property
    def tiers(self) -> tuple[int, ...]:
        """Tier of each item, which is its construct's."""
        return tuple(self.construct_tiers[construct] for construct in self.construct_of)

    @property
    def constructs(self) -> tuple[str | None, ...]:
        """Name of the construct each item reflects."""
        return tuple(self.construct_names[construct] for construct in self.construct_of)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the items: image1, image2, ..."""
        number = [self.construct_of[: item + 1].count(construct) for item, construct in enumerate(self.construct_of)]
        return tuple(f"{construct}{count}" for construct, count in zip(self.constructs, number, strict=True))

    @property
    def total_effects(self) -> Floats:
        """What one standard deviation more of the row construct does to the column construct, along all paths."""
        return np.asarray(np.linalg.inv(np.eye(len(self.paths)) - self.paths) - np.eye(len(self.paths)))

    def draw_constructs(self, respondents: int, rng: np.random.Generator) -> Floats:
        """Construct values, shape (respondents, n_constructs), each of mean 0 and variance 1 in the population."""
        values = np.zeros((respondents, len(self.paths)))
        correlations = np.eye(len(self.paths))
        for construct in range(len(self.paths)):
            path = self.paths[:, construct]
            correlations[construct, :construct] = correlations[:construct, construct] = (
                correlations[:construct] @ path
            )[:construct]
            residual_sd = np.sqrt(1 - path @ correlations @ path)
            values[:, construct] = values @ path + residual_sd * rng.normal(size=respondents)
        return values

    def draw_tendencies(self, respondents: int, rng: np.random.Generator) -> Floats:
        """What each would answer on a scale without states, shape (respondents, n_items), of variance 1."""
        values = self.draw_constructs(respondents, rng)
        tendencies = np.zeros((respondents, len(self.construct_of)))
        for item, construct in enumerate(self.construct_of):
            noise = np.sqrt(1 - self.loadings[item] ** 2) * rng.normal(size=respondents)
            tendencies[:, item] = self.loadings[item] * values[:, construct] + noise
        return tendencies

    def draw(self, respondents: int, rng: np.random.Generator) -> Codes:
        """State numbers of so many respondents, shape (respondents, n_items)."""
        tendencies = self.draw_tendencies(respondents, rng)
        return cut(tendencies, (self.n_states,) * len(self.construct_of), self.shifts)

    def for_segment(self, number: int) -> "ReflectiveTruth":
        """The truth of a segment: in odd segments each construct weighs its causes in the opposite order."""
        if number % 2 == 0:
            return self
        paths = self.paths.copy()
        for construct in range(len(paths)):
            causes = np.flatnonzero(paths[:, construct])
            paths[causes, construct] = paths[causes[::-1], construct]
        return replace(self, paths=paths)

    def facts(self) -> dict[str, object]:
        """The truth as JSON: paths and total effects by name, loadings by item."""
        return {
            "paths": self._named(self.paths),
            "total_effects": self._named(self.total_effects),
            "loadings": dict(zip(self.names, self.loadings.round(6).tolist(), strict=True)),
        }

    def _named(self, matrix: Floats) -> list[dict[str, object]]:
        named = self.construct_names
        return [
            {"from": named[source], "to": named[target], "value": round(float(matrix[source, target]), 6)}
            for source, target in np.argwhere(matrix != 0)
        ]


def reflective_truth(
    *, n_items: int = 24, seed: int = 0, items_per_construct: tuple[int, ...] | None = None
) -> ReflectiveTruth:
    """Draw loadings (.6 to .85) and thresholds; the paths between the six constructs are always the same.

    Parameters
    ----------
    items_per_construct : tuple of six int, optional
        Items of image, expectation, quality, value, satisfaction, loyalty; else `n_items` are shared out.
    """
    counts = items_per_construct or _counts(n_items)
    rng = np.random.default_rng([20_261, seed])
    construct_of = tuple(construct for construct, count in enumerate(counts) for _ in range(count))
    paths = np.zeros((len(_CONSTRUCTS), len(_CONSTRUCTS)))
    for (source, target), value in _PATHS.items():
        paths[_CONSTRUCTS.index(source), _CONSTRUCTS.index(target)] = value
    loadings = rng.uniform(0.6, 0.85, len(construct_of))
    shifts = rng.normal(size=len(construct_of)) * 0.2
    return ReflectiveTruth(_CONSTRUCTS, _TIERS, construct_of, paths, loadings, shifts)


def cut(tendencies: Floats, n_states: Sequence[int], shifts: Floats) -> Codes:
    """State numbers 0, 1, ... of tendencies (respondents, n_items): low ones in the first of the item's states."""
    codes = np.zeros(tendencies.shape, np.int8)
    for item, (states, shift) in enumerate(zip(n_states, shifts, strict=True)):
        codes[:, item] = np.searchsorted(_thresholds(states) + shift, tendencies[:, item])
    return codes


def _thresholds(n_states: int) -> Floats:
    """The four thresholds of five states; for other numbers of states as many, at even places between the same ends."""
    if n_states == 2:
        return np.array([np.mean(_THRESHOLDS)])
    return np.interp(np.linspace(0, len(_THRESHOLDS) - 1, n_states - 1), range(len(_THRESHOLDS)), _THRESHOLDS)


def _counts(n_items: int) -> tuple[int, ...]:
    counts = [max(1, round(share * n_items)) for share in _ITEM_SHARES]
    counts[2] = max(1, counts[2] + n_items - sum(counts))
    return tuple(counts)

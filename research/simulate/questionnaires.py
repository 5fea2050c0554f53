"""A generator of answers to a given codebook: its constructs act on one another by tier, its items reflect them."""

from dataclasses import dataclass, replace
from graphlib import TopologicalSorter

import numpy as np
import numpy.typing as npt

from research.codebook import Codebook
from research.simulate.reflective import ReflectiveTruth, cut

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int8]

_MOST_CAUSES = 3
_ONE_WEIGHT, _WEIGHTS = 0.5, 0.85  # Weights that add up to less than 1 leave variance over, whatever goes with what.


@dataclass(frozen=True, eq=False)
class QuestionnaireTruth:
    """A reflective truth, and the items of a codebook that show it on their own scales.

    Attributes
    ----------
    structure : ReflectiveTruth
        Its items are those of the codebook in the codebook's order; an item of no construct has one of its own.
    """

    codebook: Codebook
    structure: ReflectiveTruth

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the items."""
        return self.codebook.names

    @property
    def tiers(self) -> tuple[int, ...]:
        """Tier of each item."""
        return tuple(item.tier for item in self.codebook.items)

    @property
    def constructs(self) -> tuple[str | None, ...]:
        """Name of the construct each item reflects."""
        return tuple(item.construct for item in self.codebook.items)

    def draw(self, respondents: int, rng: np.random.Generator) -> Codes:
        """State numbers of so many respondents in the codebook's order, shape (respondents, n_items)."""
        n_states = np.array([len(item.states) for item in self.codebook.items])
        codes = cut(self.structure.draw_tendencies(respondents, rng), n_states.tolist(), self.structure.shifts)
        down = np.array([item.direction == "down" for item in self.codebook.items])
        return np.where(down, n_states - 1 - codes, codes).astype(np.int8)

    def for_segment(self, number: int) -> "QuestionnaireTruth":
        """The truth of a segment: every item is answered as often in each state, for other reasons."""
        return replace(self, structure=self.structure.for_segment(number))

    def facts(self) -> dict[str, object]:
        """The truth as JSON: paths and total effects by name, loadings by item."""
        loadings = dict(zip(self.names, self.structure.loadings.round(6).tolist(), strict=True))
        return self.structure.facts() | {"loadings": loadings}


def questionnaire_truth(codebook: Codebook, *, seed: int = 0) -> QuestionnaireTruth:
    """Draw paths that keep the codebook's tiers and rules, loadings (.65 to .85) and thresholds.

    Constructs of the first tier have one cause among those named before them, the others up to three in any earlier
    place; required edges are always among them, forbidden ones never.
    """
    rng = np.random.default_rng([20_263, seed])
    own = [item.construct or item.name for item in codebook.items]
    tiers = {name: item.tier for name, item in zip(own, codebook.items, strict=True)}
    names = _causes_first(codebook, tiers)
    paths = np.zeros((len(names), len(names)))
    for place, name in enumerate(names):
        causes = _causes(codebook, names[:place], name, 1 if tiers[name] == min(tiers.values()) else _MOST_CAUSES, rng)
        total = _ONE_WEIGHT if len(causes) == 1 else _WEIGHTS
        paths[causes, place] = total * rng.dirichlet(np.full(len(causes), 3.0)) if causes else 0.0
    structure = ReflectiveTruth(
        construct_names=names,
        construct_tiers=tuple(tiers[name] for name in names),
        construct_of=tuple(names.index(name) for name in own),
        paths=paths,
        loadings=rng.uniform(0.65, 0.85, len(own)),
        shifts=rng.normal(size=len(own)) * 0.2,
    )
    return QuestionnaireTruth(codebook, structure)


def _edges(codebook: Codebook, rule: str) -> set[tuple[str, str]]:
    """The edges of a rule between constructs, or between items that have none."""
    lone = {item.name for item in codebook.items if item.construct is None}
    known = lone | set(codebook.constructs)
    return {edge for edge in getattr(codebook, rule) if set(edge) <= known}


def _causes_first(codebook: Codebook, tiers: dict[str, int]) -> tuple[str, ...]:
    """The constructs by tier, and in a tier so that required edges point onwards."""
    before: dict[str, list[str]] = {
        name: [other for other, tier in tiers.items() if tier < tiers[name]] for name in tiers
    }
    for source, target in sorted(_edges(codebook, "required")):
        before[target].append(source)
    return tuple(TopologicalSorter(before).static_order())


def _causes(codebook: Codebook, earlier: tuple[str, ...], name: str, most: int, rng: np.random.Generator) -> list[int]:
    """Places of the causes of a construct among the earlier ones, ascending."""
    required = [place for place, other in enumerate(earlier) if (other, name) in _edges(codebook, "required")]
    forbidden = _edges(codebook, "forbidden")
    free = [p for p, other in enumerate(earlier) if p not in required and (other, name) not in forbidden]
    more = rng.permutation(free)[: max(0, most - len(required))]
    return sorted([*required, *map(int, more)])

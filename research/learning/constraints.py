"""What a network may not look like: tiers, required and forbidden edges, and how many parents an item may have."""

from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from research.errors import SettingsError

MOST_ITEMS = 64  # A parent set is one 64-bit mask.

Edge = tuple[int, int]


@dataclass(frozen=True)
class Constraints:
    """Rules every learned network keeps, items by their column number.

    Parameters
    ----------
    tiers : tuple of int, one per item
        No edge goes from a higher tier to a lower one; inside a tier both directions are open.
    required, forbidden : frozenset of (from, to)
        Edges that stand in every network, and edges that stand in none.
    max_parents : int
        Most parents of one item, at least 1.

    Raises
    ------
    SettingsError
        The rules contradict each other; the text names the first contradiction.
    """

    tiers: tuple[int, ...]
    required: frozenset[Edge] = frozenset()
    forbidden: frozenset[Edge] = frozenset()
    max_parents: int = 2

    def __post_init__(self) -> None:
        self._refuse_size()
        for source, target in sorted(self.required | self.forbidden):
            if source == target or not {source, target} <= set(range(self.n_items)):
                raise SettingsError(f"Edge {source} -> {target} does not connect two of the {self.n_items} items.")
        for source, target in sorted(self.required):
            if not self.allows(source, target):
                raise SettingsError(f"Edge {source} -> {target} is required, but its tiers or a rule forbid it.")
        self._refuse_circle()

    def _refuse_size(self) -> None:
        if not 1 <= self.n_items <= MOST_ITEMS:
            raise SettingsError(f"{self.n_items} items cannot be learned together: take 1 to {MOST_ITEMS}.")
        if self.max_parents < 1:
            raise SettingsError(f"At most {self.max_parents} parents leave nothing to learn: allow at least 1.")
        for item in range(self.n_items):
            if len(self.required_parents(item)) > self.max_parents:
                raise SettingsError(
                    f"Item {item} has {len(self.required_parents(item))} required parents and may have "
                    f"{self.max_parents}: allow more parents or require fewer edges."
                )

    def _refuse_circle(self) -> None:
        order = TopologicalSorter({item: self.required_parents(item) for item in range(self.n_items)})
        try:
            order.prepare()
        except CycleError as error:
            circle = " -> ".join(str(item) for item in error.args[1])
            raise SettingsError(f"The required edges make a circle ({circle}): remove one of them.") from error

    @property
    def n_items(self) -> int:
        return len(self.tiers)

    def allows(self, source: int, target: int) -> bool:
        """Whether the edge may stand in a network."""
        return (
            source != target
            and self.tiers[source] <= self.tiers[target]
            and (source, target) not in self.forbidden
            and (target, source) not in self.required
        )

    def candidates(self, item: int) -> tuple[int, ...]:
        """Items that may be parents of `item`, ascending."""
        return tuple(source for source in range(self.n_items) if self.allows(source, item))

    def required_parents(self, item: int) -> tuple[int, ...]:
        """Items that must be parents of `item`, ascending."""
        return tuple(sorted(source for source, target in self.required if target == item))

    def reversible(self, source: int, target: int) -> bool:
        """Whether both directions between the two items keep every rule."""
        return self.allows(source, target) and self.allows(target, source) and (source, target) not in self.required

"""The target: the item or construct whose drivers are asked for, and what can come before it."""

from dataclasses import dataclass
from typing import Literal

from research.codebook import Codebook
from research.errors import SettingsError
from research.learning.constraints import Constraints

Level = Literal["item", "construct"]


@dataclass(frozen=True)
class Target:
    """What is to be explained.

    Attributes
    ----------
    name : str
    level : "item" or "construct"
    columns : tuple of int
        The item, or the items of the construct.
    construct : str or None
        The construct itself, or the one the item reflects.
    """

    name: str
    level: Level
    columns: tuple[int, ...]
    construct: str | None


def find_target(codebook: Codebook, rules: Constraints, name: str) -> Target:
    """The construct or item of this name; `rules` are those among items.

    Raises
    ------
    SettingsError
        There is none, or tiers and rules let nothing precede it.
    """
    if name in codebook.constructs:
        found = Target(name, "construct", codebook.constructs[name], name)
    elif name in codebook.names:
        column = codebook.names.index(name)
        found = Target(name, "item", (column,), codebook.items[column].construct)
    else:
        known = ", ".join([*codebook.constructs, *codebook.names])
        raise SettingsError(f"The target {name!r} is no construct and no item of the codebook: choose from {known}.")
    if not set(predecessors(rules, found.columns)) - own_items(codebook, found):
        tier = codebook.items[found.columns[0]].tier
        raise SettingsError(
            f"Nothing can precede the target {name!r}: tiers (its own is {tier}) and rules keep every other item from "
            "leading to it. Choose a target of a later tier, or correct the codebook."
        )
    return found


def own_items(codebook: Codebook, target: Target) -> frozenset[int]:
    """Columns that measure the target itself, and so explain nothing of it."""
    siblings = codebook.constructs.get(target.construct, ()) if target.construct is not None else ()
    return frozenset({*target.columns, *siblings})


def predecessors(rules: Constraints, targets: tuple[int, ...]) -> tuple[int, ...]:
    """Nodes from which tiers and rules let a path lead to one of the targets, ascending, without the targets."""
    reached, fresh = set(targets), set(targets)
    while fresh:
        fresh = {source for node in fresh for source in rules.candidates(node)} - reached
        reached |= fresh
    return tuple(sorted(reached - set(targets)))

"""One question of a survey and the codebook that holds them all, as values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

MAX_ITEMS = 64  # Parent sets are kept as 64-bit masks.
MAX_STATES = 20  # A table with two parents of 20 states has 8,000 cells, more than most surveys have answers.

State = int | float | str
Edge = tuple[str, str]

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?")


@dataclass(frozen=True)
class Item:
    """One question of the survey, as it stands in one column of the answers."""

    name: str
    construct: str | None
    tier: int
    states: tuple[State, ...]
    direction: Literal["up", "down"] = "up"
    label: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Codebook:
    """What is known of a survey before its answers are read.

    `title` holds texts by language. `required` and `forbidden` hold (from, to) names, either two items or two
    constructs. `construct_labels` holds texts by language for the constructs that have any.
    """

    title: Mapping[str, str]
    missing: tuple[str, ...]
    not_applicable: tuple[str, ...]
    items: tuple[Item, ...]
    required: tuple[Edge, ...] = ()
    forbidden: tuple[Edge, ...] = ()
    ignore: tuple[str, ...] = ()
    construct_labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sha256: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Item names in the codebook's order, which is the order of the columns of every array."""
        return tuple(item.name for item in self.items)

    @property
    def constructs(self) -> dict[str, tuple[int, ...]]:
        """Column numbers of the items of each construct, constructs in order of their first item."""
        members: dict[str, list[int]] = {}
        for column, item in enumerate(self.items):
            if item.construct is not None:
                members.setdefault(item.construct, []).append(column)
        return {name: tuple(columns) for name, columns in members.items()}

    def item_edges(self, rule: Literal["required", "forbidden"]) -> tuple[Edge, ...]:
        """The (from, to) names of the rule that connect two items."""
        return tuple(edge for edge in getattr(self, rule) if edge[0] in self.names and edge[1] in self.names)

    def construct_edges(self, rule: Literal["required", "forbidden"]) -> tuple[Edge, ...]:
        """The (from, to) names of the rule that connect two constructs."""
        known = self.constructs
        return tuple(edge for edge in getattr(self, rule) if edge[0] in known and edge[1] in known)


def state_text(value: object) -> str:
    """The one spelling under which a state or code is compared: `1`, `1.0`, `"1"` and `" 1.00"` are the same answer."""
    text = str(value).strip()
    if not _NUMBER.fullmatch(text):
        return text
    number = float(text)
    return str(int(number)) if number == int(number) else repr(number)

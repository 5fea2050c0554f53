"""Every survey item: wording, states in order, direction, construct, tier, and the edges that are given."""

from research.codebook.contradictions import refuse_contradictions
from research.codebook.items import MAX_ITEMS, MAX_STATES, Codebook, Edge, Item, State, state_text
from research.codebook.reading import parse_codebook, read_codebook

__all__ = [
    "MAX_ITEMS",
    "MAX_STATES",
    "Codebook",
    "Edge",
    "Item",
    "State",
    "parse_codebook",
    "read_codebook",
    "refuse_contradictions",
    "state_text",
]

"""Rules that contradict each other are refused with the edge or item that breaks them."""

import pytest

from research.errors import SettingsError
from research.learning.constraints import Constraints


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"required": frozenset({(2, 0)})}, "2 -> 0 is required"),
        ({"required": frozenset({(0, 1)}), "forbidden": frozenset({(0, 1)})}, "0 -> 1 is required"),
        ({"required": frozenset({(0, 1), (1, 0)})}, "is required"),
        ({"required": frozenset({(0, 2), (1, 2)}), "max_parents": 1}, "Item 2 has 2 required parents"),
        ({"forbidden": frozenset({(0, 7)})}, "0 -> 7"),
        ({"required": frozenset({(1, 1)})}, "1 -> 1"),
        ({"max_parents": 0}, "At most 0 parents"),
    ],
)
def test_a_contradiction_is_named(arguments, said):
    with pytest.raises(SettingsError, match=said):
        Constraints((0, 0, 1), **arguments)


def test_a_required_circle_is_named():
    with pytest.raises(SettingsError, match="circle"):
        Constraints((0, 0, 0), frozenset({(0, 1), (1, 2), (2, 0)}))


def test_more_items_than_a_mask_has_bits_are_refused():
    Constraints((0,) * 64)
    with pytest.raises(SettingsError, match="65 items"):
        Constraints((0,) * 65)


def test_only_edges_inside_a_tier_without_a_rule_can_turn():
    constraints = Constraints((0, 0, 0, 1), frozenset({(0, 1)}), frozenset({(1, 2)}))
    assert constraints.reversible(0, 2)
    assert not constraints.reversible(0, 1)
    assert not constraints.reversible(1, 2)
    assert not constraints.reversible(2, 3)
    assert constraints.candidates(2) == (0,)

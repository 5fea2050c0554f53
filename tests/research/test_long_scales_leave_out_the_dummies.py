"""Short scales let all three likelihoods compete, long ones only those that take minutes, unless a person insists."""

import numpy as np

from research.fit import affordable_likelihoods
from research.learning.constraints import Constraints
from research.learning.scores import LIKELIHOODS

TIERS = (0,) * 7 + (1,) * 8 + (2,) * 5 + (3,) * 4


def test_24_items_of_five_or_seven_states_get_all_three() -> None:
    for states in (5, 7):
        assert affordable_likelihoods(Constraints(TIERS), np.full(24, states)) == LIKELIHOODS


def test_one_recommendation_item_from_0_to_10_changes_nothing() -> None:
    assert affordable_likelihoods(Constraints(TIERS), np.array([5] * 23 + [11])) == LIKELIHOODS


def test_24_items_from_0_to_10_go_without_dummies() -> None:
    assert affordable_likelihoods(Constraints(TIERS), np.full(24, 11)) == ("table", "linear")

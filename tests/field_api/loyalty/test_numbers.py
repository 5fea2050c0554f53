"""Card numbers tell every slip of a finger that people make."""

from itertools import pairwise, product

import pytest

from field_api.loyalty import numbers
from field_api.loyalty.numbers import Misread

DIGITS = "0123456789"


def test_a_number_as_the_thesis_has_it() -> None:
    assert numbers.completed("572") == "5724"


def test_numbers_are_drawn_without_a_leading_zero_and_read_back_in_any_grouping() -> None:
    for _ in range(200):
        number = numbers.draw()
        assert len(number) == numbers.LENGTH
        assert number[0] != "0"
        assert numbers.read(numbers.grouped(number)) == number
        assert numbers.read("-".join(number)) == number


def test_every_wrong_digit_and_every_swap_of_neighbours_is_told() -> None:
    number = numbers.completed("19364089031")
    slips = {number[:at] + wrong + number[at + 1 :] for at, wrong in product(range(12), DIGITS)}
    for at, (left, right) in enumerate(pairwise(number)):
        slips.add(number[:at] + right + left + number[at + 2 :])
    slips.remove(number)
    assert len(slips) > 115
    for slip in slips:
        with pytest.raises(Misread):
            numbers.read(slip)


@pytest.mark.parametrize("typed", ["", "1936", "1936 4089 031x", "١٩٣٦٤٠٨٩٠٣١٧", "19364089031700"])
def test_what_has_not_twelve_digits_is_none(typed: str) -> None:
    with pytest.raises(Misread):
        numbers.read(typed)

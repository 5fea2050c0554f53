"""QR codes and bars are read back by a decoder that knows nothing of us."""

import string

import pytest

from field_api.cards import barcodes, code128
from field_api.public_pages import qr_codes
from tests.field_api.cards.pictures import read_png, read_svg

NUMBERS = ("4012345678901", "401234567890", "7", "42", "123", "F4-12345x", "FR 0123456789 B")


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_is_read_from_every_picture_of_it(number: str) -> None:
    assert read_png(qr_codes.qr_png(number)) == [("QR Code", number)]
    assert read_svg(qr_codes.qr_svg(number)) == [("QR Code", number)]
    assert read_png(barcodes.code128_png(number)) == [("Code 128", number)]
    assert read_svg(barcodes.code128_svg(number)) == [("Code 128", number)]


def test_every_character_and_every_pair_of_digits_has_its_bars() -> None:
    printable = string.printable[:95]
    words = ["".join(printable[place : place + 19]) for place in range(0, 95, 19)]
    pairs = "".join(f"{pair:02}" for pair in range(100))
    for text in [*words, *(pairs[place : place + 40] for place in range(0, 200, 40))]:
        assert read_png(barcodes.code128_png(text)) == [("Code 128", text)]


def test_no_two_values_look_alike_and_each_is_eleven_modules_wide() -> None:
    patterns = {tuple(code128.widths(character)) for character in string.ascii_letters}
    assert len(patterns) == len(string.ascii_letters)
    assert {sum(pattern) for pattern in patterns} == {11 * 3 + 13}


def test_digits_are_written_in_pairs() -> None:
    assert sum(code128.widths("401234567890")) == 11 * (1 + 6 + 1) + 13
    assert sum(code128.widths("4012345678901")) == 11 * (1 + 1 + 1 + 6 + 1) + 13


@pytest.mark.parametrize("text", ["", "é", "\x00", "line\n"])
def test_what_the_bars_cannot_say_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Code 128"):
        code128.widths(text)

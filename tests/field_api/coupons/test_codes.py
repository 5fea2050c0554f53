"""A code says by itself that a character is wrong, and nobody guesses one."""

import secrets

import pytest

from field_api.coupons import codes


def test_every_single_wrong_character_is_caught_at_every_place() -> None:
    for _ in range(200):
        code = codes.draw()
        for place, right in enumerate(code):
            for wrong in set(codes.ALPHABET) - {right}:
                with pytest.raises(codes.Misread):
                    codes.read(code[:place] + wrong + code[place + 1 :])


def test_every_swap_of_neighbours_is_caught_for_every_pair_of_characters() -> None:
    """Exhaustive: each pair of different characters at each pair of neighbouring places, the check's own included."""
    for place in range(codes.LENGTH - 1):
        for one in codes.ALPHABET:
            for other in codes.ALPHABET:
                body = [secrets.choice(codes.ALPHABET) for _ in range(codes.RANDOM_CHARACTERS)]
                body[place : place + 2] = [one, other][: codes.RANDOM_CHARACTERS - place]
                code = "".join(body) + codes.check_character("".join(body))
                swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
                if swapped != code:
                    with pytest.raises(codes.Misread):
                        codes.read(swapped)


def test_any_two_swapped_characters_are_caught() -> None:
    for _ in range(200):
        code = codes.draw()
        for first in range(codes.LENGTH):
            for second in range(first + 1, codes.LENGTH):
                if code[first] != code[second]:
                    characters = list(code)
                    characters[first], characters[second] = code[second], code[first]
                    with pytest.raises(codes.Misread):
                        codes.read("".join(characters))


def test_there_are_32_letters_and_none_that_looks_like_another() -> None:
    assert len(set(codes.ALPHABET)) == 32
    assert not set("ILOU") & set(codes.ALPHABET)


def test_a_code_is_read_as_people_write_it() -> None:
    code = codes.draw()
    written = codes.grouped(code)
    assert [len(group) for group in written.split("-")] == [4, 4, 4]
    assert codes.read(written) == codes.read(written.lower().replace("-", " ")) == code
    assert codes.read(code.replace("1", "i").replace("0", "O")) == code


@pytest.mark.parametrize("typed", ["", "7QK2", "7QK2-M9XD-R4T!", "é" * 12, "7" * 10_000])
def test_what_is_no_code_is_misread(typed: str) -> None:
    with pytest.raises(codes.Misread):
        codes.read(typed)


def test_eleven_characters_are_random_and_each_is_used_as_often() -> None:
    drawn = "".join(codes.draw()[: codes.RANDOM_CHARACTERS] for _ in range(20_000))
    expected = len(drawn) / 32
    # Six standard deviations of a count.
    assert all(abs(drawn.count(character) - expected) < 6 * expected**0.5 for character in codes.ALPHABET)

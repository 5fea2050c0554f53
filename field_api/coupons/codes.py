"""Coupon codes: drawn so that nobody guesses one, written so that people can read them out, and checked when read.

A code is eleven random characters of 32 (55 bits) and a check character. The alphabet is Douglas Crockford's: no I, L,
O or U, and whoever types one of the first three is understood. The characters are elements of GF(32), and the check
makes the polynomial they form vanish at a primitive element: each place then has a weight of its own, none of them
zero, so every single wrong character and every swap of two characters, neighbours or not, leaves a remainder (Reed and
Solomon 1960, doi:10.1137/0108018, with one check symbol).
"""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_CHARACTERS = 11
LENGTH = RANDOM_CHARACTERS + 1
GROUP = 4

# What a request may hold: a code in any case, with spaces or hyphens between its characters.
PATTERN = r"^[0-9A-Za-z](?:[ -]?[0-9A-Za-z]){11}$"

_LOOK_ALIKES = str.maketrans("ILO", "110", " -")
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
# Multiplication by the primitive element of GF(32) = GF(2)[x] / (x^5 + x^2 + 1).
_TIMES_ALPHA = tuple((value << 1) ^ (0b100101 if value & 0b10000 else 0) for value in range(32))


class Misread(ValueError):
    """It has the length of a code, and is none: a character is wrong."""


def draw() -> str:
    """A new code from the system's source of randomness, without its groups."""
    bits = secrets.randbits(5 * RANDOM_CHARACTERS)
    body = "".join([ALPHABET[bits >> shift & 31] for shift in range(0, 5 * RANDOM_CHARACTERS, 5)])
    return body + check_character(body)


def check_character(body: str) -> str:
    """The character that completes a code."""
    return ALPHABET[_TIMES_ALPHA[_remainder(body)]]


def read(typed: str) -> str:
    """The code as it is kept, from what somebody typed or read out. Raises Misread."""
    code = typed.upper().translate(_LOOK_ALIKES)
    if len(code) != LENGTH or any(character not in _VALUES for character in code) or _remainder(code):
        raise Misread("A character of this code is wrong.")
    return code


def grouped(code: str) -> str:
    """The code as people see it, such as 7QK2-M9XD-R4TC."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def _remainder(characters: str) -> int:
    remainder = 0
    for character in characters:
        remainder = _TIMES_ALPHA[remainder] ^ _VALUES[character]
    return remainder

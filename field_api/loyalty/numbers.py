"""Card numbers: eleven random digits and a check digit, so that a number misread or mistyped is told at once.

The check is H. Michael Damm's (2004, Total anti-symmetrische Quasigruppen, Marburg): the digits walk through a table
without a fixed point between neighbours, so every single wrong digit and every swap of two neighbours ends elsewhere
than at zero. Leading zeros do not occur, because spreadsheets drop them.
"""

import secrets

RANDOM_DIGITS = 11
LENGTH = RANDOM_DIGITS + 1
GROUP = 4

# What a request may hold: the digits, with spaces or hyphens between them.
PATTERN = r"^[0-9](?:[ -]?[0-9]){11}$"

# A totally anti-symmetric quasigroup of order ten, as the thesis gives it; a test proves what is said of it above.
_TABLE = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


class Misread(ValueError):
    """It has the length of a card number, and is none: a digit is wrong."""


def draw() -> str:
    """A new number from the system's source of randomness, without its groups."""
    least = 10 ** (RANDOM_DIGITS - 1)
    return completed(str(least + secrets.randbelow(9 * least)))


def completed(body: str) -> str:
    """The number of these random digits."""
    # Every element of the table times itself is zero, so the digit that checks is the remainder itself.
    return f"{body}{_remainder(body)}"


def read(typed: str) -> str:
    """The number as it is kept, from what somebody typed or scanned. Raises Misread."""
    digits = typed.replace(" ", "").replace("-", "")
    if len(digits) != LENGTH or not (digits.isascii() and digits.isdigit()) or _remainder(digits):
        raise Misread("A digit of this card number is wrong.")
    return digits


def grouped(number: str) -> str:
    """The number as people see it, such as 4025 8136 7793."""
    return " ".join(number[start : start + GROUP] for start in range(0, len(number), GROUP))


def _remainder(digits: str) -> int:
    remainder = 0
    for digit in digits:
        remainder = _TABLE[remainder][int(digit)]
    return remainder

"""Code 128 (ISO/IEC 15417): a text of printable ASCII as bars.

Our own, because the usual library wants an imaging library for PNG, and the symbology is a table and a checksum.
"""

import re
from collections.abc import Iterator

QUIET_ZONE = 10

# The widths of three bars and three spaces for each value; the last one is the stop character, with a bar more.
_WIDTHS = re.findall(
    r"\d+",
    """
212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 123122
123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 232121 111323
131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131
213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122
141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212 124112
124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141
411131 211412 211214 211232 2331112
    """,
)
_START = {"B": 104, "C": 105}
_SWITCH_TO = {"B": 100, "C": 99}
_STOP = 106
# Pairs of digits are worth a switch to set C from four digits on at an end, and from six on inside (annex E).
_PARTS = re.compile(r"^\d{2}$|^\d{4,}|\d{6,}|\d{4,}$|\D+|\d")


def widths(text: str) -> list[int]:
    """The widths in modules of bars and spaces in turn, a bar first and last, without the quiet zone.

    Raises ValueError for a text that is empty or not printable ASCII.
    """
    if not text or not text.isascii() or not text.isprintable():
        raise ValueError(f"{text[:40]!r} cannot be written in Code 128; give printable ASCII.")
    values = list(_values(text))
    check = (values[0] + sum(place * value for place, value in enumerate(values))) % 103
    return [int(width) for value in (*values, check, _STOP) for width in _WIDTHS[value]]


def _values(text: str) -> Iterator[int]:
    held = ""
    for letter, part in _split(text):
        if letter != held:
            yield _SWITCH_TO[letter] if held else _START[letter]
            held = letter
        if letter == "C":
            yield from (int(part[place : place + 2]) for place in range(0, len(part), 2))
        else:
            yield from (ord(character) - 32 for character in part)


def _split(text: str) -> Iterator[tuple[str, str]]:
    """The text in parts, each with its code set; of an odd run of digits, the first one goes to set B."""
    for part in _PARTS.findall(text):
        paired = part.isdigit() and len(part) > 1
        odd = len(part) % 2 if paired else len(part)
        if odd:
            yield "B", part[:odd]
        if part[odd:]:
            yield "C", part[odd:]

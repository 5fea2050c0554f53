"""JSON with exactly one spelling for each value: the JSON Canonicalization Scheme (RFC 8785), on which hashes agree."""

import math
from decimal import Decimal
from typing import Any

import orjson

# Beyond this, two integers are the same double to other readers.
_EXACT = 2**53


def canonical_json(value: Any) -> bytes:
    """The canonical bytes of a JSON value. Instants become RFC 3339 in UTC.

    Raises ValueError for a number that other readers would not keep: not finite, or an integer beyond 2**53.
    """
    # orjson sorts names by UTF-8 bytes and the scheme by UTF-16 units; they agree on the ASCII names that we use.
    return orjson.dumps(_plain(value), option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, float):
        return orjson.Fragment(es6_number(value))
    if isinstance(value, int) and abs(value) > _EXACT:
        raise ValueError(f"{value} is beyond 2**53: send it as text.")
    return value


def es6_number(number: float) -> str:
    """A double as ECMAScript prints it (RFC 8785, section 3.2.2.3): Python's shortest digits in JavaScript's layout."""
    if not math.isfinite(number):
        raise ValueError(f"{number} is not JSON.")
    if number == 0:
        return "0"
    _, figures, exponent = Decimal(repr(abs(number))).normalize().as_tuple()
    digits = "".join(map(str, figures))
    point = len(digits) + int(exponent)
    return ("-" if number < 0 else "") + _layout(digits, point)


def _layout(digits: str, point: int) -> str:
    """Place the decimal point after `point` of the digits; with an exponent from 1e21 up and below 1e-6."""
    if 0 < point <= 21:
        return digits.ljust(point, "0") if len(digits) <= point else f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"0.{'0' * -point}{digits}"
    mantissa = digits if len(digits) == 1 else f"{digits[0]}.{digits[1:]}"
    return f"{mantissa}e{point - 1:+d}"

"""Reading request bodies strictly: bounded, inflated within bounds, and JSON that every reader understands alike.

RFC 8259 leaves duplicate names, lone surrogates and huge numbers to the reader, and two readers that disagree are a
hole: what one checks, the other stores. So all of these are refused, as I-JSON (RFC 7493) asks.
"""

import json
import math
import zlib
from dataclasses import dataclass
from typing import Any

from flask import Request

from field_api.errors import Malformed, TooLarge, WrongMediaType

MOST_BYTES = 1024 * 1024
DEEPEST = 32
EXACT_INTEGERS = 2**53
JSON_TYPES = frozenset({"application/json"})
MERGE_PATCH_TYPES = frozenset({"application/merge-patch+json", "application/json"})


def read_json(request: Request, types: frozenset[str] = JSON_TYPES) -> Any:
    """The body as Python values. Raises WrongMediaType, TooLarge or Malformed."""
    if request.mimetype not in types:
        raise WrongMediaType(f"Send this body as {sorted(types)[0]}.")
    if request.mimetype_params.get("charset", "utf-8").lower() not in {"utf-8", "utf8"}:
        raise WrongMediaType("JSON is UTF-8.")
    return parse_json(_plain_bytes(request))


def parse_json(body: bytes) -> Any:
    """Strict JSON. Raises Malformed, which names the place where the text allows it."""
    values = _Values()
    try:
        value = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_object_of_unique_names,
            parse_constant=values.constant,
            parse_int=values.integer,
            parse_float=values.number,
        )
    except UnicodeDecodeError as error:
        raise Malformed(f"Byte {error.start} is not UTF-8.") from None
    except json.JSONDecodeError as error:
        raise Malformed(f"{error.msg} at line {error.lineno}, column {error.colno}.") from None
    except RecursionError:
        raise Malformed(f"It is nested deeper than {DEEPEST} levels.") from None
    _check_text_and_depth(value, 1)
    if values.refused is not None:
        raise Malformed(f"{values.refused.told}{_at(_path(value, values.refused) or [])}.")
    return value


def _plain_bytes(request: Request) -> bytes:
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    body = request.get_data(cache=True)
    if encoding in {"", "identity"}:
        return body
    if encoding != "gzip":
        raise WrongMediaType(f"Content-Encoding {encoding[:40]!r} is not read here; send gzip or none.")
    return _inflate(body)


def _inflate(body: bytes) -> bytes:
    inflater = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        plain = inflater.decompress(body, MOST_BYTES + 1)
    except zlib.error:
        raise Malformed("The body is not gzip.") from None
    if len(plain) > MOST_BYTES:
        raise TooLarge(f"The body inflates past {MOST_BYTES} bytes.")
    if not inflater.eof or inflater.unused_data:
        raise Malformed("The gzip body is cut short, or something follows it.")
    return plain


def _object_of_unique_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Malformed(f"The name {twice[:40]!r} stands twice in one object.")
    return found


@dataclass(frozen=True, eq=False)
class _Refused:
    """What stands in the place of a value that not every reader understands alike, until that place is told."""

    told: str


class _Values:
    """Reads the values of one body; `refused` is the first that cannot be kept."""

    def __init__(self) -> None:
        self.refused: _Refused | None = None

    def constant(self, name: str) -> _Refused:
        return self._refuse(f"{name} is not JSON")

    def integer(self, digits: str) -> int | _Refused:
        # The length is looked at first: turning a million digits into a number takes seconds.
        if len(digits) > 20 or not -(2**63) <= (number := int(digits)) < 2**63:
            return self._refuse("An integer has more than 64 bits")
        return number

    def number(self, digits: str) -> float | int | _Refused:
        number = float(digits)
        if not math.isfinite(number):
            return self._refuse("A number is beyond the range of a double")
        # JSON has one kind of number, and some writers put 3.0 where they mean 3.
        return int(number) if number.is_integer() and abs(number) < EXACT_INTEGERS else number

    def _refuse(self, told: str) -> _Refused:
        found = _Refused(told)
        self.refused = self.refused or found
        return found


def _path(value: Any, wanted: _Refused) -> list[str] | None:
    """The names and numbers that lead to a value; None where it does not stand."""
    if value is wanted:
        return []
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inner:
        if (found := _path(one, wanted)) is not None:
            return [str(name), *found]
    return None


def _at(path: list[str]) -> str:
    """A place as a JSON pointer (RFC 6901), in words; long names are cut."""
    return "".join([", at ", *(f"/{name[:40].replace('~', '~0').replace('/', '~1')}" for name in path)]) if path else ""


def _check_text_and_depth(value: Any, depth: int) -> None:
    if depth > DEEPEST:
        raise Malformed(f"It is nested deeper than {DEEPEST} levels.")
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, dict):
        for name, inner in value.items():
            _check_text(name)
            _check_text_and_depth(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _check_text_and_depth(inner, depth + 1)


def _check_text(text: str) -> None:
    if "\x00" in text:
        raise Malformed("A text holds a NUL character, which no database keeps.")
    if not text.isascii():
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            raise Malformed("A text holds half of a surrogate pair.") from None

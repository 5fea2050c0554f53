"""The lines of an iCalendar text, unfolded for reading and kept as they came (RFC 5545, section 3.1).

Nothing is ever written back from what was read here: who changes a text replaces whole lines and leaves all others,
with their folds and line ends, byte for byte.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from field_api.agenda.refusals import BadObject

LONGEST_FOLDED_OCTETS = 75
MOST_LINES = 40_000
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_NAME = re.compile(r"[A-Za-z0-9-]+")
# A parameter's value is a quoted text or runs up to the next of the three signs (section 3.1).
_PARAMETER = re.compile(r';([A-Za-z0-9-]+)=((?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)')
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class ContentLine:
    """One logical line. `raw` is what stood in the text, with its folds and its end; an empty line has no name."""

    raw: bytes
    text: str

    @cached_property
    def name(self) -> str:
        """The property's name in capitals, or an empty text."""
        found = _NAME.match(self.text)
        return found[0].upper() if found else ""

    @cached_property
    def _head(self) -> tuple[dict[str, str], int]:
        at, parameters = len(self.name), {}
        while found := _PARAMETER.match(self.text, at):
            parameters[found[1].upper()] = found[2]
            at = found.end()
        if at >= len(self.text) or self.text[at] != ":":
            raise BadObject(f"The line {self.text[:60]!r} has no value.")
        return parameters, at + 1

    @property
    def parameters(self) -> dict[str, str]:
        """Its parameters as written, by their names in capitals. Raises BadObject where no value follows them."""
        return self._head[0]

    def parameter(self, name: str) -> str | None:
        """One parameter without its quotes."""
        value = self.parameters.get(name)
        return value.strip('"') if value is not None else None

    @property
    def value(self) -> str:
        """What follows the colon, escapes and all."""
        return self.text[self._head[1] :]


def read_lines(raw: bytes) -> list[ContentLine]:
    """The logical lines of a text. Raises BadObject for broken UTF-8, control characters, or too many lines."""
    if raw.count(b"\n") > MOST_LINES:
        raise BadObject(f"A text has at most {MOST_LINES} lines.", "max-resource-size")
    found: list[list[bytes]] = []
    for physical in raw.removeprefix(_BYTE_ORDER_MARK).splitlines(keepends=True):
        if physical[:1] in {b" ", b"\t"} and found:
            found[-1].append(physical)
        else:
            found.append([physical])
    lines = [ContentLine(b"".join(parts), _unfolded(parts)) for parts in found]
    if raw.startswith(_BYTE_ORDER_MARK) and lines:
        lines[0] = ContentLine(_BYTE_ORDER_MARK + lines[0].raw, lines[0].text)
    return lines


def _unfolded(parts: list[bytes]) -> str:
    # Joined before it is decoded: a fold may stand inside a character of several octets.
    first, *others = (part.rstrip(b"\r\n") for part in parts)
    try:
        text = (first + b"".join(part[1:] for part in others)).decode()
    except UnicodeDecodeError as error:
        raise BadObject(f"The text is not UTF-8 (at {error.object[error.start : error.start + 8]!r}).") from None
    if _CONTROLS.search(text):
        raise BadObject(f"The line {text[:40]!r} holds a control character.")
    return text


def fold(line: str, end: bytes = b"\r\n") -> bytes:
    """The line as it is sent: folded at 75 octets, never inside a character."""
    return end.join(_folds(line)) + end


def _folds(line: str) -> Iterator[bytes]:
    octets, room, part = line.encode(), LONGEST_FOLDED_OCTETS, b""
    while len(octets) > room:
        at = room
        while octets[at] & 0xC0 == 0x80:
            at -= 1
        yield part + octets[:at]
        octets, room, part = octets[at:], LONGEST_FOLDED_OCTETS - 1, b" "
    yield part + octets


_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def unescaped(value: str) -> str:
    """A TEXT value as people read it (RFC 5545, section 3.3.11)."""
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value) if "\\" in value else value


def escaped(text: str) -> str:
    """A TEXT value as it is written."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\\", "\\\\")
    return plain.replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")

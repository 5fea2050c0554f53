"""Less of an object than its text: only some components and properties (RFC 4791, section 9.6)."""

from collections.abc import Iterator, Sequence

from field_api.agenda.components import Component
from field_api.agenda.content_lines import ContentLine, fold, read_lines
from field_api.dav.shapes import ComponentAsked


def spoken(text: bytes) -> str:
    """The bytes of an object as a text.

    A line may be folded inside a character (RFC 5545, section 3.1), which leaves no UTF-8: such a line is folded anew.
    """
    try:
        return text.decode()
    except UnicodeDecodeError:
        return b"".join(map(_spoken, read_lines(text))).decode()


def _spoken(line: ContentLine) -> bytes:
    try:
        line.raw.decode()
    except UnicodeDecodeError:
        return fold(line.text)
    return line.raw


def subset(lines: Sequence[ContentLine], calendar: Component, asked: ComponentAsked) -> str:
    """The lines of the object that were asked for, each as it stands in the text."""
    if asked.name != calendar.name:
        return ""
    return spoken(b"".join(_parts(lines, calendar, asked)))


def without(lines: Sequence[ContentLine], left_out: Sequence[Component]) -> str:
    """The whole text but for some of its components."""
    skipped = {number for one in left_out for number in range(one.begin, one.end + 1)}
    return spoken(b"".join(line.raw for number, line in enumerate(lines) if number not in skipped))


def _parts(lines: Sequence[ContentLine], component: Component, asked: ComponentAsked) -> Iterator[bytes]:
    yield lines[component.begin].raw
    for line in component.lines:
        if line.name in asked.without_value:
            yield _emptied(line)
        elif asked.properties is None or line.name in asked.properties:
            yield line.raw
    for inside in component.inside:
        wanted = _wanted(inside, asked)
        if wanted is not None:
            yield from _parts(lines, inside, wanted)
    yield lines[component.end].raw


def _wanted(inside: Component, asked: ComponentAsked) -> ComponentAsked | None:
    if asked.components is None:
        return ComponentAsked(inside.name)
    return next((one for one in asked.components if one.name == inside.name), None)


def _emptied(line: ContentLine) -> bytes:
    # The value is what follows the head; without it the line is short enough for no fold, or is folded nowhere.
    return f"{line.text[: len(line.text) - len(line.value)]}\r\n".encode()

"""Changing named properties of an object's text, and leaving every other line as it came, byte for byte."""

from collections.abc import Callable, Sequence

from field_api.agenda.components import CalendarObject, Component
from field_api.agenda.content_lines import ContentLine, fold


class LineEdits:
    """The text of an object in the making: lines are replaced, put in and taken out by their numbers."""

    def __init__(self, found: CalendarObject) -> None:
        self._lines = list(found.lines)
        self._numbers = {id(line): number for number, line in enumerate(self._lines)}
        self._kept: list[bytes | None] = [line.raw for line in self._lines]
        self._before: dict[int, list[bytes]] = {}
        self._end = b"\r\n" if self._lines[found.calendar.begin].raw.endswith(b"\r\n") else b"\n"

    def set(self, component: Component, name: str, texts: Sequence[str]) -> None:
        """Let a component say these lines, and no others of that name; the first stands where one stood before."""
        standing = [self._numbers[id(line)] for line in component.all(name)]
        fresh = [fold(text, self._end) for text in texts]
        for number in standing[1:]:
            self._kept[number] = None
        if standing:
            self._kept[standing[0]] = b"".join(fresh) or None
        elif fresh:
            # Before what is inside, as RFC 5545 writes components.
            at = component.inside[0].begin if component.inside else component.end
            self._before.setdefault(at, []).extend(fresh)

    def rewrite(self, line: ContentLine, text: str) -> None:
        """Let one line say something else."""
        self._kept[self._numbers[id(line)]] = fold(text, self._end)

    def drop(self, component: Component) -> None:
        """Take a component out."""
        for number in range(component.begin, component.end + 1):
            self._kept[number] = None

    def put_in(self, component: Component, texts: Sequence[str]) -> None:
        """Put lines at the end of a component."""
        self._before.setdefault(component.end, []).extend(fold(text, self._end) for text in texts)

    def put_before(self, component: Component, texts: Sequence[str]) -> None:
        """Put lines in front of a component."""
        self._before.setdefault(component.begin, []).extend(fold(text, self._end) for text in texts)

    def text(self) -> bytes:
        """The text as it is now."""
        parts = []
        for number, kept in enumerate(self._kept):
            parts += self._before.get(number, [])
            if kept is not None:
                parts.append(kept)
        return b"".join(parts)


def with_value(line: ContentLine | None, name: str, value: str, keep: Callable[[str], bool] = lambda _: True) -> str:
    """The line with another value and its parameters, or a plain one where there was none."""
    parameters = {} if line is None else line.parameters
    told = "".join(f";{one}={text}" for one, text in parameters.items() if keep(one))
    return f"{name}{told}:{value}"

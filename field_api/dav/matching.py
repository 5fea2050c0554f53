"""Whether an object is one that a filter looks for (RFC 4791, section 9.7)."""

from collections.abc import Iterable, Iterator

from field_api.agenda.components import Component
from field_api.agenda.content_lines import ContentLine, unescaped
from field_api.dav.filters import CompFilter, ParamFilter, PropFilter
from field_api.dav.overlaps import Clock

# Properties of which one line holds several values.
_LISTS = frozenset({"CATEGORIES", "RESOURCES"})


def matches(asked: CompFilter, clock: Clock) -> bool:
    """Whether the object of a clock meets the filter. Raises BadObject for times that cannot be read."""
    calendar = clock.found.calendar
    return calendar.name == asked.name and _meets(calendar, asked, clock, ())


def _meets(component: Component, asked: CompFilter, clock: Clock, above: tuple[Component, ...]) -> bool:
    """Whether one component meets what is asked of components of its name."""
    if asked.span is not None and not clock.overlaps(component, above, asked.span):
        return False
    path = (*above, component)
    inner = [
        *(_prop(component, one, clock) for one in asked.props),
        *(_comp(component, one, clock, path) for one in asked.comps),
    ]
    return any(inner) if asked.any_of and inner else all(inner)


def _comp(component: Component, asked: CompFilter, clock: Clock, path: tuple[Component, ...]) -> bool:
    found = [inside for inside in component.inside if inside.name == asked.name]
    if asked.absent:
        return not found
    return any(_meets(inside, asked, clock, path) for inside in found)


def _prop(component: Component, asked: PropFilter, clock: Clock) -> bool:
    lines = list(component.all(asked.name))
    if asked.absent:
        return not lines
    return any(_line(line, asked, clock) for line in lines)


def _line(line: ContentLine, asked: PropFilter, clock: Clock) -> bool:
    if asked.span is not None and not clock.within(line, asked.span):
        return False
    if asked.text is not None and not _any_or_none(asked.text.negated, map(asked.text.holds, _values(line))):
        return False
    return all(_param(line, one) for one in asked.params)


def _any_or_none(negated: bool, told: Iterable[bool]) -> bool:
    # "Does not contain" is about all values of the line.
    return all(told) if negated else any(told)


def _param(line: ContentLine, asked: ParamFilter) -> bool:
    value = line.parameter(asked.name)
    if asked.absent:
        return value is None
    return value is not None and (asked.text is None or asked.text.holds(value))


def _values(line: ContentLine) -> Iterator[str]:
    """The value as people read it, and, where the line is a list, each of its parts as well."""
    yield unescaped(line.value)
    if line.name in _LISTS:
        yield from (unescaped(part) for part in _split(line.value))


def _split(value: str) -> Iterator[str]:
    part, escaped = "", False
    for sign in value:
        if sign == "," and not escaped:
            yield part
            part = ""
        else:
            part += sign
        escaped = sign == "\\" and not escaped
    yield part

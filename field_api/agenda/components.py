"""The components of an iCalendar object, found in its lines; and what any object must be to be kept at all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from field_api.agenda.content_lines import ContentLine, read_lines
from field_api.agenda.refusals import BadObject, ObjectTooLarge

MOST_BYTES = 1_000_000
DEEPEST_NESTING = 6
MOST_COMPONENTS = 5_000
LONGEST_UID = 255
KEPT = ("VEVENT", "VTODO", "VJOURNAL")


@dataclass
class Component:
    """A component: its name, the numbers of its BEGIN and END among the text's lines, its own lines, those inside."""

    name: str
    begin: int
    end: int = -1
    lines: list[ContentLine] = field(default_factory=list)
    inside: list["Component"] = field(default_factory=list)

    def line(self, name: str) -> ContentLine | None:
        """The first property of that name."""
        return next((line for line in self.lines if line.name == name), None)

    def all(self, name: str) -> Iterator[ContentLine]:
        """Every property of that name."""
        return (line for line in self.lines if line.name == name)

    def value(self, name: str) -> str | None:
        """The value of the first property of that name."""
        found = self.line(name)
        return None if found is None else found.value.strip()


@dataclass(frozen=True)
class CalendarObject:
    """One object: its master (None: only detached occurrences came), its overridden occurrences, its zones."""

    raw: bytes
    lines: Sequence[ContentLine]
    calendar: Component
    uid: str
    component: str
    master: Component | None
    overrides: Sequence[Component]
    zones: Sequence[Component]

    @property
    def leading(self) -> Component:
        """The component that speaks for the object."""
        return self.master or self.overrides[0]


def read_object(raw: bytes) -> CalendarObject:
    """The object that a text is. Raises ObjectTooLarge, or BadObject with the precondition that it breaks."""
    if len(raw) > MOST_BYTES:
        raise ObjectTooLarge(f"An object has at most {MOST_BYTES} bytes; this one has {len(raw)}.")
    lines = read_lines(raw)
    calendar = read_tree(lines)
    if calendar.line("METHOD") is not None:
        raise BadObject("A stored object has no METHOD; this is a message.", "valid-calendar-object-resource")
    if (calendar.value("VERSION") or "2.0") != "2.0":
        raise BadObject("Only iCalendar 2.0 is read here.", "supported-calendar-data")
    return _of_one_uid(raw, lines, calendar)


def _of_one_uid(raw: bytes, lines: Sequence[ContentLine], calendar: Component) -> CalendarObject:
    zones = [one for one in calendar.inside if one.name == "VTIMEZONE"]
    found = [one for one in calendar.inside if one.name != "VTIMEZONE" and not one.name.startswith("X-")]
    names, uids = {one.name for one in found}, {one.value("UID") for one in found}
    if not found or len(names) != 1:
        raise BadObject("An object holds one kind of component.", "valid-calendar-object-resource")
    if not names <= set(KEPT):
        raise BadObject(f"{found[0].name} is not kept here.", "supported-calendar-component")
    uid = uids.pop()
    if uids or not uid:
        raise BadObject("All components of an object carry one and the same UID.", "valid-calendar-object-resource")
    if len(uid) > LONGEST_UID:
        raise BadObject(f"A UID has at most {LONGEST_UID} characters.", "valid-calendar-object-resource")
    masters = [one for one in found if one.line("RECURRENCE-ID") is None]
    if len(masters) > 1:
        raise BadObject("Two components of the object claim to be the whole.", "valid-calendar-object-resource")
    overrides = [one for one in found if one.line("RECURRENCE-ID") is not None]
    return CalendarObject(raw, lines, calendar, uid, found[0].name, masters[0] if masters else None, overrides, zones)


def read_tree(lines: Sequence[ContentLine]) -> Component:
    """The VCALENDAR that the lines are. Raises BadObject where BEGIN and END do not match."""
    root, path, count = None, list[Component](), 0
    for number, line in enumerate(lines):
        if not line.text.strip():
            continue
        if line.name == "BEGIN":
            count += 1
            root = _begin(root, path, Component(line.value.strip().upper(), number), count)
        elif line.name == "END":
            if not path or path[-1].name != line.value.strip().upper():
                raise BadObject(f"{line.text[:60]!r} ends what was not begun.")
            path.pop().end = number
        elif not path:
            raise BadObject(f"{line.text[:60]!r} stands outside of the calendar.")
        else:
            if not line.name:
                raise BadObject(f"{line.text[:60]!r} is no property.")
            path[-1].lines.append(line)
    if root is None or path:
        raise BadObject("The text is cut off, or no calendar at all.")
    return root


def _begin(root: Component | None, path: list[Component], one: Component, count: int) -> Component:
    if path:
        path[-1].inside.append(one)
    elif root is not None or one.name != "VCALENDAR":
        raise BadObject("An object is one VCALENDAR, and nothing beside it.")
    path.append(one)
    if len(path) > DEEPEST_NESTING or count > MOST_COMPONENTS:
        raise BadObject(f"An object has at most {MOST_COMPONENTS} components, {DEEPEST_NESTING} levels deep.")
    return root or path[0]

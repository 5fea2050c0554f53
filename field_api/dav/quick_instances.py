"""The occurrences of a plain event, cut out of its text: what most events are, at a tenth of the cost of reading them.

A month of a full agenda has more than a thousand occurrences. Whatever is not plain (overrides, days, wall clocks of
nowhere, components written in small letters) is left to `instances.py`; a test holds one against the other.
"""

import re
import time
from collections.abc import Sequence

from field_api.agenda.series import Occurrence
from field_api.dav.instances import Budget

_EVENT = re.compile(rb"^BEGIN:VEVENT\r?\n(.*)^END:VEVENT\r?\n", re.DOTALL | re.MULTILINE)
_ANY_BEGIN = re.compile(rb"^BEGIN:", re.IGNORECASE | re.MULTILINE)
_LAST_END = re.compile(rb".*^END:[^\r\n]*\r?\n", re.IGNORECASE | re.MULTILINE | re.DOTALL)
_ZONE = re.compile(rb"^BEGIN:VTIMEZONE\r?\n.*?^END:VTIMEZONE\r?\n", re.DOTALL | re.MULTILINE)
_RETOLD = re.compile(
    rb"^(?:RRULE|EXRULE|RDATE|EXDATE|RECURRENCE-ID|DTSTART|DTEND|DUE|DURATION)[;:].*(?:\r?\n[ \t].*)*\r?\n",
    re.IGNORECASE | re.MULTILINE,
)
_HAS_END = re.compile(rb"^(?:DTEND|DURATION)[;:]", re.IGNORECASE | re.MULTILINE)


def quickly_expanded(
    text: bytes, kind: str | None, recurs: bool, occurrences: Sequence[Occurrence], budget: Budget
) -> bytes | None:
    """The object with these occurrences of its master as components in UTC, or None where it is not plain.

    Raises Refused where the budget ends.
    """
    if kind not in {"utc", "zoned"} or any(one.part >= 0 for one in occurrences):
        return None
    plain = _ZONE.sub(b"", text)
    found = _EVENT.search(plain)
    # The calendar and the event, and no other component on its level.
    if found is None or len(_ANY_BEGIN.findall(plain[: found.start(1)])) != 2 or b"END:VEVENT" in found[1]:
        return None
    if _ANY_BEGIN.search(plain, found.end()):
        return None
    own, inner = _taken_apart(found[1])
    has_end = _HAS_END.search(own) is not None
    own = _RETOLD.sub(b"", own)
    parts = [plain[: found.start()]]
    for one in occurrences:
        budget.take()
        parts += (b"BEGIN:VEVENT\r\n", own, _times(one, recurs, has_end), inner, b"END:VEVENT\r\n")
    return b"".join([*parts, plain[found.end() :]])


def _taken_apart(body: bytes) -> tuple[bytes, bytes]:
    """An event's own lines, and the components inside it."""
    begin = _ANY_BEGIN.search(body)
    if begin is None:
        return body, b""
    end = _LAST_END.match(body)
    until = len(body) if end is None else end.end()
    return body[: begin.start()] + body[until:], body[begin.start() : until]


def _times(one: Occurrence, recurs: bool, has_end: bool) -> bytes:
    start = _utc(one.start_s)
    told = f"DTSTART:{start}\r\n"
    if has_end:
        told += f"DTEND:{_utc(one.end_s)}\r\n"
    if recurs:
        # Nobody moved this occurrence, so it is where its series has it.
        told += f"RECURRENCE-ID:{start}\r\n"
    return told.encode()


def _utc(at_s: int) -> str:
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(at_s))

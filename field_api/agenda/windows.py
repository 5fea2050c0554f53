"""Looking at stretches of time: occurrences one by one, busy time, and which appointments fall on each other."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists

from field_api import clock
from field_api.agenda import found
from field_api.agenda.documents import shown
from field_api.agenda.found import Found
from field_api.agenda.models import CalendarObject, objects
from field_api.agenda.models import calendars as calendars_table
from field_api.agenda.sight import IN_AN_AGENDA, owners_in
from field_api.agenda.stretches import Stretch, instant, joined, seconds
from field_api.errors import Fault, Invalid
from field_api.store.engine import AnySession
from field_api.web.identity import Principal

LONGEST = timedelta(days=366)
MOST_OCCURRENCES = 5_000
MOST_CLASHES = 20
# Clashes of a series are looked for among its first occurrences.
_CLASHING_OCCURRENCES = 60
_BESIDE = tuple(
    objects.c[name]
    for name in ("title", "location", "status", "privacy", "busy", "exceptions", "customer_id", "place_id", "purpose")
)
_SECOND = timedelta(seconds=1)


def stretch_of(asked: dict[str, Any]) -> Stretch:
    """The stretch between two instants. Raises Invalid unless they are in order and at most a year apart."""
    start, end = asked["from_at"], asked["until_at"]
    if not start < end <= start + LONGEST:
        told = f"Give an instant after from_at, and at most {LONGEST.days} days after it."
        raise Invalid("This is no stretch of time that is looked at.", Fault("until_at", told, parameter=True))
    return Stretch(seconds(start), seconds(end))


def occurrences(session: AnySession, principal: Principal, asked: dict[str, Any]) -> list[dict[str, Any]]:
    """Every occurrence between two instants, in their order, as the caller may see them.

    `asked` has from_at and until_at, and may have owner_id, territory_id and customer_id. Raises Invalid for a stretch
    that is too long or holds too many, and NotFound for whom the caller may not see.
    """
    conditions = [owners_in(principal, asked, clock.now())]
    if asked.get("customer_id"):
        conditions.append(objects.c.customer_id == asked["customer_id"])
    told = [
        one if one["owner_id"] == principal.id else _masked(one)
        for one in _each(session, conditions, stretch_of(asked))
        # Private appointments are not found by whose customer they are with.
        if not asked.get("customer_id") or one["owner_id"] == principal.id or one["privacy"] == "public"
    ]
    if len(told) > MOST_OCCURRENCES:
        fault = Fault("until_at", f"These are {len(told)} occurrences; ask for a shorter stretch.", parameter=True)
        raise Invalid("There are too many occurrences.", fault)
    return sorted(told, key=lambda one: (one["starts_at"], one["appointment_id"]))


def with_customer(
    session: AnySession, principal: Principal, customer_id: str, start: datetime, end: datetime
) -> list[dict[str, Any]]:
    """The occurrences with a customer between two instants, of agendas that the caller may see, in their order."""
    seen = objects.c.calendar_id.in_([principal.id, *principal.led_ids])
    conditions = [objects.c.customer_id == customer_id, *(() if principal.role == "admin" else (seen,))]
    stretch = Stretch(seconds(start), seconds(end))
    told = [
        one
        for one in _each(session, conditions, stretch)
        if one["owner_id"] == principal.id or one["privacy"] == "public"
    ]
    return sorted(told, key=_start)


def free_busy(session: AnySession, principal: Principal, asked: dict[str, Any]) -> list[dict[str, Any]]:
    """When each person is busy between two instants; periods that touch are one. Raises as `occurrences` does."""
    stretch = stretch_of(asked)
    busy: dict[str, list[Stretch]] = {}
    for met in _found(session, [owners_in(principal, asked, clock.now(), busy_alone=True)], stretch):
        for one in met.occurrences:
            facts = _facts(met, one.part)
            if facts["busy"] and facts["status"] != "CANCELLED" and one.end_s > one.start_s:
                busy.setdefault(met.row.calendar_id, []).append(
                    Stretch(max(one.start_s, stretch.start_s), min(one.end_s, stretch.end_s))
                )
    return [{"owner_id": owner_id, "busy": _periods(stretches)} for owner_id, stretches in sorted(busy.items())]


def _periods(stretches: Iterable[Stretch]) -> list[dict[str, datetime]]:
    return [{"starts_at": instant(one.start_s), "ends_at": instant(one.end_s)} for one in joined(stretches)]


def clashes(session: AnySession, row: CalendarObject, occurrence: datetime | None = None) -> list[dict[str, Any]]:
    """The owner's other appointments that fall on the first occurrences of one, or on the one of that identity."""
    own = list(found.occurrences_of(session, row, None, row.first_start_s, row.first_start_s + LONGEST // _SECOND))
    if occurrence is not None:
        own = [one for one in found.all_known(row) if one.identity == occurrence] or own
    own = own[:_CLASHING_OCCURRENCES]
    if not own or not row.busy or row.status == "CANCELLED":
        return []
    stretch = Stretch(min(one.start_s for one in own), max(one.end_s for one in own) + 1)
    mine = [objects.c.calendar_id == row.calendar_id, objects.c.id != row.id, objects.c.busy]
    others = [one for one in _each(session, mine, stretch) if one.get("status") != "cancelled"]
    met = [one for one in others if any(_overlap(one, each.start_s, each.end_s) for each in own)]
    names = ("appointment_id", "occurrence", "title", "starts_at", "ends_at")
    return [{name: one.get(name) for name in names} for one in sorted(met, key=_start)[:MOST_CLASHES]]


def _start(one: dict[str, Any]) -> datetime:
    start: datetime = one["starts_at"]
    return start


def _overlap(one: dict[str, Any], start_s: int, end_s: int) -> bool:
    return seconds(one["starts_at"]) < end_s and seconds(one["ends_at"]) > start_s


def _found(session: AnySession, conditions: list[ColumnElement[bool]], stretch: Stretch) -> Iterator[Found]:
    in_an_agenda = exists().where(calendars_table.c.id == objects.c.calendar_id, IN_AN_AGENDA)
    mine = [*conditions, objects.c.component == "VEVENT", in_an_agenda]
    return found.search(session, mine, None, *stretch, beside=_BESIDE)


def _each(session: AnySession, conditions: list[ColumnElement[bool]], stretch: Stretch) -> Iterator[dict[str, Any]]:
    for met in _found(session, conditions, stretch):
        for one in met.occurrences:
            facts = _facts(met, one.part)
            told = {
                "appointment_id": met.id,
                "owner_id": met.row.calendar_id,
                "occurrence": shown(one.identity, met.row.kind),
                "starts_at": instant(one.start_s),
                "ends_at": instant(one.end_s),
                "all_day": met.row.kind == "date",
                "recurs": met.recurs,
                "title": facts["title"],
                "location": facts["location"],
                "status": facts["status"].lower() if facts["status"] else None,
                "privacy": facts["privacy"].lower(),
                "busy": facts["busy"],
                "customer_id": met.row.customer_id,
                "place_id": met.row.place_id,
                "purpose": met.row.purpose,
            }
            yield {name: value for name, value in told.items() if value is not None}


_OF_BUSY = frozenset(
    {
        "appointment_id",
        "owner_id",
        "occurrence",
        "starts_at",
        "ends_at",
        "all_day",
        "recurs",
        "privacy",
        "busy",
    }
)


def _masked(one: dict[str, Any]) -> dict[str, Any]:
    return one if one["privacy"] == "public" else {name: value for name, value in one.items() if name in _OF_BUSY}


def _facts(met: Found, part: int) -> dict[str, Any]:
    facts: dict[str, Any] = met.row._mapping if part < 0 else met.row.exceptions[part]
    return facts

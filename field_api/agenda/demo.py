"""Writes two years of the demo reps' agendas: visits to their customers, meetings that recur, days off."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from field_api.agenda import zones
from field_api.agenda.calendars import calendar_row
from field_api.agenda.components import read_object
from field_api.agenda.composing import new_text
from field_api.agenda.models import calendars, objects, outcomes
from field_api.agenda.objects import etag_of
from field_api.agenda.projection import project
from field_api.customers.demo import id_at
from field_api.customers.models import customers, places
from field_api.customers.scope import display_name
from field_api.store.engine import AnySession

BEHIND, AHEAD = timedelta(days=490), timedelta(days=240)
MOST_VISITS = 520
VISITS_A_CUSTOMER = 6
MOST_CUSTOMERS = 80
ZONE_NAME = "Europe/Paris"
ZONE = ZoneInfo(ZONE_NAME)
# When visits begin, and how many minutes they take.
SLOTS = ((9, 0), (10, 30), (14, 0), (15, 30))
LENGTHS = (30, 45, 60)

_VISITS = (
    ("follow_up", "Visite : {}"),
    ("follow_up", "Point avec {}"),
    ("offer", "Présentation de l’offre à {}"),
    ("courtesy", "Visite de courtoisie chez {}"),
    ("delivery", "Livraison chez {}"),
    ("prospecting", "Premier rendez-vous avec {}"),
    ("complaint", "Réclamation de {}"),
)
_NOTES = (
    ("met", "Tout va bien, revoir dans deux mois."),
    ("met", "Intéressé par la nouvelle gamme, envoyer un échantillon."),
    ("ordered", "Commande prise sur place."),
    ("ordered", "Réassort habituel."),
    ("absent", "Personne sur place, repasser."),
    ("postponed", "Reporté à la demande du client."),
    ("declined", None),
)
_HALF_AN_HOUR_BEFORE = [{"action": "display", "minutes_before": 30}]
# What recurs: title, first hour, minutes, rule, and what is more.
_SERIES: tuple[tuple[str, int, int, str, dict[str, Any]], ...] = (
    ("Réunion d’équipe", 8, 45, "FREQ=WEEKLY;BYDAY=MO", {"location": "En visio"}),
    ("Préparation de la tournée", 17, 30, "FREQ=WEEKLY;BYDAY=FR", {}),
    ("Point mensuel avec le responsable", 11, 60, "FREQ=MONTHLY;BYDAY=1TH", {}),
    (
        "Inventaire du véhicule",
        16,
        30,
        "FREQ=MONTHLY;BYMONTHDAY=28",
        {"alarms": [{"action": "display", "minutes_before": 30}]},
    ),
    ("Kiné", 12, 45, "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE;COUNT=20", {"privacy": "private"}),
)


@dataclass(frozen=True, slots=True)
class Visited:
    """A customer of the rep's, and where they are."""

    customer_id: str
    name: str
    place_id: str | None
    address: str | None


def fill(session: AnySession, rng: Random, rep_of: Mapping[str, str], at: datetime) -> None:
    """Write the agendas of the reps who look after territories (`rep_of`: territory -> rep), seen from a moment."""
    begin = (at - BEHIND).replace(tzinfo=UTC)
    stamps = {"version": 1, "created_at": begin, "updated_at": begin}
    session.execute(insert(calendars), [calendar_row(rep_id, ZONE_NAME) | stamps for rep_id in sorted(rep_of.values())])
    rows, notes = [], []
    for territory_id, rep_id in rep_of.items():
        met = _customers(session, territory_id)
        for row, note in (*_series(rng, rep_id, begin), *_visits(rng, rep_id, met, begin, at)):
            rows.append(row | stamps)
            notes += [note] if note else []
    session.execute(insert(objects), rows)
    if notes:
        session.execute(insert(outcomes), notes)


def _customers(session: AnySession, territory_id: str) -> list[Visited]:
    columns = (customers.c.id, customers.c.given_name, customers.c.name, places.c.id, places.c.street)
    query = (
        select(*columns, places.c.postcode, places.c.town)
        .outerjoin(places, places.c.customer_id == customers.c.id)
        .where(customers.c.territory_id == territory_id, customers.c.retired_at.is_(None))
        .order_by(customers.c.id)
        .limit(MOST_CUSTOMERS)
    )
    return [
        Visited(own, display_name(given, name), place_id, _address(*place))
        for own, given, name, place_id, *place in session.execute(query)
    ]


def _address(street: str | None, postcode: str | None, town: str | None) -> str | None:
    return ", ".join(filter(None, (street, f"{postcode or ''} {town or ''}".strip()))) or None


def _visits(
    rng: Random, rep_id: str, met: Sequence[Visited], begin: datetime, at: datetime
) -> Iterator[tuple[dict[str, Any], dict[str, Any] | None]]:
    """Visits on working days, never two at a time, with a note for most of those that are over."""
    if not met:
        return
    days = (BEHIND + AHEAD).days
    count = min(MOST_VISITS, VISITS_A_CUSTOMER * len(met))
    slots = [(day, slot) for day in range(days) for slot in SLOTS if (begin + timedelta(days=day)).weekday() < 5]
    for day, (hour, minute) in sorted(rng.sample(slots, count)):
        start = (begin + timedelta(days=day)).replace(hour=hour, minute=minute, tzinfo=None)
        one, (purpose, title) = rng.choice(met), rng.choice(_VISITS)
        told = told_of(title.format(one.name), start, rng.choice(LENGTHS)) | {"location": one.address}
        facts = {"customer_id": one.customer_id, "place_id": one.place_id, "purpose": purpose}
        row = single(rng, rep_id, told, begin) | facts
        over = start.replace(tzinfo=UTC) < at and rng.random() < 0.85
        yield row, _note(rng, row, start) if over else None


def _note(rng: Random, row: Mapping[str, Any], start: datetime) -> dict[str, Any]:
    outcome, notes = rng.choice(_NOTES)
    noted_at = start.replace(tzinfo=UTC) + timedelta(hours=1)
    own = {"id": id_at(rng, noted_at), "appointment_id": row["id"], "occurrence": start.isoformat()}
    return own | {"outcome": outcome, "notes": notes, "noted_at": noted_at, "interaction_id": None}


def _series(rng: Random, rep_id: str, begin: datetime) -> Iterator[tuple[dict[str, Any], None]]:
    monday = (begin - timedelta(days=begin.weekday())).replace(tzinfo=None)
    for title, hour, minutes, rule, more in _SERIES:
        told = told_of(title, monday.replace(hour=hour, minute=15), minutes) | {"rule": rule} | more
        yield projected(rng, rep_id, told, begin), None
    for weeks in sorted(rng.sample(range(10, 100), 4)):
        day = monday + timedelta(weeks=weeks)
        told = {"title": "Congés", "starts": day.date().isoformat(), "privacy": "private"}
        yield projected(rng, rep_id, told | {"ends": (day + timedelta(days=5)).date().isoformat()}, begin), None


def told_of(title: str, start: datetime, minutes: int) -> dict[str, Any]:
    """An appointment in Paris, as JSON tells it."""
    end = start + timedelta(minutes=minutes)
    return {"title": title, "starts": start.isoformat(), "ends": end.isoformat(), "time_zone": ZONE_NAME}


def projected(rng: Random, rep_id: str, told: Mapping[str, Any], begin: datetime) -> dict[str, Any]:
    """The row of any appointment, without its stamps."""
    own_id = id_at(rng, begin)
    text = new_text(f"{own_id}@furet", told, begin)
    columns = project(read_object(text), ZONE).columns()
    return _addressed(own_id, rep_id, text) | columns | dict.fromkeys(("customer_id", "place_id", "purpose"))


def _addressed(own_id: str, rep_id: str, text: bytes) -> dict[str, Any]:
    return {"id": own_id, "calendar_id": rep_id, "href": f"{own_id}.ics", "text": text, "etag": etag_of(text)}


def single(rng: Random, rep_id: str, told: Mapping[str, Any], begin: datetime) -> dict[str, Any]:
    """The row of a single appointment without reading its text again: `furet check` holds it against its text."""
    own_id = id_at(rng, begin)
    text = new_text(f"{own_id}@furet", told, begin)
    start, end = (datetime.fromisoformat(told[name]) for name in ("starts", "ends"))
    document = {
        "uid": f"{own_id}@furet",
        "title": told["title"],
        "location": told["location"],
        "status": "confirmed",
        "privacy": "public",
        "busy": True,
        "starts": told["starts"],
        "ends": told["ends"],
        "time_zone": ZONE_NAME,
        "all_day": False,
    }
    return _addressed(own_id, rep_id, text) | {
        "uid": f"{own_id}@furet",
        "component": "VEVENT",
        "kind": "zoned",
        "tzid": ZONE_NAME,
        "start_local": told["starts"],
        "end_local": told["ends"],
        "recurs": False,
        "first_start_s": zones.seconds(start, ZONE),
        "last_end_s": zones.seconds(end, ZONE),
        "spans": None,
        "spans_until_s": None,
        "oddities": "",
        "title": told["title"],
        "location": told["location"],
        "status": "CONFIRMED",
        "privacy": "PUBLIC",
        "busy": True,
        "exceptions": [],
        "document": {name: value for name, value in document.items() if value is not None},
    }

"""Writes the offers of the demo company with all their past versions, around its communes and on the map."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from math import cos, pi, radians, sin
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from field_api.customers.demo import id_at
from field_api.customers.models import customers
from field_api.offers.demo_ideas import GIFTS, IDEAS, Idea
from field_api.offers.models import (
    offer_cells,
    offer_listed,
    offer_map,
    offer_places,
    offer_territories,
    offer_versions,
    offers,
)
from field_api.offers.places import cell_rows, place_rows
from field_api.offers.rules import SIZES
from field_api.offers.versions import version_row
from field_api.store.engine import AnySession

OFFERS = 400
INVITED = 40
TIME_ZONE = "Europe/Paris"
M_PER_DEGREE = 111_320

Row = dict[str, Any]


@dataclass(frozen=True)
class Spot:
    """A commune around which something may be offered; `zone_ids` are the sectors of its part of the country."""

    name: str
    territory_id: str
    zone_ids: tuple[str, ...]
    lat: float
    lon: float
    population: int


@dataclass(frozen=True)
class Step:
    """What became of an offer at a moment."""

    at: datetime
    state: str


def fill(session: AnySession, rng: Random, spots: Sequence[Spot], at: datetime, count: int = OFFERS) -> None:
    """Write `count` offers as of `at`: live, to come, paused, ended and drafts. Customers must stand already."""
    told = [_offer(rng, IDEAS[number % len(IDEAS)], rng.choice(spots), at) for number in range(count)]
    versions = [list(_versions(offer, steps)) for offer, steps in told]
    last = [kept[-1] for kept in versions]
    session.execute(insert(offers), last)
    named = [{"offer_id": one["id"], "territory_id": own} for one in last for own in one["territory_ids"]]
    session.execute(insert(offer_territories), named)
    kept_versions = [version_row(one, one["updated_at"]) for kept in versions for one in kept]
    session.execute(insert(offer_versions), kept_versions)
    places = [place for kept in versions for place in _places(kept)]
    session.execute(insert(offer_places), places)
    session.execute(insert(offer_cells), [cell for place in places for cell in cell_rows(place)])
    session.execute(insert(offer_map), {"id": 1, "version": 1})
    invited = [row for one in last if "listed" in one["audience"] for row in _invited(session, one)]
    if invited:
        session.execute(insert(offer_listed), invited)


def _offer(rng: Random, idea: Idea, spot: Spot, at: datetime) -> tuple[Row, list[Step]]:
    """An offer as it is in all its versions, and its steps."""
    steps, starts_at, ends_at = _course(rng, at)
    size = rng.choice(idea.sizes) if idea.sizes else None
    place = f" {_at(spot.name)}" if idea.spread == "town" else ""
    words = {"en": (f" in {spot.name}" if place else "", _said(idea, size, ".")), "fr": (place, _said(idea, size, ","))}
    title = {
        language: getattr(idea.title, language).replace(" {at}", there).replace("{size}", said)
        for language, (there, said) in words.items()
    }
    benefit = dict.fromkeys((*SIZES.values(), "currency"))
    if idea.kind == "gift":
        benefit["gift"] = GIFTS[idea.title.en]._asdict()
    elif size is not None:
        benefit[SIZES[idea.kind]] = size
    budget = rng.choice((None, 200, 500, 1_000)) if idea.kind in {"percentage", "amount", "gift"} else None
    return {
        "id": id_at(rng, steps[0].at),
        "kind": idea.kind,
        **benefit,
        "currency": "EUR" if idea.kind == "amount" else None,
        "title": title,
        "text": idea.text._asdict(),
        "picture_url": f"https://images.furet.example/offers/{rng.randrange(40):02}.jpg",
        "starts_at": starts_at,
        "ends_at": ends_at,
        "time_zone": TIME_ZONE,
        "weekly_hours": [{"weekday": day, "opens": opens, "closes": closes} for day, opens, closes in idea.hours],
        "everywhere": idea.spread == "company",
        "places": list(_where(rng, idea, spot)),
        "audience": dict(idea.audience),
        "channels": list(idea.channels),
        "budget_total": budget,
        "budget_per_customer": rng.choice((1, 2)) if budget else None,
        "budget_per_day": budget // 10 if budget and rng.random() < 0.3 else None,
        "priority": rng.choice((0, 0, 10, 20, 50)),
        "stacking_group": idea.group,
        "territory_ids": {"town": [spot.territory_id], "zone": list(spot.zone_ids), "company": []}[idea.spread],
    }, steps


def _course(rng: Random, at: datetime) -> tuple[list[Step], datetime, datetime | None]:
    """The steps of an offer up to `at`, its first and its last moment."""
    end = rng.choices(("live", "soon", "ended", "paused", "draft"), (48, 7, 25, 8, 12))[0]
    since = {"live": (-90, -5), "soon": (1, 30), "ended": (-700, -150), "paused": (-60, -15), "draft": (5, 60)}[end]
    starts_at = _midnight(at, rng.randint(*since))
    lasts = rng.choice((14, 21, 30, 45)) if end == "ended" else rng.choice((100, 120, 150, 180))
    ends_at = None if end == "live" and rng.random() < 0.2 else _midnight(starts_at, lasts)
    made = min(starts_at, at) - timedelta(days=rng.randint(8, 25), minutes=rng.randrange(600))
    steps = [Step(made, "draft")]
    if end != "draft":
        steps.append(Step(made + timedelta(days=rng.randint(1, 5)), "live"))
        if rng.random() < 0.25:
            steps.append(Step(steps[-1].at + timedelta(days=1, minutes=rng.randrange(600)), "live"))
    if end == "ended" and ends_at is not None:
        steps.append(Step(ends_at, "ended"))
    if end == "paused":
        steps.append(Step(at - timedelta(days=rng.randint(1, 10)), "paused"))
    return steps, starts_at, ends_at


def _versions(offer: Row, steps: Sequence[Step]) -> Iterator[Row]:
    """The offer as each step left it; before a change while it was live it had another priority."""
    for number, step in enumerate(steps, 1):
        later = number < len(steps) and steps[number].state == step.state
        changed = {"priority": offer["priority"] + 5} if later else {}
        stamps = {"version": number, "created_at": steps[0].at, "updated_at": step.at}
        yield offer | changed | {"state": step.state} | stamps


def _places(versions: Sequence[Row]) -> Iterator[Row]:
    """Where each live version held, until the next one took its place."""
    number = 0
    for one, following in zip(versions, [*versions[1:], None], strict=True):
        if one["state"] == "live":
            replaced = {"replaced_at": following["updated_at"] if following else None}
            for row in place_rows(one, one["updated_at"]):
                number += 1
                yield row | replaced | {"number": number}


def _where(rng: Random, idea: Idea, spot: Spot) -> Iterator[Row]:
    if idea.spread == "town":
        yield {"lat": spot.lat, "lon": spot.lon, "radius_m": round(600 + 9 * spot.population**0.5)}
    elif idea.spread == "zone":
        yield {"polygon": {"type": "Polygon", "coordinates": [_outline(rng, spot)]}}


def _outline(rng: Random, spot: Spot) -> list[list[float]]:
    """A ring of 9 to 14 corners around a commune, some 4 to 12 km off, as one draws it on a map."""
    corners = rng.randint(9, 14)
    ring = []
    for corner in range(corners):
        angle, off_m = 2 * pi * corner / corners, rng.uniform(4_000, 12_000)
        lat = spot.lat + off_m * sin(angle) / M_PER_DEGREE
        lon = spot.lon + off_m * cos(angle) / M_PER_DEGREE / cos(radians(spot.lat))
        ring.append([round(lon, 6), round(lat, 6)])
    return [*ring, ring[0]]


def _invited(session: AnySession, offer: Row) -> Iterator[Row]:
    """The first clients of the offer's territories, invited on the day it was made."""
    own = customers.c
    clients = own.role.in_(offer["audience"]["roles"]) & own.territory_id.in_(offer["territory_ids"])
    query = select(own.id).where(clients, own.retired_at.is_(None)).order_by(own.sort_name, own.id).limit(INVITED)
    for customer_id in session.scalars(query):
        yield {
            "offer_id": offer["id"],
            "customer_id": customer_id,
            "starts_at": offer["created_at"],
            "ends_at": None,
        }


def _said(idea: Idea, size: int | None, comma: str) -> str:
    """How much, as people say it."""
    if size is None:
        return ""
    whole, rest = divmod(size, 100)
    spoken = f"{whole}{comma}{rest:02}" if rest else str(whole)
    return {"percentage": f"{size} %", "amount": f"{spoken} €"}.get(idea.kind, spoken)


def _at(town: str) -> str:
    """In a town, as French says it: the article of its name melts into the preposition."""
    for article, melted in (("Le ", "au "), ("Les ", "aux ")):
        if town.startswith(article):
            return melted + town.removeprefix(article)
    return f"à {town}"


def _midnight(day: datetime, days: int) -> datetime:
    """Midnight in Paris so many days after a moment's date there."""
    zone = ZoneInfo(TIME_ZONE)
    local = day.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(local, time(), zone).astimezone(UTC)

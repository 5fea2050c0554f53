"""What an offer must be to be made at all, and how it passes from one state to the next."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from field_api.errors import Clash, Fault
from field_api.offers.periods import overlapping
from field_api.offers.polygons import polygon_faults

# Which column says how large the benefit of a kind is; a service or a content has no price.
SIZES = {"percentage": "percent", "amount": "amount_minor", "gift": "gift", "points_multiplier": "multiplier_percent"}

# From which states each step leads where.
STEPS = {
    "publish": (("draft", "paused"), "live"),
    "pause": (("live",), "paused"),
    "end": (("draft", "live", "paused"), "ended"),
}


def faults_of(offer: Mapping[str, Any]) -> list[Fault]:
    """Everything that contradicts itself in an offer as it was sent, each with its pointer; dates are aware."""
    return [*_benefit(offer), *_period(offer), *_where(offer), *_budgets(offer), *_audience(offer["audience"])]


def next_state(state: str, step: str) -> str:
    """The state after a step. Raises Clash for a step that does not lead on from here."""
    before, after = STEPS[step]
    if state not in before:
        raise Clash(f"This offer is {state}; one can {step} what is {' or '.join(before)}.")
    return after


def check_changeable(state: str) -> None:
    """Raises Clash for an offer that is over."""
    if state == "ended":
        raise Clash("This offer is ended and stays as it was; make a new one.")


def check_still_ahead(ends_at: datetime | None, at: datetime) -> None:
    """Raises Clash for an offer that would go live when its period is over."""
    if ends_at is not None and ends_at <= at:
        raise Clash(f"The period ended at {ends_at.isoformat()}; move ends_at first.")


def _benefit(offer: Mapping[str, Any]) -> Iterator[Fault]:
    kind = offer["kind"]
    for of_kind, name in SIZES.items():
        given = offer.get(name) is not None
        if of_kind == kind and not given:
            yield Fault(f"/{name}", f"An offer of the kind {kind} says how much: give {name}.")
        if of_kind != kind and given:
            yield Fault(f"/{name}", f"This belongs to the kind {of_kind}, and the kind is {kind}; leave it out.")
    if (offer.get("currency") is not None) != (kind == "amount"):
        yield Fault("/currency", "An amount has a currency, and no other kind has one.")


def _period(offer: Mapping[str, Any]) -> Iterator[Fault]:
    starts_at, ends_at = offer["starts_at"], offer.get("ends_at")
    if ends_at is not None and ends_at <= starts_at:
        yield Fault("/ends_at", f"The offer would end before it starts, at {starts_at.isoformat()}; give a later end.")
    hours = offer["weekly_hours"]
    for place, other in sorted(overlapping(hours)):
        yield Fault(f"/weekly_hours/{place}", f"{_said(hours[place])} overlaps {_said(hours[other])}; join the two.")


def _said(one: Mapping[str, Any]) -> str:
    return f"Weekday {one['weekday']}, {one['opens']} to {one['closes']}"


def _where(offer: Mapping[str, Any]) -> Iterator[Fault]:
    places: Sequence[Mapping[str, Any]] = offer["places"]
    if offer["everywhere"] and places:
        yield Fault("/places", "An offer that holds everywhere names no places; set everywhere to false.")
    if not offer["everywhere"] and not places:
        yield Fault("/places", "Say where the offer holds: places, or everywhere.")
    for number, place in enumerate(places):
        yield from _place(place, f"/places/{number}")


def _place(place: Mapping[str, Any], where: str) -> Iterator[Fault]:
    point = [name for name in ("lat", "lon", "radius_m") if place.get(name) is not None]
    if place.get("polygon") is not None:
        yield from (Fault(f"{where}/{name}", "A polygon has no centre; send two places.") for name in point)
        yield from polygon_faults(place["polygon"], f"{where}/polygon")
        return
    for name in ("lat", "lon", "radius_m"):
        if name not in point:
            yield Fault(f"{where}/{name}", "A place is lat, lon and radius_m, or a polygon; this is missing.")


def _budgets(offer: Mapping[str, Any]) -> Iterator[Fault]:
    total = offer.get("budget_total")
    for name in ("budget_per_customer", "budget_per_day"):
        part = offer.get(name)
        if total is not None and part is not None and part > total:
            yield Fault(f"/{name}", f"{part} is more than the budget in all, {total}.")


def _audience(audience: Mapping[str, Any]) -> Iterator[Fault]:
    for kind, asked in audience.get("facts", {}).items():
        both = sorted(set(asked.get("any_of", ())) & set(asked.get("none_of", ())))
        if both:
            yield Fault(f"/audience/facts/{kind}", f"{both[0]!r} is asked for and left out at once; nobody has it so.")
    bought = audience.get("purchases", {})
    for measure in ("count", "amount_minor"):
        least, most = bought.get(f"{measure}_at_least"), bought.get(f"{measure}_at_most")
        if least is not None and most is not None and least > most:
            yield Fault(f"/audience/purchases/{measure}_at_most", f"{most} is less than {measure}_at_least, {least}.")
    in_money = {"amount_minor_at_least", "amount_minor_at_most"} & bought.keys()
    if bool(in_money) != ("currency" in bought):
        yield Fault("/audience/purchases/currency", "Bounds of an amount go with a currency, and a currency with them.")
    last = audience.get("last_purchase", {})
    if last.get("older_than_days", 0) >= last.get("younger_than_days", float("inf")):
        yield Fault("/audience/last_purchase", "No purchase is both older and younger than these days.")

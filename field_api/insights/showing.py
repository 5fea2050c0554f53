"""Suggestions as they are shown: the customer, the gesture, and the reason in words; never a score."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import bindparam, select

from field_api import clock
from field_api.customers.documents import READ, document
from field_api.customers.models import customers
from field_api.insights import words
from field_api.insights.models import drivers, gestures, insights, next_gestures
from field_api.store.among import among
from field_api.store.columns import Instant
from field_api.store.engine import AnySession

OWN = ("id", "insight_id", "worth_minor", "currency", "suggested_at", "expires_at", "hidden_until")
OF_GESTURE = ("id", "kind", "title", "how", "minutes")
_OF_DRIVER = ("name", "label", "carried", "open", "fragile", "low", "high", "class_low", "class_high")

_WHOLE = (
    select(
        *(next_gestures.c[name] for name in (*OWN, "customer_id", "territory_id", "ended_at", "ended_by")),
        *(gestures.c[name].label(f"gesture_{name}") for name in OF_GESTURE),
        *(drivers.c[name].label(f"driver_{name}") for name in _OF_DRIVER),
        insights.c.target_label,
        insights.c.respondents,
        insights.c.state.label("insight_state"),
    )
    .join(gestures, gestures.c.id == next_gestures.c.gesture_id)
    .join(insights, insights.c.id == next_gestures.c.insight_id)
    .join(
        drivers,
        (drivers.c.insight_id == next_gestures.c.insight_id) & (drivers.c.name == next_gestures.c.driver),
    )
)
_BY_ID = _WHOLE.where(among(next_gestures.c.id))
_OF_CUSTOMER = _WHOLE.where(
    next_gestures.c.customer_id == bindparam("of_customer"),
    next_gestures.c.ended_at.is_(None),
    next_gestures.c.expires_at > bindparam("now", type_=Instant),
    insights.c.state == "published",
)
_CUSTOMERS = READ.where(among(customers.c.id))


def whole_rows(session: AnySession, ids: Collection[str]) -> dict[str, Any]:
    """The suggestions of these ids, with their gesture, driver and insight."""
    return {row.id: row for row in session.connection().execute(_BY_ID, {"ids": list(ids)})}


def shown(session: AnySession, ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """Suggestions as lists show them, by id, each with its customer; the caller has seen to the scope."""
    rows = whole_rows(session, ids)
    told = {"ids": sorted({row.customer_id for row in rows.values()})}
    people = {row.id: document(row) for row in session.connection().execute(_CUSTOMERS, told)}
    return {own: described(row) | {"customer": _customer(people[row.customer_id])} for own, row in rows.items()}


def open_of_customer(session: AnySession, customer_id: str) -> dict[str, Any] | None:
    """The suggestion that is open for a customer; the caller has seen to the scope."""
    row = session.connection().execute(_OF_CUSTOMER, {"of_customer": customer_id, "now": clock.now()}).first()
    return None if row is None else described(row)


def described(row: Any) -> dict[str, Any]:
    """A suggestion without its customer."""
    driver = {name: getattr(row, f"driver_{name}") for name in _OF_DRIVER}
    return {name: getattr(row, name) for name in OWN} | {
        "gesture": {name: getattr(row, f"gesture_{name}") for name in OF_GESTURE},
        "driver": {"name": driver["name"], "label": driver["label"]},
        "reason": words.reason(driver, row.target_label, row.respondents),
    }


def _customer(person: Mapping[str, Any]) -> dict[str, Any]:
    return {name: person[name] for name in ("id", "display_name", "town")}

"""A club for tests: a live programme with two tiers, members with points, and gifts to have; all of them commit."""

from datetime import datetime
from typing import Any

from field_api.gifts import catalogue, stock
from field_api.gifts.schemas import NewGiftSchema
from field_api.loyalty import programmes
from field_api.loyalty.enrolling import enrol
from field_api.loyalty.schemas_programmes import NewProgrammeSchema
from field_api.points.accounts import open_account
from field_api.points.commands import Earn
from field_api.points.earning import earn
from field_api.store.columns import new_id
from field_api.store.engine import AnySession, writing
from field_api.web.identity import THE_SYSTEM
from field_api.web.openapi import load

LONG_AGO = "2026-01-01T00:00:00Z"
TIERS = (("silver", "Silver", "Argent", 500), ("gold", "Gold", "Or", 2_000))


def make_programme(session: AnySession, **change: Any) -> str:
    """A live programme whose points last a year."""
    tiers = [
        {
            "code": code,
            "name": {"en": en, "fr": fr},
            "entry_points": entry,
            "keep_points": entry // 2,
            "privileges": [{"en": f"{en} privilege", "fr": f"Avantage {fr}"}],
        }
        for code, en, fr, entry in TIERS
    ]
    told = {
        "name": {"en": "The Club", "fr": "Le Club"},
        "unit": {"en": "points", "fr": "points"},
        "is_main": True,
        "starts_at": LONG_AGO,
        "terms": {"expiry_months": 12, "tiers": tiers},
    }
    with writing(session):
        made = programmes.create_programme(session, THE_SYSTEM, load(NewProgrammeSchema, told | change))
        programmes.publish(session, THE_SYSTEM, programmes.hold(session, made["id"]))
    return str(made["id"])


def make_member(session: AnySession, programme_id: str, customer_id: str, points: int = 0) -> str:
    """The customer as a member with so many points that never expire."""
    told = {"id": new_id(), "programme_id": programme_id, "channel": "rep", "customer_id": customer_id}
    with writing(session):
        member: str = enrol(session, THE_SYSTEM, told)["member"]["id"]
        open_account(session, THE_SYSTEM, account_id=member, customer_id=customer_id)
    if points:
        give_points(session, member, points)
    return member


def give_points(session: AnySession, member_id: str, points: int, expires_at: datetime | None = None) -> None:
    """So many points more."""
    command = Earn(operation_id=new_id(), account_id=member_id, points=points, expires_at=expires_at)
    with writing(session):
        earn(session, THE_SYSTEM, command)


def gift_like(programme_id: str, **change: Any) -> dict[str, Any]:
    """The JSON of a gift for 200 points."""
    told = {
        "programme_id": programme_id,
        "title": {"en": "Picnic blanket", "fr": "Plaid de pique-nique"},
        "text": {"en": "Wool, 130 x 170 cm.", "fr": "En laine, 130 x 170 cm."},
        "points": 200,
        "starts_at": LONG_AGO,
    }
    return told | change


def make_gift(session: AnySession, programme_id: str, units: int = 5, **change: Any) -> str:
    """A gift that is offered, with so many units in stock."""
    with writing(session):
        own: str = catalogue.create_gift(session, THE_SYSTEM, load(NewGiftSchema, gift_like(programme_id, **change)))[
            "id"
        ]
        catalogue.step_gift(session, THE_SYSTEM, catalogue.hold_gift(session, own), "offered")
        if units:
            stock.deliver(session, THE_SYSTEM, own, {"id": new_id(), "units": units})
    return own

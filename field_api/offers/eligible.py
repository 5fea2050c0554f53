"""Use case of eligibility: which live offers one customer may have at this moment, wherever they are."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select

from field_api.offers.audience import judge
from field_api.offers.models import offers
from field_api.offers.people import person_at
from field_api.offers.periods import holds_at
from field_api.offers.scope import in_sight, live_at
from field_api.store.engine import AnySession
from field_api.web.identity import Principal

SHOWN = ("id", "kind", "percent", "amount_minor", "currency", "multiplier_percent", "gift", "title", "ends_at")
_ASKED = (*SHOWN, "starts_at", "time_zone", "weekly_hours", "audience", "everywhere")
_LIVE = select(*(offers.c[name] for name in _ASKED)).order_by(offers.c.priority.desc(), offers.c.id)


def eligible_offers(
    session: AnySession, principal: Principal, customer_id: str, at: datetime, most: int
) -> list[dict[str, Any]]:
    """Up to `most` offers by priority, each with the reason of every clause; the caller has seen to the customer."""
    person = person_at(session, customer_id, at)
    if person is None:
        return []
    found = []
    query = _LIVE.where(*live_at(at), *in_sight(principal), offers.c.starts_at <= at)
    for row in map(dict, session.execute(query).mappings()):
        verdict = judge(row["id"], row["audience"], person, at)
        if verdict.eligible and holds_now(row, at):
            reasons = [asdict(reason) for reason in verdict.reasons]
            found.append({name: row[name] for name in (*SHOWN, "everywhere")} | {"reason": reasons})
            if len(found) == most:
                break
    return found


def holds_now(offer: Mapping[str, Any], at: datetime) -> bool:
    """Whether an offer's period and weekly hours hold at an instant."""
    return holds_at(offer["starts_at"], offer["ends_at"], offer["time_zone"], offer["weekly_hours"], at)

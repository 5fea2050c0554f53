"""Closed lists: who is invited to an offer, since when and until when."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from field_api import clock
from field_api.customers.models import customers
from field_api.errors import Fault, Invalid, NotFound
from field_api.offers.actions import hold_offer, read_offer
from field_api.offers.models import offer_listed
from field_api.offers.rules import check_changeable
from field_api.store import audit
from field_api.store.engine import AnySession
from field_api.web.identity import Principal

_ON_IT = offer_listed.c.ends_at.is_(None)


def listed(
    session: AnySession, principal: Principal, offer_id: str, limit: int, after: str | None
) -> tuple[list[dict[str, Any]], tuple[str] | None]:
    """A page of who stands on the list, by id, and the last of it when more follow. Raises NotFound."""
    read_offer(session, principal, offer_id)
    own = offer_listed.c
    query = select(own.customer_id, own.starts_at).where(own.offer_id == offer_id, _ON_IT)
    if after is not None:
        query = query.where(own.customer_id > after)
    items = [row._asdict() for row in session.execute(query.order_by(own.customer_id).limit(limit + 1))]
    return items[:limit], (items[limit - 1]["customer_id"],) if len(items) > limit else None


def add_to_list(session: AnySession, principal: Principal, offer_id: str, customer_ids: Collection[str]) -> int:
    """Invite customers as of now; how many were not invited yet.

    Raises NotFound for the offer, Clash when it is ended, and Invalid for customers that do not exist.
    """
    check_changeable(hold_offer(session, offer_id).state)
    wanted, moment = list(dict.fromkeys(customer_ids)), clock.now()
    known = set(session.scalars(select(customers.c.id).where(customers.c.id.in_(wanted))))
    faults = [
        Fault(f"/customer_ids/{place}", f"There is no customer {own}.")
        for place, own in enumerate(customer_ids)
        if own not in known
    ]
    if faults:
        raise Invalid("The list names nobody here and there.", *faults)
    standing = select(offer_listed.c.customer_id).where(offer_listed.c.offer_id == offer_id, _ON_IT)
    present = set(session.scalars(standing.where(offer_listed.c.customer_id.in_(wanted))))
    fresh = [_invited(offer_id, own, moment) for own in wanted if own not in present]
    if fresh:
        session.execute(insert(offer_listed), fresh)
        added = [one["customer_id"] for one in fresh]
        audit.record(session, principal.actor, "offer.invite", offer_id, after={"customer_ids": added})
    return len(fresh)


def take_off_list(session: AnySession, principal: Principal, offer_id: str, customer_id: str) -> None:
    """Invite somebody no longer, as of now. Raises NotFound, and Clash when the offer is ended."""
    check_changeable(hold_offer(session, offer_id).state)
    own = offer_listed.c
    mine = (own.offer_id == offer_id, own.customer_id == customer_id, _ON_IT)
    if session.connection().execute(update(offer_listed).where(*mine).values(ends_at=clock.now())).rowcount == 0:
        raise NotFound(f"The customer {customer_id} is not on the list of the offer {offer_id}.")
    audit.record(session, principal.actor, "offer.uninvite", offer_id, before={"customer_ids": [customer_id]})


def _invited(offer_id: str, customer_id: str, moment: datetime) -> dict[str, Any]:
    return {"offer_id": offer_id, "customer_id": customer_id, "starts_at": moment, "ends_at": None}

"""Which purchases a caller may know of, and whom and where they may record one for."""

from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, false, or_, select

from field_api.customers.actions import require_customer
from field_api.customers.models import customers
from field_api.errors import NotFound
from field_api.shops.models import purchases, shops
from field_api.store.engine import AnySession
from field_api.web.identity import Principal

# What `in_sight` speaks of.
WITH_THEIR_PLACES: FromClause = purchases.outerjoin(customers, customers.c.id == purchases.c.customer_id).outerjoin(
    shops, shops.c.id == purchases.c.shop_id
)


def in_sight(principal: Principal) -> tuple[ColumnElement[bool], ...]:
    """The conditions that keep a query on WITH_THEIR_PLACES in the caller's sight.

    A till sees its own shop's. Staff see those of their customers; one that names no customer is seen where its shop
    is, and one that names neither by whoever recorded it.
    """
    if principal.role == "service":
        return (purchases.c.shop_id == principal.shop_id if principal.shop_id else false(),)
    if principal.territory_ids is None:
        return ()
    mine = sorted(principal.territory_ids)
    nobodys = purchases.c.customer_id.is_(None)
    own = and_(nobodys, purchases.c.shop_id.is_(None), purchases.c.recorded_by_id == principal.id)
    return (or_(customers.c.territory_id.in_(mine), and_(nobodys, shops.c.territory_id.in_(mine)), own),)


def check_buyer(session: AnySession, principal: Principal, customer_id: str) -> None:
    """Raises NotFound unless the customer is in sight; a till may name anybody, for whom it finds it knows already."""
    everywhere = replace(principal, territory_ids=None)
    require_customer(session, everywhere if principal.role == "service" else principal, customer_id)


def shop_of(session: AnySession, principal: Principal, told: dict[str, Any]) -> str | None:
    """The shop of a purchase to be recorded: a till's own, or the one that staff tell.

    Staff may tell any shop for their customers, and their territories' shops when nobody is named. Raises NotFound.
    """
    shop_id: str | None = told.get("shop_id")
    if principal.role == "service":
        if shop_id not in {None, principal.shop_id}:
            raise NotFound(f"This till does not belong to the shop {shop_id}.")
        shop_id = principal.shop_id
    if shop_id is None:
        return None
    territory_id = session.execute(select(shops.c.territory_id).where(shops.c.id == shop_id)).scalar()
    foreign = principal.role != "service" and told.get("customer_id") is None and territory_id is not None
    if territory_id is None or (foreign and not principal.may_see(territory_id)):
        raise NotFound(f"There is no shop {shop_id} among those you record for.")
    return shop_id

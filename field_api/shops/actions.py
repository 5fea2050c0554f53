"""Use cases of shops themselves: list, read, add, change. What they are is known to all staff; admins decide it."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, literal, select, tuple_

from field_api import clock
from field_api.errors import Clash, NotFound
from field_api.reps.models import Territory
from field_api.shops.models import Shop, shops
from field_api.shops.opening import Opening, opening_at
from field_api.store import audit
from field_api.store.columns import Id, new_id
from field_api.store.engine import AnySession
from field_api.sync import feed
from field_api.sync.collections import COMPANY
from field_api.web.identity import Principal

WRITABLE = (
    "name",
    "territory_id",
    "street",
    "postcode",
    "town",
    "country",
    "lat",
    "lon",
    "time_zone",
    "opening_hours",
    "exceptions",
    "closed_at",
)
_SHOPS = select(shops)


def list_shops(
    session: AnySession, territory_id: str | None, limit: int, after: tuple[Any, ...] | None
) -> list[dict[str, Any]]:
    """Up to `limit` shops by name, those of one territory or all, behind the (name, id) of `after`."""
    asked = _SHOPS.order_by(shops.c.name, shops.c.id).limit(limit)
    if territory_id is not None:
        asked = asked.where(shops.c.territory_id == territory_id)
    if after is not None:
        asked = asked.where(tuple_(shops.c.name, shops.c.id) > tuple_(literal(after[0]), literal(after[1], Id)))
    return [row._asdict() for row in session.execute(asked)]


def read_shop(session: AnySession, shop_id: str) -> dict[str, Any]:
    """One shop. Raises NotFound."""
    row = session.execute(_SHOPS.where(shops.c.id == shop_id)).first()
    if row is None:
        raise NotFound(f"There is no shop {shop_id}.")
    return row._asdict()


def opening(session: AnySession, shop_id: str, at: datetime | None) -> Opening:
    """Whether the shop is open at an instant, or now, and when that changes. Raises NotFound."""
    shop, moment = read_shop(session, shop_id), at or clock.now()
    if shop["closed_at"] is not None and shop["closed_at"] <= moment:
        return Opening(False, None)
    return opening_at(shop["opening_hours"], shop["exceptions"], shop["time_zone"], moment)


def create_shop(session: AnySession, principal: Principal, data: dict[str, Any]) -> dict[str, Any]:
    """A new shop. Raises NotFound for its territory and Clash for an id in use."""
    _check_territory(session, data["territory_id"])
    own = data.get("id") or new_id()
    if session.execute(select(shops.c.id).where(shops.c.id == own)).first():
        raise Clash(f"The id {own} is in use; make a new one for a new shop.")
    moment = clock.now()
    row = {name: data.get(name) for name in WRITABLE} | {"id": own, "version": 1}
    row |= {"created_at": moment, "updated_at": moment}
    session.execute(insert(Shop), row)
    audit.record(session, principal.actor, "shop.create", own, after=row)
    feed.touch(session, "shops", own, COMPANY)
    return row


def hold_shop(session: AnySession, shop_id: str) -> Shop:
    """The shop, held until the transaction ends. Raises NotFound."""
    shop = session.get(Shop, shop_id, with_for_update=True, populate_existing=True)
    if shop is None:
        raise NotFound(f"There is no shop {shop_id}.")
    return shop


def change_shop(session: AnySession, principal: Principal, shop: Shop, data: dict[str, Any]) -> dict[str, Any]:
    """Replace what is writable of a held shop by `data`, in which a missing name means none. Raises NotFound."""
    before = shop_document(shop)
    if data["territory_id"] != shop.territory_id:
        _check_territory(session, data["territory_id"])
    for name in WRITABLE:
        setattr(shop, name, data.get(name))
    shop.touch()
    session.flush()
    after = shop_document(shop)
    audit.record(session, principal.actor, "shop.change", shop.id, before, after)
    feed.touch(session, "shops", shop.id, COMPANY)
    return after


def shop_document(shop: Shop) -> dict[str, Any]:
    """A shop's columns by name."""
    return {column.name: getattr(shop, column.name) for column in shops.c}


def _check_territory(session: AnySession, territory_id: str) -> None:
    if session.execute(select(Territory.id).where(Territory.id == territory_id)).first() is None:
        raise NotFound(f"There is no territory {territory_id}.")

"""Use cases of gifts themselves: make one, change it, offer and withdraw it, list and read them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, select

from field_api import clock
from field_api.errors import Clash, Invalid, NotFound
from field_api.gifts import rules
from field_api.gifts.models import Gift, GiftStock, gifts, stocks
from field_api.gifts.versions import document_at, keep_version
from field_api.loyalty.models import programmes
from field_api.store import audit
from field_api.store.columns import new_id
from field_api.store.engine import AnySession
from field_api.sync import feed
from field_api.sync.collections import COMPANY
from field_api.web import newest_first
from field_api.web.identity import Principal

WRITABLE = ("title", "text", "picture_url", "points", "starts_at", "ends_at", "tiers", "collect_days")
_BY_ID = select(gifts).where(gifts.c.id == bindparam("own_id"))
# No harder than the order's own foreign key holds it: others order at the same time, and a change waits.
_STILL = _BY_ID.with_for_update(read=True, key_share=True)


def list_gifts(
    session: AnySession, principal: Principal, asked: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], tuple[Any, ...] | None]:
    """A page of the gifts with their stock, the latest made first; of one programme or state, or of all."""
    query = _shown(select(gifts, stocks.c.units).join(stocks, stocks.c.gift_id == gifts.c.id), principal)
    for name in ("programme_id", "state"):
        if name in asked:
            query = query.where(gifts.c[name] == asked[name])
    return newest_first.page(session, query, gifts.c.created_at, gifts.c.id, asked["limit"], asked["cursor"])


def require_gift(
    session: AnySession, principal: Principal, gift_id: str, at: datetime | None = None, *, still: bool = False
) -> dict[str, Any]:
    """One gift, or as it was at a past moment; drafts are shown to admins alone. Raises NotFound.

    With `still` it does not change until the transaction ends, for whoever orders it.
    """
    row = session.connection().execute(_STILL if still else _BY_ID, {"own_id": gift_id}).first()
    found = None if row is None else row._asdict()
    if found is not None and at is not None:
        found = document_at(session, gift_id, at)
    if found is None or (found["state"] == "draft" and principal.role != "admin"):
        raise NotFound(f"There is no gift {gift_id} among those you may see.")
    return found


def create_gift(session: AnySession, principal: Principal, data: Mapping[str, Any]) -> dict[str, Any]:
    """A new draft, with nothing in stock. Raises NotFound for its programme, Invalid, and Clash for an id in use."""
    if session.execute(select(programmes.c.id).where(programmes.c.id == data["programme_id"])).first() is None:
        raise NotFound(f"There is no programme {data['programme_id']}.")
    own, moment = data.get("id") or new_id(), clock.now()
    if session.execute(select(gifts.c.id).where(gifts.c.id == own)).first():
        raise Clash(f"The id {own} is in use; make a new one for a new gift.")
    more = {"programme_id": data["programme_id"], "state": "draft", "created_at": moment, "updated_at": moment}
    gift = Gift(id=own, **more, **_checked(data))
    session.add(gift)
    session.flush()
    session.add(GiftStock(gift_id=own, units=0))
    session.flush()
    return _written(session, principal, gift, "create", None)


def hold_gift(session: AnySession, gift_id: str) -> Gift:
    """The gift, held until the transaction ends: nobody orders it meanwhile. Raises NotFound."""
    gift = session.get(Gift, gift_id, with_for_update=True, populate_existing=True)
    if gift is None:
        raise NotFound(f"There is no gift {gift_id} among those you may see.")
    return gift


def change_gift(session: AnySession, principal: Principal, gift: Gift, data: Mapping[str, Any]) -> dict[str, Any]:
    """Replace what is writable of a held gift; orders that stand keep the price at which they were made."""
    before = gift_document(gift)
    for name, value in _checked(data).items():
        setattr(gift, name, value)
    gift.touch()
    session.flush()
    return _written(session, principal, gift, "change", before)


def step_gift(session: AnySession, principal: Principal, gift: Gift, state: str) -> dict[str, Any]:
    """Offer or withdraw a held gift. Raises Clash for a step that does not lead on from its state."""
    before = gift_document(gift)
    gift.state = rules.next_state(gift.state, state)
    gift.touch()
    session.flush()
    return _written(session, principal, gift, "offer" if state == "offered" else "withdraw", before)


def gift_document(gift: Gift) -> dict[str, Any]:
    """A gift's columns by name."""
    return {column.name: getattr(gift, column.name) for column in gifts.c}


def _written(
    session: AnySession, principal: Principal, gift: Gift, verb: str, before: dict[str, Any] | None
) -> dict[str, Any]:
    after = gift_document(gift)
    keep_version(session, after)
    audit.record(session, principal.actor, f"gift.{verb}", gift.id, before, after)
    if after["state"] != "draft":
        feed.touch(session, "gifts", gift.id, COMPANY)
    return after


def _checked(data: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: data.get(name) for name in WRITABLE}
    if faults := list(rules.faults_of(told)):
        raise Invalid("The gift contradicts itself.", *faults)
    return told | {"tiers": list(dict.fromkeys(told["tiers"] or []))}


def _shown(query: Select[Any], principal: Principal) -> Select[Any]:
    return query if principal.role == "admin" else query.where(gifts.c.state != "draft")

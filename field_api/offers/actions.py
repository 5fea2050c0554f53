"""Use cases of offers: make, read, list, change, and the steps from draft over live and paused to ended."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select

from field_api import clock
from field_api.errors import Clash, Fault, Invalid, NotFound
from field_api.offers import rules
from field_api.offers.models import Offer, offer_territories, offers
from field_api.offers.places import settle
from field_api.offers.scope import buckets_of, in_sight, shown_to
from field_api.offers.versions import documents_at, keep_version
from field_api.reps.models import Territory
from field_api.store import audit
from field_api.store.columns import new_id
from field_api.store.engine import AnySession
from field_api.sync import feed
from field_api.web import newest_first
from field_api.web.identity import Principal

SERVER_OWNED = ("id", "state", "version", "created_at", "updated_at")
WRITABLE = tuple(column.name for column in offers.c if column.name not in SERVER_OWNED)
_OFFERS = select(offers)


def read_offer(session: AnySession, principal: Principal, offer_id: str, at: datetime | None = None) -> dict[str, Any]:
    """One offer that the caller is shown; with `at` as it was then, to who is not an admin if it was live.

    Raises NotFound.
    """
    moment = at or clock.now()
    conditions = shown_to(principal, moment) if at is None else _known_to(principal)
    row = session.execute(_OFFERS.where(offers.c.id == offer_id, *conditions)).first()
    found = row._asdict() if row else None
    if found is not None and at is not None:
        found = documents_at(session, [offer_id], at).get(offer_id)
        if principal.role != "admin" and found is not None and not _was_live(found, at):
            found = None
    if found is None:
        raise _missing(offer_id)
    return found


def list_offers(
    session: AnySession, principal: Principal, asked: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], tuple[Any, ...] | None]:
    """A page of the offers that the caller is shown, the latest made first; of one state or kind, or of all."""
    query = _OFFERS.where(*shown_to(principal, clock.now()))
    for name in ("state", "kind"):
        if name in asked:
            query = query.where(offers.c[name] == asked[name])
    return newest_first.page(session, query, offers.c.created_at, offers.c.id, asked["limit"], asked["cursor"])


def create_offer(session: AnySession, principal: Principal, data: Mapping[str, Any]) -> dict[str, Any]:
    """A new draft. Raises Invalid with every contradiction, and Clash for an id in use."""
    own, moment = data.get("id") or new_id(), clock.now()
    if session.execute(select(offers.c.id).where(offers.c.id == own)).first():
        raise Clash(f"The id {own} is in use; make a new one for a new offer.")
    offer = Offer(id=own, state="draft", created_at=moment, updated_at=moment, **_checked(session, data))
    session.add(offer)
    session.flush()
    _name_territories(session, offer)
    return _written(session, principal, offer, "create", None)


def hold_offer(session: AnySession, offer_id: str) -> Offer:
    """The offer, held until the transaction ends, whatever its state. Raises NotFound."""
    offer = session.get(Offer, offer_id, with_for_update=True, populate_existing=True)
    if offer is None:
        raise _missing(offer_id)
    return offer


def change_offer(session: AnySession, principal: Principal, offer: Offer, data: Mapping[str, Any]) -> dict[str, Any]:
    """Replace what is writable of a held offer; what is live holds anew at once.

    Raises Invalid with every contradiction, and Clash for an offer that is ended.
    """
    rules.check_changeable(offer.state)
    before = offer_document(offer)
    for name, value in _checked(session, data).items():
        setattr(offer, name, value)
    offer.touch()
    session.flush()
    if before["territory_ids"] != offer.territory_ids:
        session.execute(delete(offer_territories).where(offer_territories.c.offer_id == offer.id))
        _name_territories(session, offer)
    return _written(session, principal, offer, "change", before)


def step_offer(session: AnySession, principal: Principal, offer: Offer, step: str) -> dict[str, Any]:
    """Publish, pause or end a held offer. Raises Clash for a step that does not lead on from its state."""
    before, state = offer_document(offer), rules.next_state(offer.state, step)
    if state == "live":
        rules.check_still_ahead(offer.ends_at, clock.now())
    offer.state = state
    offer.touch()
    session.flush()
    return _written(session, principal, offer, step, before)


def offer_document(offer: Offer) -> dict[str, Any]:
    """An offer's columns by name."""
    return {column.name: getattr(offer, column.name) for column in offers.c}


def _written(
    session: AnySession, principal: Principal, offer: Offer, verb: str, before: dict[str, Any] | None
) -> dict[str, Any]:
    """What every write of an offer leaves behind: a version, places on the map, an audit line, and word to phones."""
    after = offer_document(offer)
    keep_version(session, after)
    settle(session, offer, offer.updated_at)
    audit.record(session, principal.actor, f"offer.{verb}", offer.id, before, after)
    was, now = (_buckets(session, one) for one in (before, after))
    if was | now:
        feed.touch(session, "offers", offer.id, *(was | now))
    return after


def _checked(session: AnySession, data: Mapping[str, Any]) -> dict[str, Any]:
    """The writable columns of what was sent. Raises Invalid."""
    told: dict[str, Any] = {name: data.get(name) for name in WRITABLE}
    faults = [*rules.faults_of(told), *_unknown_territories(session, told)]
    if faults:
        raise Invalid("The offer contradicts itself.", *faults)
    return told | {name: list(dict.fromkeys(told[name])) for name in ("territory_ids", "channels")}


def _unknown_territories(session: AnySession, told: Mapping[str, Any]) -> list[Fault]:
    lists = {"/territory_ids": told["territory_ids"], "/audience/territories": told["audience"].get("territories", [])}
    asked = {one for ids in lists.values() for one in ids}
    known = set(session.scalars(select(Territory.id).where(Territory.id.in_(asked)))) if asked else set()
    return [
        Fault(f"{where}/{place}", f"There is no territory {one}.")
        for where, ids in lists.items()
        for place, one in enumerate(ids)
        if one not in known
    ]


def _name_territories(session: AnySession, offer: Offer) -> None:
    rows = [{"offer_id": offer.id, "territory_id": one} for one in offer.territory_ids]
    if rows:
        session.execute(insert(offer_territories), rows)


def _buckets(session: AnySession, document: Mapping[str, Any] | None) -> set[str]:
    """Where phones find an offer: nowhere unless it is live."""
    if document is None or document["state"] != "live":
        return set()
    return buckets_of(session, document["territory_ids"])


def _known_to(principal: Principal) -> tuple[ColumnElement[bool], ...]:
    return () if principal.role == "admin" else in_sight(principal)


def _was_live(document: Mapping[str, Any], at: datetime) -> bool:
    return document["state"] == "live" and (document["ends_at"] is None or document["ends_at"] > at)


def _missing(offer_id: str) -> NotFound:
    return NotFound(f"There is no offer {offer_id} among those you may see.")

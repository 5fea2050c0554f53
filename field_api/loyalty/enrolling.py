"""The use case of enrolment: by whichever way a person comes, and however often, they are one member."""

import hmac
from dataclasses import replace
from hashlib import blake2b
from typing import Any

import orjson
from flask import current_app
from sqlalchemy import bindparam, insert, select, update

from field_api import clock
from field_api.consents import actions as consents
from field_api.customers.actions import create_customer, require_customer
from field_api.customers.scope import KnownCustomer
from field_api.errors import Clash, Fault, Invalid, NotFound
from field_api.loyalty import numbers
from field_api.loyalty.members import KnownMember, enrolments_of, member_of_card, require_member
from field_api.loyalty.models import enrolments, members, programmes
from field_api.loyalty.recognising import readable, recognise
from field_api.loyalty.referrals import check_referrer
from field_api.points.accounts import open_account
from field_api.shops.models import shops
from field_api.store import audit
from field_api.store.engine import AnySession
from field_api.sync import feed
from field_api.web.identity import THE_SYSTEM, Principal
from field_api.web.instants import happened

FIRST_TOUCH = {"web": "web_form", "till": "shop", "rep": "phone", "import": "import"}
CONSENT_SOURCE = {"web": "web_form", "till": "shop", "rep": "visit", "import": "import"}

_PROGRAMME = select(programmes.c.state).where(programmes.c.id == bindparam("programme_id"))
_EARLIER = select(enrolments).where(enrolments.c.id == bindparam("own_id"))
_ACTIVE = select(members.c.id).where(
    members.c.programme_id == bindparam("programme_id"),
    members.c.customer_id == bindparam("customer_id"),
    members.c.state == "active",
)
_SEEN_AGAIN = (
    update(members)
    .where(members.c.id == bindparam("of_id"))
    .values(version=members.c.version + 1, updated_at=bindparam("at"))
)
_TAKEN = select(members.c.id).where(members.c.number == bindparam("number"))
_TERRITORY = select(shops.c.territory_id).where(shops.c.id == bindparam("shop_id"))


def enrol(session: AnySession, principal: Principal, told: dict[str, Any]) -> dict[str, Any]:
    """Make somebody a member, or note that they enrolled once more; the same enrolment again is the same answer.

    `told` has id (the enrolment's, for ever), programme_id, channel, and customer_id or person {name, given_name,
    phone, email}; it may have shop_id, territory_id (of a new customer), occurred_at, birthday (MM-DD), referred_by (a
    card number) and consent {wording, language}. Answers {member, enrolment, is_new}. Raises NotFound out of sight, and
    Clash for a programme that is not live, a retired person, a referral that cannot be, or an id of another enrolment.
    """
    if first := session.execute(_EARLIER, {"own_id": told["id"]}).first():
        return _first_answer(session, principal, first._asdict(), told)
    _check_live(session, told["programme_id"])
    told = told | {"occurred_at": happened(told.get("occurred_at")), "told_hash": _told_hash(told)}
    customer, matched_by = _customer(session, principal, told)
    member_id = session.execute(_ACTIVE, told | {"customer_id": customer.id}).scalar()
    is_new = member_id is None
    if member_id is None:
        member_id = _add_member(session, principal, told, customer)
    else:
        session.connection().execute(_SEEN_AGAIN, {"of_id": member_id, "at": clock.now()})
    source = _add_enrolment(session, principal, told, member_id, matched_by)
    _note_consent(session, principal, told, customer.id)
    feed.touch(session, "cards", member_id)
    return _answer(session, principal, member_id, source, is_new=is_new)


def _check_live(session: AnySession, programme_id: str) -> None:
    # Held, so that of two tills with the same new person one finds whom the other has made.
    held = _PROGRAMME.with_for_update(key_share=True)
    state = session.execute(held, {"programme_id": programme_id}).scalar()
    if state is None:
        raise NotFound(f"There is no programme {programme_id}.")
    if state != "live":
        raise Clash(f"The programme is {'ended' if state == 'ended' else 'a draft'}; nobody enrols in it.")


def _customer(session: AnySession, principal: Principal, told: dict[str, Any]) -> tuple[KnownCustomer, str]:
    """Who enrols, held, and how they were known."""
    person = told.get("person")
    if (told.get("customer_id") is None) == (person is None):
        fault = Fault("/customer_id", "Give the customer's id, or the person; not both.")
        raise Invalid("It is not clear who enrols.", fault)
    if person is None:
        seeing = _everywhere(principal) if principal.role == "service" else principal
        return _standing(session, seeing, told["customer_id"]), "named"
    reachable = readable(person)
    # Whoever fills in a form shows that the e-mail is theirs, and nothing of a phone.
    shown = [(kind, value) for kind, value in reachable.items() if told["channel"] != "web" or kind == "email"]
    known = recognise(session, shown)
    if known is None:
        made = _new_customer(session, principal, told, reachable)
        return _standing(session, _everywhere(principal), made), "new"
    return _standing(session, _everywhere(principal), known.customer_id), "verified" if known.verified else "unverified"


def _standing(session: AnySession, principal: Principal, customer_id: str) -> KnownCustomer:
    customer = require_customer(session, principal, customer_id, lock=True)
    if customer.retired_at is not None:
        told = f"This person is retired since {customer.retired_at.isoformat()} and cannot be enrolled"
        raise Clash(f"{told}; an admin can bring them back.")
    return customer


def _new_customer(session: AnySession, principal: Principal, told: dict[str, Any], reachable: dict[str, str]) -> str:
    person = told["person"]
    if not reachable:
        fault = Fault("/person", "Give a phone or an e-mail, by which the person is known again.")
        raise Invalid("This person could not be recognised the next time.", fault)
    data = {
        "kind": "person",
        "name": person["name"],
        "given_name": person.get("given_name"),
        "first_touch_source": FIRST_TOUCH[told["channel"]],
        "territory_id": _territory(session, principal, told),
        "contact_points": [{"kind": kind, "value": value} for kind, value in reachable.items()],
    }
    return str(create_customer(session, _everywhere(principal), data)["id"])


def _territory(session: AnySession, principal: Principal, told: dict[str, Any]) -> str:
    """Where a new customer lies: in the territory told, or in that of the shop."""
    territory_id: str | None = told.get("territory_id")
    if territory_id is None and told.get("shop_id") is not None:
        territory_id = session.execute(_TERRITORY, told).scalar()
    if territory_id is None:
        raise Invalid("It is not clear whose customer this is.", Fault("/shop_id", "Give the shop or the territory."))
    if principal.role != "service" and not principal.may_see(territory_id):
        raise NotFound(f"There is no territory {territory_id} among those you see.")
    return territory_id


def _add_member(session: AnySession, principal: Principal, told: dict[str, Any], customer: KnownCustomer) -> str:
    referrer = None
    if told.get("referred_by") is not None:
        referrer = member_of_card(session, _everywhere(principal), told["referred_by"], "/referred_by")
        check_referrer(session, referrer, told["programme_id"], customer.id)
    moment = clock.now()
    row: dict[str, Any] = dict.fromkeys(("left_at", "merged_into_id", "tier", "tier_since_at", "tier_computed_at"))
    row |= {name: told.get(name) for name in ("programme_id", "birthday")}
    # A phone made the id before it knew whether somebody had been faster.
    row |= {"id": told["id"], "customer_id": customer.id, "number": _free_number(session), "state": "active"}
    row |= {"joined_at": told["occurred_at"], "referred_by_id": referrer.id if referrer else None}
    row |= {"version": 1, "created_at": moment, "updated_at": moment, "tier_due_at": moment}
    session.execute(insert(members), row)
    open_account(session, principal, account_id=row["id"], customer_id=customer.id)
    audit.record(session, principal.actor, "member.enrol", row["id"], after=row)
    return str(row["id"])


def _free_number(session: AnySession) -> str:
    while session.execute(_TAKEN, {"number": (number := numbers.draw())}).first():
        pass
    return number


def _add_enrolment(
    session: AnySession, principal: Principal, told: dict[str, Any], member_id: str, matched_by: str
) -> dict[str, Any]:
    row: dict[str, Any] = {name: told.get(name) for name in ("id", "channel", "shop_id", "occurred_at", "told_hash")}
    row |= {"member_id": member_id, "matched_by": matched_by, "recorded_at": clock.now()}
    row |= {"recorded_by_kind": principal.actor.kind, "recorded_by_id": principal.actor.id}
    session.execute(insert(enrolments), row)
    audit.record(session, principal.actor, "enrolment.record", row["id"], after=row)
    return row


def _note_consent(session: AnySession, principal: Principal, told: dict[str, Any], customer_id: str) -> None:
    if told.get("consent") is None:
        return
    said = told["consent"] | {"purpose": "loyalty", "channel": "any", "granted": True}
    said |= {"source": CONSENT_SOURCE[told["channel"]], "occurred_at": told["occurred_at"]}
    consents.record(session, _everywhere(principal), customer_id, said)


def _first_answer(
    session: AnySession, principal: Principal, first: dict[str, Any], told: dict[str, Any]
) -> dict[str, Any]:
    if not hmac.compare_digest(first["told_hash"], _told_hash(told)):
        raise Clash(f"The id {told['id']} stands for another enrolment; each one has an id of its own.")
    require_member(session, principal, first["member_id"])
    return _answer(session, principal, first["member_id"], first, is_new=first["member_id"] == first["id"])


def _answer(
    session: AnySession, principal: Principal, member_id: str, source: dict[str, Any], *, is_new: bool
) -> dict[str, Any]:
    member: KnownMember = require_member(session, THE_SYSTEM, member_id)
    # Who knows a phone number gets that person's card, and does not learn from it when they were born.
    if not is_new and (principal.role == "service" or not principal.may_see(member.territory_id)):
        member = replace(member, birthday=None)
    shown = {name: value for name, value in source.items() if name not in {"told_hash", "member_id"}}
    sources = enrolments_of(session, [member_id])[member_id]
    return {"member": member.document() | {"enrolments": sources}, "enrolment": shown, "is_new": is_new}


def _everywhere(principal: Principal) -> Principal:
    """The same caller, who has shown by what they told that they know the person."""
    return replace(principal, territory_ids=None)


def _told_hash(told: dict[str, Any]) -> str:
    """Keyed, so that a phone number cannot be guessed back from it."""
    key: bytes = current_app.config["SETTINGS"].secret[:64]
    return blake2b(orjson.dumps(told, option=orjson.OPT_SORT_KEYS), digest_size=16, key=key).hexdigest()

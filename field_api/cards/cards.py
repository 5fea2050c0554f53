"""Use cases of a card: its link is given out, opened, and made void; it is installed; its member leaves with it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from field_api import clock
from field_api.cards.models import cards
from field_api.consents import actions as consents
from field_api.errors import Clash, NotFound
from field_api.loyalty.earning import earn_for
from field_api.loyalty.leaving import leave
from field_api.loyalty.members import KnownMember, require_member
from field_api.loyalty.models import members
from field_api.reps.company import company
from field_api.settings import Settings
from field_api.store import audit
from field_api.store.audit import Actor
from field_api.store.columns import new_id
from field_api.store.engine import AnySession
from field_api.web import links
from field_api.web.identity import THE_SYSTEM, Principal

PURPOSE = "card"
INSTALLED = "card_installed"


@dataclass(frozen=True)
class Card:
    """A card with its member; of a merged member, the member who stands for them now."""

    member: KnownMember
    own_id: str
    language: str
    link_number: int
    installed_at: datetime | None


_COLUMNS = tuple(cards.c[name] for name in ("language", "link_number", "installed_at"))
_BY_MEMBER = select(*_COLUMNS).where(cards.c.member_id == bindparam("of_id"))
_MAKE_VOID = (
    update(cards)
    .where(cards.c.member_id == bindparam("of_id"), cards.c.link_number < links.HIGHEST_NUMBER)
    .values(link_number=cards.c.link_number + 1)
)
_OF_ONE_PERSON = (
    select(cards.c.member_id, cards.c.link_number)
    .join(members, members.c.id == cards.c.member_id)
    .where(or_(members.c.id == bindparam("of_id"), members.c.merged_into_id == bindparam("of_id")))
    .order_by(cards.c.member_id)
)
_INSTALL = (
    update(cards)
    .where(cards.c.member_id == bindparam("of_id"), cards.c.installed_at.is_(None))
    .values(installed_at=bindparam("at"))
)


def card_of(session: AnySession, member: KnownMember, language: str | None = None) -> Card:
    """The card of a member; made, in the company's language unless another is given, when it is asked for first.

    For who writes: the link of a card that was not kept leads nowhere.
    """
    row = session.connection().execute(_BY_MEMBER, {"of_id": member.id}).first()
    if row is None:
        spoken = language or company(session)[0].locale
        fresh = {"member_id": member.id, "language": spoken, "link_number": 0, "created_at": clock.now()}
        insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
        session.connection().execute(insert(cards).on_conflict_do_nothing(), fresh)
        row = session.connection().execute(_BY_MEMBER, {"of_id": member.id}).one()
    return Card(member, member.id, *row)


def seen_card(session: AnySession, member: KnownMember) -> Card:
    """The same for who only reads: where there is no card yet, none is made."""
    row = session.connection().execute(_BY_MEMBER, {"of_id": member.id}).first()
    return Card(member, member.id, *(row or (company(session)[0].locale, 0, None)))


def link_of(card: Card) -> str:
    """The link that opens a card."""
    return f"{settings().public_url}/card/{links.sign(settings().secret, PURPOSE, card.own_id, card.link_number)}/"


def give_link(session: AnySession, principal: Principal, member_id: str) -> str:
    """The link of a member's card, for whoever hands it on to them. Raises NotFound, and Clash for one who left."""
    return link_of(give_card(session, principal, member_id))


def give_card(session: AnySession, principal: Principal, member_id: str) -> Card:
    """A member's card whose link is handed on, by itself or in a pass; the trail says so. Raises as `give_link`."""
    member = require_member(session, principal, member_id)
    if member.left_at is not None and member.merged_into_id is None:
        raise Clash(f"This member left the programme on {member.left_at.isoformat()}; there is no card any more.")
    card = card_of(session, member)
    audit.record(session, principal.actor, "card.give_link", member.id, None, {"link_number": card.link_number})
    return card


def make_links_void(session: AnySession, principal: Principal, member_id: str) -> None:
    """Let no link that was given out open the card any more; the next one given will.

    Whoever was merged into the member had links that open this card too: they are void with it. Raises NotFound.
    """
    member = require_member(session, principal, member_id)
    card_of(session, member)
    for own_id, number in session.execute(_OF_ONE_PERSON, {"of_id": member.merged_into_id or member.id}).all():
        if session.connection().execute(_MAKE_VOID, {"of_id": own_id}).rowcount != 1:
            raise Clash("The links of this card were made void too often; merge the member into a new one.")
        numbers = {"link_number": number}, {"link_number": number + 1}
        audit.record(session, principal.actor, "card.make_links_void", own_id, *numbers)


def open_card(session: AnySession, text: str) -> Card:
    """The card that a link opens. Raises NotFound for a link that is forged, or void by now."""
    own_id, number = links.read(settings().secret, PURPOSE, text)
    row = session.connection().execute(_BY_MEMBER, {"of_id": own_id}).first()
    if row is None or row.link_number != number:
        raise NotFound("This link does not lead anywhere.")
    member = require_member(session, THE_SYSTEM, own_id)
    if member.merged_into_id is not None:
        member = require_member(session, THE_SYSTEM, member.merged_into_id)
    return Card(member, own_id, *row)


def the_member(card: Card) -> Principal:
    """The member themself as the one who acts: the trail says so. What they may do, the routes of the card decide."""
    return Principal(id="", role="admin", territory_ids=None, actor=Actor("member", card.member.id))


def note_installed(session: AnySession, card: Card) -> int:
    """Note that a card was opened from a home screen; gives the points that this earned, which it does once.

    The phone says so, and nobody can check it: so it counts once for each member, whatever comes after.
    """
    if session.connection().execute(_INSTALL, {"of_id": card.own_id, "at": clock.now()}).rowcount != 1:
        return 0
    member = the_member(card)
    audit.record(session, member.actor, "card.install", card.own_id)
    own = card.member.id
    earned = earn_for(session, member, own, kind=INSTALLED, event_id=own, occurred_at=clock.now())
    return 0 if earned is None else earned.points


def leave_with(session: AnySession, card: Card, wording: str, language: str) -> None:
    """End the membership of a card's member, who has read this wording; to leave twice is to leave once."""
    if card.member.left_at is not None:
        return
    member = the_member(card)
    leave(session, member, card.member.id, new_id())
    said: dict[str, Any] = {"purpose": "loyalty", "channel": "any", "granted": False, "source": "web_form"}
    consents.record(session, member, card.member.customer_id, said | {"wording": wording, "language": language})


def settings() -> Settings:
    """The settings of the present application."""
    found: Settings = current_app.config["SETTINGS"]
    return found

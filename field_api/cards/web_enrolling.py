"""Enrolment on the web: a form is filled in, the e-mail is confirmed by a link, and there is a card.

Nobody learns from the form whether an e-mail is known: the same mail goes to everybody, and who is known already is
found when its owner confirms it.
"""

import hmac
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, null, select, update

from field_api import clock, mail
from field_api.cards.cards import Card, card_of, link_of, settings, the_member
from field_api.cards.forms import read_form
from field_api.cards.models import forms, web_enrolments
from field_api.cards.rendering import TEMPLATES
from field_api.consents import actions as consents
from field_api.customers import reach
from field_api.customers.actions import hold
from field_api.customers.contact_points import change_contact_point, contact_points_of
from field_api.errors import Clash, Invalid, NotFound
from field_api.loyalty.enrolling import enrol
from field_api.loyalty.members import KnownMember, require_member
from field_api.loyalty.programmes import read_programme
from field_api.reps.company import company
from field_api.store.columns import new_id
from field_api.store.engine import AnySession
from field_api.sync import feed
from field_api.web import links
from field_api.web.identity import THE_SYSTEM

PURPOSE = "confirm"
KEPT = timedelta(hours=48)
A_DAY = timedelta(days=1)
MOST_MAILS_A_DAY = 3

_FORM_HELD = select(forms.c.id).where(forms.c.id == bindparam("form_id")).with_for_update(key_share=True)
_NEVER = "This form does not lead anywhere."


def open_form(session: AnySession, form_id: str) -> dict[str, Any]:
    """A form on which one can enrol now, with its programme. Raises NotFound for every other one."""
    form = read_form(session, form_id)
    programme = read_programme(session, form["programme_id"])
    if form["state"] != "open" or programme["state"] != "live":
        raise NotFound(_NEVER)
    return form | {"programme": programme}


def ask(session: AnySession, form: dict[str, Any], told: dict[str, Any]) -> None:
    """Keep what somebody filled in, and send the link that confirms it.

    `told` has given_name, name, email (normalised), language, choices (their places) and maybe referred_by. An address
    that was written to thrice within a day is not written to: nobody is flooded through our form.
    """
    moment = clock.now()
    # Of two who ask at one moment the second counts the first one's mail.
    session.execute(_FORM_HELD, {"form_id": form["id"]})
    row = {"id": new_id(), "form_id": form["id"], "email_hash": _hash(told["email"]), "told": _kept(form, told, moment)}
    row |= {"requested_at": moment, "expires_at": moment + KEPT, "confirmed_at": None, "member_id": None}
    if _mails_today(session, row["email_hash"], moment) >= MOST_MAILS_A_DAY:
        return
    session.execute(insert(web_enrolments), row)
    link = f"{settings().public_url}/join/confirm/{links.sign(settings().secret, PURPOSE, row['id'])}"
    language = told["language"]
    facts = {"company": company(session)[0].name, "title": form["programme"]["name"][language], "link": link}
    written = TEMPLATES.letter("confirmation", language, given_name=told["given_name"], **facts)
    mail.send(session, to=told["email"], **written._asdict())


def waiting(session: AnySession, text: str) -> dict[str, Any]:
    """What the link of a mail confirms. Raises NotFound for one that was forged, or has ended."""
    own_id, _ = links.read(settings().secret, PURPOSE, text)
    query = select(web_enrolments).where(web_enrolments.c.id == own_id, web_enrolments.c.expires_at > clock.now())
    row = session.execute(query.with_for_update()).first()
    if row is None:
        raise NotFound("This link does not lead anywhere.")
    return row._asdict()


def confirm(session: AnySession, text: str) -> str:
    """Enrol who confirms, and give the link of the card; a second time is the same card.

    Raises NotFound for a link that has ended, and Clash for a person who is retired or a programme that has ended.
    """
    row = waiting(session, text)
    if row["confirmed_at"] is not None:
        return link_of(card_of(session, require_member(session, THE_SYSTEM, row["member_id"])))
    told: dict[str, Any] = row["told"]
    member = _enrol(session, row, told)
    # First of all, for the card speaks the language in which it is asked for first.
    card = card_of(session, member, told["language"])
    _verify_email(session, card, told["email"])
    for said in told["choices"]:
        consents.record(session, THE_SYSTEM, member.customer_id, said | _said(told))
    # A JSON column would keep None as the JSON value null.
    done = {"confirmed_at": clock.now(), "member_id": member.id, "told": null()}
    session.execute(update(web_enrolments).where(web_enrolments.c.id == row["id"]).values(done))
    return link_of(card)


def forget_ended(session: AnySession) -> None:
    """Forget the forms whose links have ended, with all that was told in them."""
    session.execute(delete(web_enrolments).where(web_enrolments.c.expires_at <= clock.now()))


def _enrol(session: AnySession, row: dict[str, Any], told: dict[str, Any]) -> KnownMember:
    """The member; a referral that cannot be is left out: who was told a wrong number is welcome all the same."""
    enrolment = {
        "id": row["id"],
        "programme_id": told["programme_id"],
        "channel": "web",
        "territory_id": told["territory_id"],
        "person": {name: told[name] for name in ("given_name", "name", "email")},
        "occurred_at": datetime.fromisoformat(told["agreed_at"]),
        "consent": told["consent"],
    }
    if told["referred_by"] is not None:
        try:
            with feed.savepoint(session):
                return _known(session, enrol(session, THE_SYSTEM, enrolment | {"referred_by": told["referred_by"]}))
        except (Clash, Invalid, NotFound):
            pass
    return _known(session, enrol(session, THE_SYSTEM, enrolment))


def _known(session: AnySession, answer: dict[str, Any]) -> KnownMember:
    return require_member(session, THE_SYSTEM, answer["member"]["id"])


def _verify_email(session: AnySession, card: Card, email: str) -> None:
    """Who followed the link has shown that the address is theirs."""
    actor, customer_id = the_member(card), card.member.customer_id
    for one in contact_points_of(session, customer_id):
        if (one["kind"], one["value"], one["verified"]) == ("email", email, False):
            verified = {"label": one["label"], "verified": True}
            change_contact_point(session, actor, hold(session, actor, customer_id), one["id"], verified)


def _kept(form: dict[str, Any], told: dict[str, Any], at: datetime) -> dict[str, Any]:
    """What is kept until it is confirmed: the person, and each wording as it was shown and agreed to."""
    language = told["language"]
    chosen = [form["choices"][place] for place in told["choices"]]
    return {name: told[name] for name in ("given_name", "name", "email", "language")} | {
        "programme_id": form["programme_id"],
        "territory_id": form["territory_id"],
        "referred_by": told.get("referred_by"),
        "consent": {"wording": form["consent"][language], "language": language},
        "choices": [
            {"purpose": one["purpose"], "channel": one["channel"], "wording": one["wording"][language]}
            for one in chosen
        ],
        "agreed_at": at.isoformat(),
    }


def _said(told: dict[str, Any]) -> dict[str, Any]:
    agreed_at = datetime.fromisoformat(told["agreed_at"])
    return {"granted": True, "language": told["language"], "source": "web_form", "occurred_at": agreed_at}


def _mails_today(session: AnySession, email_hash: str, at: datetime) -> int:
    lately = web_enrolments.c.requested_at > at - A_DAY
    query = select(func.count()).where(web_enrolments.c.email_hash == email_hash, lately)
    return int(session.execute(query).scalar_one())


def _hash(email: str) -> str:
    """Keyed, so that an address cannot be guessed back; two spellings of one address are one (customers/reach.py)."""
    return hmac.digest(settings().secret, f"join:{reach.email(email)}".encode(), "sha256").hex()

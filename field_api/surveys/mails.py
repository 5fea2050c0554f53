"""The mails of a survey: one that asks, one more that reminds; each once, and never in the company's quiet hours."""

from typing import Any

from sqlalchemy import Select, bindparam, select, update

from field_api import clock, mail
from field_api.consents.actions import is_allowed
from field_api.customers.contact_points import verified_email
from field_api.customers.models import customers
from field_api.public_pages.templates import Letter
from field_api.reps.company import company
from field_api.store.engine import AnySession, let_go
from field_api.surveys.answering import link_of
from field_api.surveys.models import invitations, surveys
from field_api.surveys.rendering import TEMPLATES
from field_api.surveys.rules import REMINDED_AFTER, runs

AT_ONCE = 100
# Before every id.
_FIRST = "00000000-0000-0000-0000-000000000000"

_NAMES = ("id", "customer_id", "language", "expires_at")
_WAITING: Select[Any] = (
    select(*(invitations.c[name] for name in _NAMES), customers.c.given_name, customers.c.retired_at)
    .add_columns(*(surveys.c[name] for name in ("title", "words", "state", "starts_at", "ends_at")))
    .join(customers, customers.c.id == invitations.c.customer_id)
    .join(surveys, surveys.c.id == invitations.c.survey_id)
    .where(invitations.c.answered_at.is_(None), invitations.c.expires_at > bindparam("at"))
    .limit(AT_ONCE)
)
# Each walks an index that holds what waits and no more.
_UNMAILED = _WAITING.where(
    invitations.c.channel == "email", invitations.c.mailed_at.is_(None), invitations.c.id > bindparam("after")
).order_by(invitations.c.id)
_UNANSWERED = (
    _WAITING.where(invitations.c.reminded_at.is_(None), invitations.c.mailed_at <= bindparam("until"))
    .where(invitations.c.id > bindparam("after"))
    .order_by(invitations.c.id)
)


def write_invitations(session: AnySession) -> None:
    """Write to all who were invited and not written to yet."""
    _write_all(session, _UNMAILED, "mailed_at", "invitation")


def write_reminders(session: AnySession) -> None:
    """Write once more to who has not answered within seven days."""
    _write_all(session, _UNANSWERED, "reminded_at", "reminder")


def _write_all(session: AnySession, query: Select[Any], mark: str, name: str) -> None:
    """Some at a time; who may no longer be written to keeps no mark and is passed over."""
    asked: dict[str, Any] = {"at": clock.now(), "until": clock.now() - REMINDED_AFTER, "after": _FIRST}
    while rows := session.execute(query, asked).all():
        for row in rows:
            address = _address(session, row)
            if address is not None and _mark(session, row.id, mark):
                mail.send(session, to=address, **_letter(session, row, name)._asdict())
        asked["after"] = rows[-1].id
        with let_go(session):
            pass


def _address(session: AnySession, row: Any) -> str | None:
    """Where to write; None for who is retired, has taken back their word, or whose survey is over by now."""
    asks = runs(row.state, row.starts_at, row.ends_at, clock.now())
    if row.retired_at is not None or not asks or not is_allowed(session, row.customer_id, "surveys", "email"):
        return None
    return verified_email(session, row.customer_id)


def _mark(session: AnySession, invitation_id: str, mark: str) -> bool:
    """Note that a mail is written; False when another worker has noted it, or the answer has just come."""
    own = invitations.c
    free = update(invitations).where(own.id == invitation_id, own[mark].is_(None), own.answered_at.is_(None))
    return session.connection().execute(free.values({mark: clock.now()})).rowcount == 1


def _letter(session: AnySession, row: Any, name: str) -> Letter:
    firm, link = company(session)[0], link_of(row.id)
    intro = (row.words["intro"] or {}).get(row.language)
    facts = {"given_name": row.given_name, "company": firm.name, "title": row.title[row.language], "intro": intro}
    facts |= {"link": link, "stop": f"{link}stop", "until": row.expires_at, "zone": firm.time_zone}
    return TEMPLATES.letter(name, row.language, **facts)

"""Use case of asking face to face: a link, or its QR code, is handed over to a customer who may decline."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select

from field_api import clock
from field_api.consents.models import events_until
from field_api.customers.scope import KnownCustomer, require_customer
from field_api.errors import Clash
from field_api.public_pages.qr_codes import qr_svg
from field_api.store import audit
from field_api.store.columns import new_id
from field_api.store.engine import AnySession
from field_api.surveys import rules
from field_api.surveys.answering import link_of
from field_api.surveys.asking_rules import refuses
from field_api.surveys.editing import require_survey
from field_api.surveys.inviting import languages_of
from field_api.surveys.models import invitations
from field_api.web.identity import THE_SYSTEM, Principal


def hand_over(session: AnySession, principal: Principal, customer_id: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """A link for a customer in the caller's sight; `told` has survey_id and channel, and may have language.

    Who is asked face to face may decline, so no consent is wanted; a refusal holds all the same. Raises NotFound, and
    Clash with the reason, or with the day from which it is fine.
    """
    survey = require_survey(session, THE_SYSTEM, told["survey_id"])
    customer = require_customer(session, principal, customer_id, lock=True)
    moment = clock.now()
    if not rules.runs(survey["state"], survey["starts_at"], survey["ends_at"], moment):
        raise Clash("This survey does not run now, so nobody is asked.")
    _check_askable(session, customer, survey["quiet_days"], moment)
    row = {
        "id": new_id(),
        "survey_id": survey["id"],
        "wave": _present_wave(session, survey["id"], moment),
        "customer_id": customer.id,
        "channel": told["channel"],
        "language": told.get("language") or languages_of(session, [customer.id])[customer.id],
        "invited_at": moment,
        "expires_at": rules.open_until(moment, survey["ends_at"]),
        "invited_by_kind": principal.actor.kind,
        "invited_by_id": principal.actor.id,
    }
    session.execute(insert(invitations), row)
    audit.record(session, principal.actor, "survey_invitation.hand_over", row["id"], after=row)
    url = link_of(row["id"])
    return {"url": url, "qr_svg": qr_svg(url), "wave": row["wave"], "expires_at": row["expires_at"]}


def hand_over_at_till(session: AnySession, principal: Principal, told: Mapping[str, Any]) -> dict[str, Any]:
    """The same at a till, which may name anybody, for whom it finds it knows already."""
    everywhere = replace(principal, territory_ids=None)
    return hand_over(session, everywhere, told["customer_id"], dict(told) | {"channel": "shop"})


def last_asked_at(session: AnySession, customer_id: str) -> datetime | None:
    """When a customer was last asked by any survey; the caller has seen to the scope."""
    query = select(func.max(invitations.c.invited_at)).where(invitations.c.customer_id == customer_id)
    found: datetime | None = session.execute(query).scalar()
    return found


def _check_askable(session: AnySession, customer: KnownCustomer, quiet_days: int, at: datetime) -> None:
    if customer.retired_at is not None:
        raise Clash(f"This customer is retired since {customer.retired_at.isoformat()}.")
    if refuses(events_until(session, customer.id, at), "visit"):
        raise Clash("This customer does not want to be asked; they have said so.")
    free = rules.free_from(last_asked_at(session, customer.id), quiet_days)
    if free is not None and at < free:
        raise Clash(f"This customer was asked lately; it is fine from {free.isoformat()} on.")


def _present_wave(session: AnySession, survey_id: str, at: datetime) -> str:
    """The latest wave in which mails went out; where none did, that of this week."""
    mailed = (invitations.c.survey_id == survey_id, invitations.c.channel == "email")
    latest = session.execute(select(func.max(invitations.c.wave)).where(*mailed)).scalar()
    return str(latest) if latest is not None else rules.wave_of(at.date())

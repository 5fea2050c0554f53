"""Pseudonyms of those who answer: the same within one survey, another in every other one, and never reversible.

A pseudonym is an HMAC under the service's secret, so that who knows all customers but not the secret can compute none.
Only this database leads back from one to a person, and only for who has answered.
"""

import hmac
import secrets
from base64 import b32encode
from collections.abc import Iterable
from uuid import UUID

from flask import current_app
from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from field_api.store.among import among
from field_api.store.engine import AnySession
from field_api.surveys.models import invitations, respondents, sheets

AT_ONCE = 5_000
_BYTES = 16

_CUSTOMERS = select(respondents.c.pseudonym, respondents.c.customer_id).where(
    respondents.c.survey_id == bindparam("of_survey"), among(respondents.c.pseudonym)
)


def pseudonym_of(survey_id: str, customer_id: str) -> str:
    """The name under which a customer's answers to a survey are known: 26 characters of base32 (RFC 4648)."""
    secret: bytes = current_app.config["SETTINGS"].secret
    told = b"furet respondent\n" + UUID(survey_id).bytes + UUID(customer_id).bytes
    return _written(hmac.digest(secret, told, "sha256")[:_BYTES])


def customers_of(session: AnySession, survey_id: str, pseudonyms: Iterable[str]) -> dict[str, str]:
    """The customers behind pseudonyms of a survey; who never answered, or was forgotten, is missing."""
    found: dict[str, str] = {}
    wanted = list(dict.fromkeys(pseudonyms))
    for start in range(0, len(wanted), AT_ONCE):
        rows = session.execute(_CUSTOMERS, {"of_survey": survey_id, "ids": wanted[start : start + AT_ONCE]})
        found.update((pseudonym, customer_id) for pseudonym, customer_id in rows)
    return found


def remember(session: AnySession, survey_id: str, customer_id: str) -> str:
    """Write who stands behind a customer's pseudonym, and give it; a second time changes nothing."""
    row = {"survey_id": survey_id, "pseudonym": pseudonym_of(survey_id, customer_id), "customer_id": customer_id}
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    session.execute(insert(respondents).values(row).on_conflict_do_nothing())
    return row["pseudonym"]


def forget(session: AnySession, customer_id: str) -> None:
    """Let nothing lead from answers to this customer any more; those sent to the end stay, and are nobody's.

    Their pseudonyms are drawn anew: the old ones could be computed again by whoever holds the secret.
    """
    mine = select(invitations.c.id).where(invitations.c.customer_id == customer_id)
    asked_in = select(invitations.c.survey_id).where(invitations.c.customer_id == customer_id).distinct()
    for survey_id in session.scalars(asked_in).all():
        own = (sheets.c.survey_id == survey_id, sheets.c.pseudonym == pseudonym_of(survey_id, customer_id))
        session.execute(update(sheets).where(*own).values(pseudonym=_written(secrets.token_bytes(_BYTES))))
    session.execute(delete(sheets).where(sheets.c.invitation_id.in_(mine), sheets.c.answered_month.is_(None)))
    session.execute(update(sheets).where(sheets.c.invitation_id.in_(mine)).values(invitation_id=None))
    session.execute(delete(respondents).where(respondents.c.customer_id == customer_id))
    session.execute(delete(invitations).where(invitations.c.customer_id == customer_id))


def _written(raw: bytes) -> str:
    return b32encode(raw).rstrip(b"=").decode()

"""Which customer somebody is who enrols: by what they tell, and never by more than what they can show to be theirs."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from field_api.customers import reach
from field_api.customers.models import CONTACT_KINDS, contact_points, customers
from field_api.errors import Clash, Fault, Invalid
from field_api.store.engine import AnySession

_KNOWN_BY = (
    select(customers.c.id, customers.c.retired_at, contact_points.c.verified_at)
    .join_from(contact_points, customers, customers.c.id == contact_points.c.customer_id)
    .where(contact_points.c.kind == bindparam("kind"), contact_points.c.value == bindparam("value"))
)


class Recognised(NamedTuple):
    """A customer, and whether a verified contact point says so."""

    customer_id: str
    verified: bool


def readable(person: dict[str, Any]) -> dict[str, str]:
    """The phone and the e-mail that a person told, in their one written form. Raises Invalid."""
    found = {}
    for kind in CONTACT_KINDS:
        if person.get(kind) is not None:
            try:
                found[kind] = reach.normalised(kind, person[kind])
            except ValueError as error:
                raise Invalid("A contact point cannot be read.", Fault(f"/person/{kind}", str(error))) from None
    return found


def recognise(session: AnySession, told: Iterable[tuple[str, str]]) -> Recognised | None:
    """The customer of these contact points (kind, value), or None for somebody new.

    A verified contact point decides; without one, somebody is recognised who alone is known by it, as at the till's
    look-up. Raises Clash when they are verified for two customers, or for one who is retired.
    """
    rows = [row for kind, value in told for row in session.execute(_KNOWN_BY, {"kind": kind, "value": value})]
    verified = {row.id: row.retired_at for row in rows if row.verified_at is not None}
    if len(verified) > 1:
        raise Clash("The phone and the e-mail belong to two different customers; tell one of them.")
    for own, retired_at in verified.items():
        if retired_at is not None:
            raise Clash("This person is retired and cannot be enrolled; an admin can bring them back.")
        return Recognised(own, verified=True)
    standing = {row.id for row in rows if row.retired_at is None}
    return Recognised(standing.pop(), verified=False) if len(standing) == 1 else None

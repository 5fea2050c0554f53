"""Which customers a caller may know of, and the one way to find one by its id."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select

from field_api.customers.models import Customer, contact_points, customers
from field_api.errors import NotFound
from field_api.store.engine import AnySession
from field_api.web.identity import Principal


@dataclass(frozen=True)
class KnownCustomer:
    """A customer that the caller may know of; what rules above decide on."""

    id: str
    version: int
    territory_id: str
    kind: str
    name: str
    given_name: str | None
    role: str
    retired_at: datetime | None

    @property
    def display_name(self) -> str:
        """The name as one says it."""
        return display_name(self.given_name, self.name)


_KNOWN = tuple(customers.c[name] for name in KnownCustomer.__dataclass_fields__)


def display_name(given_name: str | None, name: str) -> str:
    """The name as one says it."""
    return f"{given_name} {name}" if given_name else name


def in_sight(principal: Principal) -> tuple[ColumnElement[bool], ...]:
    """The conditions that keep a query on `customers` inside the caller's territories."""
    if principal.territory_ids is None:
        return ()
    return (customers.c.territory_id.in_(sorted(principal.territory_ids)),)


def require_customer(
    session: AnySession, principal: Principal, customer_id: str, *, lock: bool = False
) -> KnownCustomer:
    """The customer of that id in the caller's sight, retired or not; `lock` holds the row until the transaction ends.

    Raises NotFound, in the same words for a customer that does not exist and for one that is somebody else's.
    """
    query = select(*_KNOWN).where(customers.c.id == customer_id, *in_sight(principal))
    row = session.execute(query.with_for_update() if lock else query).first()
    if row is None:
        raise unknown(customer_id)
    return KnownCustomer(*row)


def hold(session: AnySession, principal: Principal, customer_id: str) -> Customer:
    """The customer's row itself, locked, for an action that changes it or what belongs to it. Raises NotFound."""
    query = select(Customer).where(customers.c.id == customer_id, *in_sight(principal)).with_for_update()
    row = session.scalars(query).first()
    if row is None:
        raise unknown(customer_id)
    return row


def known_by_contact_point(session: AnySession, kind: str, value: str) -> list[KnownCustomer]:
    """Who stands with that normalised phone or e-mail, in whatever territory; the one who verified it first.

    For callers to whom the person gives the value, such as a till; never for browsing.
    """
    query = (
        select(*_KNOWN)
        .join_from(customers, contact_points, contact_points.c.customer_id == customers.c.id)
        .where(contact_points.c.value == value, contact_points.c.kind == kind, customers.c.retired_at.is_(None))
        .order_by(contact_points.c.verified_at.is_(None), customers.c.id)
        .limit(10)
    )
    return [KnownCustomer(*row) for row in session.execute(query)]


def unknown(customer_id: str) -> NotFound:
    """What is said of a customer that does not exist or is somebody else's."""
    return NotFound(f"There is no customer {customer_id} among those you may see.")

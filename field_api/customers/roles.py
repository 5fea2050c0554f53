"""What a customer is and was: one role at any moment from the first touch on, with dates."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, or_, select

from field_api import clock
from field_api.customers.models import Customer, CustomerRole, customer_roles
from field_api.errors import Clash
from field_api.store import audit
from field_api.store.engine import AnySession
from field_api.sync import feed
from field_api.sync.collections import in_territory
from field_api.web.identity import Principal
from field_api.web.instants import MOST_AHEAD

_COLUMNS = tuple(customer_roles.c[name] for name in ("role", "starts_at", "ends_at"))
_ALL = (
    select(*_COLUMNS)
    .where(customer_roles.c.customer_id == bindparam("customer_id"))
    .order_by(customer_roles.c.starts_at.desc())
)
_AT = _ALL.where(
    customer_roles.c.starts_at <= bindparam("at"),
    or_(customer_roles.c.ends_at.is_(None), customer_roles.c.ends_at > bindparam("at")),
)


def roles_of(session: AnySession, customer_id: str, at: datetime | None = None) -> list[dict[str, Any]]:
    """The roles of one customer, latest first; with `at` the one held at that instant, if they were known by then."""
    rows = session.execute(_ALL if at is None else _AT, {"customer_id": customer_id, "at": at})
    return [row._asdict() for row in rows]


def take_role(
    session: AnySession, principal: Principal, customer: Customer, role: str, starts_at: datetime | None
) -> dict[str, Any]:
    """End a held customer's open role and open another, now or since an instant after the open one began.

    Raises Clash when that is their role already, and for a start that would rewrite what is past.
    """
    open_role = session.scalars(
        select(CustomerRole).where(customer_roles.c.customer_id == customer.id, customer_roles.c.ends_at.is_(None))
    ).one()
    if open_role.role == role:
        raise Clash(f"The role is {role} already, since {open_role.starts_at.isoformat()}.")
    start = not_ahead(starts_at)
    if start <= open_role.starts_at:
        raise Clash(
            f"The role {open_role.role} began at {open_role.starts_at.isoformat()}; give an instant after that."
        )
    open_role.ends_at = start
    # The open role is unique: the old one ends in the database before the new one begins.
    session.flush()
    opened = CustomerRole(customer_id=customer.id, role=role, starts_at=start, ends_at=None)
    session.add(opened)
    before = {"role": customer.role}
    customer.role = role
    customer.touch()
    session.flush()
    audit.record(session, principal.actor, "customer.role", customer.id, before, {"role": role, "starts_at": start})
    feed.touch(session, "customers", customer.id, in_territory(customer.territory_id))
    return {column.name: getattr(opened, column.name) for column in _COLUMNS}


def not_ahead(moment: datetime | None) -> datetime:
    """The instant given, or now; what a fast clock says is taken as now. Raises Clash for what is still to come."""
    present = clock.now()
    if moment is not None and moment > present + MOST_AHEAD:
        raise Clash(f"{moment.isoformat()} is still to come: here it is {present.isoformat()}. Set the clock.")
    return min(moment or present, present)

"""Phones and e-mails of a customer; a verified one tells who is the same person, and belongs to one customer alone."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select

from field_api import clock
from field_api.customers import reach
from field_api.customers.models import ContactPoint, Customer, contact_points, customers
from field_api.customers.scope import display_name
from field_api.errors import Clash, Fault, Invalid, NotFound
from field_api.store import audit
from field_api.store.columns import new_id
from field_api.store.engine import AnySession
from field_api.sync import feed
from field_api.sync.collections import in_territory
from field_api.web.identity import Principal

MOST_OF_ONE_CUSTOMER = 50
_COLUMNS = tuple(contact_points.c[name] for name in ("id", "kind", "value", "label", "verified_at", "created_at"))

# Statements are built once: building costs several times what asking does.
_ALL = (
    select(*_COLUMNS)
    .where(contact_points.c.customer_id == bindparam("customer_id"))
    .order_by(contact_points.c.created_at, contact_points.c.id)
)
_VERIFIED_BY_OTHERS = (
    select(contact_points.c.kind, contact_points.c.value)
    .add_columns(*(customers.c[name] for name in ("id", "territory_id", "name", "given_name", "retired_at")))
    .join_from(contact_points, customers, customers.c.id == contact_points.c.customer_id)
    .where(contact_points.c.value.in_(bindparam("values", expanding=True)))
    .where(contact_points.c.verified_at.is_not(None))
    .where(contact_points.c.customer_id != bindparam("customer_id"))
)

_VERIFIED_EMAIL = (
    select(contact_points.c.value)
    .where(contact_points.c.customer_id == bindparam("customer_id"), contact_points.c.kind == "email")
    .where(contact_points.c.verified_at.is_not(None))
    .order_by(contact_points.c.created_at, contact_points.c.id)
    .limit(1)
)


def contact_points_of(session: AnySession, customer_id: str) -> list[dict[str, Any]]:
    """All of one customer, oldest first; the caller has seen to the scope."""
    return [_document(row._asdict()) for row in session.execute(_ALL, {"customer_id": customer_id})]


def verified_email(session: AnySession, customer_id: str) -> str | None:
    """The address that a customer has shown to be theirs, the first of several; the caller has seen to the scope."""
    found: str | None = session.execute(_VERIFIED_EMAIL, {"customer_id": customer_id}).scalar()
    return found


def new_rows(customer_id: str, given: Sequence[dict[str, Any]], pointer: str) -> list[dict[str, Any]]:
    """Rows for the contact points given with a new customer. Raises Invalid, and Clash for one twice."""
    rows = [_new_row(customer_id, one, f"{pointer}/{place}") for place, one in enumerate(given)]
    seen = set()
    for row in rows:
        if (row["kind"], row["value"]) in seen:
            raise Clash(f"The contact point {row['value']} is given twice.")
        seen.add((row["kind"], row["value"]))
    return rows


def refuse_duplicates(
    session: AnySession, principal: Principal, rows: Sequence[dict[str, Any]], customer_id: str
) -> None:
    """Raises Clash when another customer has verified one of the values: that is the same person.

    It tells them by name when the caller may see them; otherwise only that they exist, for a manager to sort out.
    """
    values = [row["value"] for row in rows]
    wanted = {(row["kind"], row["value"]) for row in rows}
    for other in session.execute(_VERIFIED_BY_OTHERS, {"values": values, "customer_id": customer_id}) if rows else ():
        if (other.kind, other.value) in wanted:
            raise Clash(_told(principal, other))


def add_contact_point(
    session: AnySession, principal: Principal, customer: Customer, data: dict[str, Any]
) -> dict[str, Any]:
    """Give a held customer a phone or an e-mail. Raises Invalid for one that cannot be, Clash for one that is taken."""
    row = _new_row(customer.id, data, "")
    mine = contact_points_of(session, customer.id)
    if any((one["kind"], one["value"]) == (row["kind"], row["value"]) for one in mine):
        raise Clash(f"{row['value']} is a contact point of this customer already.")
    if len(mine) >= MOST_OF_ONE_CUSTOMER:
        raise Clash(f"This customer has {MOST_OF_ONE_CUSTOMER} contact points, which is the most; remove one first.")
    refuse_duplicates(session, principal, [row], customer.id)
    session.add(ContactPoint(**row))
    customer.touch()
    session.flush()
    document = _document(row)
    audit.record(session, principal.actor, "contact_point.create", row["id"], after=document)
    feed.touch(session, "customers", customer.id, in_territory(customer.territory_id))
    return document


def change_contact_point(
    session: AnySession, principal: Principal, customer: Customer, contact_point_id: str, data: dict[str, Any]
) -> dict[str, Any]:
    """Change the label of a held customer's contact point, and whether it is `verified`; another value is another one.

    Raises NotFound, and Clash when another customer has verified the same value.
    """
    row = _held(session, customer, contact_point_id)
    before = _document(_columns(row))
    row.label = data["label"]
    if not data["verified"]:
        row.verified_at = None
    elif row.verified_at is None:
        refuse_duplicates(session, principal, [_columns(row)], customer.id)
        row.verified_at = clock.now()
    customer.touch()
    session.flush()
    after = _document(_columns(row))
    audit.record(session, principal.actor, "contact_point.change", row.id, before, after)
    feed.touch(session, "customers", customer.id, in_territory(customer.territory_id))
    return after


def remove_contact_point(session: AnySession, principal: Principal, customer: Customer, contact_point_id: str) -> None:
    """Take a contact point away from a held customer. Raises NotFound."""
    row = _held(session, customer, contact_point_id)
    session.delete(row)
    customer.touch()
    session.flush()
    audit.record(session, principal.actor, "contact_point.remove", row.id, before=_document(_columns(row)))
    feed.touch(session, "customers", customer.id, in_territory(customer.territory_id))


def writable(session: AnySession, customer: Customer, contact_point_id: str) -> dict[str, Any]:
    """What a merge patch of this contact point is merged into. Raises NotFound."""
    row = _held(session, customer, contact_point_id)
    return {"label": row.label, "verified": row.verified_at is not None}


def _new_row(customer_id: str, given: dict[str, Any], pointer: str) -> dict[str, Any]:
    moment = clock.now()
    return {
        "id": given.get("id") or new_id(),
        "customer_id": customer_id,
        "kind": given["kind"],
        "value": _normalised(given["kind"], given["value"], f"{pointer}/value"),
        "label": given.get("label"),
        "verified_at": moment if given.get("verified") else None,
        "created_at": moment,
    }


def _normalised(kind: str, written: str, pointer: str) -> str:
    try:
        return reach.normalised(kind, written)
    except ValueError as error:
        raise Invalid("A contact point cannot be read.", Fault(pointer, str(error))) from None


def _told(principal: Principal, other: Any) -> str:
    if not principal.may_see(other.territory_id):
        return f"{other.value} is verified for a customer outside your territories; ask a manager who this is."
    known = f"{other.value} is verified for {display_name(other.given_name, other.name)} (customer {other.id})"
    if other.retired_at is not None:
        return f"{known}, who is retired; an admin can bring them back."
    return f"{known}: the same person. Go on with that customer."


def _held(session: AnySession, customer: Customer, contact_point_id: str) -> ContactPoint:
    row = session.get(ContactPoint, contact_point_id)
    if row is None or row.customer_id != customer.id:
        raise NotFound(f"This customer has no contact point {contact_point_id}.")
    return row


def _columns(row: ContactPoint) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in _COLUMNS}


def _document(row: dict[str, Any]) -> dict[str, Any]:
    shown = {name: row[name] for name in ("id", "kind", "value", "label", "verified_at", "created_at")}
    return shown | {"verified": row["verified_at"] is not None}

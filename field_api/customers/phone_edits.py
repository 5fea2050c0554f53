"""What a phone's edit of a customer means, in use cases: the same ones as behind the routes."""

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import select

from field_api.customers import actions, contact_points, places, roles
from field_api.customers.models import Customer, customers
from field_api.customers.schemas import (
    ContactPointChangeSchema,
    ContactPointSchema,
    CustomerSchema,
    NewCustomerSchema,
    PlaceChangeSchema,
    PlaceSchema,
    RoleSchema,
)
from field_api.errors import Clash
from field_api.store.engine import AnySession
from field_api.sync.collections import Document
from field_api.web.identity import Principal
from field_api.web.openapi import load

# What is said once, when a customer is created.
AT_FIRST_TOUCH = ("kind", "first_touch_source", "first_touch_detail", "first_touch_at")

_Change = Callable[[AnySession, Principal, Customer, Document | None, Document | None], None]


def lock(session: AnySession, ids: Collection[str]) -> None:
    """Hold these customers until the transaction ends."""
    session.execute(select(customers.c.id).where(customers.c.id.in_(ids)).order_by(customers.c.id).with_for_update())


def create(session: AnySession, principal: Principal, document: Document) -> None:
    """A customer made on a phone."""
    actions.create_customer(session, principal, load(NewCustomerSchema, document))


def change(session: AnySession, principal: Principal, doc_id: str, standing: Document, changes: Document) -> None:
    """Fields changed on a phone; each runs through the use case that changes it. Raises what those raise."""
    fixed = [name for name in AT_FIRST_TOUCH if name in changes]
    if fixed:
        raise Clash(f"{', '.join(fixed)}: what was said at first touch is not changed.")
    customer = actions.hold(session, principal, doc_id)
    if any(name in changes for name in actions.CHANGEABLE):
        wanted = {name: changes.get(name, standing.get(name)) for name in actions.CHANGEABLE}
        actions.change_customer(session, principal, customer, load(CustomerSchema, wanted))
    if "role" in changes:
        roles.take_role(session, principal, customer, load(RoleSchema, {"role": changes["role"]})["role"], None)
    for name, change_part in (("contact_points", _change_contact_point), ("places", _change_place)):
        if name in changes:
            before, after = _by_id(standing.get(name)), _by_id(changes[name])
            for part_id in sorted(before.keys() | after.keys()):
                if before.get(part_id) != after.get(part_id):
                    change_part(session, principal, customer, before.get(part_id), after.get(part_id))


def remove(session: AnySession, principal: Principal, doc_id: str) -> None:
    """A customer deleted on a phone is retired: nothing is lost."""
    actions.retire_customer(session, principal, actions.hold(session, principal, doc_id))


def _by_id(entries: Any) -> dict[str, Document]:
    return {str(entry["id"]): entry for entry in entries or ()}


def _change_contact_point(
    session: AnySession, principal: Principal, customer: Customer, before: Document | None, after: Document | None
) -> None:
    same = before and after and (before["kind"], before["value"]) == (after.get("kind"), after.get("value"))
    if same and after:
        told = {name: after[name] for name in ("label", "verified") if name in after}
        data = {"label": None} | load(ContactPointChangeSchema, told)
        contact_points.change_contact_point(session, principal, customer, after["id"], data)
        return
    # Another number is another contact point, even under the same id.
    if before:
        contact_points.remove_contact_point(session, principal, customer, before["id"])
    if after:
        contact_points.add_contact_point(session, principal, customer, load(ContactPointSchema, after))


def _change_place(
    session: AnySession, principal: Principal, customer: Customer, before: Document | None, after: Document | None
) -> None:
    if before and after:
        told = {name: value for name, value in after.items() if name != "id"}
        places.change_place(session, principal, customer, after["id"], load(PlaceChangeSchema, told))
    elif before:
        places.remove_place(session, principal, customer, before["id"])
    elif after:
        places.add_place(session, principal, customer, load(PlaceSchema, after))

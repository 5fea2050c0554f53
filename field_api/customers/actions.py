"""Use cases of a customer as a whole: create, change, retire and restore; its parts have files of their own."""

from typing import Any

from sqlalchemy import bindparam, insert, select

from field_api import clock
from field_api.customers import happenings, names, word_index
from field_api.customers.contact_points import new_rows as new_contact_points
from field_api.customers.contact_points import refuse_duplicates
from field_api.customers.documents import SHOWN, complete
from field_api.customers.models import Customer, Place, contact_points, customer_roles, customers, places
from field_api.customers.places import new_rows as new_places
from field_api.customers.places import promise_positions
from field_api.customers.roles import not_ahead
from field_api.customers.scope import hold, keep_in_place, require_customer
from field_api.errors import Clash, NotFound
from field_api.reps.models import Territory
from field_api.store import audit
from field_api.store.columns import new_id
from field_api.store.engine import AnySession
from field_api.sync import feed
from field_api.sync.collections import in_territory
from field_api.web.identity import Principal

__all__ = ["change_customer", "create_customer", "hold", "require_customer", "restore_customer", "retire_customer"]

CHANGEABLE = ("name", "given_name", "firm_id", "job_title", "territory_id")

# Built once, and run on the connection: building them, and the session's own bookkeeping, cost as much as the rows.
_INSERT_CUSTOMER, _INSERT_ROLE = insert(customers), insert(customer_roles)
_INSERT_CONTACT_POINTS, _INSERT_PLACES = insert(contact_points), insert(places)
_TERRITORY = select(Territory.id).where(Territory.id == bindparam("territory_id"))
_ID_TAKEN = select(customers.c.id).where(customers.c.id == bindparam("id"))


def create_customer(session: AnySession, principal: Principal, data: dict[str, Any]) -> dict[str, Any]:
    """A new customer with their first role, and the contact points and places known by then.

    Raises NotFound for a territory or firm out of the caller's sight, Invalid for a contact point that cannot be, and
    Clash when the id is taken or somebody else has verified one of the contact points.
    """
    if "id" in data and session.connection().execute(_ID_TAKEN, {"id": data["id"]}).first():
        raise Clash(f"The id {data['id']} is in use; make a new one.")
    row = _new_row(data)
    _check_firm(session, principal, row["id"], row["firm_id"])
    _check_territory(session, principal, row["territory_id"])
    reachable = new_contact_points(row["id"], data.get("contact_points", ()), "/contact_points")
    refuse_duplicates(session, principal, reachable, row["id"])
    found_at = new_places(row["id"], row["territory_id"], data.get("places", ()))
    for insert_rows, rows in (
        (_INSERT_CUSTOMER, [row]),
        (_INSERT_ROLE, [_first_role(row)]),
        (word_index.INSERT, word_index.rows_for(row["id"], row["territory_id"], row["name_words"])),
        (_INSERT_CONTACT_POINTS, reachable),
        (_INSERT_PLACES, found_at),
    ):
        if rows:
            session.connection().execute(insert_rows, rows)
    promise_positions(session, found_at)
    shown = {name: row[name] for name in SHOWN} | {"town": found_at[0]["town"] if found_at else None}
    audit.record(session, principal.actor, "customer.create", row["id"], after=shown)
    feed.touch(session, "customers", row["id"], in_territory(row["territory_id"]))
    return complete(shown)


def change_customer(session: AnySession, principal: Principal, customer: Customer, data: dict[str, Any]) -> None:
    """Replace what may be changed of a held customer (CHANGEABLE) with `data`, in which a missing name means none.

    To another territory they move only within the caller's sight. Raises NotFound for a territory or firm
    beyond it, and Clash for a firm that is none.
    """
    before = _changeable(customer)
    after: dict[str, Any] = {name: data.get(name) for name in CHANGEABLE}
    if after["firm_id"] != customer.firm_id:
        _check_firm(session, principal, customer.id, after["firm_id"])
    if after["territory_id"] != customer.territory_id:
        _check_territory(session, principal, after["territory_id"])
        keep_in_place(session, customer.id)
    standing = customer.retired_at is None
    if standing:
        word_index.remove(session, customer)
    for name, value in (after | _folded(after["name"], after["given_name"])).items():
        setattr(customer, name, value)
    if standing:
        word_index.add(session, customer.id, customer.territory_id, customer.name_words)
    if after["territory_id"] != before["territory_id"]:
        for place in session.scalars(select(Place).where(places.c.customer_id == customer.id)):
            place.territory_id = customer.territory_id
    customer.touch()
    session.flush()
    if after["territory_id"] != before["territory_id"]:
        happenings.tell(session, principal, "move", {"id": customer.id, "territory_id": customer.territory_id})
    audit.record(session, principal.actor, "customer.change", customer.id, before, after)
    lay, lies = in_territory(before["territory_id"]), in_territory(customer.territory_id)
    feed.touch(session, "customers", customer.id, lay, lies, with_followers=lay != lies)


def retire_customer(session: AnySession, principal: Principal, customer: Customer) -> None:
    """Leave a held customer out of lists and searches from now on; nothing is lost. Raises Clash when they are."""
    if customer.retired_at is not None:
        raise Clash(f"This customer is retired since {customer.retired_at.isoformat()}.")
    keep_in_place(session, customer.id)
    customer.retired_at = clock.now()
    customer.touch()
    word_index.remove(session, customer)
    session.flush()
    happenings.tell(session, principal, "retire", {"id": customer.id})
    audit.record(session, principal.actor, "customer.retire", customer.id, {"retired": False}, {"retired": True})
    feed.touch(session, "customers", customer.id, in_territory(customer.territory_id), with_followers=True)


def restore_customer(session: AnySession, principal: Principal, customer: Customer) -> None:
    """Bring a held customer back from retirement. Raises Clash when they are not retired."""
    if customer.retired_at is None:
        raise Clash("This customer is not retired.")
    keep_in_place(session, customer.id)
    customer.retired_at = None
    customer.touch()
    word_index.add(session, customer.id, customer.territory_id, customer.name_words)
    session.flush()
    audit.record(session, principal.actor, "customer.restore", customer.id, {"retired": True}, {"retired": False})
    feed.touch(session, "customers", customer.id, in_territory(customer.territory_id), with_followers=True)


def _new_row(data: dict[str, Any]) -> dict[str, Any]:
    moment = clock.now()
    return {
        "id": data.get("id") or new_id(),
        "version": 1,
        "created_at": moment,
        "updated_at": moment,
        "retired_at": None,
        "territory_id": data["territory_id"],
        "kind": data["kind"],
        "name": data["name"],
        "given_name": data.get("given_name"),
        "firm_id": data.get("firm_id"),
        "job_title": data.get("job_title"),
        "role": data.get("role", "prospect"),
        "first_touch_source": data["first_touch_source"],
        "first_touch_detail": data.get("first_touch_detail"),
        "first_touch_at": not_ahead(data.get("first_touch_at")),
    } | _folded(data["name"], data.get("given_name"))


def _folded(name: str, given_name: str | None) -> dict[str, str]:
    return {"sort_name": names.sort_name(name, given_name), "name_words": names.name_words(name, given_name)}


def _first_role(row: dict[str, Any]) -> dict[str, Any]:
    role = {"customer_id": row["id"], "role": row["role"]}
    return role | {"starts_at": row["first_touch_at"], "ends_at": None}


def _changeable(customer: Customer) -> dict[str, Any]:
    return {name: getattr(customer, name) for name in CHANGEABLE}


def _check_firm(session: AnySession, principal: Principal, customer_id: str, firm_id: str | None) -> None:
    """They belong to another customer, a firm that the caller may see."""
    if firm_id is None:
        return
    firm = require_customer(session, principal, firm_id)
    if firm.kind != "firm" or firm.id == customer_id:
        raise Clash(f"{firm.display_name} ({firm.id}) is not a firm that they can belong to.")


def _check_territory(session: AnySession, principal: Principal, territory_id: str) -> None:
    """A customer stays in the sight of whoever puts them somewhere."""
    known = principal.may_see(territory_id)
    if known and principal.territory_ids is None:
        known = session.execute(_TERRITORY, {"territory_id": territory_id}).first() is not None
    if not known:
        raise NotFound(f"There is no territory {territory_id} among those you see.")

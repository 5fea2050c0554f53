"""The 360 view: a customer with all their parts, and a section from each feature that knows something of them."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, current_app

from field_api.customers.contact_points import contact_points_of
from field_api.customers.documents import read_customer
from field_api.customers.facts import facts_of
from field_api.customers.filters import Criteria
from field_api.customers.places import places_of
from field_api.customers.roles import roles_of
from field_api.customers.search import find
from field_api.store.engine import AnySession
from field_api.web.identity import Principal

# Reads a feature's section about a customer whom the caller may see: anything that JSON can say.
Section = Callable[[AnySession, Principal, str], Any]

MOST_PEOPLE = 100


def install(app: Flask, sections: Mapping[str, Section]) -> None:
    """Let features that stand above add their sections, by name."""
    app.config["CUSTOMER_SECTIONS"] = dict(sections)


def read_view(session: AnySession, principal: Principal, customer_id: str) -> dict[str, Any]:
    """Everything about one customer. Raises NotFound."""
    sections: Mapping[str, Section] = current_app.config["CUSTOMER_SECTIONS"]
    customer = read_customer(session, principal, customer_id)
    return {
        "customer": customer,
        "contact_points": contact_points_of(session, customer_id),
        "places": places_of(session, customer_id),
        "roles": roles_of(session, customer_id),
        "facts": facts_of(session, customer_id),
        "people": _people_in(session, principal, customer_id) if customer["kind"] == "firm" else [],
        "sections": {name: read(session, principal, customer_id) for name, read in sections.items()},
    }


def _people_in(session: AnySession, principal: Principal, firm_id: str) -> list[dict[str, Any]]:
    """Those who stand in a firm and whom the caller may see, by name."""
    criteria = Criteria(principal.territory_ids, firm_id=firm_id)
    return find(session, criteria, MOST_PEOPLE, None)[0]

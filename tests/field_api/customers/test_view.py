"""The 360 view."""

from collections.abc import Iterator

import pytest
from flask import Flask

from field_api.customers import view
from tests.field_api.customers.conftest import Caller, Company


@pytest.fixture
def sections(app: Flask) -> Iterator[None]:
    """Two features of our own instead of those that the service has."""
    before = app.config["CUSTOMER_SECTIONS"]
    view.install(app, {"seen_by": lambda _session, who, _id: who.role, "about": lambda _session, _who, own: [own]})
    yield
    view.install(app, before)


def test_the_view_shows_a_customer_with_all_parts_and_the_sections_of_features(sections: None, north: Caller) -> None:
    made = north.create(
        contact_points=[{"kind": "email", "value": "zoe@example.fr"}], places=[{"town": "Nice"}], role="client"
    )
    shown = north.get(f"/customers/{made['id']}/360")
    assert shown["customer"] == made
    assert [point["value"] for point in shown["contact_points"]] == ["zoe@example.fr"]
    assert [place["town"] for place in shown["places"]] == ["Nice"]
    assert [role["role"] for role in shown["roles"]] == ["client"]
    assert (shown["facts"], shown["people"]) == ([], [])
    assert shown["sections"] == {"seen_by": "rep", "about": [made["id"]]}


def test_the_view_of_a_firm_shows_its_people_in_sight(sections: None, company: Company) -> None:
    firm = company.north.create("Menuiserie", kind="firm")
    member = company.north.create("Petit", given_name="Luc", firm_id=firm["id"])
    moved = company.north.create("Parti", firm_id=firm["id"])
    company.manager.patch(moved, territory_id=company.south.territory_id)
    assert [one["id"] for one in company.north.get(f"/customers/{firm['id']}/360")["people"]] == [member["id"]]
    people = company.manager.get(f"/customers/{firm['id']}/360")["people"]
    assert [one["display_name"] for one in people] == ["Parti", "Luc Petit"]


def test_the_service_itself_has_a_section_of_each_feature_above(north: Caller) -> None:
    made = north.create()
    shown = north.get(f"/customers/{made['id']}/360")
    assert shown["sections"].keys() == {
        "consents",
        "interactions",
        "purchases",
        "offers",
        "coupons",
        "loyalty",
        "surveys",
        "gifts",
        "insights",
        "appointments",
    }

"""The demo company's customers, written in bulk."""

from dataclasses import replace
from datetime import UTC, datetime
from random import Random
from uuid import UUID

from field_api.customers import demo
from field_api.customers.checks import CHECKS
from field_api.store.engine import AnySession
from tests.field_api.customers.conftest import Caller
from tests.field_api.customers.makers import keep, one


def test_records_in_bulk_are_as_those_that_came_one_by_one(north: Caller, session: AnySession) -> None:
    roles = [("visitor", datetime(2025, 1, 1, tzinfo=UTC)), ("client", datetime(2025, 2, 1, tzinfo=UTC))]
    firm = replace(one(north.territory_id, "Menuiserie Petit"), kind="firm")
    person = one(
        north.territory_id,
        "Petit",
        given_name="Noé",
        firm_id=firm.id,
        roles=roles,
        town="Saint-Étienne",
        lat=45.43,
        lon=4.39,
        phones=["+33612345678", "+33412345678"],
        emails=["noe@example.fr"],
    )
    keep(session, firm, person)
    assert north.found(q="noe petit") == north.found(firm_id=firm.id) == ["Noé Petit"]
    assert north.found(phone="04 12 34 56 78") == north.found(near="45.43,4.39") == ["Noé Petit"]
    shown = north.get(f"/customers/{person.id}/360")
    assert (shown["customer"]["role"], shown["customer"]["town"]) == ("client", "Saint-Étienne")
    verified = {point["value"] for point in shown["contact_points"] if point["verified"]}
    assert verified == {"+33612345678", "noe@example.fr"}
    assert [role["ends_at"] for role in shown["roles"]] == [None, "2025-02-01T00:00:00Z"]
    assert [check.name for check in CHECKS if check.find(session)] == []


def test_the_same_seed_gives_the_same_ids_in_the_order_of_time() -> None:
    moments = [datetime(2025, month, 1, tzinfo=UTC) for month in range(1, 13)]
    first, second = ([demo.id_at(rng, moment) for moment in moments] for rng in (Random(3), Random(3)))
    assert first == second == sorted(first)
    assert {(UUID(own).version, UUID(own).variant) for own in first} == {(7, "specified in RFC 4122")}

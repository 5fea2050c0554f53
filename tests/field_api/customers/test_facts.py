"""Dated facts: tiers and segments by features, tags by anybody."""

from datetime import timedelta

import pytest

from field_api import clock
from field_api.customers.facts import end_fact, facts_of, note_fact
from field_api.errors import NotFound
from field_api.store.engine import AnySession, writing
from field_api.web.identity import THE_SYSTEM
from tests.field_api.customers.conftest import Caller


def test_another_tier_ends_the_one_before_and_the_past_can_be_asked(north: Caller, session: AnySession) -> None:
    made = north.create()
    before = clock.now()
    for hours, tier in ((0, "silver"), (1, "gold"), (2, "gold")):
        with clock.ahead_by(timedelta(hours=hours)), writing(session):
            note_fact(session, THE_SYSTEM, made["id"], "tier", tier, source="loyalty", source_id=made["id"])
    now = facts_of(session, made["id"])
    assert [(fact["value"], fact["source"], fact["source_id"]) for fact in now] == [("gold", "loyalty", made["id"])]
    for shift, tiers in ((-1, []), (30, ["silver"]), (90, ["gold"])):
        then = (before + timedelta(minutes=shift)).isoformat()
        assert [fact["value"] for fact in north.get(f"/customers/{made['id']}/facts", at=then)["items"]] == tiers


def test_tags_stand_side_by_side_and_are_taken_off(north: Caller) -> None:
    path = f"/customers/{north.create()['id']}/facts"
    first = north.call("POST", path, {"value": "vegan"}).get_json()
    again = north.call("POST", path, {"value": "vegan"}).get_json()
    north.call("POST", path, {"value": "early bird"})
    assert first == again
    assert (first["kind"], first["source"]) == ("tag", "staff")
    assert [fact["value"] for fact in north.get(path)["items"]] == ["early bird", "vegan"]
    assert north.call("DELETE", f"{path}/{first['id']}").status_code == 204
    assert north.call("DELETE", f"{path}/{first['id']}").status_code == 404
    assert [fact["value"] for fact in north.get(path)["items"]] == ["early bird"]


def test_staff_write_no_tier(north: Caller, session: AnySession) -> None:
    made = north.create()
    answer = north.call("POST", f"/customers/{made['id']}/facts", {"kind": "tier", "value": "gold"})
    assert answer.get_json()["errors"][0]["pointer"] == "/kind"
    with writing(session):
        tier = note_fact(session, THE_SYSTEM, made["id"], "tier", "gold", source="loyalty")
    assert north.call("DELETE", f"/customers/{made['id']}/facts/{tier['id']}").status_code == 404


def test_a_fact_that_does_not_hold_cannot_end(north: Caller, session: AnySession) -> None:
    made = north.create()
    with pytest.raises(NotFound, match="no segment"), writing(session):
        end_fact(session, THE_SYSTEM, made["id"], "segment", "loyal")

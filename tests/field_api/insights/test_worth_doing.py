"""The list of what is worth doing next: in sight, the most worthwhile first, page by page, around a position."""

from typing import Any

import pytest
from sqlalchemy import select, text

from field_api.insights import worth_doing
from field_api.insights.models import next_gestures
from field_api.store.base import db
from field_api.web.pages import write_cursor
from tests.field_api.insights import findings
from tests.field_api.insights.conftest import Desk
from tests.field_api.people import as_user, make_territory, make_user
from tests.field_api.sector import make_customer

RENNES = {"lat": 48.1173, "lon": -1.6778, "origin": "gps"}
NANTES = {"lat": 47.2184, "lon": -1.5536, "origin": "gps"}


def richer(desk: Desk, amounts: dict[int, int], territory_id: str | None = None) -> list[str]:
    """Customers who bought for these amounts, so many for each."""
    return [own for amount, count in amounts.items() for own in desk.crowd(count, territory_id, amount)]


def pages(desk: Desk, headers: dict[str, str] | None = None, **query: Any) -> list[dict[str, Any]]:
    """All that is listed, page by page."""
    found, path = [], "/v1/next-gestures"
    while path:
        answer = desk.sector.client.get(path, headers=headers or desk.sector.rep, query_string=query or None)
        found += answer.get_json()["items"]
        link, query = answer.headers.get("Link"), {}
        path = link.partition(">")[0].removeprefix("<") if link else ""
    return found


def test_the_most_worthwhile_comes_first_and_pages_leave_out_nothing(desk: Desk) -> None:
    people = richer(desk, {10_000: 9, 90_000: 4, 50_000: 8})
    desk.publish(*people)
    found = pages(desk, limit=4)
    worths = [one["worth_minor"] for one in found]
    assert (worths, len(worths)) == (sorted(worths, reverse=True), 21)
    assert {one["customer"]["id"] for one in found} == set(people)


@pytest.mark.parametrize("territories", [1, 3, worth_doing.MOST_BRANCHES + 2])
def test_however_many_territories_somebody_sees_the_order_is_one(desk: Desk, territories: int) -> None:
    with desk.app.app_context():
        own = [make_territory(db.session, f"Sector {number}") for number in range(territories)]
        manager = as_user(db.session, make_user(db.session, "manager", own))
    people = [one for place in own for one in richer(desk, {10_000: 1, 40_000: 1}, place.id)]
    desk.publish(*people, desk.sector.customer_id)
    found = pages(desk, manager, limit=3)
    assert {one["customer"]["id"] for one in found} == set(people)
    assert [one["worth_minor"] for one in found] == sorted((one["worth_minor"] for one in found), reverse=True)
    only = desk.listed(manager, territory_id=own[0].id)
    assert {one["customer"]["id"] for one in only} == set(people[:2])
    assert desk.listed(manager, territory_id=desk.sector.territory_id) == []


def test_around_a_position_the_nearby_alone_are_listed_with_their_distance(desk: Desk) -> None:
    with desk.app.app_context():
        placed = [
            make_customer(
                desk.sector.territory_id, name, places=[{"town": name, "country": "FR", "position": position}]
            )
            for name, position in (("Rennes", RENNES), ("Nantes", NANTES))
        ]
        findings.make_answers(db.session, desk.survey_id, placed)
        findings.buy(db.session, placed)
    desk.publish(*placed, desk.sector.customer_id)
    [one] = pages(desk, lat="48.11", lon="-1.68", radius_m=5_000)
    assert (one["customer"]["display_name"], one["customer"]["town"]) == ("Rennes", "Rennes")
    assert 700 < one["distance_m"] < 900
    assert len(pages(desk, lat="48.11", lon="-1.68", radius_m=100_000)) == 2
    # In the box around the circle, and not in the circle.
    assert pages(desk, lat="47.2914", lon="-1.4464", radius_m=9_000) == []


def test_half_a_position_and_a_forged_cursor_are_refused_by_name(desk: Desk) -> None:
    for query in ({"lat": "48.1"}, {"lat": "48.1", "lon": "-190"}, {"radius_m": 0}):
        answer = desk.sector.get("/v1/next-gestures", **query)
        assert (answer.status_code, "parameter" in answer.get_json()["errors"][0]) == (422, True)
    for cursor in ("x", write_cursor("a", "b"), write_cursor(1, 2)):
        assert desk.sector.get("/v1/next-gestures", cursor=cursor).status_code == 422, cursor


@pytest.mark.parametrize(
    ("branches", "index"), [(1, "ix_next_gestures_territory"), (3, "ix_next_gestures_territory"), (None, "_worth")]
)
def test_a_page_is_read_off_an_index_and_nothing_is_sorted(desk: Desk, branches: int | None, index: str) -> None:
    query = worth_doing._query(branches, branches is None, True, 0)
    with desk.app.app_context():
        connection = db.session.connection()
        if connection.dialect.name != "sqlite":
            pytest.skip("PostgreSQL plans by the rows that there are.")
        told = str(query.compile(dialect=connection.dialect)).replace("?", "'x'")
        plan = " ".join(row.detail for row in connection.execute(text(f"EXPLAIN QUERY PLAN {told}")))
    assert plan.count(index) == (branches or 1)
    assert "TEMP B-TREE" not in plan


def test_one_suggestion_is_read_while_it_is_open_and_by_who_may_see_it(desk: Desk) -> None:
    desk.publish()
    [one] = desk.listed()
    path = f"/v1/next-gestures/{one['id']}"
    assert desk.sector.get(path).get_json() == one
    with desk.app.app_context():
        foreign = db.session.scalars(
            select(next_gestures.c.id).where(next_gestures.c.customer_id == desk.sector.foreign_id)
        ).one()
    assert desk.sector.get(f"/v1/next-gestures/{foreign}").status_code == 404
    desk.say(one["id"], "declined")
    assert desk.sector.get(path).status_code == 404

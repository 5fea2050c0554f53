"""A customer of somebody else's territory looks like one that does not exist, whatever is asked of them."""

from typing import Any

from tests.field_api.customers.conftest import Caller, Company, new


def test_foreign_and_unknown_customers_are_told_in_the_same_words(company: Company, nowhere: str) -> None:
    foreign = company.south.create(contact_points=[{"kind": "phone", "value": "0612345678"}], places=[{"town": "Nice"}])
    point = company.south.get(f"/customers/{foreign['id']}/contact-points")["items"][0]["id"]
    place = company.south.get(f"/customers/{foreign['id']}/places")["items"][0]["id"]
    for method, path, body in operations(point, place):
        told = [ask(company.north, method, path.format(one), body) for one in (foreign["id"], nowhere)]
        assert told[0] == (404, told[1][1].replace(nowhere, foreign["id"])), (method, path)
    assert company.south.get(f"/customers/{foreign['id']}")["etag"] == foreign["etag"]


def operations(point: str, place: str) -> list[tuple[str, str, Any]]:
    return [
        ("GET", "/customers/{}", None),
        ("GET", "/customers/{}/360", None),
        ("PATCH", "/customers/{}", {"name": "Mine"}),
        ("POST", "/customers/{}/retire", None),
        ("GET", "/customers/{}/roles", None),
        ("POST", "/customers/{}/roles", {"role": "client"}),
        ("GET", "/customers/{}/contact-points", None),
        ("POST", "/customers/{}/contact-points", {"kind": "phone", "value": "0612345679"}),
        ("PATCH", "/customers/{}/contact-points/" + point, {"label": "mine"}),
        ("DELETE", "/customers/{}/contact-points/" + point, None),
        ("GET", "/customers/{}/places", None),
        ("POST", "/customers/{}/places", {"town": "Nice"}),
        ("PATCH", "/customers/{}/places/" + place, {"town": "Lyon"}),
        ("DELETE", "/customers/{}/places/" + place, None),
        ("GET", "/customers/{}/facts", None),
        ("POST", "/customers/{}/facts", {"value": "mine"}),
    ]


def ask(caller: Caller, method: str, path: str, body: Any) -> tuple[int, str]:
    answer = caller.call(method, path, body, If_Match="*")
    return answer.status_code, answer.get_json()["detail"]


def test_a_part_of_another_customer_is_not_found_under_ones_own(company: Company) -> None:
    north = company.north
    mine = north.create("Mine")
    other = north.create("Other", contact_points=[{"kind": "phone", "value": "0612345678"}], places=[{"town": "Nice"}])
    for part in ("contact-points", "places"):
        (entry,) = north.get(f"/customers/{other['id']}/{part}")["items"]
        answer = north.call("DELETE", f"/customers/{mine['id']}/{part}/{entry['id']}", If_Match=mine["etag"])
        assert answer.status_code == 404


def test_lists_show_each_caller_their_own(company: Company) -> None:
    company.north.create("Nord")
    company.south.create("Sud")
    assert company.north.found() == ["Nord"]
    assert company.south.found() == ["Sud"]
    assert company.manager.found() == company.admin.found() == ["Nord", "Sud"]
    assert company.manager.found(territory_id=company.south.territory_id) == ["Sud"]
    assert company.north.found(territory_id=company.south.territory_id) == []
    assert company.north.found(q="sud") == []


def test_a_manager_moves_a_customer_inside_the_subtree_and_they_are_found_there(company: Company) -> None:
    made = company.north.create(
        "Nomade", places=[{"town": "Nice", "position": {"lat": 43.7, "lon": 7.2, "origin": "typed"}}]
    )
    moved = company.manager.patch(made, territory_id=company.south.territory_id)
    assert moved.status_code == 200
    for query in ({"q": "noma"}, {"town": "nice"}, {"near": "43.7,7.2"}, {}):
        assert company.south.found(**query) == ["Nomade"]
        assert company.north.found(**query) == []


def test_a_rep_does_not_move_a_customer_out_of_sight(company: Company) -> None:
    made = company.north.create()
    assert company.north.patch(made, territory_id=company.south.territory_id).status_code == 404
    assert company.north.get(f"/customers/{made['id']}") == made


def test_a_rep_without_territory_sees_nobody(company: Company, nowhere: str) -> None:
    company.north.create()
    stray = company.south.call("POST", "/customers", new(nowhere))
    assert stray.status_code == 404

"""Changing, retiring and restoring a customer."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.field_api.customers.conftest import Caller, Company


def test_a_change_wants_the_version_that_was_read(north: Caller) -> None:
    made = north.create()
    assert north.call("PATCH", f"/customers/{made['id']}", {"name": "Dupont"}).status_code == 428
    changed = north.patch(made, name="Dupont")
    assert changed.status_code == 200
    stale = north.patch(made, name="Dupond")
    assert stale.status_code == 412
    assert stale.headers["ETag"] == changed.get_json()["etag"]


def test_a_renamed_customer_is_found_by_the_new_name_alone(north: Caller) -> None:
    north.patch(north.create("Martin", given_name="Zoé"), name="Lefèvre")
    assert north.found(q="lefevre") == ["Zoé Lefèvre"]
    assert north.found(q="martin") == []


def test_null_removes_and_what_is_not_named_stays(north: Caller) -> None:
    made = north.create("Martin", given_name="Zoé", job_title="baker")
    changed = north.patch(made, given_name=None).get_json()
    assert (changed["given_name"], changed["job_title"], changed["name"]) == (None, "baker", "Martin")
    assert north.patch(changed, name=None).get_json()["errors"][0]["pointer"] == "/name"


def test_server_owned_fields_are_refused_by_name(north: Caller) -> None:
    made = north.create()
    for field in ("role", "kind", "display_name", "first_touch_at", "etag"):
        answer = north.patch(made, **{field: made[field]})
        assert (answer.status_code, answer.get_json()["errors"][0]["pointer"]) == (422, f"/{field}")


changes = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["Œuvre", "Saint-Just", "de la Tour"]),
        "given_name": st.sampled_from([None, "Léa"]),
        "job_title": st.sampled_from([None, "baker"]),
    },
)


@given(st.lists(changes, min_size=1, max_size=4))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_patches_one_after_the_other_are_as_one_merged(north: Caller, patches: list[dict[str, str | None]]) -> None:
    held = north.create("Martin", given_name="Zoé")
    expected = {"name": "Martin", "given_name": "Zoé", "job_title": None}
    for patch in patches:
        held = north.patch(held, **patch).get_json()
        expected |= patch
    assert {name: held[name] for name in expected} == expected
    assert north.call("POST", f"/customers/{held['id']}/retire", If_Match=held["etag"]).status_code == 200


def test_a_retired_customer_is_left_out_of_lists_unless_asked(north: Caller) -> None:
    made = north.create("Ancien", places=[{"town": "Nice", "position": {"lat": 43.7, "lon": 7.2, "origin": "typed"}}])
    retired = north.call("POST", f"/customers/{made['id']}/retire", If_Match=made["etag"])
    assert retired.get_json()["retired_at"] is not None
    for query in ({}, {"q": "ancien"}, {"town": "nice"}, {"near": "43.7,7.2"}, {"order": "created_at"}):
        assert north.found(**query) == []
        assert north.found(retired="true", **query) == ["Ancien"]
    assert north.get(f"/customers/{made['id']}")["display_name"] == "Ancien"


def test_an_admin_alone_brings_a_retired_customer_back(company: Company) -> None:
    made = company.north.create("Ancien")
    path = f"/customers/{made['id']}"
    retired = company.north.call("POST", f"{path}/retire", If_Match=made["etag"]).get_json()
    assert company.north.call("POST", f"{path}/restore", If_Match=retired["etag"]).status_code == 403
    again = company.north.call("POST", f"{path}/retire", If_Match=retired["etag"])
    assert again.status_code == 409
    renamed = company.north.patch(retired, name="Revenant").get_json()
    assert company.admin.call("POST", f"{path}/restore", If_Match=renamed["etag"]).status_code == 200
    assert company.north.found(q="revenant") == ["Revenant"]

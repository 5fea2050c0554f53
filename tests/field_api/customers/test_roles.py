"""The dated roles of a customer."""

from tests.field_api.customers.conftest import Caller


def test_the_role_at_any_past_instant_can_be_asked(north: Caller) -> None:
    made = north.create(role="visitor", first_touch_at="2025-01-01T00:00:00Z")
    path = f"/customers/{made['id']}/roles"
    for role, since in (("prospect", "2025-02-01T00:00:00Z"), ("client", "2025-03-01T00:00:00Z")):
        assert north.call("POST", path, {"role": role, "starts_at": since}).status_code == 201
    course = north.get(path)["items"]
    assert [(one["role"], one["ends_at"]) for one in course] == [
        ("client", None),
        ("prospect", "2025-03-01T00:00:00Z"),
        ("visitor", "2025-02-01T00:00:00Z"),
    ]
    for at, roles in (
        ("2024-12-31T23:59:59Z", []),
        ("2025-01-01T00:00:00Z", ["visitor"]),
        ("2025-02-28T23:59:59.999Z", ["prospect"]),
        ("2025-03-01T01:00:00+01:00", ["client"]),
    ):
        assert [one["role"] for one in north.get(path, at=at)["items"]] == roles
    assert north.get(f"/customers/{made['id']}")["role"] == "client"


def test_another_role_is_another_version_and_is_found_in_lists(north: Caller) -> None:
    made = north.create()
    answer = north.call("POST", f"/customers/{made['id']}/roles", {"role": "ambassador"})
    assert answer.headers["ETag"] == north.get(f"/customers/{made['id']}")["etag"] != made["etag"]
    assert north.found(role="ambassador") == ["Durand"]
    assert north.found(role="prospect") == []


def test_a_role_that_is_held_or_that_would_rewrite_the_past_clashes(north: Caller) -> None:
    made = north.create(first_touch_at="2025-01-01T00:00:00Z")
    path = f"/customers/{made['id']}/roles"
    assert north.call("POST", path, {"role": "prospect"}).status_code == 409
    for since in ("2025-01-01T00:00:00Z", "2024-06-01T00:00:00Z", "2999-01-01T00:00:00Z"):
        assert north.call("POST", path, {"role": "client", "starts_at": since}).status_code == 409
    assert len(north.get(path)["items"]) == 1

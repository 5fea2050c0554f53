"""Gestures are drafted, let go live, and ended; a live one stays what it is."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.field_api.insights.conftest import Desk
from tests.field_api.insights.findings import gesture_like

PATCH = {"Content-Type": "application/merge-patch+json"}


def draft(desk: Desk, **change: Any) -> TestResponse:
    return desk.post("/v1/gestures", gesture_like(state="draft") | change, desk.sector.admin)


def change(desk: Desk, gesture_id: str, etag: str = "*", **patch: Any) -> TestResponse:
    headers = desk.sector.admin | PATCH | {"If-Match": etag}
    return desk.sector.client.patch(f"/v1/gestures/{gesture_id}", headers=headers, json=patch)


def test_a_draft_is_known_to_admins_alone_and_changes_freely(desk: Desk) -> None:
    made = draft(desk)
    own = made.get_json()["id"]
    assert desk.sector.get(f"/v1/gestures/{own}").status_code == 404
    assert own not in desk.sector.get("/v1/gestures").text
    changed = change(desk, own, made.headers["ETag"], hold_out_percent=20, kind="visit")
    assert (changed.status_code, changed.get_json()["hold_out_percent"]) == (200, 20)
    assert change(desk, own, made.headers["ETag"], minutes=5).status_code == 412
    assert change(desk, own, state="live").status_code == 200
    assert desk.sector.get(f"/v1/gestures/{own}").get_json()["state"] == "live"


def test_a_live_gesture_ends_and_changes_in_nothing_else(desk: Desk) -> None:
    own = desk.gesture_id
    refused = change(desk, own, hold_out_percent=20)
    assert (refused.status_code, "hold_out_percent stays" in refused.get_json()["detail"]) == (409, True)
    assert [change(desk, own, state=state).status_code for state in ("ended", "live")] == [200, 409]


def test_gestures_are_listed_by_driver_and_state(desk: Desk) -> None:
    draft(desk, driver="trust")
    admin = desk.sector.admin
    listed = {name: desk.sector.get("/v1/gestures", admin, driver=name).get_json()["items"] for name in ("trust", "x")}
    assert [len(items) for items in listed.values()] == [1, 0]
    assert [one["id"] for one in desk.sector.get("/v1/gestures", admin, state="live").get_json()["items"]] == [
        desk.gesture_id
    ]


@pytest.mark.parametrize(
    ("told", "pointer"),
    [
        ({"driver": "Être reconnu"}, "/driver"),
        ({"kind": "hug"}, "/kind"),
        ({"minutes": 0}, "/minutes"),
        ({"quiet_days": -1}, "/quiet_days"),
        ({"hold_out_percent": 51}, "/hold_out_percent"),
        ({"title": {"fr": "Seulement"}}, "/title/en"),
    ],
)
def test_what_no_gesture_can_be_is_refused_with_its_place(desk: Desk, told: dict[str, Any], pointer: str) -> None:
    answer = draft(desk, **told)
    assert (answer.status_code, [one["pointer"] for one in answer.get_json()["errors"]]) == (422, [pointer])


def test_an_id_in_use_and_a_beginning_at_the_end_are_refused(desk: Desk) -> None:
    assert draft(desk, id=desk.gesture_id).status_code == 409
    assert draft(desk, state="ended").status_code == 409

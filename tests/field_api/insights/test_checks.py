"""`furet check` finds what was changed behind the back of the use cases."""

import pytest
from sqlalchemy import text

from field_api.app import CHECKS
from field_api.store.base import db
from tests.field_api.insights.conftest import Desk

OF_OURS = "WHERE customer_id = '{customer}'"


@pytest.mark.parametrize(
    ("tampering", "name"),
    [
        ("UPDATE insight_drivers SET carried = false", "insights: suggestions have a driver that the data carry"),
        ("UPDATE insights SET ended_at = published_at, state = 'withdrawn'", "published insights alone"),
        ("DELETE FROM gesture_arms " + OF_OURS, "insights: who is held out is suggested nothing"),
        ("UPDATE gesture_arms SET held_out = true " + OF_OURS, "insights: who is held out is suggested nothing"),
        ("UPDATE next_gestures SET territory_id = '{foreign}' " + OF_OURS, "lie where their customers lie"),
        ("UPDATE next_gestures SET ended_by = 'declined' WHERE ended_by = 'done'", "ends by its last word"),
        ("UPDATE next_gestures SET ended_at = NULL, ended_by = NULL", "ends by its last word"),
        ("DELETE FROM gesture_outcomes", "ends by its last word"),
        ("DELETE FROM interactions", "what was done stands in the timeline"),
    ],
)
def test_what_was_tampered_with_is_found(desk: Desk, tampering: str, name: str) -> None:
    desk.publish()
    [one] = desk.listed()
    desk.say(one["id"])
    named = {"customer": desk.sector.customer_id, "foreign": desk.sector.foreign_territory_id}
    with desk.app.app_context():
        db.session.connection().execute(text(tampering.format(**named)))
        found = [check.name for check in CHECKS if check.name.startswith("insights") and check.find(db.session)]
        db.session.rollback()
    assert any(name in one for one in found)

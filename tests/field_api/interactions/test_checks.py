"""`furet check` finds timelines and consents that were broken behind our back."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from field_api.consents.checks import CHECKS as CONSENT_CHECKS
from field_api.interactions.checks import CHECKS as TIMELINE_CHECKS
from field_api.store.base import db
from field_api.store.engine import writing
from tests.field_api.sector import Sector

CALL: dict[str, Any] = {"channel": "call", "direction": "inbound"}
AGREED: dict[str, Any] = {"purpose": "offers", "granted": True, "wording": "Yes.", "language": "en", "source": "shop"}


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("SELECT 1", []),
        ("UPDATE interactions SET customer_id = '{foreign}' WHERE corrects_id IS NOT NULL", [TIMELINE_CHECKS[0].name]),
        ("UPDATE consent_events SET recorded_at = '2001-01-01T00:00:00.000000Z'", [CONSENT_CHECKS[0].name]),
    ],
)
def test_what_was_broken_is_named(app: Flask, sector: Sector, statement: str, broken: list[str]) -> None:
    path = f"/v1/customers/{sector.customer_id}"
    old = sector.post(f"{path}/interactions", CALL).get_json()["id"]
    assert sector.post(f"{path}/interactions", CALL | {"corrects_id": old}).status_code == 201
    assert sector.post(f"{path}/consents", AGREED).status_code == 201
    with app.app_context():
        with writing(db.session):
            db.session.execute(text(statement.format(foreign=sector.foreign_id)))
        checks = (*TIMELINE_CHECKS, *CONSENT_CHECKS)
        assert [check.name for check in checks if check.find(db.session)] == broken

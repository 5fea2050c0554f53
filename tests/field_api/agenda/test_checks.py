"""The checks find a row that no longer says what its text says."""

import pytest

from field_api.agenda.checks import CHECKS
from field_api.store.base import db
from tests.field_api.agenda.diary import Diary


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE calendar_objects SET title = 'Another'",
        "UPDATE calendar_objects SET last_end_s = last_end_s + 60",
        "UPDATE calendar_objects SET spans = NULL",
        "UPDATE calendar_objects SET etag = 'x'",
    ],
)
def test_a_tampered_row_is_found(diary: Diary, tampering: str) -> None:
    diary.make("Weekly", rule="FREQ=WEEKLY;COUNT=3")
    with diary.app.app_context():
        db.session.connection().exec_driver_sql(tampering)
        assert [fault for check in CHECKS for fault in check.find(db.session)] != []
        db.session.rollback()

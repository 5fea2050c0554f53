"""The demo company's members order gifts, and the books hold what the use cases would have written."""

from collections import Counter
from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import func, select

from field_api import clock
from field_api.app import CHECKS
from field_api.demo import company
from field_api.gifts.models import gifts, operations
from field_api.points.models import holds
from field_api.store.base import db

DAY = datetime(2026, 3, 2, tzinfo=UTC)


def test_a_dozen_gifts_are_ordered_fetched_given_up_and_waiting(app: Flask) -> None:
    with app.app_context():
        told = {"new_password": lambda: "quiet-otter-27-lamps", "progress": lambda _done, _total: None}
        company.fill(db.session, customers=120, seed=1, at=DAY, **told)
        assert db.session.scalar(select(func.count()).select_from(gifts)) == 12
        kinds = Counter(db.session.scalars(select(operations.c.kind)))
        assert kinds["stock"] == 12
        assert kinds["order"] > kinds["hand_over"] > kinds["cancel"] > 0
        waiting = kinds["order"] - kinds["hand_over"] - kinds["cancel"]
        reserved = select(func.count()).select_from(holds).where(holds.c.kind == "reserve")
        assert db.session.scalar(reserved) == waiting > 0
        earlier = operations.alias("earlier")
        pairs = select(earlier.c.recorded_at, operations.c.recorded_at).join(
            operations, operations.c.ends_id == earlier.c.id
        )
        assert all(before < after <= DAY for before, after in db.session.execute(pairs))
        ours = [one for one in CHECKS if one.name.startswith(("gifts", "points", "loyalty"))]
        with clock.ahead_by(DAY - clock.now()):
            assert [fault for one in ours for fault in one.find(db.session)] == []

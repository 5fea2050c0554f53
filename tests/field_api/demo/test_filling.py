"""The demo company is the same for the same seed and day, and comes into an empty database, whole or not at all."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from field_api.demo import company
from field_api.errors import Refused
from field_api.shops.models import shops
from field_api.store.base import db
from tests.conftest import empty
from tests.field_api.demo.filling import fill, fingerprint

SOME = 30


def test_the_same_seed_and_day_give_the_same_rows_and_another_seed_others(app: Flask) -> None:
    with app.app_context():
        fill(SOME)
        first = fingerprint()
        db.session.remove()
        empty(db.engine)
        fill(SOME)
        assert fingerprint() == first
        db.session.remove()
        empty(db.engine)
        fill(SOME, seed=8)
        other = fingerprint()
    assert {name for name in first if first[name] == other[name]}.isdisjoint({"customers", "purchases", "interactions"})


def test_a_database_in_which_somebody_works_is_refused_and_left_alone(app: Flask) -> None:
    with app.app_context():
        assert company.is_empty(db.session)
        fill(20)
        assert not company.is_empty(db.session)
        before = fingerprint()
        with pytest.raises(Refused, match="empty"):
            fill(20)
        assert fingerprint() == before


def test_a_failure_on_the_way_leaves_an_empty_database(app: Flask) -> None:
    def fail(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with app.app_context():
        with pytest.raises(KeyboardInterrupt):
            company.fill(db.session, customers=20, seed=1, new_password=lambda: "", progress=fail)
        assert company.is_empty(db.session)
        assert db.session.execute(select(func.count()).select_from(shops)).scalar() == 0

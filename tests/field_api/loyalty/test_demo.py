"""The club of the demo company: believable, and its books are as every check wants them."""

from datetime import UTC, datetime, timedelta
from random import Random

from sqlalchemy import Table, func, select

from field_api import clock
from field_api.app import CHECKS
from field_api.customers import demo as customers_demo
from field_api.customers.demo import DemoCustomer, id_at
from field_api.loyalty import demo
from field_api.loyalty.models import enrolments, members, pending_earnings
from field_api.points.models import operations
from field_api.shops import demo as shops_demo
from field_api.shops.demo import Buyer
from field_api.store.base import db
from field_api.store.engine import writing
from tests.field_api.loyalty.club import Club

CUSTOMERS = 150


def fill(club: Club, today: datetime) -> None:
    """Customers who have bought for two years, and then the club."""
    rng, since = Random(5), today - timedelta(days=730)
    people = [
        DemoCustomer(
            id=id_at(rng, since),
            territory_id=club.sector.territory_id,
            kind="person",
            name=f"Nom {number}",
            roles=[("client", since)],
            first_touch_source="shop",
            town="Rennes",
        )
        for number in range(CUSTOMERS)
    ]
    with writing(db.session):
        customers_demo.fill(db.session, rng, people, CUSTOMERS, lambda _done, _total: None)
        buyers = (Buyer(one.id, club.shop_id, since, today, 8.0, False) for one in people)
        shops_demo.fill_purchases(db.session, rng, buyers, today)
        demo.fill(db.session, rng, today)


def count(table: Table) -> int:
    return int(db.session.execute(select(func.count()).select_from(table)).scalar_one())


def test_six_in_ten_are_members_and_every_check_finds_their_books_in_order(club: Club) -> None:
    today = datetime.combine(clock.today(), datetime.min.time(), UTC)
    # One live programme is the main one, and the demo brings its own.
    path = f"/v1/programmes/{club.programme_id}"
    club.sector.client.post(f"{path}/end", headers=club.sector.admin | {"If-Match": "*"})
    with club.app.app_context():
        fill(club, today)
        assert 0.5 < count(members) / CUSTOMERS < 0.7
        assert count(enrolments) > count(members)
        counted = db.session.execute(select(operations.c.kind, func.count()).group_by(operations.c.kind))
        kinds: dict[str, int] = dict(tuple(row) for row in counted)
        assert {"earn", "confirm", "cancel", "spend", "reverse"} & set(kinds) >= {"earn", "confirm", "spend"}
        assert kinds["earn"] > 500
        first = db.session.execute(select(func.min(operations.c.recorded_at))).scalar_one()
        assert today - first > timedelta(days=500)
        assert count(pending_earnings) > 0
        assert set(db.session.scalars(select(members.c.tier)).all()) == {None, "argent", "or"}
        mine = [check for check in CHECKS if check.name.startswith(("points", "loyalty"))]
        assert [fault for check in mine for fault in check.find(db.session)] == []

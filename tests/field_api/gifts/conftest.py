"""What the tests of gifts start from."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from field_api.app import CHECKS
from field_api.loyalty.members import require_member
from field_api.points.balances import balance
from field_api.store.base import db
from field_api.store.columns import new_id
from field_api.web.identity import THE_SYSTEM
from tests.field_api.gifts.club import make_gift, make_member, make_programme
from tests.field_api.people import bearer, service_token
from tests.field_api.sector import Headers, Sector
from tests.field_api.shops.stall import shop_like


@dataclass(frozen=True)
class Counter:
    """A rep and a till, a member with 1,000 points, and a gift for 200 with five in stock."""

    app: Flask
    sector: Sector
    till: Headers
    shop_id: str
    programme_id: str
    member_id: str
    number: str
    gift_id: str

    def post(self, path: str, document: Any, headers: Headers | None = None) -> TestResponse:
        """Send as the rep, or as whoever the headers say, with a key of its own."""
        return self.sector.post(path, document, headers, **{"Idempotency-Key": new_id()})

    def order(self, headers: Headers | None = None, **change: Any) -> TestResponse:
        """Order the gift."""
        told = {"id": new_id(), "gift_id": self.gift_id} | change
        return self.post(f"/v1/members/{self.member_id}/gift-orders", told, headers)

    def hand_over(self, order_id: str, headers: Headers | None = None, **change: Any) -> TestResponse:
        """Hand an order over."""
        return self.post(f"/v1/gift-orders/{order_id}/hand-over", {"id": new_id()} | change, headers)

    def cancel(self, order_id: str, headers: Headers | None = None, **change: Any) -> TestResponse:
        """Cancel an order."""
        return self.post(f"/v1/gift-orders/{order_id}/cancellation", {"id": new_id()} | change, headers)

    def at_till(self, path: str, **told: Any) -> TestResponse:
        """Send as the till, for the member's card."""
        return self.post(f"/v1/till/{path}", {"number": self.number} | told, self.till)

    def stock(self) -> dict[str, int]:
        """What of the gift is there."""
        told = self.sector.get(f"/v1/gifts/{self.gift_id}/stock").get_json()
        return {name: told[name] for name in ("units", "ordered", "handed_over")}

    def points(self) -> tuple[int, int]:
        """What the member can spend, and what is set aside."""
        with self.app.app_context():
            found = balance(db.session, self.member_id)
            return found.points, found.reserved

    def faults(self) -> list[str]:
        """What `furet check` finds of gifts and points."""
        with self.app.app_context():
            ours = [one for one in CHECKS if one.name.startswith(("gifts", "points"))]
            assert len(ours) >= 4
            return [fault for one in ours for fault in one.find(db.session)]


@pytest.fixture
def counter(app: Flask, sector: Sector) -> Iterator[Counter]:
    """A counter whose books must balance at the end of every test."""
    shop = sector.post("/v1/shops", shop_like(sector.territory_id), sector.admin).get_json()["id"]
    with app.app_context():
        till = bearer(service_token(db.session, shop, "loyalty:read loyalty:write"))
        programme = make_programme(db.session)
        member = make_member(db.session, programme, sector.customer_id, 1_000)
        number = require_member(db.session, THE_SYSTEM, member).number
        made = Counter(app, sector, till, shop, programme, member, number, make_gift(db.session, programme))
    yield made
    assert made.faults() == []

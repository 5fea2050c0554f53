"""The counter of a shop: a till over HTTP, and the campaigns whose coupons come to it."""

from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from field_api.coupons.checks import CHECKS
from field_api.store.base import db
from field_api.store.columns import new_id
from field_api.store.engine import AnySession
from tests.field_api.coupons import makers
from tests.field_api.people import bearer, service_token
from tests.field_api.sector import Headers, Sector
from tests.field_api.shops.stall import shop_like


@dataclass(frozen=True)
class Counter:
    """A shop of the sector with its till, and the makers of what comes to it."""

    app: Flask
    sector: Sector
    shop_id: str
    till: Headers

    def offer(self, **change: Any) -> str:
        """A live offer."""
        with self.app.app_context():
            return makers.make_offer(db.session, **change)

    def campaign(self, offer_id: str | None = None, **change: Any) -> str:
        """An open campaign."""
        with self.app.app_context():
            return makers.make_campaign(db.session, offer_id, **change)

    def codes(self, count: int = 1, campaign_id: str | None = None, **change: Any) -> list[str]:
        """Fresh codes, of a new campaign unless one is given."""
        with self.app.app_context():
            return makers.make_codes(db.session, campaign_id or makers.make_campaign(db.session, **change), count)

    def code(self, **change: Any) -> str:
        """One fresh code of a new campaign."""
        return self.codes(**change)[0]

    def personal(self, customer_id: str | None = None, **change: Any) -> dict[str, Any]:
        """A personal coupon: its id and code."""
        with self.app.app_context():
            campaign_id = makers.make_campaign(db.session, kind="personal", **change)
            given = makers.give(db.session, campaign_id, customer_id or self.sector.customer_id)
        [coupon] = given["coupons"]
        return dict(coupon)

    def redeem(self, code: str, headers: Headers | None = None, key: str | None = None, **change: Any) -> TestResponse:
        """Redeem a code by the till, or by whoever the headers say."""
        return self.send("/v1/coupons/redemptions", makers.use_of(code, **change), headers, key)

    def reserve(self, code: str, **change: Any) -> TestResponse:
        """Reserve a code by the till."""
        return self.send("/v1/coupons/reservations", makers.use_of(code, **change))

    def end(self, operation_id: str, how: str, headers: Headers | None = None, **told: Any) -> TestResponse:
        """End an operation: redemption, release or reversal."""
        return self.send(f"/v1/coupon-operations/{operation_id}/{how}", {"id": new_id()} | told, headers)

    def send(self, path: str, told: Any, headers: Headers | None = None, key: str | None = None) -> TestResponse:
        """Send a command with a key of its own."""
        named = {"Idempotency-Key": key or new_id()}
        return self.sector.post(path, told, headers=(headers or self.till) | named)

    def faults(self) -> list[str]:
        """What `furet check` finds wrong with coupons."""
        with self.app.app_context():
            return broken(db.session)


def broken(session: AnySession) -> list[str]:
    """What the checks of coupons find."""
    return [fault for check in CHECKS for fault in check.find(session)]


def make_counter(app: Flask, sector: Sector) -> Counter:
    """The counter of a shop in the sector."""
    made = sector.post("/v1/shops", shop_like(sector.territory_id), headers=sector.admin)
    assert made.status_code == 201, made.text
    shop_id = made.get_json()["id"]
    with app.app_context():
        token = service_token(db.session, shop_id, "coupons:redeem purchases:write")
    return Counter(app, sector, shop_id, bearer(token))

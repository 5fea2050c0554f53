"""What the tests of shops begin with, and documents as tills and admins send them."""

from dataclasses import dataclass
from typing import Any

from werkzeug.test import TestResponse

from field_api.store.columns import new_id
from tests.field_api.sector import Headers, Sector


@dataclass(frozen=True)
class Stall:
    """A shop of the sector with its till, and one of the neighbours."""

    sector: Sector
    shop_id: str
    foreign_shop_id: str
    till: Headers
    foreign_till: Headers

    def sell(self, headers: Headers | None = None, **change: Any) -> TestResponse:
        """Record a purchase by the till, or by whoever the headers say."""
        return self.sector.post("/v1/purchases", sale() | change, headers=headers or self.till)

    def refund(self, purchase_id: str, headers: Headers | None = None, **change: Any) -> TestResponse:
        """Give back 10.00 EUR by the till, or by whoever the headers say."""
        document = {"id": new_id(), "amount_minor": 1000, "currency": "EUR", "occurred_at": "2026-03-02T10:00:00Z"}
        return self.sector.post(f"/v1/purchases/{purchase_id}/refunds", document | change, headers=headers or self.till)


def sale() -> dict[str, Any]:
    """45.00 EUR on two lines, by nobody in particular."""
    lines = [
        {"category": "bakery", "quantity": 2, "amount_minor": 500},
        {"category": "grocery", "quantity": 1, "amount_minor": 4000},
    ]
    return {"id": new_id(), "currency": "EUR", "lines": lines, "occurred_at": "2026-03-01T10:00:00Z"}


def shop_like(territory_id: str) -> dict[str, Any]:
    """A shop in Rennes, open on weekdays."""
    hours = [{"weekday": day, "opens": "09:00", "closes": "19:00"} for day in range(1, 6)]
    place = {"town": "Rennes", "postcode": "35000", "lat": 48.111, "lon": -1.674}
    return place | {"name": "Maison de Rennes", "territory_id": territory_id, "opening_hours": hours}

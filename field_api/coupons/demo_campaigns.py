"""Invents the campaigns of the demo company: of what kind, from when on, for how long and with which limits."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from field_api.coupons.rules import day_at, expiry
from field_api.customers.demo import id_at

Row = dict[str, Any]

NAMES = {
    "personal": ("Clients de la saison", "Merci de votre fidélité", "Une attention pour vous", "Revenez nous voir"),
    "shared": ("Code du marché", "Code de la radio locale", "Code du magazine municipal"),
    "unique": ("Boîtes aux lettres", "Comptoir de l’office de tourisme", "Sacs de caisse", "Salon des métiers"),
}
LONGEST = timedelta(days=90)


@dataclass(frozen=True)
class Planned:
    """A campaign with its offer, when its coupons were issued, and the share of them that is redeemed."""

    row: Row
    offer: Row
    issued_at: datetime
    share: float

    @property
    def kind(self) -> str:
        """What its codes are."""
        return str(self.row["kind"])

    @property
    def expires_at(self) -> datetime | None:
        """When its coupons stop being good, all at once: they were issued on one day."""
        return expiry(self.issued_at, self.row["valid_days"], self.row["ends_at"], self.offer["time_zone"])

    def good_until(self, at: datetime) -> datetime:
        """Until when coupons could be used, as seen at an instant."""
        return min(at, self.expires_at or at, self.offer["ends_at"] or at)

    def day(self, moment: datetime) -> date:
        """The day where the offer holds."""
        return day_at(moment, self.offer["time_zone"])


def plan(rng: Random, kind: str, offer: Row, at: datetime) -> Planned:
    """A campaign of an offer that has begun before `at`."""
    starts_at: datetime = offer["starts_at"]
    last = min(at, offer["ends_at"] or at, starts_at + LONGEST)
    issued_at = (starts_at + (last - starts_at) * rng.uniform(0.02, 0.2)).replace(microsecond=0)
    created_at = min(starts_at, issued_at) - timedelta(hours=rng.randrange(3, 60))
    row = {
        "id": id_at(rng, created_at),
        "version": 1,
        "created_at": created_at,
        "updated_at": created_at,
        "offer_id": offer["id"],
        "name": f"{rng.choice(NAMES[kind])}, {starts_at:%m/%Y}",
        "kind": kind,
        "state": "closed" if offer["state"] == "ended" else "open",
        "starts_at": starts_at,
        "ends_at": offer["ends_at"],
        "valid_days": rng.choice((None, 30, 45, 60)) if kind != "shared" else None,
        "uses_per_code": rng.choice((100, 250, 500)) if kind == "shared" else 1,
        "reservation_s": 900,
        "budget_total": None,
        "budget_per_customer": 1 if kind == "shared" else None,
        "budget_per_day": None,
        "hold_out_percent": rng.choice((10, 20, 25)) if kind == "personal" else 0,
    }
    return Planned(
        row, offer, issued_at, {"personal": 0.55, "shared": 0.3, "unique": 0.06}[kind] * rng.uniform(0.6, 1.4)
    )

"""What becomes of the demo company's coupons: each operation as the use cases would have recorded it."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from field_api.coupons import codes, log
from field_api.coupons.demo_campaigns import Planned
from field_api.customers.demo import id_at

Row = dict[str, Any]

SHOWN, RESERVED, RELEASED, REVERSED, DOUBLE = 0.6, 0.05, 0.01, 0.02, 0.005
# Of the purchases of a shop, how many are made with a printed code when there are plenty of codes.
AT_BEST = 0.7
# The worker notes what has expired every five minutes.
EVERY_S = 300


class Lives:
    """Coupons and the log as they grow; what a budget or a purchase allows is never passed."""

    def __init__(self, rng: Random, at: datetime) -> None:
        """Nothing happens after `at`."""
        self.rng, self.at = rng, at
        self.coupons: list[Row] = []
        self.operations: list[Row] = []
        self._of: dict[str, list[Row]] = {}
        self._plans: dict[str, Planned] = {}
        self._taken: Counter[tuple[str, ...]] = Counter()

    def issue(self, one: Planned, count: int) -> None:
        """Issue codes of nobody in particular."""
        if count > 0:
            batch = self._enter(one, "issue", one.issued_at, count=count)
            self._add(one, batch, [None] * count)

    def give(self, one: Planned, treated: Sequence[str], held_out: Sequence[str]) -> None:
        """Issue personal coupons, show most of them, and tell who got none."""
        batch = self._enter(one, "issue", one.issued_at, count=len(treated))
        for customer_id in held_out:
            self._enter(one, "withhold", one.issued_at, customer_id=customer_id)
        self._add(one, batch, treated)

    def bring(self, one: Planned, bought: Sequence[Row]) -> None:
        """Let some of these purchases, in the order of time, take a coupon along."""
        chance = self._chance(one, len(bought))
        for purchase in bought:
            if self._happens(chance) and self._may_take(one, purchase):
                coupon = self._coupon_for(one, purchase)
                if coupon is not None:
                    self._redeem(one, coupon, purchase)
        for coupon in self._of.get(one.row["id"], ()):
            if one.kind == "personal" and coupon["viewed_at"] is None and self.rng.random() < SHOWN:
                self._show(one, coupon, one.good_until(self.at))
            elif not coupon["redeemed"] and self.rng.random() < RELEASED:
                self._reserve_in_vain(one, coupon)

    def expire(self) -> None:
        """Note what is over, as the worker does."""
        for coupon in self.coupons:
            end = coupon["expires_at"]
            if end is not None and end <= self.at and coupon["redeemed"] < coupon["uses"]:
                noted_at = min(self.at, end + timedelta(seconds=self.rng.randrange(EVERY_S)))
                coupon["expired_at"] = noted_at
                self._mark(self._plans[coupon["campaign_id"]], "expire", coupon, end, recorded_at=noted_at)

    def _chance(self, one: Planned, bought: int) -> float:
        """How likely a purchase is made with a coupon; for codes of nobody's, by how many of them are out."""
        if one.kind == "personal":
            return one.share
        uses: int = sum(coupon["uses"] for coupon in self._of.get(one.row["id"], ()))
        return min(AT_BEST, one.share * uses / max(1, bought))

    def _add(self, one: Planned, batch: Row, customer_ids: Sequence[str | None]) -> None:
        self._plans[one.row["id"]] = one
        issued = [self._coupon(one, batch, customer_id) for customer_id in customer_ids]
        self.coupons += issued
        self._of.setdefault(one.row["id"], []).extend(issued)

    def _coupon(self, one: Planned, batch: Row, customer_id: str | None) -> Row:
        body = "".join(self.rng.choices(codes.ALPHABET, k=codes.RANDOM_CHARACTERS))
        return {
            "id": id_at(self.rng, one.issued_at),
            "campaign_id": one.row["id"],
            "batch_id": batch["id"],
            "code": body + codes.check_character(body),
            "customer_id": customer_id,
            "uses": one.row["uses_per_code"],
            "reserved": 0,
            "redeemed": 0,
            "issued_at": one.issued_at,
            "viewed_at": None,
            "expires_at": one.expires_at,
            "expired_at": None,
        }

    def _may_take(self, one: Planned, purchase: Row) -> bool:
        """Whether the budgets allow it: a customer once an offer, a purchase one coupon."""
        offer, day = one.offer, one.day(purchase["occurred_at"]).isoformat()
        if offer["channels"] and purchase["channel"] not in offer["channels"]:
            return False
        limits = {
            (purchase["id"],): 1,
            (offer["id"], purchase["customer_id"]): 1,
            (offer["id"],): offer["budget_total"],
            (offer["id"], "day", day): offer["budget_per_day"],
        }
        if any(most is not None and self._taken[key] >= most for key, most in limits.items()):
            return False
        self._taken.update(limits.keys())
        return True

    def _coupon_for(self, one: Planned, purchase: Row) -> Row | None:
        """The customer's own coupon, or one that is still free."""
        mine = self._of.get(one.row["id"], [])
        if one.kind == "personal":
            return next((coupon for coupon in mine if coupon["customer_id"] == purchase["customer_id"]), None)
        free = (coupon for coupon in self.rng.sample(mine, min(5, len(mine))) if coupon["redeemed"] < coupon["uses"])
        return next(free, None)

    def _redeem(self, one: Planned, coupon: Row, purchase: Row) -> None:
        moment = purchase["occurred_at"]
        if one.kind == "personal":
            self._show(one, coupon, moment)
        use = {"customer_id": purchase["customer_id"], "shop_id": purchase["shop_id"], "channel": purchase["channel"]}
        use |= {"purchase_id": purchase["id"], "stacking_group": one.offer["stacking_group"]}
        before = self._reserve(one, coupon, moment - timedelta(minutes=4), use) if self._happens(RESERVED) else None
        done = self._mark(one, "redeem", coupon, moment, **use, ends_id=before["id"] if before else None)
        coupon["redeemed"] += 1
        back_at, later = (moment + timedelta(hours=self.rng.randrange(2, 70)) for _ in range(2))
        use.pop("stacking_group")
        if self._happens(REVERSED) and back_at < self.at:
            self._mark(one, "reverse", coupon, back_at, **use, ends_id=done["id"], reason="article rendu")
            coupon["redeemed"] -= 1
        elif coupon["uses"] == 1 and self._happens(DOUBLE) and later < self.at:
            self._mark(one, "double", coupon, later, channel="visit")

    def _show(self, one: Planned, coupon: Row, latest: datetime) -> None:
        if coupon["viewed_at"] is None:
            coupon["viewed_at"] = moment = one.issued_at + (latest - one.issued_at) * self.rng.random()
            self._mark(one, "view", coupon, moment)

    def _reserve_in_vain(self, one: Planned, coupon: Row) -> None:
        moment = one.issued_at + (one.good_until(self.at) - one.issued_at) * self.rng.uniform(0.1, 0.8)
        use = {"customer_id": coupon["customer_id"], "channel": "web"}
        held = self._reserve(one, coupon, moment, use | {"stacking_group": one.offer["stacking_group"]})
        released_at = min(self.at, held["deadline_at"])
        self._mark(one, "release", coupon, released_at, **use, ends_id=held["id"])

    def _reserve(self, one: Planned, coupon: Row, moment: datetime, use: Row) -> Row:
        deadline_at = moment + timedelta(seconds=one.row["reservation_s"])
        return self._mark(one, "reserve", coupon, moment, **use, deadline_at=deadline_at)

    def _mark(self, one: Planned, kind: str, coupon: Row, moment: datetime, **more: Any) -> Row:
        told = {"coupon_id": coupon["id"], "customer_id": coupon["customer_id"], **more}
        return self._enter(one, kind, moment, **told)

    def _enter(self, one: Planned, kind: str, moment: datetime, **more: Any) -> Row:
        row = {
            **log.NONE_OF,
            "id": id_at(self.rng, moment),
            "kind": kind,
            "campaign_id": one.row["id"],
            "count": 1,
            "occurred_at": moment,
            "recorded_at": moment,
            "day": one.day(moment),
            "recorded_by_kind": "system",
            "recorded_by_id": None,
            **more,
        }
        self.operations.append(row)
        return row

    def _happens(self, share: float) -> bool:
        return self.rng.random() < share

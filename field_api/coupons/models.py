"""The tables of coupons: campaigns, the coupons themselves, the log of operations, and the meters of budgets.

Value moves here: what must never be passed stands in CHECK constraints and unique indexes behind the actions.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    DDL,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Table,
    event,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from field_api.interactions.models import CHANNELS
from field_api.store.base import Base
from field_api.store.columns import INTERNAL, ORDINARY, SECRET, Id, Instant, personal
from field_api.store.versions import Versioned

CAMPAIGN_KINDS = ("unique", "shared", "personal")
CAMPAIGN_STATES = ("draft", "open", "closed")
OPERATION_KINDS = (
    "issue",
    "withhold",
    "view",
    "reserve",
    "redeem",
    "reverse",
    "release",
    "expire",
    "double",
)
# Those that take a use of their coupon, until another operation ends them.
TAKING = ("reserve", "redeem")
METER_KINDS = ("group", "customer", "day", "total")

MOST_USES = 10**9
LONGEST_CODE = 16
LONGEST_RESERVATION_S = 7 * 24 * 3600
MOST_VALID_DAYS = 3660
MOST_HOLD_OUT_PERCENT = 50

GIVE = "know what was offered to the customer and taken up"


def _only(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class Campaign(Versioned, Base):
    """Coupons of one offer, given out together.

    The kind says what its codes are: `unique`, each for one use by whoever brings it; `shared`, one code for
    `uses_per_code` uses; `personal`, each for one customer. Coupons can be used from `starts_at` until `ends_at`, and
    until the end of `valid_days` after the day on which they were issued. Budgets count uses and hold beside those of
    the offer. Of the customers for whom personal coupons are meant, `hold_out_percent` get none, so that the others can
    be compared with them.
    """

    __tablename__ = "campaigns"
    __table_args__ = (
        CheckConstraint(f"kind IN {CAMPAIGN_KINDS}", name="kind"),
        CheckConstraint(f"state IN {CAMPAIGN_STATES}", name="state"),
        CheckConstraint("ends_at > starts_at", name="period"),
        CheckConstraint("uses_per_code >= 1 AND (uses_per_code = 1 OR kind = 'shared')", name="uses_per_code"),
        CheckConstraint(f"valid_days BETWEEN 1 AND {MOST_VALID_DAYS}", name="valid_days"),
        CheckConstraint(f"reservation_s BETWEEN 1 AND {LONGEST_RESERVATION_S}", name="reservation_s"),
        CheckConstraint("budget_total >= 0", name="budget_total"),
        CheckConstraint("budget_per_customer >= 0", name="budget_per_customer"),
        CheckConstraint("budget_per_day >= 0", name="budget_per_day"),
        CheckConstraint(f"hold_out_percent BETWEEN 0 AND {MOST_HOLD_OUT_PERCENT}", name="hold_out_percent"),
        Index("ix_campaigns_created", "created_at", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    offer_id: Mapped[str] = mapped_column(Id, ForeignKey("offers.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(8))
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime | None] = mapped_column(Instant)
    valid_days: Mapped[int | None] = mapped_column(SmallInteger)
    uses_per_code: Mapped[int]
    reservation_s: Mapped[int]
    budget_total: Mapped[int | None]
    budget_per_customer: Mapped[int | None]
    budget_per_day: Mapped[int | None]
    hold_out_percent: Mapped[int] = mapped_column(SmallInteger)


class Coupon(Base):
    """One code, and how much of it is taken: `reserved` and `redeemed` count the standing operations of the log.

    `code` is kept as `codes.py` writes it, without the groups. `batch_id` is the operation that issued it; `expires_at`
    is when it stops being good, `expired_at` when that was noted. Nothing else says what state it is in.
    """

    __tablename__ = "coupons"
    __table_args__ = (
        CheckConstraint("reserved >= 0 AND redeemed >= 0 AND reserved + redeemed <= uses", name="uses"),
        Index("ix_coupons_customer", "customer_id", "issued_at", "id"),
        Index("ix_coupons_batch", "batch_id", "id"),
        Index("ix_coupons_campaign", "campaign_id", "issued_at"),
        # A customer has one personal coupon of a campaign.
        Index("ix_coupons_personal", "campaign_id", "customer_id", unique=True, **_only("customer_id IS NOT NULL")),
        Index("ix_coupons_expiring", "expires_at", "id", **_only("expired_at IS NULL")),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    campaign_id: Mapped[str] = mapped_column(Id, ForeignKey("campaigns.id"))
    batch_id: Mapped[str] = mapped_column(Id)
    code: Mapped[str] = mapped_column(
        String(LONGEST_CODE), unique=True, info=personal(SECRET, "let whoever brings it use it")
    )
    customer_id: Mapped[str | None] = mapped_column(Id, ForeignKey("customers.id"), info=personal(INTERNAL, GIVE))
    uses: Mapped[int]
    reserved: Mapped[int] = mapped_column(insert_default=0)
    redeemed: Mapped[int] = mapped_column(insert_default=0)
    issued_at: Mapped[datetime] = mapped_column(Instant)
    viewed_at: Mapped[datetime | None] = mapped_column(Instant, info=personal(ORDINARY, GIVE))
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    expired_at: Mapped[datetime | None] = mapped_column(Instant)


class CouponOperation(Base):
    """One line of the log, under an id that its author gave it and that nobody ever uses again.

    An operation that ends an earlier one names it in `ends_id`: a redemption its reservation, a reversal its
    redemption, a release its reservation. The unique index lets each be ended once. `day` is the day by the offer's
    clock, for budgets per day; `stacking_group` the offer's at that moment; `count` the number of coupons issued,
    else 1. `purchase_id` may name a purchase that has not arrived yet. A `double` was redeemed elsewhere before its
    phone reached us; it takes nothing.
    """

    __tablename__ = "coupon_operations"
    __table_args__ = (
        CheckConstraint(f"kind IN {OPERATION_KINDS}", name="kind"),
        CheckConstraint(f"channel IN {CHANNELS}", name="channel"),
        CheckConstraint("count >= 1 AND (count = 1 OR kind = 'issue')", name="count"),
        CheckConstraint("(deadline_at IS NOT NULL) = (kind = 'reserve')", name="deadline"),
        CheckConstraint("ends_id IS NOT NULL OR kind NOT IN ('reverse', 'release')", name="ends"),
        Index("ix_coupon_operations_ends", "ends_id", unique=True, **_only("ends_id IS NOT NULL")),
        Index("ix_coupon_operations_coupon", "coupon_id", "recorded_at", "id"),
        Index("ix_coupon_operations_campaign", "campaign_id", "kind", "day"),
        Index("ix_coupon_operations_customer", "customer_id", "campaign_id", **_only("customer_id IS NOT NULL")),
        Index("ix_coupon_operations_purchase", "purchase_id", **_only("purchase_id IS NOT NULL")),
        Index("ix_coupon_operations_deadline", "deadline_at", "id", **_only("deadline_at IS NOT NULL")),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    campaign_id: Mapped[str] = mapped_column(Id, ForeignKey("campaigns.id"))
    coupon_id: Mapped[str | None] = mapped_column(Id, ForeignKey("coupons.id"))
    ends_id: Mapped[str | None] = mapped_column(Id, ForeignKey("coupon_operations.id"))
    count: Mapped[int] = mapped_column(insert_default=1)
    customer_id: Mapped[str | None] = mapped_column(Id, ForeignKey("customers.id"), info=personal(INTERNAL, GIVE))
    occurred_at: Mapped[datetime] = mapped_column(Instant, info=personal(ORDINARY, GIVE))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    day: Mapped[date] = mapped_column(Date)
    deadline_at: Mapped[datetime | None] = mapped_column(Instant)
    shop_id: Mapped[str | None] = mapped_column(Id, ForeignKey("shops.id"), info=personal(ORDINARY, GIVE))
    place_id: Mapped[str | None] = mapped_column(Id, info=personal(ORDINARY, GIVE))
    channel: Mapped[str | None] = mapped_column(String(8), info=personal(ORDINARY, GIVE))
    purchase_id: Mapped[str | None] = mapped_column(Id, info=personal(ORDINARY, GIVE))
    stacking_group: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str | None] = mapped_column(String(200))
    recorded_by_kind: Mapped[str] = mapped_column(String(16))
    recorded_by_id: Mapped[str | None] = mapped_column(Id)


class CouponMeter(Base):
    """How much of a budget is taken, so that one conditional UPDATE decides who gets the last of it.

    `owner_id` is a campaign or an offer, and `of` says which budget: of all (''), of a day (its date) or of a customer.
    For a stacking group the owner is a purchase, which takes one coupon of the group. The log is the truth: a meter
    counts since `owner_version`, and is counted anew from the log when its owner has changed.
    """

    __tablename__ = "coupon_meters"
    __table_args__ = (
        CheckConstraint(f"kind IN {METER_KINDS}", name="kind"),
        CheckConstraint("taken BETWEEN 0 AND most", name="taken"),
        {"sqlite_with_rowid": False},
    )

    owner_id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    of: Mapped[str] = mapped_column(String(40), primary_key=True, info=personal(INTERNAL, GIVE))
    owner_version: Mapped[int]
    taken: Mapped[int]
    most: Mapped[int]


class CouponGuesses(Base):
    """How many codes that do not exist somebody has tried since `since_at`: an identity, or an address by its HMAC."""

    __tablename__ = "coupon_guesses"

    key: Mapped[str] = mapped_column(String(64), primary_key=True, info=personal(INTERNAL, "stop whoever tries codes"))
    since_at: Mapped[datetime] = mapped_column(Instant, index=True)
    missed: Mapped[int]


# Tables as such, for statements that give columns and no entities.
campaigns: Table = Campaign.__table__  # type: ignore[assignment]  # declared as FromClause, which a table is
coupons: Table = Coupon.__table__  # type: ignore[assignment]  # the same
operations: Table = CouponOperation.__table__  # type: ignore[assignment]  # the same
meters: Table = CouponMeter.__table__  # type: ignore[assignment]  # the same
guesses: Table = CouponGuesses.__table__  # type: ignore[assignment]  # the same

# The log defends itself against our own mistakes. Whose it was may be taken out of it; what was done may not.
_FIXED = "id, kind, campaign_id, coupon_id, ends_id, count, occurred_at, recorded_at, day, purchase_id, stacking_group"
GUARDS = {
    "sqlite": tuple(
        f"CREATE TRIGGER coupon_operations_no_{verb.split()[0].lower()} BEFORE {verb} ON coupon_operations "
        "BEGIN SELECT RAISE(ABORT, 'the log of coupons is append-only'); END"
        for verb in (f"UPDATE OF {_FIXED}", "DELETE")
    ),
    "postgresql": (
        "CREATE FUNCTION coupon_operations_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the log of coupons is append-only'; END $$",
        f"CREATE TRIGGER coupon_operations_no_change BEFORE UPDATE OF {_FIXED} OR DELETE ON coupon_operations "
        "FOR EACH STATEMENT EXECUTE FUNCTION coupon_operations_append_only()",
    ),
}
for _dialect, _statements in GUARDS.items():
    for _statement in _statements:
        event.listen(operations, "after_create", DDL(_statement).execute_if(dialect=_dialect))

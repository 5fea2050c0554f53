"""Whether a coupon can be used, decided on what stands; no session, no clock of its own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from field_api.errors import Clash

STATES = ("issued", "viewed", "reserved", "redeemed", "expired")


@dataclass(frozen=True)
class Owner:
    """Whose budgets a use counts against, a campaign or an offer, in the version whose limits these are."""

    what: str
    id: str
    version: int
    total: int | None
    per_customer: int | None
    per_day: int | None


@dataclass(frozen=True)
class Held:
    """A coupon with what its campaign and its offer say of it; both of these stand still until the transaction ends."""

    id: str
    code: str
    customer_id: str | None
    uses: int
    reserved: int
    redeemed: int
    viewed_at: datetime | None
    expires_at: datetime | None
    campaign_id: str
    campaign_kind: str
    campaign_state: str
    starts_at: datetime
    ends_at: datetime | None
    reservation_s: int
    campaign_version: int
    campaign_total: int | None
    campaign_per_customer: int | None
    campaign_per_day: int | None
    offer_id: str
    offer_state: str
    offer_starts_at: datetime
    offer_ends_at: datetime | None
    time_zone: str
    channels: Sequence[str]
    priority: int
    stacking_group: str | None
    offer_version: int
    offer_total: int | None
    offer_per_customer: int | None
    offer_per_day: int | None

    @property
    def owners(self) -> tuple[Owner, Owner]:
        """The campaign, and the offer, which is shared with other campaigns."""
        campaign = (self.campaign_version, self.campaign_total, self.campaign_per_customer, self.campaign_per_day)
        offer = (self.offer_version, self.offer_total, self.offer_per_customer, self.offer_per_day)
        return Owner("campaign", self.campaign_id, *campaign), Owner("offer", self.offer_id, *offer)

    def day(self, at: datetime) -> date:
        """The day of an instant where the offer holds."""
        return day_at(at, self.time_zone)

    def told(self, at: datetime) -> str:
        """An instant as people read it where the offer holds."""
        return f"{at.astimezone(ZoneInfo(self.time_zone)):%Y-%m-%d %H:%M} ({self.time_zone})"


@dataclass(frozen=True, order=True)
class Meter:
    """One budget that a use counts against. Meters sort in the order in which transactions take them, hottest last."""

    rank: int
    owner_id: str
    kind: str
    of: str
    owner_version: int
    most: int
    what: str


def day_at(at: datetime, time_zone: str) -> date:
    """The day that it is at an instant, in a zone."""
    return at.astimezone(ZoneInfo(time_zone)).date()


def expiry(since: datetime, valid_days: int | None, ends_at: datetime | None, time_zone: str) -> datetime | None:
    """When a coupon that is good from `since` on stops being so: with its campaign, and after its days if it has some.

    They follow the day of `since`, and the last one is whole: people read a day on a coupon, and no hour.
    """
    if valid_days is None:
        return ends_at
    after = datetime.combine(day_at(since, time_zone) + timedelta(days=valid_days + 1), time(), ZoneInfo(time_zone))
    return min(after.astimezone(UTC), ends_at or after)


# A purchase takes one coupon of a stacking group.
ONE_OF_A_GROUP = 1


def meters_of(held: Held, row: Mapping[str, Any]) -> frozenset[Meter]:
    """The budgets that a line of the log counts against while it stands."""
    found = set()
    if row["purchase_id"] is not None and row["stacking_group"] is not None:
        found.add(Meter(0, row["purchase_id"], "group", row["stacking_group"], 0, ONE_OF_A_GROUP, "purchase"))
    for place, owner in enumerate(held.owners):
        if owner.per_customer is not None and row["customer_id"] is not None:
            found.add(_meter(1 + place, owner, "customer", row["customer_id"], owner.per_customer))
        if owner.per_day is not None:
            found.add(_meter(3 + place, owner, "day", row["day"].isoformat(), owner.per_day))
        if owner.total is not None:
            found.add(_meter(5 + place, owner, "total", "", owner.total))
    return frozenset(found)


def _meter(rank: int, owner: Owner, kind: str, of: str, most: int) -> Meter:
    return Meter(rank, owner.id, kind, of, owner.version, most, owner.what)


def state_of(
    uses: int,
    reserved: int,
    redeemed: int,
    viewed_at: datetime | None,
    expires_at: datetime | None,
    at: datetime,
) -> str:
    """What the coupon is to people at an instant: redeemed, expired, reserved, viewed or issued."""
    if redeemed >= uses:
        return "redeemed"
    if expires_at is not None and expires_at <= at:
        return "expired"
    if reserved + redeemed >= uses:
        return "reserved"
    return "issued" if viewed_at is None else "viewed"


def check_usable(held: Held, at: datetime, channel: str, offer_state: str) -> None:
    """Raises Clash, with every reason, when the coupon cannot be used at this instant by this channel."""
    if reasons := [*_reasons(held, at, channel, offer_state)]:
        raise Clash(" ".join(reasons))


def _reasons(held: Held, at: datetime, channel: str, offer_state: str) -> Iterator[str]:
    if held.campaign_state != "open":
        yield f"The campaign of this coupon is {held.campaign_state}."
    if offer_state != "live":
        yield f"The offer is {offer_state}."
    first = max(held.starts_at, held.offer_starts_at)
    if at < first:
        yield f"It can be used from {held.told(first)} on."
    ends = [end for end in (held.expires_at, held.ends_at, held.offer_ends_at) if end is not None]
    if ends and at >= min(ends):
        yield f"It could be used until {held.told(min(ends))}."
    if held.channels and channel not in held.channels:
        yield f"It is for the channels {', '.join(held.channels)}, and not for {channel}."


def check_customer(held: Held, customer_id: str | None) -> None:
    """Raises Clash when a personal coupon is brought by somebody else, or when it matters who brings it."""
    if customer_id is None:
        for owner in held.owners:
            if owner.per_customer is not None:
                raise Clash(f"The {owner.what} counts uses by customer: say whose coupon this is (customer_id).")
    elif held.customer_id not in {None, customer_id}:
        raise Clash("This is the personal coupon of another customer.")

"""The coupons of a batch or of one customer as they are printed: with their signed text, in parts that end."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from typing import Any

from sqlalchemy import bindparam, select

from field_api.coupons import codes, holding
from field_api.coupons.models import campaigns, coupons, operations
from field_api.coupons.signatures import Claims, SigningKey, sign
from field_api.customers.models import customers
from field_api.customers.scope import display_name
from field_api.errors import NotFound
from field_api.offers.models import offers
from field_api.reps.company import company
from field_api.store import audit
from field_api.store.engine import AnySession
from field_api.web.identity import Principal

AT_ONCE = 1_000
Row = dict[str, Any]
FIRST = "00000000-0000-0000-0000-000000000000"
COLUMNS = ("code", "qr_text", "uses", "starts_at", "ends_at", "coupon_id", "customer_id", "customer_name")
# What a spreadsheet would run as a formula when a text begins with it.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Batch:
    """An issue of a campaign, with what is printed on each of its coupons; `issuer` is the company's name."""

    issuer: str
    id: str
    campaign_id: str
    count: int
    issued_at: datetime
    campaign_name: str
    title: dict[str, str]
    text: dict[str, str]
    time_zone: str


@dataclass(frozen=True)
class PrintedCoupon:
    """One coupon as it is printed; `code` is in groups, `qr_text` what its QR code says."""

    id: str
    code: str
    qr_text: str
    uses: int
    starts_at: datetime
    ends_at: datetime | None
    customer_id: str | None
    customer_name: str | None


_BATCH = (
    select(
        operations.c.id,
        operations.c.campaign_id,
        operations.c.count,
        operations.c.recorded_at,
        campaigns.c.name,
        offers.c.title,
        offers.c.text,
        offers.c.time_zone,
    )
    .join(campaigns, campaigns.c.id == operations.c.campaign_id)
    .join(offers, offers.c.id == campaigns.c.offer_id)
    .where(operations.c.kind == "issue")
)
_PRINTED = (
    select(
        coupons.c.id,
        coupons.c.code,
        coupons.c.uses,
        coupons.c.expires_at,
        coupons.c.customer_id,
        customers.c.given_name,
        customers.c.name,
        campaigns.c.offer_id,
        campaigns.c.starts_at,
        campaigns.c.ends_at,
        offers.c.starts_at.label("offer_starts_at"),
        offers.c.ends_at.label("offer_ends_at"),
    )
    .select_from(holding.WITH_THEIR_CUSTOMERS)
    .join(campaigns, campaigns.c.id == coupons.c.campaign_id)
    .join(offers, offers.c.id == campaigns.c.offer_id)
)
_OF_BATCH = (
    _PRINTED.where(coupons.c.batch_id == bindparam("of_batch"), coupons.c.id > bindparam("after"))
    .order_by(coupons.c.id)
    .limit(bindparam("most"))
)


def require_batch(session: AnySession, campaign_id: str, batch_id: str) -> Batch:
    """An issue of a campaign, of codes or of personal coupons. Raises NotFound."""
    mine = _BATCH.where(operations.c.id == batch_id, operations.c.campaign_id == campaign_id)
    row = session.execute(mine).first()
    if row is None:
        raise NotFound(f"There is no batch {batch_id} in this campaign.")
    return Batch(company(session)[0].name, *row)


def take_to_print(session: AnySession, principal: Principal, campaign_id: str, batch_id: str, how: Row) -> Batch:
    """A batch whose codes the caller is about to see, which the audit trail says for ever. Raises NotFound."""
    batch = require_batch(session, campaign_id, batch_id)
    audit.record(session, principal.actor, "campaign.print", campaign_id, after={"batch_id": batch_id} | how)
    return batch


def part(session: AnySession, key: SigningKey, batch: Batch, after: str, most: int) -> list[PrintedCoupon]:
    """Up to `most` coupons of a batch behind the one whose id is `after`, in the order of their ids."""
    rows = session.connection().execute(_OF_BATCH, {"of_batch": batch.id, "after": after, "most": most})
    return [_printed(key, row) for row in rows]


def read_signed(session: AnySession, principal: Principal, key: SigningKey, coupon_id: str) -> PrintedCoupon:
    """One coupon in the caller's sight, to be shown on a screen. Raises NotFound."""
    holding.require_sight(session, principal, coupon_id)
    return _printed(key, session.execute(_PRINTED.where(coupons.c.id == coupon_id)).one())


def csv_lines(session: AnySession, key: SigningKey, batch: Batch) -> Iterator[str]:
    """A batch as CSV (RFC 4180), some rows at a time; no transaction stays open between them."""
    yield _csv([COLUMNS])
    after, rows = FIRST, part(session, key, batch, FIRST, AT_ONCE)
    while rows:
        session.rollback()
        yield _csv([_row(one) for one in rows])
        after = rows[-1].id
        rows = part(session, key, batch, after, AT_ONCE)
    session.rollback()


def _printed(key: SigningKey, row: Any) -> PrintedCoupon:
    starts_at = max(row.starts_at, row.offer_starts_at)
    ends_at = min((end for end in (row.expires_at, row.ends_at, row.offer_ends_at) if end is not None), default=None)
    text = sign(key, Claims(row.code, row.offer_id, starts_at, ends_at, row.customer_id))
    name = None if row.customer_id is None else display_name(row.given_name, row.name)
    return PrintedCoupon(row.id, codes.grouped(row.code), text, row.uses, starts_at, ends_at, row.customer_id, name)


def _row(one: PrintedCoupon) -> tuple[Any, ...]:
    ends_at = "" if one.ends_at is None else one.ends_at.isoformat()
    name = one.customer_name or ""
    if name.startswith(FORMULA_STARTS):
        name = f"'{name}"
    return (one.code, one.qr_text, one.uses, one.starts_at.isoformat(), ends_at, one.id, one.customer_id or "", name)


def _csv(rows: list[tuple[Any, ...]]) -> str:
    text = StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()

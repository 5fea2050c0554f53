"""What must hold of coupons, counted from the log and not from the counts that are kept beside it."""

from collections.abc import Sequence

from sqlalchemy import Table, case, func, or_, select

from field_api.coupons import codes
from field_api.coupons.meters import count_standing, standing
from field_api.coupons.models import campaigns, coupons, meters, operations
from field_api.coupons.rules import Meter
from field_api.offers.models import offers
from field_api.store.checks import Check
from field_api.store.engine import AnySession

BATCH = 10_000
MOST_TOLD = 100


def _counts_unlike_log(session: AnySession) -> Sequence[str]:
    taken = (
        select(
            operations.c.coupon_id,
            func.sum(case((operations.c.kind == "reserve", 1), else_=0)).label("reserved"),
            func.sum(case((operations.c.kind == "redeem", 1), else_=0)).label("redeemed"),
        )
        .where(standing)
        .group_by(operations.c.coupon_id)
        .subquery()
    )
    reserved, redeemed = (func.coalesce(taken.c[name], 0) for name in ("reserved", "redeemed"))
    asked = select(coupons.c.id, coupons.c.reserved, coupons.c.redeemed, reserved, redeemed)
    wrong = or_(coupons.c.reserved != reserved, coupons.c.redeemed != redeemed)
    rows = session.execute(asked.outerjoin(taken, taken.c.coupon_id == coupons.c.id).where(wrong).limit(MOST_TOLD))
    return [
        f"Coupon {own} counts {held} reserved and {used} redeemed; its log says {held_by_log} and {used_by_log}."
        for own, held, used, held_by_log, used_by_log in rows
    ]


def _used_too_often(session: AnySession) -> Sequence[str]:
    number = func.count()
    asked = select(coupons.c.id, coupons.c.uses, number).join(operations, operations.c.coupon_id == coupons.c.id)
    wrong = asked.where(standing).group_by(coupons.c.id, coupons.c.uses).having(number > coupons.c.uses)
    return [
        f"Coupon {own} allows {uses} uses and was taken {times} times."
        for own, uses, times in session.execute(wrong.limit(MOST_TOLD))
    ]


def _over_budget(session: AnySession) -> Sequence[str]:
    """Of meters that count under the present version: more taken than allowed, or not what the log says."""
    versions = {own: version for table in (campaigns, offers) for own, version in _versions(session, table)}
    kept_campaigns = set(session.scalars(select(campaigns.c.id)))
    found = []
    for row in session.execute(select(meters).execution_options(yield_per=BATCH)):
        if row.kind != "group" and versions.get(row.owner_id) != row.owner_version:
            continue
        what = "campaign" if row.owner_id in kept_campaigns else "offer"
        counted = count_standing(session, Meter(0, row.owner_id, row.kind, row.of, row.owner_version, row.most, what))
        if counted != row.taken or counted > row.most:
            told = f"The meter {row.kind} {row.of} of {row.owner_id} counts {row.taken} of {row.most}"
            found.append(f"{told}; the log says {counted}.")
    return found[:MOST_TOLD]


def _batches_unlike_log(session: AnySession) -> Sequence[str]:
    held = select(coupons.c.batch_id, func.count().label("number")).group_by(coupons.c.batch_id).subquery()
    number = func.coalesce(held.c.number, 0)
    issues = select(operations.c.id, operations.c.count, number).outerjoin(held, held.c.batch_id == operations.c.id)
    wrong = issues.where(operations.c.kind == "issue", operations.c.count != number)
    told = [
        f"The log issued {count} coupons as {own}; there are {there}." for own, count, there in session.execute(wrong)
    ]
    astray = select(held.c.batch_id).where(held.c.batch_id.not_in(select(operations.c.id)))
    return told + [f"The coupons of {own} were issued by nothing in the log." for own in session.scalars(astray)]


def _misread_codes(session: AnySession) -> Sequence[str]:
    found = []
    for own, code in session.execute(select(coupons.c.id, coupons.c.code).execution_options(yield_per=BATCH)):
        try:
            kept = codes.read(code)
        except codes.Misread:
            kept = None
        if kept != code:
            found.append(f"The code of coupon {own} breaks its check character.")
    return found[:MOST_TOLD]


def _views_unlike_log(session: AnySession) -> Sequence[str]:
    viewed = select(operations.c.coupon_id).where(operations.c.kind == "view")
    wrong = coupons.c.viewed_at.is_not(None) != coupons.c.id.in_(viewed)
    rows = session.scalars(select(coupons.c.id).where(wrong).limit(MOST_TOLD))
    return [f"Coupon {own} was shown by its row or by its log, and not by both." for own in rows]


def _versions(session: AnySession, table: Table) -> Sequence[tuple[str, int]]:
    columns = table.c
    return [(own, version) for own, version in session.execute(select(columns.id, columns.version))]


CHECKS = (
    Check("coupons: the counts are what the log says", _counts_unlike_log),
    Check("coupons: no code is used more often than it allows", _used_too_often),
    Check("coupons: no budget is overdrawn, and each meter is what the log says", _over_budget),
    Check("coupons: every issue of the log has its coupons", _batches_unlike_log),
    Check("coupons: what was shown stands in the log", _views_unlike_log),
    Check("coupons: every code has its check character", _misread_codes),
)

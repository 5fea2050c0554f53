"""What must hold of purchases and refunds, counted from their rows and not from the sums kept beside them."""

from collections.abc import Sequence

from sqlalchemy import func, select

from field_api.interactions.models import entries
from field_api.shops.models import purchase_lines, purchases, refunds
from field_api.store.checks import Check
from field_api.store.engine import AnySession


def _totals_unlike_lines(session: AnySession) -> Sequence[str]:
    sums = (
        select(purchase_lines.c.purchase_id, func.sum(purchase_lines.c.amount_minor).label("total"))
        .group_by(purchase_lines.c.purchase_id)
        .subquery()
    )
    asked = select(purchases.c.id, purchases.c.amount_minor, sums.c.total).outerjoin(
        sums, sums.c.purchase_id == purchases.c.id
    )
    wrong = asked.where(func.coalesce(sums.c.total, -1) != purchases.c.amount_minor)
    return [f"Purchase {own} says {amount}, its lines {total}." for own, amount, total in session.execute(wrong)]


def _refunds_unlike_their_purchase(session: AnySession) -> Sequence[str]:
    total = func.coalesce(func.sum(refunds.c.amount_minor), 0)
    asked = (
        select(purchases.c.id, purchases.c.amount_minor, purchases.c.refunded_minor, total)
        .outerjoin(refunds, refunds.c.purchase_id == purchases.c.id)
        .group_by(purchases.c.id)
        .having((total > purchases.c.amount_minor) | (total != purchases.c.refunded_minor))
    )
    return [
        f"Purchase {own} of {amount} is noted as refunded by {noted}; its refunds make {made}."
        for own, amount, noted, made in session.execute(asked)
    ]


def _missing_from_timelines(session: AnySession) -> Sequence[str]:
    told = select(entries.c.about_id).where(
        entries.c.about_kind == "purchase", entries.c.customer_id == purchases.c.customer_id
    )
    asked = select(purchases.c.id).where(
        purchases.c.customer_id.is_not(None), ~told.where(entries.c.about_id == purchases.c.id).exists()
    )
    return [f"Purchase {own} is missing from its customer's timeline." for (own,) in session.execute(asked)]


CHECKS = (
    Check("a purchase is the sum of its lines", _totals_unlike_lines),
    Check("refunds never exceed their purchase, and are summed up right", _refunds_unlike_their_purchase),
    Check("a customer's purchases stand in their timeline", _missing_from_timelines),
)

"""Budgets: one conditional UPDATE decides who gets the last use, and the log decides what was taken before.

A meter counts under one version of its owner. When the owner was changed, its limits may be others, or new: the first
use under the new version counts anew from the log. Nothing can slip in between, because every use holds its campaign
and its offer (`holding.py`) from before it enters the log until its commit.
"""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from field_api.coupons.models import TAKING, campaigns, meters, operations
from field_api.coupons.rules import Meter
from field_api.errors import Clash
from field_api.store.engine import AnySession
from field_api.store.hot_statements import read

_THIS = (
    meters.c.owner_id == bindparam("of_owner"),
    meters.c.kind == bindparam("of_kind"),
    meters.c.of == bindparam("of_what"),
)
_SAME_VERSION = meters.c.owner_version == bindparam("version")
# Of every use of a budget, and so straight to the driver; a row tells that it was taken.
_TAKE = """UPDATE coupon_meters SET taken = taken + 1, most = :limit
    WHERE owner_id = :of_owner AND kind = :of_kind AND "of" = :of_what AND owner_version = :version AND taken < :limit
    RETURNING taken"""
_GIVE_BACK = update(meters).where(*_THIS, _SAME_VERSION, meters.c.taken > 0).values(taken=meters.c.taken - 1)
_COUNTED_VERSION = select(meters.c.owner_version).where(*_THIS).with_for_update()
_COUNT_ANEW = (
    update(meters)
    .where(*_THIS)
    .values(owner_version=bindparam("version"), taken=bindparam("count"), most=bindparam("limit"))
)
_NEVER_COUNTED = -1
_OPEN_SQLITE = insert_sqlite(meters).on_conflict_do_nothing()
_OPEN_POSTGRESQL = insert_postgresql(meters).on_conflict_do_nothing()

_ender = operations.alias("enders")
# What takes a use and was not ended.
standing = operations.c.kind.in_(TAKING) & ~select(_ender.c.id).where(_ender.c.ends_id == operations.c.id).exists()


def move(session: AnySession, back: Iterable[Meter], forth: Iterable[Meter]) -> None:
    """Give back what an operation had taken and take what another one wants, where these differ, hottest meter last.

    The log already says so. Raises Clash when a budget is used up.
    """
    given, wanted = {_key(one): one for one in back}, {_key(one): one for one in forth}
    for key in sorted({*given, *wanted}, key=lambda one: wanted.get(one) or given[one]):
        if key not in wanted:
            session.connection().execute(_GIVE_BACK, _values(given[key]))
        elif key not in given:
            take(session, wanted[key])


def take(session: AnySession, meter: Meter) -> None:
    """Take one of a budget. Raises Clash when it is used up."""
    values = _values(meter) | {"limit": meter.most}
    connection = session.connection()
    if read(connection, _TAKE, values):
        return
    if _open(session, meter) == meter.owner_version:
        # Somebody counted it in the meantime, or it is used up.
        if read(connection, _TAKE, values):
            return
        raise _used_up(meter)
    # The operation that is being recorded stands in the log and is among these.
    count = count_standing(session, meter)
    if count > meter.most:
        raise _used_up(meter)
    connection.execute(_COUNT_ANEW, values | {"count": count})


def count_standing(session: AnySession, meter: Meter) -> int:
    """What the log says is taken of a budget."""
    query = select(func.count()).select_from(operations).where(standing)
    if meter.kind == "group":
        purchase = (operations.c.purchase_id == meter.owner_id, operations.c.stacking_group == meter.of)
        return session.execute(query.where(*purchase)).scalar_one()
    if meter.what == "campaign":
        query = query.where(operations.c.campaign_id == meter.owner_id)
    else:
        owned = select(campaigns.c.id).where(campaigns.c.offer_id == meter.owner_id)
        query = query.where(operations.c.campaign_id.in_(owned))
    if meter.kind == "day":
        query = query.where(operations.c.day == date.fromisoformat(meter.of))
    if meter.kind == "customer":
        query = query.where(operations.c.customer_id == meter.of)
    return session.execute(query).scalar_one()


def _open(session: AnySession, meter: Meter) -> int:
    """The version under which the meter counts, made if there is none; held until the transaction ends."""
    connection = session.connection()
    fresh: dict[str, object] = {"owner_id": meter.owner_id, "kind": meter.kind, "of": meter.of}
    fresh |= {"owner_version": _NEVER_COUNTED, "taken": 0, "most": 0}
    connection.execute(_OPEN_SQLITE if connection.dialect.name == "sqlite" else _OPEN_POSTGRESQL, fresh)
    version: int = connection.execute(_COUNTED_VERSION, _values(meter)).scalar_one()
    return version


def _key(meter: Meter) -> tuple[str, str, str]:
    return meter.owner_id, meter.kind, meter.of


def _values(meter: Meter) -> dict[str, object]:
    named: dict[str, object] = {"of_owner": meter.owner_id, "of_kind": meter.kind, "of_what": meter.of}
    return named | {"version": meter.owner_version}


_USED_UP = {
    "group": "Another coupon of the stacking group {of!r} is used for this purchase; only one of a group counts.",
    "customer": "The {what} allows {most} uses a customer, and this customer has had them.",
    "day": "The {what} allows {most} uses a day, and those of {of} are used up.",
    "total": "The {what} allows {most} uses, and all are used up.",
}


def _used_up(meter: Meter) -> Clash:
    return Clash(_USED_UP[meter.kind].format(of=meter.of, what=meter.what, most=meter.most))

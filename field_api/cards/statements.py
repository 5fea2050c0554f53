"""A month of a member's points: what there was at its beginning, all that moved, and what there was at its end.

By the books alone, by when operations were recorded: a statement of a past month never changes.
"""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, case, func, select

from field_api import clock
from field_api.cards.cards import Card
from field_api.cards.last_days import last_days
from field_api.cards.showing import months_of
from field_api.customers.scope import require_customer
from field_api.errors import NotFound
from field_api.loyalty import numbers
from field_api.loyalty.programmes import read_programme
from field_api.points.balances import balance
from field_api.points.models import entries, operations
from field_api.points.moving import all_merged_into
from field_api.reps.company import company
from field_api.store.engine import AnySession
from field_api.web.identity import THE_SYSTEM

MOST_MOVES = 1_000
LATER = timedelta(days=92)

_MINE = entries.c.account_id.in_(bindparam("mine", expanding=True)) & (entries.c.book == "available")
_UNTIL = (
    select(func.coalesce(func.sum(entries.c.points), 0))
    .join(operations, operations.c.id == entries.c.operation_id)
    .where(_MINE, operations.c.recorded_at < bindparam("at"))
)
_earned = operations.alias("earned")
_MOVED = (
    select(
        *(operations.c[name] for name in ("id", "kind", "occurred_at")),
        # A confirmation reads as what was earned; what the system says of its reasons is for colleagues.
        func.coalesce(operations.c.event, _earned.c.event).label("event"),
        case((operations.c.recorded_by_kind != "system", operations.c.reason)).label("reason"),
        func.sum(entries.c.points).label("points"),
    )
    .join(entries, entries.c.operation_id == operations.c.id)
    .outerjoin(_earned, (_earned.c.id == operations.c.ends_id) & (operations.c.kind == "confirm"))
    .where(_MINE, operations.c.recorded_at >= bindparam("start"), operations.c.recorded_at < bindparam("end"))
    .group_by(operations.c.id, _earned.c.event)
    .having(func.sum(entries.c.points) != 0)
    .order_by(operations.c.recorded_at, operations.c.id)
    .limit(bindparam("most"))
)


def statement(session: AnySession, card: Card, first: date) -> dict[str, Any]:
    """What the statement of a month shows. Raises NotFound for a month of which there is none."""
    programme = read_programme(session, card.member.programme_id)
    zone = programme["time_zone"]
    if first not in months_of(card, zone):
        raise NotFound(f"There is no statement of {first:%Y-%m}.")
    start, end = bounds(first, zone)
    mine = list(all_merged_into(session, card.member.id))
    opening, closing = (int(session.execute(_UNTIL, {"mine": mine, "at": at}).scalar_one()) for at in (start, end))
    rows = session.execute(_MOVED, {"mine": mine, "start": start, "end": end, "most": MOST_MOVES + 1}).all()
    moves = [row._asdict() | {"points": int(row.points)} for row in rows[:MOST_MOVES]]
    others = closing - opening - sum(move["points"] for move in moves)
    return {
        "company": company(session)[0].name,
        "programme": programme,
        "zone": zone,
        "holder": require_customer(session, THE_SYSTEM, card.member.customer_id).display_name,
        "number_shown": numbers.grouped(card.member.number),
        "first": first,
        "last": end.astimezone(ZoneInfo(zone)).date() - timedelta(days=1),
        "opening": opening,
        "moves": moves,
        # What a longer month moved besides, in one sum.
        "others": others if len(rows) > MOST_MOVES else None,
        "closing": closing,
        "expiring": last_days(balance(session, card.member.id).lots, zone, clock.now() + LATER),
        "now": clock.now(),
    }


def bounds(first: date, zone: str) -> tuple[datetime, datetime]:
    """The instants at which a month begins and the next one does, where the programme counts its days."""
    following = (first + timedelta(days=32)).replace(day=1)
    start, end = (datetime(one.year, one.month, 1, tzinfo=ZoneInfo(zone)) for one in (first, following))
    return start, end

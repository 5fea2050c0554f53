"""Fills the demo company's catalogue, and lets members order: as the use cases would have written it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import bindparam, func, insert, select, text, update

from field_api.customers.demo import id_at
from field_api.gifts.demo_catalogue import GIFTS, DemoGift
from field_api.gifts.models import gift_versions, gifts, operations, stocks
from field_api.gifts.ordering import EVENT
from field_api.gifts.versions import version_row
from field_api.loyalty.models import members, programmes
from field_api.points.commands import Cancel, Command, Confirm, Reserve
from field_api.points.models import OPEN, entries, holds, lots
from field_api.points.models import operations as bookings
from field_api.store.engine import AnySession

Row = dict[str, Any]

SINCE = timedelta(days=200)
ORDERING = 0.35
MOST_ORDERS = 2_000
# What became of orders: most are fetched within days, a few are given up, the late ones wait.
GIVEN_UP = 0.12
FETCHED_WITHIN = timedelta(days=6)

_CLUB = select(programmes.c.id).where(programmes.c.is_main, programmes.c.state == "live")
_last = (
    select(bookings.c.account_id, func.max(bookings.c.recorded_at).label("at"))
    .group_by(bookings.c.account_id)
    .subquery()
)
_PURSES = (
    select(members.c.id, members.c.tier, _last.c.at, lots.c.id.label("lot_id"), lots.c.expires_at, lots.c.available)
    .join(_last, _last.c.account_id == members.c.id)
    .join(lots, lots.c.account_id == members.c.id)
    .where(members.c.programme_id == bindparam("programme_id"), members.c.state == "active")
    .where(text(OPEN), lots.c.available > 0)
    .order_by(members.c.id, lots.c.expires_at.nulls_last(), lots.c.id)
)
_COUNT = (
    update(lots)
    .where(lots.c.id == bindparam("of_id"))
    .values(available=lots.c.available - bindparam("taken"), reserved=lots.c.reserved + bindparam("kept"))
)


def fill(session: AnySession, rng: Random, at: datetime) -> None:
    """Write the gifts and their orders as of `at`. Members and their points must stand already."""
    programme_id = session.execute(_CLUB).scalar()
    if programme_id is not None:
        _Counter(session, rng, at, programme_id).open()


class _Counter:
    """Gathers the rows of gifts and of orders, and what they do to the books of points."""

    def __init__(self, session: AnySession, rng: Random, at: datetime, programme_id: str) -> None:
        self.session, self.rng, self.at, self.programme_id = session, rng, at, programme_id
        self.since = at - SINCE
        self.rows: dict[Any, list[Row]] = {
            table: [] for table in (gifts, gift_versions, stocks, bookings, entries, holds, operations)
        }
        self.units: dict[str, int] = {}
        self.moved: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0])

    def open(self) -> None:
        """Offer the gifts, let members order, and write all of it."""
        offered = [(self._gift(one), one) for one in GIFTS]
        for number, purse in enumerate(self._purses()):
            if number < MOST_ORDERS * 3 and self.rng.random() < ORDERING:
                self._order(purse, offered)
        self.rows[stocks] = [{"gift_id": own, "units": units} for own, units in self.units.items()]
        for table, rows in self.rows.items():
            if rows:
                self.session.execute(insert(table), rows)
        counted = [{"of_id": own, "taken": taken, "kept": kept} for own, (taken, kept) in sorted(self.moved.items())]
        if counted:
            self.session.connection().execute(_COUNT, counted)

    def _gift(self, one: DemoGift) -> Row:
        own = id_at(self.rng, self.since)
        row: Row = {name: dict(zip(("en", "fr"), getattr(one, name), strict=True)) for name in ("title", "text")}
        row |= {"id": own, "programme_id": self.programme_id, "state": "offered", "picture_url": None}
        row |= {"points": one.points, "starts_at": self.since, "ends_at": None, "tiers": list(one.tiers)}
        row |= {"collect_days": one.collect_days, "version": 1, "created_at": self.since, "updated_at": self.since}
        self.rows[gifts].append(row)
        self.rows[gift_versions].append(version_row(row))
        self.units[own] = one.units
        self._line("stock", id_at(self.rng, self.since), row, self.since, units=one.units)
        return row

    def _purses(self) -> Iterator[Sequence[Any]]:
        """The free lots of each member, those that end first in front."""
        held: list[Any] = []
        for row in self.session.execute(_PURSES, {"programme_id": self.programme_id}).all():
            if held and held[0].id != row.id:
                yield held
                held = []
            held.append(row)
        if held:
            yield held

    def _order(self, purse: Sequence[Any], offered: Sequence[tuple[Row, DemoGift]]) -> None:
        """One order of a gift within reach, after all that the member did before."""
        points = sum(lot.available for lot in purse)
        fits = [
            gift
            for gift, one in offered
            if one.points <= points and self.units[gift["id"]] > 0 and (not one.tiers or purse[0].tier in one.tiers)
        ]
        begin = max(purse[0].at, self.since) + timedelta(minutes=10)
        if not fits or begin >= self.at:
            return
        gift, moment = self.rng.choice(fits), begin + (self.at - begin) * self.rng.random()
        own, member_id = id_at(self.rng, moment), purse[0].id
        drawn = list(_drawn(purse, gift["points"]))
        why = {"gift_id": gift["id"], "gift_version": 1, "title": gift["title"]}
        reserve = Reserve(operation_id=own, account_id=member_id, points=gift["points"], event=EVENT, why=why)
        self._book(reserve, member_id, gift["points"], moment, drawn, ("available", "reserved"))
        days = gift["collect_days"]
        deadline = None if days is None else moment + timedelta(days=days)
        told = {"member_id": member_id, "points": gift["points"]}
        self._line("order", own, gift, moment, units=-1, deadline_at=deadline, **told)
        self.units[gift["id"]] -= 1
        self._end(own, gift, member_id, moment, drawn)

    def _end(
        self, order_id: str, gift: Row, member_id: str, ordered_at: datetime, drawn: list[tuple[int, int]]
    ) -> None:
        """What became of an order, if anything has by now."""
        moment = ordered_at + FETCHED_WITHIN * (0.05 + self.rng.random())
        points = gift["points"]
        if moment >= self.at:
            hold: Row = {"operation_id": order_id, "account_id": member_id, "kind": "reserve", "points_left": points}
            self.rows[holds].append(hold | {"deadline_at": None, "device_id": None})
            for lot_id, part in drawn:
                self._move(lot_id, part, part)
            return
        own, given_up = id_at(self.rng, moment), self.rng.random() < GIVEN_UP
        command = (Cancel if given_up else Confirm)(operation_id=own, ends_id=order_id, event=EVENT)
        target = "available" if given_up else "redeemed"
        self._book(command, member_id, points, moment, drawn, ("reserved", target), ends_id=order_id)
        told = {"member_id": member_id, "points": points, "ends_id": order_id}
        self._line("cancel" if given_up else "hand_over", own, gift, moment, units=int(given_up), **told)
        self.units[gift["id"]] += int(given_up)
        for lot_id, part in drawn:
            self._move(lot_id, 0 if given_up else part, 0)

    def _move(self, lot_id: int, taken: int, kept: int) -> None:
        self.moved[lot_id][0] += taken
        self.moved[lot_id][1] += kept

    def _book(
        self,
        command: Command,
        account_id: str,
        points: int,
        at: datetime,
        drawn: Sequence[tuple[int, int]],
        books: tuple[str, str],
        ends_id: str | None = None,
    ) -> None:
        """The operation in the books of points, with an entry into and out of each lot."""
        row: Row = dict.fromkeys(column.name for column in bookings.columns)
        row |= {"id": command.operation_id, "kind": command.kind, "account_id": account_id, "ends_id": ends_id}
        row |= {"points": points, "pending": False, "occurred_at": at, "recorded_at": at, "event": command.event}
        row |= {"why": command.why, "fingerprint": command.fingerprint(), "recorded_by_kind": "system"}
        self.rows[bookings].append(row)
        sides = [
            (lot_id, book, count) for lot_id, part in drawn for book, count in zip(books, (-part, part), strict=True)
        ]
        for number, (lot_id, book, count) in enumerate(sides):
            entry: Row = {"operation_id": command.operation_id, "number": number, "book": book, "lot_id": lot_id}
            self.rows[entries].append(
                entry | {"account_id": None if book == "redeemed" else account_id, "points": count}
            )

    def _line(self, kind: str, own: str, gift: Mapping[str, Any], at: datetime, **more: Any) -> None:
        row: Row = dict.fromkeys(column.name for column in operations.columns)
        row |= {"id": own, "kind": kind, "gift_id": gift["id"], "gift_version": 1, "occurred_at": at, "recorded_at": at}
        self.rows[operations].append(row | {"recorded_by_kind": "system"} | more)


def _drawn(purse: Sequence[Any], points: int) -> Iterator[tuple[int, int]]:
    """So many points of the lots, earliest end first."""
    for lot in purse:
        part = min(lot.available, points)
        if part:
            yield lot.lot_id, part
        points -= part

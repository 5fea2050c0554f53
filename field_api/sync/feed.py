"""The change feed: what was touched in a transaction enters it as the last step before the commit, in commit order.

Cursors on clocks or on sequences lose rows, because a transaction that began earlier may commit later. Here each lane
(one collection in one bucket) has a counter row, which a transaction increments last and holds until its commit: the
order of the numbers is the order of the commits.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Table,
    bindparam,
    cast,
    exists,
    func,
    insert,
    select,
    text,
    true,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.event import listens_for
from sqlalchemy.orm import Session, SessionTransaction

from field_api.store.columns import Id, Json
from field_api.store.engine import AnySession
from field_api.sync.collections import Synced, of_rep, registered
from field_api.sync.models import Entry, Lane

CHANNEL = "furet_sync"
# Not a collection: the lane that tells a user's own streams that their scope has changed.
SCOPE = "scope"
_TOUCHED = "sync.touched"

lanes: Table = Lane.__table__  # type: ignore[assignment]  # declared as FromClause, which a table is
entries: Table = Entry.__table__  # type: ignore[assignment]

# (collection, document) -> the buckets it is or was visible in, and whether what follows it goes along.
Touched = dict[tuple[str, str], tuple[set[str], bool]]


def touch(session: AnySession, collection: str, doc_id: str, *buckets: str, with_followers: bool = False) -> None:
    """Say that a document was written; the buckets are where it lies now and, if it moved, where it lay.

    Without buckets its collection is asked, at the commit, where it lies: for a document that never moves by itself.
    `with_followers` takes along the documents of other collections that lie where this one lies: for a move, and for
    a document that comes or goes. Nothing is written before the commit.
    """
    touched: Touched = session.info.setdefault(_TOUCHED, {})
    before, along = touched.get((collection, doc_id), (set(), False))
    touched[collection, doc_id] = (before.union(buckets), along or with_followers)


def scope_changed(session: AnySession, user_id: str) -> None:
    """Say that what a user may see has changed, so that their open streams notice at once; the pull notices anyway."""
    touch(session, SCOPE, user_id, of_rep(user_id))


@contextmanager
def savepoint(session: AnySession) -> Iterator[None]:
    """Part of a transaction that can fail by itself: its writes and its touches are then undone."""
    before: Touched = dict(session.info.get(_TOUCHED, {}))
    try:
        with session.begin_nested():
            yield
    except BaseException:
        session.info[_TOUCHED] = before
        raise


def open_lanes(session: AnySession, collection: str, known: set[str]) -> bool:
    """Open the lanes of this collection that were touched and are not among the known buckets; tells whether any is."""
    touched: Touched = session.info.get(_TOUCHED, {})
    _place(session, touched)
    buckets = {bucket for (name, _), (places, _) in touched.items() if name == collection for bucket in places}
    for bucket in sorted(buckets - known):
        _open_lane(session, collection, bucket)
    return bool(buckets - known)


@listens_for(Session, "before_commit")
def _write(session: Session) -> None:
    touched: Touched | None = session.info.get(_TOUCHED)
    if not touched or session.in_nested_transaction():
        return
    session.flush()
    _take_followers_along(session, touched)
    _place(session, touched)
    by_lane: dict[tuple[str, str], list[str]] = {}
    for (collection, doc_id), (buckets, _) in touched.items():
        for bucket in buckets:
            by_lane.setdefault((collection, bucket), []).append(doc_id)
    # Sorted, so that two transactions never wait for each other's lanes.
    for (collection, bucket), doc_ids in sorted(by_lane.items()):
        enter(session, collection, bucket, doc_ids)
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"NOTIFY {CHANNEL}"))
    touched.clear()


@listens_for(Session, "after_soft_rollback")
def _forget(session: Session, ended: SessionTransaction) -> None:
    if ended.parent is None:
        session.info.pop(_TOUCHED, None)


def _place(session: AnySession, touched: Touched) -> None:
    astray: dict[str, list[str]] = {}
    for (collection, doc_id), (buckets, _) in touched.items():
        if not buckets:
            astray.setdefault(collection, []).append(doc_id)
    for collection, doc_ids in astray.items():
        placed = session.connection().execute(registered()[collection].held_placement, {"ids": doc_ids})
        for doc_id, bucket in placed.all():
            touch(session, collection, doc_id, bucket)


def _take_followers_along(session: Session, touched: Touched) -> None:
    leading = [(place, buckets) for place, (buckets, along) in touched.items() if along]
    for (parent, parent_id), buckets in leading:
        for one in registered().values():
            if one.followers is not None:
                for doc_id in one.followers(session, parent, [parent_id]):
                    touch(session, one.name, doc_id, *buckets)


_ADVANCE = (
    update(lanes)
    .where(lanes.c.collection == bindparam("of_collection"), lanes.c.bucket == bindparam("of_bucket"))
    .values(seq=lanes.c.seq + bindparam("count"))
    .returning(lanes.c.id, lanes.c.seq)
)
_OPEN_SQLITE = sqlite.insert(lanes).on_conflict_do_nothing()
_OPEN_POSTGRESQL = postgresql.insert(lanes).on_conflict_do_nothing()
# All documents by one statement, however many: sent row by row they cost as much as what was written of them.
_ids = bindparam("ids", type_=Json)
_sqlite_ids = func.json_each(_ids).table_valued("key", "value")
_postgresql_ids = func.jsonb_array_elements_text(_ids).table_valued("value", with_ordinality="ordinal").render_derived()


def _entering(insert_of: Any, doc_id: ColumnElement[str], number: ColumnElement[int]) -> Any:
    """Enters the documents of the parameter `ids` under the numbers after `before`."""
    seq = bindparam("before", type_=BigInteger) + number
    rows = select(bindparam("of_lane", type_=Integer), doc_id, seq, seq).where(true())
    fresh = insert_of(entries).from_select(list(entries.c.keys()), rows)
    return fresh.on_conflict_do_update(
        index_elements=[entries.c.lane_id, entries.c.doc_id], set_={"seq": fresh.excluded.seq}
    )


_ENTER_SQLITE = _entering(sqlite.insert, _sqlite_ids.c.value, _sqlite_ids.c.key + 1)
_ENTER_POSTGRESQL = _entering(postgresql.insert, cast(_postgresql_ids.c.value, Id), _postgresql_ids.c.ordinal)


def enter(session: AnySession, collection: str, bucket: str, doc_ids: list[str]) -> None:
    """Give these documents the lane's next numbers; the lane stays locked until the transaction ends."""
    lane_id, last = _advance(session, collection, bucket, len(doc_ids))
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    told = {"of_lane": lane_id, "before": last - len(doc_ids), "ids": doc_ids}
    session.connection().execute(_ENTER_SQLITE if on_sqlite else _ENTER_POSTGRESQL, told)


def _advance(session: AnySession, collection: str, bucket: str, count: int) -> tuple[int, int]:
    connection = session.connection()
    values = {"of_collection": collection, "of_bucket": bucket, "count": count}
    row = connection.execute(_ADVANCE, values).first()
    if row is None:
        _open_lane(session, collection, bucket)
        row = connection.execute(_ADVANCE, values).one()
    return row.id, row.seq


def _open_lane(session: AnySession, collection: str, bucket: str) -> None:
    connection = session.connection()
    fresh = {"collection": collection, "bucket": bucket, "seq": 0, "purged_seq": 0}
    connection.execute(_OPEN_SQLITE if connection.dialect.name == "sqlite" else _OPEN_POSTGRESQL, fresh)


def fill(session: AnySession, collection: Synced) -> None:
    """Enter every standing document that is not in the feed yet, after writing in bulk."""
    connection, placed = session.connection(), collection.placement.subquery()
    mine = lanes.c.collection == collection.name
    unopened = select(placed.c.bucket).where(placed.c.bucket.not_in(select(lanes.c.bucket).where(mine))).distinct()
    opening = [{"collection": collection.name, "bucket": one} for one in connection.execute(unopened).scalars()]
    if opening:
        connection.execute(insert(lanes), [one | {"seq": 0, "purged_seq": 0} for one in opening])
    connection.execute(select(lanes.c.id).where(mine).order_by(lanes.c.bucket).with_for_update())
    seq = lanes.c.seq + func.row_number().over(partition_by=lanes.c.id, order_by=placed.c.doc_id)
    entered = exists().where(entries.c.lane_id == lanes.c.id, entries.c.doc_id == placed.c.doc_id)
    missing = select(lanes.c.id, placed.c.doc_id, seq, seq).join(placed, lanes.c.bucket == placed.c.bucket)
    connection.execute(insert(entries).from_select(list(entries.c.keys()), missing.where(mine, ~entered)))
    last = select(func.max(entries.c.seq)).where(entries.c.lane_id == lanes.c.id).scalar_subquery()
    connection.execute(update(lanes).where(mine, lanes.c.seq < last).values(seq=last))


def fill_all(session: AnySession) -> None:
    """The same for every collection."""
    for one in registered().values():
        fill(session, one)

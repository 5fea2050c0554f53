"""What must hold of the change feed."""

from collections.abc import Sequence

from sqlalchemy import and_, exists, func, select

from field_api.store.checks import Check
from field_api.store.engine import AnySession
from field_api.sync.collections import registered
from field_api.sync.feed import entries, lanes


def _outside_the_feed(session: AnySession) -> Sequence[str]:
    found = []
    for one in registered().values():
        placed = one.placement.subquery()
        here = and_(lanes.c.collection == one.name, lanes.c.bucket == placed.c.bucket)
        entered = entries.join(lanes, and_(lanes.c.id == entries.c.lane_id, here))
        told = exists().select_from(entered).where(entries.c.doc_id == placed.c.doc_id).correlate(placed)
        for doc_id, bucket in session.execute(select(placed.c.doc_id, placed.c.bucket).where(~told).limit(100)):
            found.append(f"The document {doc_id} of {one.name} lies in {bucket}, and no phone is told.")
    return found


def _ahead_of_their_lane(session: AnySession) -> Sequence[str]:
    last = select(entries.c.lane_id, func.max(entries.c.seq).label("seq")).group_by(entries.c.lane_id).subquery()
    ahead = select(lanes.c.collection, lanes.c.bucket).join(last, last.c.lane_id == lanes.c.id)
    rows = session.execute(ahead.where(last.c.seq > lanes.c.seq))
    return [f"The lane of {collection} in {bucket} counts less than its entries." for collection, bucket in rows]


CHECKS = (
    Check("sync: every document is in the feed where it lies", _outside_the_feed),
    Check("sync: no entry is ahead of its lane", _ahead_of_their_lane),
)

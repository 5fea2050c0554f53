"""Which lanes a caller follows: what they may see now, written down as grants, so that losing sight can be noticed.

What somebody may see is decided elsewhere and may change by the clock alone (an assignment ends). So nobody has to
tell the feed: each pull and each push compares what is granted with what is in sight, and settles the difference.
"""

from dataclasses import dataclass

from sqlalchemy import and_, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from field_api.store.engine import AnySession
from field_api.sync.collections import COMPANY
from field_api.sync.models import Grant, Lane
from field_api.web.identity import Principal


@dataclass(frozen=True)
class GrantedLane:
    """A lane with what one user was granted of it; generation 0 means never."""

    id: int
    bucket: str
    seq: int
    purged_seq: int
    generation: int
    revoked_seq: int | None

    @property
    def open(self) -> bool:
        """Whether the user follows the lane now, as far as grants tell."""
        return self.generation > 0 and self.revoked_seq is None


def in_sight(principal: Principal, bucket: str) -> bool:
    """Whether the documents of a bucket are the caller's to see now."""
    kind, _, key = bucket.partition(":")
    if kind == "territory":
        return principal.may_see(key)
    if kind == "team":
        return principal.leads(key)
    return key == principal.id if kind == "rep" else bucket == COMPANY


def lanes_of(session: AnySession, principal: Principal, collection: str) -> list[GrantedLane]:
    """Every lane of the collection, by id, with the caller's grant."""
    query = (
        select(Lane.id, Lane.bucket, Lane.seq, Lane.purged_seq, Grant.generation, Grant.revoked_seq)
        .outerjoin(Grant, and_(Grant.lane_id == Lane.id, Grant.user_id == principal.id))
        .where(Lane.collection == collection)
        .order_by(Lane.id)
    )
    rows = session.connection().execute(query)
    return [GrantedLane(row[0], row[1], row[2], row[3], row[4] or 0, row[5]) for row in rows]


def is_settled(principal: Principal, lanes: list[GrantedLane]) -> bool:
    """Whether grants say what is in sight now."""
    return all(lane.open == in_sight(principal, lane.bucket) for lane in lanes)


def settle(session: AnySession, principal: Principal, collection: str) -> list[GrantedLane]:
    """Grant what came into sight and revoke what went out of it, in a write transaction; the lanes afterwards."""
    # One user's pushes and turns of grants come one after the other: what a push wrote was granted, and is taken back.
    session.execute(
        select(Grant.lane_id).where(Grant.user_id == principal.id).order_by(Grant.lane_id).with_for_update()
    )
    lanes = lanes_of(session, principal, collection)
    if is_settled(principal, lanes):
        return lanes
    for lane in lanes:
        if lane.open != in_sight(principal, lane.bucket):
            _turn(session, principal.id, lane)
    return lanes_of(session, principal, collection)


def _turn(session: AnySession, user_id: str, lane: GrantedLane) -> None:
    mine = (Grant.user_id == user_id, Grant.lane_id == lane.id)
    if lane.generation == 0:
        # Two devices of one user may be the first at the same moment.
        insert = insert_postgresql if session.get_bind().dialect.name == "postgresql" else insert_sqlite
        session.execute(insert(Grant).values(user_id=user_id, lane_id=lane.id, generation=1).on_conflict_do_nothing())
    elif lane.open:
        session.execute(update(Grant).where(*mine).values(revoked_seq=lane.seq))
    else:
        session.execute(update(Grant).where(*mine).values(generation=lane.generation + 1, revoked_seq=None))

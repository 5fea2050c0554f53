"""How far each device is known to have come, so that a tombstone is forgotten only when all of them have seen it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.exc import OperationalError

from field_api import clock
from field_api.store.engine import AnySession, writing
from field_api.store.worker import Recurring
from field_api.sync.checkpoints import Checkpoint, Position
from field_api.sync.collections import Synced, registered
from field_api.sync.models import Entry, Follower, Lane
from field_api.web.identity import Principal

# A pull is a read: it writes its device's position down this often at the most, but for lanes that are new to it.
NOTED_EVERY = timedelta(hours=1)
# A device that was silent for longer holds no tombstone back; when it returns, what it missed is sent anew in full.
SILENT_AFTER = timedelta(days=90)

PURGE = Recurring("sync.purge", every_s=24 * 3600)


def device_of(principal: Principal) -> str:
    """The device that asks; a token outside any device counts as one."""
    return principal.family_id or principal.token_id or principal.id


def is_known(session: AnySession, principal: Principal, collection: str) -> bool:
    """Whether the device has pulled this collection before."""
    mine = (Follower.device_id == device_of(principal), Follower.collection == collection)
    return session.connection().execute(select(Follower.user_id).where(*mine)).first() is not None


def note_if_free(
    session: AnySession, principal: Principal, collection: str, held: Checkpoint, answered: Mapping[int, Position]
) -> None:
    """Note it as below, but never at the cost of the pull: while a writer holds the database, it is left for later."""
    try:
        note(session, principal, collection, held, answered)
    except OperationalError:
        session.rollback()


def note(
    session: AnySession, principal: Principal, collection: str, held: Checkpoint, answered: Mapping[int, Position]
) -> None:
    """Write down what the device showed that it has, when that is due; lanes it is now sent count from their start.

    Only the checkpoint that a device shows proves that it has stored it; the one it is answered proves nothing.
    """
    device_id = device_of(principal)
    positions = {str(lane_id): _shown(held, lane_id, at) for lane_id, at in answered.items() if at != _taken_back(at)}
    mine = (Follower.device_id == device_id, Follower.collection == collection)
    row = session.connection().execute(select(Follower.positions, Follower.seen_at).where(*mine)).first()
    if row and row.seen_at > clock.now() - NOTED_EVERY and _generations(positions) <= _generations(row.positions):
        return
    values = {"user_id": principal.id, "positions": positions, "seen_at": clock.now()}
    with writing(session):
        insert = insert_postgresql if session.get_bind().dialect.name == "postgresql" else insert_sqlite
        fresh = insert(Follower).values(device_id=device_id, collection=collection, **values)
        session.execute(fresh.on_conflict_do_update(index_elements=["device_id", "collection"], set_=values))


def _shown(held: Checkpoint, lane_id: int, at: Position) -> list[int]:
    before = held.lanes.get(lane_id)
    same = before is not None and not before.left and not at.left and before.generation == at.generation
    return [at.generation, before.seq if same and before else 0]


def _taken_back(at: Position) -> Position:
    return Position(at.generation, left=True)


def _generations(positions: dict[str, Any]) -> set[tuple[str, int]]:
    return {(lane_id, at[0]) for lane_id, at in positions.items()}


def purge(session: AnySession, _payload: dict[str, Any]) -> None:
    """Forget the tombstones that every living device has seen, and the devices that have been silent for too long."""
    session.execute(delete(Follower).where(Follower.seen_at < clock.now() - SILENT_AFTER))
    slowest: dict[tuple[str, int], int] = {}
    for name, positions in session.execute(select(Follower.collection, Follower.positions)):
        for lane_id, (_, seq) in positions.items():
            key = (name, int(lane_id))
            slowest[key] = min(seq, slowest.get(key, seq))
    for one in registered().values():
        lanes = session.execute(select(Lane.id, Lane.bucket, Lane.seq).where(Lane.collection == one.name)).all()
        for id_, bucket, seq in lanes:
            _purge_lane(session, one, id_, bucket, slowest.get((one.name, id_), seq))


def _purge_lane(session: AnySession, collection: Synced, lane_id: int, bucket: str, up_to: int) -> None:
    placed = collection.placement.subquery()
    standing = select(placed.c.doc_id).where(placed.c.bucket == bucket)
    gone = (Entry.lane_id == lane_id, Entry.seq <= up_to, Entry.doc_id.not_in(standing))
    last = session.execute(select(func.max(Entry.seq)).where(*gone)).scalar()
    if last is None:
        return
    session.execute(delete(Entry).where(*gone).execution_options(synchronize_session=False))
    session.execute(update(Lane).where(Lane.id == lane_id, Lane.purged_seq < last).values(purged_seq=last))

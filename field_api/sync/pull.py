"""Assembling one page of what a phone does not have yet, straight from the features' tables.

RxDB stops at a page that is not full, and does not store the checkpoint of an empty one. So pages are filled with
distinct documents, whatever was filtered on the way, before any is answered short.
"""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, select

from field_api.store.engine import AnySession, writing
from field_api.sync import checkpoints, epochs, followers, scope
from field_api.sync.checkpoints import Checkpoint, Position
from field_api.sync.collections import Document, Placed, Synced
from field_api.sync.models import Entry
from field_api.sync.scope import GrantedLane
from field_api.web.identity import Principal

MOST_DOCUMENTS = 2000

_BEFORE_ANY_ID = "00000000-0000-0000-0000-000000000000"

_entries = Entry.__table__
_CHANGED = (
    select(_entries.c.doc_id, _entries.c.seq)
    .where(_entries.c.lane_id == bindparam("lane_id"), _entries.c.seq > bindparam("since"))
    .order_by(_entries.c.seq)
    .limit(bindparam("most"))
)
# What the user may have received before the lane was taken from them: later documents were never theirs.
_HELD = (
    select(_entries.c.doc_id)
    .where(
        _entries.c.lane_id == bindparam("lane_id"),
        _entries.c.first_seq <= bindparam("up_to"),
        _entries.c.doc_id > bindparam("after"),
    )
    .order_by(_entries.c.doc_id)
    .limit(bindparam("most"))
)


@dataclass
class Page:
    """A page in the making: distinct document ids in the order found, and how far each lane is told."""

    most: int
    ids: dict[str, None] = field(default_factory=dict)
    lanes: dict[int, Position] = field(default_factory=dict)

    @property
    def room(self) -> int:
        """How many more documents the page takes."""
        return self.most - len(self.ids)


def pull(
    session: AnySession, principal: Principal, collection: Synced, text: str | None, most: int, version: int | None
) -> dict[str, Any]:
    """The next page after a checkpoint: {documents, checkpoint: {epoch, position}}.

    Raises Outdated and Invalid for a schema or a checkpoint that cannot be served.
    """
    unknown = collection.unknown_at(version)
    schema = collection.version if version is None else version
    reader = f"{principal.id} {collection.name}"
    epoch = epochs.ensure(session)
    shown = checkpoints.read(text, epoch, reader, schema)
    lanes = _settled(session, principal, collection.name)
    held = believed(shown, lanes)
    if text is None and followers.is_known(session, principal, collection.name):
        # It stored no checkpoint, but may have pushed what is to be taken back.
        held = Checkpoint(known=True)
    page = Page(most)
    for lane in lanes:
        if lane.open:
            _tell_changes(session, page, lane, since(lane, held))
        elif lane.generation:
            _take_back(session, page, lane, held)
    found = collection.documents(session, list(page.ids)) if page.ids else {}
    documents = [wire(doc_id, visible(principal, found.get(doc_id)), unknown) for doc_id in page.ids]
    followers.note_if_free(session, principal, collection.name, held, page.lanes)
    position = checkpoints.write(epoch, reader, schema, page.lanes)
    return {"documents": documents, "checkpoint": {"epoch": epoch.epoch, "position": position}}


def _settled(session: AnySession, principal: Principal, collection: str) -> list[GrantedLane]:
    lanes = scope.lanes_of(session, principal, collection)
    if scope.is_settled(principal, lanes):
        return lanes
    with writing(session):
        return scope.settle(session, principal, collection)


def believed(held: Checkpoint, lanes: list[GrantedLane]) -> Checkpoint:
    """What the phone has, unless it claims what never was: then the database was restored, and nothing counts."""
    for lane in lanes:
        at = held.lanes.get(lane.id)
        if at and (at.generation > lane.generation or at.seq > lane.seq):
            return Checkpoint(known=True)
    return held if held.lanes.keys() <= {lane.id for lane in lanes} else Checkpoint(known=True)


def since(lane: GrantedLane, held: Checkpoint) -> int:
    """After which number the phone needs the lane; another generation, or forgotten tombstones, mean from the start."""
    at = held.lanes.get(lane.id)
    if at is None or at.left or at.generation != lane.generation or at.seq < lane.purged_seq:
        return 0
    return at.seq


def _tell_changes(session: AnySession, page: Page, lane: GrantedLane, after: int) -> None:
    more = lane.seq > after
    while more and page.room:
        asked = {"lane_id": lane.id, "since": after, "most": page.room}
        rows = session.connection().execute(_CHANGED, asked).all()
        page.ids.update((row.doc_id, None) for row in rows)
        more = len(rows) == asked["most"]
        after = rows[-1].seq if rows else after
    if after:
        page.lanes[lane.id] = Position(lane.generation, after)


def _take_back(session: AnySession, page: Page, lane: GrantedLane, held: Checkpoint) -> None:
    """Name what the phone may hold of a lane that is no longer its user's; the page shows it as deleted."""
    at = held.lanes.get(lane.id)
    begun = at is not None and at.left and at.generation == lane.generation
    after = at.after if at is not None and begun else (_BEFORE_ANY_ID if held.known else None)
    while after is not None and page.room:
        asked = {"lane_id": lane.id, "up_to": lane.revoked_seq, "after": after, "most": page.room}
        ids = session.connection().execute(_HELD, asked).scalars().all()
        page.ids.update(dict.fromkeys(ids))
        after = ids[-1] if len(ids) == asked["most"] else None
    page.lanes[lane.id] = Position(lane.generation, left=True, after=after)


def visible(principal: Principal, placed: Placed | None) -> Document | None:
    """The document, if it stands where the caller sees it."""
    if placed is None or not any(scope.in_sight(principal, bucket) for bucket in (placed.bucket, *placed.also)):
        return None
    return placed.document


def wire(doc_id: str, document: Document | None, unknown: frozenset[str]) -> Document:
    """The document as RxDB takes it, without the fields unknown to the client; None becomes a bare tombstone."""
    if document is None:
        return {"id": doc_id, "_deleted": True}
    return {**projected(document, unknown), "_deleted": False}


def projected(document: Document, unknown: frozenset[str]) -> Document:
    """The document as an older client knows it."""
    return {name: value for name, value in document.items() if name not in unknown} if unknown else document

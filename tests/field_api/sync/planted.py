"""Six mistakes that sync servers make, to be planted one at a time: a test of the test."""

from typing import Any

from sqlalchemy import select, update

from field_api import clock
from field_api.customers import actions
from field_api.errors import Clash
from field_api.sync import feed, pull, push
from field_api.sync.feed import lanes


def no_dedup(patch: Any) -> None:
    """A push that comes again is not recognised."""
    patch.setattr(push, "_agrees", lambda mine, stands, base: False)


def cursor_on_time(patch: Any) -> None:
    """Numbers are taken from the clock."""
    advance = feed._advance

    def by_clock(session: Any, collection: str, bucket: str, count: int) -> tuple[int, int]:
        lane_id, _ = advance(session, collection, bucket, count)
        seq = int(clock.now().timestamp() * 1_000_000)
        highest = session.execute(select(lanes.c.seq).where(lanes.c.id == lane_id)).scalar()
        session.execute(update(lanes).where(lanes.c.id == lane_id).values(seq=max(seq, highest)))
        return lane_id, seq

    patch.setattr(feed, "_advance", by_clock)


def conflicts_by_revision(patch: Any) -> None:
    """An edit made from anything but the very last state is a conflict."""
    apply = push.Push._apply

    def by_revision(self: Any, edit: Any) -> Any:
        standing = self._standing.get(edit.doc_id)
        if standing and edit.base and edit.base.get("updated_at") != standing["updated_at"]:
            raise Clash("Not the last revision.")
        return apply(self, edit)

    patch.setattr(push.Push, "_apply", by_revision)


def tombstones_resurrected(patch: Any) -> None:
    """An edit of what was deleted brings it back."""
    create = push.Push._create

    def resurrect(self: Any, edit: Any) -> None:
        if edit.base is None or edit.deletes:
            create(self, edit)
            return
        customer = actions.hold(self._session, self._principal, edit.doc_id)
        actions.restore_customer(self._session, self._principal, customer)

    patch.setattr(push.Push, "_create", resurrect)


def lost_scope_not_taken_back(patch: Any) -> None:
    """What went out of sight stays on the phone."""
    patch.setattr(pull, "_take_back", lambda *_: None)


def granted_again_not_restarted(patch: Any) -> None:
    """A territory granted again goes on where it had ended."""

    def since(lane: Any, held: Any) -> int:
        at = held.lanes.get(lane.id)
        return 0 if at is None else (lane.seq if at.left else at.seq)

    patch.setattr(pull, "since", since)


BUGS = (
    no_dedup,
    cursor_on_time,
    conflicts_by_revision,
    tombstones_resurrected,
    lost_scope_not_taken_back,
    granted_again_not_restarted,
)

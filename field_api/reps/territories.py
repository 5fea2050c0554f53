"""Use cases of the tree of territories."""

from typing import Any

from sqlalchemy import select

from field_api.errors import Clash, NotFound
from field_api.reps.models import Territory, below
from field_api.reps.rules import child_path, level, moved_paths
from field_api.store import audit
from field_api.store.columns import new_id
from field_api.store.engine import AnySession
from field_api.sync import feed
from field_api.sync.collections import in_territory
from field_api.web.identity import Principal


def territory_document(row: Any) -> dict[str, Any]:
    """A territory as JSON; `row` is a Territory or its columns."""
    return {
        "id": row.id,
        "name": row.name,
        "parent_id": row.parent_id,
        "level": level(row.path),
        "version": row.version,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }


def list_territories(
    session: AnySession, principal: Principal, limit: int, after: str | None
) -> tuple[list[dict[str, Any]], tuple[Any, ...] | None]:
    """A page of the territories in sight, parents before children, and the path after which the next page begins."""
    rows = (
        select(*Territory.__table__.c).where(Territory.path > (after or "")).order_by(Territory.path).limit(limit + 1)
    )
    if principal.territory_ids is not None:
        rows = rows.where(Territory.id.in_(principal.territory_ids))
    found = session.execute(rows).all()
    page = found[:limit]
    return [territory_document(row) for row in page], (page[-1].path,) if len(found) > limit else None


def require_territory(session: AnySession, principal: Principal, territory_id: str, *, lock: bool = False) -> Territory:
    """The territory, if it is in the caller's sight; raises NotFound."""
    territory = (
        session.get(Territory, territory_id, with_for_update=lock or None) if principal.may_see(territory_id) else None
    )
    if territory is None:
        raise NotFound("There is no such territory.")
    return territory


def hold_territory(session: AnySession, principal: Principal, territory_id: str) -> Territory:
    """The territory, held for a change with the whole tree; raises NotFound.

    Two moves at once, each sound alone, could close a circle. Trees are small and seldom change.
    """
    session.execute(select(Territory.id).order_by(Territory.id).with_for_update()).all()
    return require_territory(session, principal, territory_id)


def create_territory(session: AnySession, principal: Principal, data: dict[str, Any]) -> Territory:
    """A territory below `parent_id`, or a root. Raises NotFound for the parent, Clash for an id in use."""
    own_id = data.get("id") or new_id()
    if session.get(Territory, own_id) is not None:
        raise Clash(f"The id {own_id} stands for another territory.")
    # The parent is locked so that nobody moves it in the meantime, which would leave this path wrong.
    parent = _parent(session, principal, data.get("parent_id"))
    path = child_path(parent.path if parent else None, own_id)
    territory = Territory(id=own_id, name=data["name"], path=path, parent_id=parent.id if parent else None)
    session.add(territory)
    session.flush()
    audit.record(session, principal.actor, "territory.create", own_id, after=territory_document(territory))
    feed.touch(session, "territories", own_id, in_territory(own_id), with_followers=True)
    return territory


def change_territory(
    session: AnySession, principal: Principal, territory: Territory, data: dict[str, Any]
) -> Territory:
    """Rename a territory held by `hold_territory`, or move it with all below. Raises Clash for a move below itself."""
    before = territory_document(territory)
    if data.get("parent_id") != territory.parent_id:
        _move(session, principal, territory, data.get("parent_id"))
    territory.name = data["name"]
    territory.touch()
    session.flush()
    audit.record(session, principal.actor, "territory.change", territory.id, before, territory_document(territory))
    feed.touch(session, "territories", territory.id, in_territory(territory.id))
    return territory


def _move(session: AnySession, principal: Principal, territory: Territory, parent_id: str | None) -> None:
    parent = _parent(session, principal, parent_id)
    subtree = session.scalars(select(Territory).where(below(territory.path))).all()
    new = moved_paths({row.id: row.path for row in subtree}, territory.id, parent.path if parent else None)
    territory.parent_id = parent.id if parent else None
    for row in subtree:
        row.path = new[row.id]
        # What is shared by all below a territory comes and goes with the move.
        feed.touch(session, "territories", row.id, in_territory(row.id), with_followers=True)


def _parent(session: AnySession, principal: Principal, parent_id: str | None) -> Territory | None:
    return None if parent_id is None else require_territory(session, principal, parent_id, lock=True)

"""Decisions about the tree of territories, about assignments and about who may see whom; no session, no Flask."""

from datetime import datetime

from field_api.errors import Clash

DEEPEST_LEVEL = 8
ASSIGNABLE_ROLES = frozenset({"rep", "manager"})


def child_path(parent_path: str | None, own_id: str) -> str:
    """The path of a territory below its parent. Raises Clash below the deepest level."""
    path = f"{parent_path or '/'}{own_id}/"
    if level(path) > DEEPEST_LEVEL:
        raise Clash(f"The tree of territories is at most {DEEPEST_LEVEL} levels deep.")
    return path


def level(path: str) -> int:
    """How deep a territory lies; a root is on level 1."""
    return path.count("/") - 1


def moved_paths(paths: dict[str, str], moved: str, parent_path: str | None) -> dict[str, str]:
    """The new path of each territory of a subtree once its root `moved` lies below `parent_path`.

    `paths` are those of the subtree, by id. Raises Clash for a move into itself, which would cut the subtree off the
    tree, and for one that ends too deep.
    """
    if parent_path is not None and parent_path.startswith(paths[moved]):
        raise Clash("A territory cannot be moved below itself.")
    before, after = paths[moved], child_path(parent_path, moved)
    new = {own_id: after + path.removeprefix(before) for own_id, path in paths.items()}
    if max(map(level, new.values())) > DEEPEST_LEVEL:
        raise Clash(f"The move would make the tree deeper than {DEEPEST_LEVEL} levels.")
    return new


def check_period(starts_at: datetime, ends_at: datetime | None) -> None:
    """Raise Clash for an assignment that would end before it starts."""
    if ends_at is not None and ends_at < starts_at:
        raise Clash(f"It would end at {ends_at.isoformat()}, before it starts at {starts_at.isoformat()}.")


def check_assignable(role: str) -> None:
    """Raise Clash for a role that looks after no territory."""
    if role not in ASSIGNABLE_ROLES:
        raise Clash(f"Territories are assigned to reps and managers; this user has the role {role}.")

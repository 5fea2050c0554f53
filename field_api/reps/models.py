"""Tables: the people who work here, the tree of territories, and who is assigned to which, from when to when."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, SQLColumnExpression, String, and_, or_
from sqlalchemy.orm import Mapped, mapped_column

from field_api.reps.rules import DEEPEST_LEVEL
from field_api.store.base import Base
from field_api.store.columns import INTERNAL, ORDINARY, PUBLIC, SENSITIVE, Id, Instant, personal
from field_api.store.versions import Versioned

USER_ROLES = ("rep", "manager", "admin", "researcher")
LOCALES = ("fr", "en")

# "/" and each id on the way down, each followed by "/".
LONGEST_PATH = 1 + DEEPEST_LEVEL * 37
# Paths are compared byte by byte on both databases, so that one range of an index is one subtree.
Path = String(LONGEST_PATH).with_variant(String(LONGEST_PATH, collation="C"), "postgresql")


class User(Versioned, Base):
    """Somebody who works with Furet. Their secrets are kept by `access`; a locked user is not let in anywhere."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint(f"role IN {USER_ROLES}", name="role"),
        CheckConstraint(f"locale IN {LOCALES}", name="locale"),
        Index("ix_users_name", "name", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True, info=personal(SENSITIVE, "sign in and be written to"))
    name: Mapped[str] = mapped_column(String(120), info=personal(ORDINARY, "tell colleagues who acted"))
    role: Mapped[str] = mapped_column(String(16), info=personal(INTERNAL, "decide what they may do"))
    locale: Mapped[str] = mapped_column(
        String(8), default="fr", info=personal(INTERNAL, "write to them in their language")
    )
    locked_at: Mapped[datetime | None] = mapped_column(
        Instant, default=None, info=personal(INTERNAL, "keep them out from then on")
    )


class Territory(Versioned, Base):
    """A node of the tree of territories.

    `path` is "/", then the ids from the root down to this one, each followed by "/": a subtree is all the paths that
    begin with its root's.
    """

    __tablename__ = "territories"
    __table_args__ = (CheckConstraint("parent_id <> id", name="parent"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(120), info=personal(PUBLIC, "tell territories apart"))
    path: Mapped[str] = mapped_column(Path, unique=True)
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("territories.id"), default=None, index=True)


class Assignment(Versioned, Base):
    """Somebody looks after a territory from `starts_at` until just before `ends_at` (None: until further notice)."""

    __tablename__ = "assignments"
    __table_args__ = (
        CheckConstraint("ends_at >= starts_at", name="period"),
        Index("ix_assignments_user_id", "user_id", "starts_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), info=personal(INTERNAL, "know who looks after whom"))
    territory_id: Mapped[str] = mapped_column(ForeignKey("territories.id"), index=True)
    starts_at: Mapped[datetime] = mapped_column(Instant, info=personal(INTERNAL, "know who looked after whom, when"))
    ends_at: Mapped[datetime | None] = mapped_column(
        Instant, default=None, info=personal(INTERNAL, "know who looked after whom, when")
    )


def in_force(at: datetime | SQLColumnExpression[datetime]) -> ColumnElement[bool]:
    """The condition that an assignment is in force at an instant."""
    return and_(Assignment.starts_at <= at, or_(Assignment.ends_at.is_(None), Assignment.ends_at > at))


def below(path: str | SQLColumnExpression[str]) -> ColumnElement[bool]:
    """The condition that a territory is the one at `path` or lies below it."""
    # Paths are made of "/", "-" and hexadecimal digits, and "~" sorts behind all of these.
    return and_(Territory.path >= path, Territory.path < path + "~")

"""The feed's tables: counters, where each document was last seen to change, grants, positions of devices, refusals.

No row here repeats what a document says, but for refused edits, which nobody else keeps.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from field_api.store.base import Base
from field_api.store.columns import INTERNAL, SECRET, SENSITIVE, Id, Instant, Json, personal

Bucket = String(48)
CollectionName = String(32)


class Lane(Base):
    """One collection's changes inside one bucket, counted in the order of their commits.

    `purged_seq` is the highest number of a tombstone that was forgotten.
    """

    __tablename__ = "sync_lanes"
    __table_args__ = (UniqueConstraint("collection", "bucket"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    collection: Mapped[str] = mapped_column(CollectionName)
    bucket: Mapped[str] = mapped_column(Bucket)
    seq: Mapped[int] = mapped_column(BigInteger, default=0)
    purged_seq: Mapped[int] = mapped_column(BigInteger, default=0)


class Entry(Base):
    """A document that lies, or lay, in a lane: when it first came in and when it last changed there."""

    __tablename__ = "sync_entries"
    __table_args__ = (
        Index("ix_sync_entries_seq", "lane_id", "seq", unique=True),
        {"sqlite_with_rowid": False},
    )

    lane_id: Mapped[int] = mapped_column(ForeignKey("sync_lanes.id"), primary_key=True)
    doc_id: Mapped[str] = mapped_column(Id, primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    first_seq: Mapped[int] = mapped_column(BigInteger)


class Grant(Base):
    """That a user follows a lane, for the `generation`-th time; `revoked_seq` is the lane's count when it ended."""

    __tablename__ = "sync_grants"

    user_id: Mapped[str] = mapped_column(Id, primary_key=True, info=personal(INTERNAL, "know whose phones follow what"))
    lane_id: Mapped[int] = mapped_column(ForeignKey("sync_lanes.id"), primary_key=True, index=True)
    generation: Mapped[int] = mapped_column(Integer, default=1)
    revoked_seq: Mapped[int | None] = mapped_column(BigInteger, default=None)


class Epoch(Base):
    """The one present epoch of this database: a checkpoint of another epoch is not believed.

    `key` marks our own checkpoints, so that forged ones are told apart.
    """

    __tablename__ = "sync_epochs"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    epoch: Mapped[str] = mapped_column(String(16))
    key: Mapped[str] = mapped_column(String(64), info=personal(SECRET, "tell our own checkpoints from forged ones"))
    began_at: Mapped[datetime] = mapped_column(Instant)


class Follower(Base):
    """How far a device has come in one collection, by the checkpoint that it last showed: lane -> [generation, seq]."""

    __tablename__ = "sync_followers"

    device_id: Mapped[str] = mapped_column(Id, primary_key=True)
    collection: Mapped[str] = mapped_column(CollectionName, primary_key=True)
    user_id: Mapped[str] = mapped_column(
        Id, info=personal(INTERNAL, "keep tombstones until their phones have seen them")
    )
    positions: Mapped[dict[str, Any]] = mapped_column(Json)
    seen_at: Mapped[datetime] = mapped_column(
        Instant, index=True, info=personal(INTERNAL, "keep tombstones until their phones have seen them")
    )


class Refusal(Base):
    """An edit of a phone that was not stored: what was pushed, in full, and why; forgotten once it was seen.

    With `awaits_id` it is not refused for good: it belongs to a document that nobody has pushed yet.
    """

    __tablename__ = "sync_refusals"
    __table_args__ = (UniqueConstraint("device_id", "fingerprint"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    device_id: Mapped[str] = mapped_column(Id)
    user_id: Mapped[str] = mapped_column(Id, index=True, info=personal(INTERNAL, "tell the rep what was not stored"))
    collection: Mapped[str] = mapped_column(CollectionName)
    doc_id: Mapped[str] = mapped_column(Id)
    fingerprint: Mapped[str] = mapped_column(String(32))
    problem: Mapped[dict[str, Any]] = mapped_column(Json, info=personal(SENSITIVE, "tell the rep what was not stored"))
    document: Mapped[dict[str, Any]] = mapped_column(Json, info=personal(SENSITIVE, "tell the rep what was not stored"))
    awaits_id: Mapped[str | None] = mapped_column(Id, index=True)
    at: Mapped[datetime] = mapped_column(Instant)

"""One count and one order-free hash of all that a caller sees in a collection: a phone with the same ones is whole.

The hash is the sum, modulo 2**256, of the SHA-256 of each document's canonical JSON (RFC 8785), in 64 hexadecimal
digits. A sum is kept for each lane: it changes only when the lane's count does.
"""

from collections import OrderedDict
from collections.abc import Collection
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import select

from field_api.store.engine import AnySession
from field_api.sync import epochs, scope
from field_api.sync.canonical import canonical_json
from field_api.sync.collections import Synced
from field_api.sync.models import Lane
from field_api.sync.pull import projected
from field_api.web.identity import Principal

_DOCUMENTS_AT_ONCE = 1000
_MOST_SUMS_KEPT = 4096
_MODULUS = 1 << 256


class Sum(NamedTuple):
    """How many documents, and the sum of their hashes."""

    documents: int = 0
    total: int = 0

    def plus(self, other: "Sum") -> "Sum":
        """Both together."""
        return Sum(self.documents + other.documents, (self.total + other.total) % _MODULUS)


class LaneSums:
    """The sums of lanes lately asked for, by the lane's state; the oldest are forgotten."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int, int, int], Sum] = OrderedDict()

    def find(self, state: tuple[str, int, int, int]) -> Sum | None:
        """The sum for that state of a lane (epoch, lane, count, schema), if it is still kept."""
        return self._kept.get(state)

    def keep(self, state: tuple[str, int, int, int], found: Sum) -> None:
        """Keep a sum."""
        self._kept[state] = found
        while len(self._kept) > _MOST_SUMS_KEPT:
            self._kept.popitem(last=False)


def digest(
    session: AnySession, principal: Principal, collection: Synced, version: int | None, sums: LaneSums
) -> dict[str, Any]:
    """{count, hash} of what the caller sees now, in the given schema version."""
    schema = collection.version if version is None else version
    unknown = collection.unknown_at(version)
    epoch = epochs.present(session)
    whole = Sum()
    lanes = [
        one for one in scope.lanes_of(session, principal, collection.name) if scope.in_sight(principal, one.bucket)
    ]
    if collection.shared:
        # Sums of lanes would count what lies in two of them twice; such collections are small.
        whole, lanes = _sum(session, collection, [lane.bucket for lane in lanes], unknown), []
    for lane in lanes:
        state = (epoch.epoch if epoch else "", lane.id, lane.seq, schema)
        found = sums.find(state)
        if found is None:
            found = _sum(session, collection, [lane.bucket], unknown)
            # A commit in the meantime may already stand in what was summed.
            if session.execute(select(Lane.seq).where(Lane.id == lane.id)).scalar() == lane.seq:
                sums.keep(state, found)
        whole = whole.plus(found)
    return {"count": whole.documents, "hash": f"{whole.total:064x}"}


def _sum(session: AnySession, collection: Synced, buckets: Collection[str], unknown: frozenset[str]) -> Sum:
    placed = collection.placement.subquery()
    ids = session.execute(select(placed.c.doc_id).where(placed.c.bucket.in_(buckets)).distinct()).scalars().all()
    found = Sum()
    for start in range(0, len(ids), _DOCUMENTS_AT_ONCE):
        documents = collection.documents(session, ids[start : start + _DOCUMENTS_AT_ONCE])
        here = (one for one in documents.values() if not {one.bucket, *one.also}.isdisjoint(buckets))
        hashes = (document_hash(projected(one.document, unknown)) for one in here)
        for number in hashes:
            found = found.plus(Sum(1, number))
    return found


def document_hash(document: dict[str, Any]) -> int:
    """The SHA-256 of a document's canonical JSON, as a number."""
    return int.from_bytes(sha256(canonical_json(document)).digest())

"""What phones follow of suggestions: the open ones of the customers in sight, to read only.

What becomes of one is a command, and travels in the phone's outbox (`loyalty/outbox.py`).
"""

from collections.abc import Collection

from sqlalchemy import select

from field_api.customers import beside
from field_api.insights.models import GESTURE_KINDS, next_gestures
from field_api.insights.showing import OF_GESTURE, described, whole_rows
from field_api.store.engine import AnySession
from field_api.sync.collections import (
    ID,
    INSTANT,
    INTEGER,
    TEXT,
    Document,
    Placed,
    Synced,
    in_territory,
    object_of,
    one_of,
)

_BOTH = object_of(en=TEXT, fr=TEXT)
PROPERTIES: Document = {
    "customer_id": ID,
    "insight_id": ID,
    "gesture_id": ID,
    "kind": one_of(*GESTURE_KINDS),
    "title": _BOTH,
    "how": _BOTH,
    "minutes": INTEGER,
    "driver": object_of(name=TEXT, label=_BOTH),
    "reason": _BOTH,
    "worth_minor": INTEGER,
    "currency": TEXT,
    "suggested_at": INSTANT,
    "expires_at": INSTANT,
    "hidden_until": INSTANT,
}

_OPEN = next_gestures.c.ended_at.is_(None)


def _documents(session: AnySession, ids: Collection[str]) -> dict[str, Placed]:
    found = {}
    for own, row in whole_rows(session, ids).items():
        if row.ended_at is None:
            told = described(row)
            gesture = told.pop("gesture")
            flat = {"gesture_id": gesture["id"]} | {name: gesture[name] for name in OF_GESTURE[1:]}
            whole = told | flat | {"customer_id": row.customer_id}
            document = {name: value for name, value in whole.items() if value is not None}
            found[own] = Placed(in_territory(row.territory_id), document)
    return found


def _followers(session: AnySession, collection: str, ids: Collection[str]) -> Collection[str]:
    """The open ones alone: no phone has the others, wherever their customers go."""
    if collection != "customers":
        return ()
    return session.scalars(select(next_gestures.c.id).where(next_gestures.c.customer_id.in_(ids), _OPEN)).all()


COLLECTION = Synced(
    name="next_gestures",
    title="The next thing worth doing for a customer",
    properties=PROPERTIES,
    placement=beside.placement(next_gestures).where(_OPEN),
    documents=_documents,
    followers=_followers,
)

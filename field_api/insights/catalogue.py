"""Use cases of gestures themselves: make one, change a draft, let it be suggested, end it, list and read them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, select

from field_api import clock
from field_api.errors import Clash, NotFound
from field_api.insights import rules
from field_api.insights.models import Gesture, gestures
from field_api.insights.rules_choice import Possible
from field_api.insights.steps import END
from field_api.store import audit
from field_api.store.columns import new_id
from field_api.store.engine import AnySession
from field_api.store.jobs import enqueue
from field_api.web import newest_first
from field_api.web.identity import Principal

WRITABLE = ("driver", "kind", "state", "title", "how", "minutes", "quiet_days", "hold_out_percent")
_POSSIBLE = tuple(gestures.c[name] for name in Possible.__dataclass_fields__)


def list_gestures(
    session: AnySession, principal: Principal, asked: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], tuple[Any, ...] | None]:
    """A page of the gestures, the latest made first; of one driver or state, or of all."""
    query = _shown(select(gestures), principal)
    for name in ("driver", "state"):
        if name in asked:
            query = query.where(gestures.c[name] == asked[name])
    return newest_first.page(session, query, gestures.c.created_at, gestures.c.id, asked["limit"], asked["cursor"])


def require_gesture(session: AnySession, principal: Principal, gesture_id: str) -> dict[str, Any]:
    """One gesture; drafts are shown to admins alone. Raises NotFound."""
    row = session.execute(_shown(select(gestures).where(gestures.c.id == gesture_id), principal)).first()
    if row is None:
        raise NotFound(f"There is no gesture {gesture_id} among those you may see.")
    return row._asdict()


def create_gesture(session: AnySession, principal: Principal, data: Mapping[str, Any]) -> dict[str, Any]:
    """A new gesture, as a draft or live at once. Raises Clash for an id in use, and for one that begins as ended."""
    own, moment = data.get("id") or new_id(), clock.now()
    if session.execute(select(gestures.c.id).where(gestures.c.id == own)).first():
        raise Clash(f"The id {own} is in use; make a new one for a new gesture.")
    if data["state"] == "ended":
        raise Clash("A gesture begins as a draft, or live.")
    told = {name: data[name] for name in WRITABLE}
    gesture = Gesture(id=own, created_at=moment, updated_at=moment, **told)
    session.add(gesture)
    session.flush()
    return _written(session, principal, gesture, "create", None)


def hold_gesture(session: AnySession, gesture_id: str) -> Gesture:
    """The gesture, held until the transaction ends. Raises NotFound."""
    gesture = session.get(Gesture, gesture_id, with_for_update={"key_share": True}, populate_existing=True)
    if gesture is None:
        raise NotFound(f"There is no gesture {gesture_id} among those you may see.")
    return gesture


def change_gesture(
    session: AnySession, principal: Principal, gesture: Gesture, data: Mapping[str, Any]
) -> dict[str, Any]:
    """Replace what is writable of a held draft; of a live one, end it: its open suggestions end with it.

    Raises Clash for a change of what was live, and for a step back.
    """
    before = gesture_document(gesture)
    after = {name: data[name] for name in WRITABLE}
    rules.check_gesture_change(before, after)
    for name, value in after.items():
        setattr(gesture, name, value)
    gesture.touch()
    session.flush()
    if after["state"] == "ended":
        enqueue(session, END, {}, dedup_key=f"{END}:{gesture.id}")
    return _written(session, principal, gesture, "change", before)


def gesture_document(gesture: Gesture) -> dict[str, Any]:
    """A gesture's columns by name."""
    return {column.name: getattr(gesture, column.name) for column in gestures.c}


def possible_by_driver(session: AnySession) -> dict[str, list[Possible]]:
    """The live gestures of each driver."""
    found: dict[str, list[Possible]] = {}
    for row in session.execute(select(*_POSSIBLE).where(gestures.c.state == "live").order_by(gestures.c.id)):
        found.setdefault(row.driver, []).append(Possible(*row))
    return found


def _written(
    session: AnySession, principal: Principal, gesture: Gesture, verb: str, before: dict[str, Any] | None
) -> dict[str, Any]:
    after = gesture_document(gesture)
    audit.record(session, principal.actor, f"gesture.{verb}", gesture.id, before, after)
    return after


def _shown(query: Select[Any], principal: Principal) -> Select[Any]:
    return query if principal.role == "admin" else query.where(gestures.c.state != "draft")

"""Use cases of programmes: draft, change, put in force and end them; say what they promise from when on."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from field_api import clock
from field_api.errors import Clash, Fault, Invalid, NotFound
from field_api.loyalty.models import Programme, programme_terms, programmes
from field_api.loyalty.terms import Terms, add_version, all_terms, terms_at
from field_api.store import audit, jobs
from field_api.store.columns import new_id
from field_api.store.engine import AnySession
from field_api.sync import feed
from field_api.web.identity import Principal

CHANGEABLE = ("name", "unit", "time_zone", "is_main")
SHOWN = ("id", *CHANGEABLE, "state", "started_at", "ended_at", "created_at", "updated_at", "version")

# Computes the tiers of all members anew; each of them knows by itself only what was promised before.
RECOMPUTE = "loyalty.recompute"

_COLUMNS = tuple(programmes.c[name] for name in SHOWN)


def create_programme(session: AnySession, principal: Principal, told: dict[str, Any]) -> dict[str, Any]:
    """A draft with its first terms, which may have held for long. Raises Clash for an id in use, and Invalid."""
    own = told.get("id") or new_id()
    if session.get(Programme, own) is not None:
        raise Clash(f"The id {own} is in use; make a new one.")
    row = Programme(id=own, state="draft", **{name: told[name] for name in CHANGEABLE})
    session.add(row)
    session.flush()
    _add_terms(session, own, told)
    return _written(session, principal, "programme.create", row, None)


def change_programme(session: AnySession, principal: Principal, row: Programme, told: dict[str, Any]) -> dict[str, Any]:
    """Change what a held programme is called, where its days are counted, or whether it is the main one."""
    before = _columns(row)
    if row.state == "live" and told["is_main"]:
        _check_only_main(session, row.id)
    for name in CHANGEABLE:
        setattr(row, name, told[name])
    row.touch()
    if row.is_main != before["is_main"]:
        _recompute(session, row.id)
    return _written(session, principal, "programme.change", row, before)


def publish(session: AnySession, principal: Principal, row: Programme) -> dict[str, Any]:
    """Put a held draft in force. Raises Clash for one that is no draft, or beside another main programme."""
    if row.state != "draft":
        raise Clash(f"The programme is {row.state}; only a draft is published.")
    before = _columns(row)
    if row.is_main:
        _check_only_main(session, row.id)
    row.state, row.started_at = "live", clock.now()
    row.touch()
    return _written(session, principal, "programme.publish", row, before)


def end(session: AnySession, principal: Principal, row: Programme) -> dict[str, Any]:
    """End a held live programme: from now on nobody enrols and nothing earns; points are spent until they expire."""
    if row.state != "live":
        raise Clash(f"The programme is {row.state}; only a live one ends.")
    before = _columns(row)
    row.state, row.ended_at = "ended", clock.now()
    row.touch()
    if row.is_main:
        _recompute(session, row.id)
    return _written(session, principal, "programme.end", row, before)


def change_terms(session: AnySession, principal: Principal, row: Programme, told: dict[str, Any]) -> dict[str, Any]:
    """Say what a held programme promises from now, or from a coming moment on. Raises Clash and Invalid."""
    before = _columns(row)
    _recompute(session, row.id, _add_terms(session, row.id, told)["starts_at"])
    row.touch()
    return _written(session, principal, "programme.promise", row, before)


def hold(session: AnySession, programme_id: str) -> Programme:
    """The programme, locked until the transaction ends. Raises NotFound."""
    row = session.get(Programme, programme_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound(f"There is no programme {programme_id}.")
    return row


def read_programme(session: AnySession, programme_id: str, at: datetime | None = None) -> dict[str, Any]:
    """A programme with the terms that hold now, or held at `at`. Raises NotFound."""
    row = session.execute(select(*_COLUMNS).where(programmes.c.id == programme_id)).first()
    if row is None:
        raise NotFound(f"There is no programme {programme_id}.")
    return row._asdict() | {"terms": _shown(terms_at(session, programme_id, at or clock.now()))}


def list_programmes(
    session: AnySession, limit: int, after: tuple[Any, ...] | None
) -> tuple[list[dict[str, Any]], tuple[Any, ...] | None]:
    """A page of all programmes by their ids, with the terms of now, and the last id when more follow."""
    asked: Select[Any] = select(*_COLUMNS).order_by(programmes.c.id).limit(limit + 1)
    if after is not None:
        asked = asked.where(programmes.c.id > after[0])
    rows = [row._asdict() for row in session.execute(asked)]
    shown = [row | {"terms": _shown(terms_at(session, row["id"], clock.now()))} for row in rows[:limit]]
    return shown, (shown[-1]["id"],) if len(rows) > limit else None


def terms_of(session: AnySession, programme_id: str) -> list[dict[str, Any]]:
    """All terms that a programme had, has and will have, the latest first. Raises NotFound."""
    read_programme(session, programme_id)
    return [_shown(one) for one in reversed(all_terms(session, programme_id))]


def writable(row: Programme) -> dict[str, Any]:
    """What a merge patch of this programme is merged into."""
    return {name: getattr(row, name) for name in CHANGEABLE}


def _add_terms(session: AnySession, programme_id: str, told: dict[str, Any]) -> dict[str, Any]:
    check_tiers(told["terms"]["tiers"])
    before = all_terms(session, programme_id)
    return add_version(session, programme_terms, {"programme_id": programme_id}, before, told)


def _recompute(session: AnySession, programme_id: str, at: datetime | None = None) -> None:
    jobs.enqueue(session, RECOMPUTE, {"programme_id": programme_id}, run_at=at)


def check_tiers(tiers: list[dict[str, Any]]) -> None:
    """Raises Invalid unless each tier is harder to enter than the one before, and no harder to keep than to enter."""
    faults = []
    for place, tier in enumerate(tiers):
        where = f"/terms/tiers/{place}"
        if place and tier["entry_points"] <= tiers[place - 1]["entry_points"]:
            faults.append(Fault(f"{where}/entry_points", "Each tier asks for more than the one before it."))
        if place and tier["keep_points"] < tiers[place - 1]["keep_points"]:
            faults.append(Fault(f"{where}/keep_points", "Keeping a tier asks for no less than the one before it."))
        if tier["keep_points"] > tier["entry_points"]:
            faults.append(Fault(f"{where}/keep_points", "Keeping a tier asks for no more than entering it."))
        if tier["code"] in {one["code"] for one in tiers[:place]}:
            faults.append(Fault(f"{where}/code", "Another tier has this code."))
    if faults:
        raise Invalid("These tiers are no ladder.", *faults)


def _check_only_main(session: AnySession, programme_id: str) -> None:
    own = programmes.c
    others = select(own.id).where(own.is_main, own.state == "live", own.id != programme_id)
    if (other := session.execute(others).scalar()) is not None:
        raise Clash(f"The programme {other} is the main one, whose tiers stand on the customers; only one can be.")


def _written(
    session: AnySession, principal: Principal, action: str, row: Programme, before: dict[str, Any] | None
) -> dict[str, Any]:
    session.flush()
    document = read_programme(session, row.id)
    audit.record(session, principal.actor, action, row.id, before, document)
    feed.touch(session, "programmes", row.id)
    return document


def _columns(row: Programme) -> dict[str, Any]:
    return {name: getattr(row, name) for name in SHOWN}


def _shown(found: Terms) -> dict[str, Any]:
    told = {"number": found.number, "starts_at": found.starts_at, "recorded_at": found.recorded_at}
    return dict(found.terms) | told

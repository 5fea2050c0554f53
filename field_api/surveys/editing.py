"""Use cases of surveys themselves: draft one, change it, publish and close it, list and read them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, bindparam, select

from field_api import clock
from field_api.errors import Clash, Invalid, NotFound
from field_api.store import audit
from field_api.store.columns import new_id
from field_api.store.engine import AnySession
from field_api.surveys import codebooks, rules
from field_api.surveys.models import Survey, surveys
from field_api.web import newest_first
from field_api.web.etags import version_tag
from field_api.web.identity import Principal

WRITABLE = ("title", "words", "codebook", "starts_at", "ends_at", "quiet_days")
# What people have read and answered; the rest may change while they do.
FROZEN = ("title", "words", "codebook", "starts_at")
# Who drafts surveys with us, and so sees drafts.
DRAFTING = ("admin", "researcher")
_SHOWN = tuple(column for column in surveys.c if column.name != "frozen_sha256")
_BY_ID = select(*_SHOWN).where(surveys.c.id == bindparam("own_id"))


def list_surveys(
    session: AnySession, principal: Principal, asked: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], tuple[Any, ...] | None]:
    """A page of the surveys, the latest made first; of one state, or of all."""
    query = _in_sight(select(*_SHOWN), principal)
    if "state" in asked:
        query = query.where(surveys.c.state == asked["state"])
    rows, after = newest_first.page(session, query, surveys.c.created_at, surveys.c.id, asked["limit"], asked["cursor"])
    return [_document(row) for row in rows], after


def require_survey(session: AnySession, principal: Principal, survey_id: str) -> dict[str, Any]:
    """One survey; a draft for those who draft alone. Raises NotFound."""
    row = session.execute(_in_sight(_BY_ID, principal), {"own_id": survey_id}).first()
    if row is None:
        raise NotFound(f"There is no survey {survey_id} among those you may see.")
    return _document(row._asdict())


def create_survey(session: AnySession, principal: Principal, data: Mapping[str, Any]) -> dict[str, Any]:
    """A new draft. Raises Invalid with a place for each contradiction, and Clash for an id in use."""
    own, moment = data.get("id") or new_id(), clock.now()
    if session.execute(select(surveys.c.id).where(surveys.c.id == own)).first():
        raise Clash(f"The id {own} is in use; make a new one for a new survey.")
    _check(data)
    told = {name: data[name] for name in WRITABLE}
    survey = Survey(id=own, state="draft", frozen_sha256=None, created_at=moment, updated_at=moment, **told)
    session.add(survey)
    session.flush()
    return _written(session, principal, survey, "create", None)


def hold_survey(session: AnySession, survey_id: str) -> Survey:
    """The survey, held until the transaction ends. Raises NotFound."""
    survey = session.get(Survey, survey_id, with_for_update=True, populate_existing=True)
    if survey is None:
        raise NotFound(f"There is no survey {survey_id} among those you may see.")
    return survey


def change_survey(session: AnySession, principal: Principal, survey: Survey, data: Mapping[str, Any]) -> dict[str, Any]:
    """Replace what is writable of a held survey. Raises Invalid, and Clash for what is frozen or has ended."""
    before = survey_document(survey)
    _check(data)
    if survey.state == "closed":
        raise Clash("The survey is closed; what was asked in it stays as it is.")
    changed = [name for name in FROZEN if survey.state == "live" and data[name] != getattr(survey, name)]
    if changed:
        raise Clash(
            f"The survey is live, and {' and '.join(changed)} cannot change any more: answers belong to the wording "
            "that they were given to. Close it and draft another one."
        )
    for name in WRITABLE:
        setattr(survey, name, data[name])
    survey.touch()
    session.flush()
    return _written(session, principal, survey, "change", before)


def step_survey(session: AnySession, principal: Principal, survey: Survey, state: str) -> dict[str, Any]:
    """Publish or close a held survey. Raises Clash for a step that does not lead on from its state."""
    before = survey_document(survey)
    survey.state = rules.next_state(survey.state, state)
    if state == "live":
        survey.frozen_sha256 = codebooks.digest(survey.codebook, survey.words)
    survey.touch()
    session.flush()
    return _written(session, principal, survey, "publish" if state == "live" else "close", before)


def survey_document(survey: Survey) -> dict[str, Any]:
    """A survey's columns by name, as they are shown."""
    return {column.name: getattr(survey, column.name) for column in _SHOWN}


def _check(data: Mapping[str, Any]) -> None:
    rules.check_period(data["starts_at"], data["ends_at"])
    if faults := list(codebooks.faults_of(data["codebook"], data["words"])):
        raise Invalid("The codebook contradicts itself.", *faults)


def _written(
    session: AnySession, principal: Principal, survey: Survey, verb: str, before: dict[str, Any] | None
) -> dict[str, Any]:
    after = survey_document(survey)
    audit.record(session, principal.actor, f"survey.{verb}", survey.id, before, after)
    return _document(after)


def _document(row: Mapping[str, Any]) -> dict[str, Any]:
    shown = {name: value for name, value in row.items() if name != "version"}
    return shown | {"etag": version_tag(row["id"], row["version"])}


def _in_sight(query: Select[Any], principal: Principal) -> Select[Any]:
    return query if principal.role in DRAFTING else query.where(surveys.c.state != "draft")

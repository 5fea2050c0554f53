"""Use cases of a researcher: send an insight as a draft, and what it foretells of those who have answered."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from field_api import clock
from field_api.errors import Clash, Fault, Invalid, NotFound
from field_api.insights import rules
from field_api.insights.listings import require_insight
from field_api.insights.models import drivers, insights, scores
from field_api.insights.steps import hold_insight
from field_api.store import audit
from field_api.store.engine import AnySession
from field_api.surveys.models import sheets, surveys
from field_api.surveys.respondents import customers_of
from field_api.web.identity import Principal

Row = dict[str, Any]

# What decides of a driver has a column of its own; the rest is kept to be shown.
FIGURES = ("name", "rank", "label", "open", "fragile", "effect", "low", "high", "class_low", "class_high")
MORE = ("dissatisfied", "step_up_minor", "currency", "warnings")
# What a researcher tells of an insight; under one id, all of it is always the same.
TOLD = ("survey_id", "title", "target", "respondents", "fitted_at", "made", "refusals", "warnings")
CLOCKS_APART = timedelta(days=1)

_SURVEY = select(surveys.c.id, surveys.c.state, surveys.c.codebook)
_SHEETS = select(func.count(), func.min(sheets.c.answered_month)).where(sheets.c.counts)


def create_insight(session: AnySession, principal: Principal, told: Row) -> tuple[Row, bool]:
    """A new draft and True; the same again is the same answer and False, in whatever state the insight is by then.

    Raises NotFound for its survey, Clash for an id that stands for another insight, and Invalid for what contradicts
    itself, the survey's codebook, or the number of answers there are.
    """
    survey = _survey(session, told["survey_id"])
    if faults := [*rules.faults_of(told, known_names(survey.codebook)), *_faults_of_source(session, told)]:
        raise Invalid("The insight says what its survey does not carry.", *faults)
    row, of_drivers = rows_of(told, survey.codebook)
    if _is_known(session, row, of_drivers):
        return require_insight(session, principal, row["id"]), False
    session.execute(insert(insights), row)
    if of_drivers:
        session.execute(insert(drivers), of_drivers)
    audit.record(session, principal.actor, "insight.create", row["id"], after=row)
    return require_insight(session, principal, row["id"]), True


def put_scores(session: AnySession, principal: Principal, insight_id: str, items: Sequence[Row]) -> Row:
    """Keep what a draft foretells, over what it foretold before; tells how many were stored and how many are unknown.

    Unknown is who was forgotten, and who never answered this survey. Raises NotFound, Clash once the insight is
    submitted, and Invalid for a respondent told twice or a driver that the insight does not have.
    """
    insight = hold_insight(session, insight_id)
    rules.check_open_to_scores(insight.state)
    known = set(session.scalars(select(drivers.c.name).where(drivers.c.insight_id == insight.id)))
    if faults := list(_faults_of_scores(items, known)):
        raise Invalid("Some of the scores cannot be kept.", *faults)
    people = customers_of(session, insight.survey_id, [item["respondent"] for item in items])
    rows = [_score(insight.id, people[item["respondent"]], item) for item in items if item["respondent"] in people]
    # In one order, so that two chunks sent at once never wait for each other in a circle.
    _upsert(session, sorted(rows, key=lambda row: row["customer_id"]))
    counted = {"stored": len(rows), "unknown": len(items) - len(rows)}
    audit.record(session, principal.actor, "insight.score", insight.id, after=counted)
    return counted


def known_names(codebook: Mapping[str, Any]) -> set[str]:
    """The names of a codebook's items and constructs."""
    items: Sequence[Row] = codebook["item"]
    return {item["name"] for item in items} | {item["construct"] for item in items if item.get("construct")}


def label_of(codebook: Mapping[str, Any], name: str) -> dict[str, str]:
    """What people call an item or a construct of a codebook; its name where the codebook does not say."""
    for one in (*codebook["item"], *codebook.get("construct", ())):
        if one["name"] == name and one.get("label"):
            return {language: one["label"][language] for language in ("en", "fr")}
    return {"en": name, "fr": name}


def rows_of(told: Row, codebook: Mapping[str, Any]) -> tuple[Row, list[Row]]:
    """The rows of an insight and of its drivers, as a new draft."""
    moment = clock.now()
    made = {name: told["made"][name] for name in ("report_sha256", "codebook_sha256", "software")}
    row = {name: told[name] for name in ("id", "survey_id", "title", "target", "refusals", "warnings")}
    row |= {"respondents": told["made"]["respondents"], "fitted_at": told["made"]["fitted_at"], "made": made}
    row |= {"state": "draft", "target_label": label_of(codebook, told["target"]), "version": 1}
    row |= {"created_at": moment, "updated_at": moment}
    return row, [_driver(told["id"], one) for one in told["drivers"]]


def _driver(insight_id: str, told: Row) -> Row:
    row = {name: told[name] for name in FIGURES} | {"more": {name: told[name] for name in MORE}}
    return row | {"insight_id": insight_id, "carried": rules.is_carried(told)}


def _score(insight_id: str, customer_id: str, item: Row) -> Row:
    told = {name: item[name] for name in ("expected", "at_risk", "reasons")}
    return told | {"insight_id": insight_id, "customer_id": customer_id}


def _survey(session: AnySession, survey_id: str) -> Any:
    row = session.execute(_SURVEY.where(surveys.c.id == survey_id)).first()
    if row is None:
        raise NotFound(f"There is no survey {survey_id}.")
    if row.state == "draft":
        raise Clash("Nobody has answered a survey that is a draft.")
    return row


def _is_known(session: AnySession, row: Row, of_drivers: Sequence[Row]) -> bool:
    """Whether this very insight stands already. Raises Clash when its id stands for another."""
    first = session.execute(select(insights).where(insights.c.id == row["id"])).first()
    if first is None:
        return False
    kept = session.execute(select(drivers).where(drivers.c.insight_id == row["id"])).all()
    by_name = {one.name: one._asdict() for one in kept}
    same = all(first._mapping[name] == row[name] for name in TOLD)
    if not same or by_name != {one["name"]: one for one in of_drivers}:
        raise Clash(f"The id {row['id']} stands for another insight; each report has an id of its own.")
    return True


def _faults_of_source(session: AnySession, told: Row) -> Iterator[Fault]:
    """Where an insight tells of more answers than there are, or was fitted before the first or after now."""
    made = told["made"]
    count, first = session.execute(_SHEETS.where(sheets.c.survey_id == told["survey_id"])).one()
    if made["respondents"] > count:
        yield Fault("/made/respondents", f"The survey has {count} answers, and not {made['respondents']}.")
    if made["fitted_at"] > clock.now() + CLOCKS_APART:
        yield Fault("/made/fitted_at", "It is still to come.")
    elif first is not None and made["fitted_at"].date() < date(first.year, first.month, 1):
        yield Fault("/made/fitted_at", f"The first answer to this survey is of {first:%Y-%m}.")


def _faults_of_scores(items: Sequence[Row], known: set[str]) -> Iterator[Fault]:
    seen = set()
    for place, item in enumerate(items):
        if item["respondent"] in seen:
            yield Fault(f"/items/{place}/respondent", "This respondent stands in an item before.")
        seen.add(item["respondent"])
        for number, one in enumerate(item["reasons"]):
            if one["driver"] not in known:
                yield Fault(f"/items/{place}/reasons/{number}/driver", f"The insight has no driver {one['driver']!r}.")


def _upsert(session: AnySession, rows: list[Row]) -> None:
    if not rows:
        return
    insert_ = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    fresh = insert_(scores)
    replaced = {name: fresh.excluded[name] for name in ("expected", "at_risk", "reasons")}
    statement = fresh.on_conflict_do_update(index_elements=[scores.c.insight_id, scores.c.customer_id], set_=replaced)
    session.connection().execute(statement, rows)

"""Reads of insights: a page of them, and one with its drivers, those that are not known among them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, func, select

from field_api.errors import NotFound
from field_api.insights import words
from field_api.insights.models import drivers, insights, scores, walks
from field_api.store.engine import AnySession
from field_api.web import newest_first
from field_api.web.identity import Principal

# What is not published yet concerns those alone who make it and who decide on it.
_MAKERS = ("researcher", "admin")
_UNPUBLISHED = ("draft", "submitted")

_LISTED = tuple(
    insights.c[name]
    for name in (
        "id",
        "survey_id",
        "state",
        "title",
        "target",
        "target_label",
        "respondents",
        "fitted_at",
        "submitted_at",
        "published_at",
        "ended_at",
        "version",
        "created_at",
        "updated_at",
    )
)
_WALK = ("round", "begun_at", "finished_at", "looked_at", "suggested", "held_out")


def list_insights(
    session: AnySession, principal: Principal, asked: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], tuple[Any, ...] | None]:
    """A page of the insights, the latest made first; of one state or survey, or of all."""
    query = _shown(select(*_LISTED), principal)
    for name in ("state", "survey_id"):
        if name in asked:
            query = query.where(insights.c[name] == asked[name])
    return newest_first.page(session, query, insights.c.created_at, insights.c.id, asked["limit"], asked["cursor"])


def require_insight(session: AnySession, principal: Principal, insight_id: str) -> dict[str, Any]:
    """One insight with its drivers, what may be said of each, and how far suggesting has come. Raises NotFound."""
    query = select(*_LISTED, insights.c.made, insights.c.refusals, insights.c.warnings)
    row = session.execute(_shown(query.where(insights.c.id == insight_id), principal)).first()
    if row is None:
        raise NotFound(f"There is no insight {insight_id} among those you may see.")
    found: dict[str, Any] = row._asdict()
    own = (scores.c.insight_id == insight_id, drivers.c.insight_id == insight_id, walks.c.insight_id == insight_id)
    ranked = select(drivers).where(own[1]).order_by(drivers.c.rank.nulls_last(), drivers.c.name)
    walk = session.execute(select(*(walks.c[name] for name in _WALK)).where(own[2])).first()
    return found | {
        "drivers": [_driver(one._asdict(), found) for one in session.execute(ranked)],
        "scores": session.execute(select(func.count()).where(own[0])).scalar_one(),
        "progress": None if walk is None else walk._asdict(),
    }


def _driver(driver: dict[str, Any], insight: Mapping[str, Any]) -> dict[str, Any]:
    sentence = words.finding(driver, insight["target_label"], insight["respondents"])
    shown = {name: value for name, value in driver.items() if name not in {"insight_id", "more"}}
    return {**shown, **driver["more"], "finding": sentence}


def _shown(query: Select[Any], principal: Principal) -> Select[Any]:
    return query if principal.role in _MAKERS else query.where(insights.c.state.not_in(_UNPUBLISHED))

"""Routes of insights: sent and scored by a researcher, published or withdrawn by an admin, read by everybody."""

from typing import Any

from flask import Response

from field_api.insights import drafting, figures, listings, steps
from field_api.insights.models import Insight
from field_api.insights.schemas import (
    InsightPageArguments,
    InsightPageSchema,
    InsightSchema,
    InsightScoresSchema,
    NewInsightSchema,
    StoredScoresSchema,
)
from field_api.insights.schemas_figures import InsightFiguresArguments, InsightFiguresSchema
from field_api.store.base import db
from field_api.web.etags import check_version, version_tag
from field_api.web.identity import STAFF, current
from field_api.web.openapi import Blueprint
from field_api.web.pages import page_reply
from field_api.web.replies import json_reply

blp = Blueprint("insights", __name__, url_prefix="/v1", description="Insights: what research has found out.")


@blp.get("/insights")
@blp.allow(*STAFF, "researcher", scope="insights:read")
@blp.arguments(InsightPageArguments, location="query")
@blp.response(200, InsightPageSchema)
def list_insights(asked: dict[str, Any]) -> Response:
    """The insights, the latest made first; researchers and admins alone see those that are not published yet."""
    rows, after = listings.list_insights(db.session, current(), asked)
    return page_reply(rows, asked["limit"], after)


@blp.post("/insights")
@blp.allow("researcher", scope="insights:write")
@blp.arguments(NewInsightSchema)
@blp.response(201, InsightSchema)
@blp.alt_response(200, schema=InsightSchema, description="It stands already")
@blp.writes(key_required=True)
def create_insight(told: dict[str, Any]) -> Response:
    """Send what a fit of a survey says, as a draft; the same again is answered with what stands."""
    insight, is_new = drafting.create_insight(db.session, current(), told)
    return _reply(insight, 201 if is_new else 200, {"Location": f"/v1/insights/{insight['id']}"})


@blp.get("/insights/<id:insight_id>")
@blp.allow(*STAFF, "researcher", scope="insights:read")
@blp.response(200, InsightSchema)
def read_insight(insight_id: str) -> Response:
    """One insight with its drivers: what the data carry, what is not known, and how far suggesting has come."""
    insight = listings.require_insight(db.session, current(), insight_id)
    answer = json_reply(insight)
    # Scores and progress grow under one version: the tag is for If-Match, and no read is answered with 304.
    answer.headers["ETag"] = version_tag(insight["id"], insight["version"])
    return answer


@blp.put("/insights/<id:insight_id>/scores")
@blp.allow("researcher", scope="insights:write")
@blp.arguments(InsightScoresSchema)
@blp.response(200, StoredScoresSchema)
@blp.writes()
def put_scores(told: dict[str, Any], insight_id: str) -> Response:
    """Send what a draft foretells of respondents, some at a time; what is sent again replaces what was sent before."""
    return json_reply(drafting.put_scores(db.session, current(), insight_id, told["items"]))


@blp.post("/insights/<id:insight_id>/submit")
@blp.allow("researcher", scope="insights:write")
@blp.response(200, InsightSchema)
@blp.writes()
def submit_insight(insight_id: str) -> Response:
    """Hand a draft in, to be published by an admin; nothing of it changes from now on."""
    return _reply(steps.submit(db.session, current(), steps.hold_insight(db.session, insight_id)))


@blp.post("/insights/<id:insight_id>/publish")
@blp.allow("admin", scope="insights:write")
@blp.response(200, InsightSchema)
@blp.writes(versioned=True)
def publish_insight(insight_id: str) -> Response:
    """Let an insight speak to reps, in place of the one before of the same target."""
    return _reply(steps.publish(db.session, current(), _held(insight_id)))


@blp.post("/insights/<id:insight_id>/withdraw")
@blp.allow("admin", scope="insights:write")
@blp.response(200, InsightSchema)
@blp.writes(versioned=True)
def withdraw_insight(insight_id: str) -> Response:
    """Turn an insight down, or let it speak no more: its suggestions end."""
    return _reply(steps.withdraw(db.session, current(), _held(insight_id)))


@blp.get("/insights/<id:insight_id>/figures")
@blp.allow("manager", "admin", "researcher", scope="insights:read")
@blp.arguments(InsightFiguresArguments, location="query")
@blp.response(200, InsightFiguresSchema)
def read_insight_figures(asked: dict[str, Any], insight_id: str) -> Response:
    """What became of an insight's gestures, beside customers held out, with 90 % intervals and what may be said."""
    return json_reply(figures.of_insight(db.session, current(), insight_id, asked["window_days"]))


def _held(insight_id: str) -> Insight:
    insight = steps.hold_with_rivals(db.session, insight_id)
    check_version(insight.id, insight.version)
    return insight


def _reply(insight: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return json_reply(insight, status, etag=version_tag(insight["id"], insight["version"]), headers=headers)

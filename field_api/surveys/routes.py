"""Routes of surveys themselves."""

from typing import Any

from flask import Response

from field_api.store.base import db
from field_api.surveys import editing
from field_api.surveys.models import Survey
from field_api.surveys.schemas import (
    CodebookSchema,
    NewSurveySchema,
    SurveyChangesSchema,
    SurveyPageArguments,
    SurveyPageSchema,
    SurveySchema,
)
from field_api.web.etags import check_version
from field_api.web.identity import STAFF, current
from field_api.web.merge_patch import merge
from field_api.web.openapi import Blueprint, load
from field_api.web.pages import page_reply
from field_api.web.replies import json_reply

blp = Blueprint("surveys", __name__, url_prefix="/v1", description="Surveys: what customers are asked, and when.")


@blp.get("/surveys")
@blp.allow(*STAFF, "researcher", scope="surveys:read")
@blp.arguments(SurveyPageArguments, location="query")
@blp.response(200, SurveyPageSchema)
def list_surveys(asked: dict[str, Any]) -> Response:
    """The surveys, the latest made first; drafts are shown to admins and researchers."""
    rows, after = editing.list_surveys(db.session, current(), asked)
    return page_reply(rows, asked["limit"], after)


@blp.post("/surveys")
@blp.allow("admin", scope="surveys:write")
@blp.arguments(NewSurveySchema)
@blp.response(201, SurveySchema)
@blp.writes()
def create_survey(data: dict[str, Any]) -> Response:
    """Draft a survey."""
    made = editing.create_survey(db.session, current(), data)
    return _reply(made, 201, {"Location": f"/v1/surveys/{made['id']}"})


@blp.get("/surveys/<id:survey_id>")
@blp.allow(*STAFF, "researcher", scope="surveys:read")
@blp.response(200, SurveySchema)
def read_survey(survey_id: str) -> Response:
    """One survey."""
    return _reply(editing.require_survey(db.session, current(), survey_id))


@blp.get("/surveys/<id:survey_id>/codebook")
@blp.allow("admin", "researcher", scope="surveys:read")
@blp.response(200, CodebookSchema)
def read_codebook(survey_id: str) -> Response:
    """The codebook alone, as research reads it; once the survey is live it never changes, nor does its ETag."""
    return json_reply(editing.require_survey(db.session, current(), survey_id)["codebook"])


@blp.patch("/surveys/<id:survey_id>")
@blp.allow("admin", scope="surveys:write")
@blp.response(200, SurveySchema)
@blp.merge_patch(SurveyChangesSchema)
@blp.writes(versioned=True)
def change_survey(patch: dict[str, Any], survey_id: str) -> Response:
    """Change a draft, or of a live survey its end and its quiet days."""
    survey = _held(survey_id)
    changed = load(SurveyChangesSchema, merge(_as_sent(survey), patch))
    return _reply(editing.change_survey(db.session, current(), survey, changed))


@blp.post("/surveys/<id:survey_id>/publish")
@blp.allow("admin", scope="surveys:write")
@blp.response(200, SurveySchema)
@blp.writes(versioned=True)
def publish_survey(survey_id: str) -> Response:
    """Let a draft go live: from now on its wording is frozen, and customers can be asked."""
    return _reply(editing.step_survey(db.session, current(), _held(survey_id), "live"))


@blp.post("/surveys/<id:survey_id>/close")
@blp.allow("admin", scope="surveys:write")
@blp.response(200, SurveySchema)
@blp.writes(versioned=True)
def close_survey(survey_id: str) -> Response:
    """End a survey: no link of it is answered any more."""
    return _reply(editing.step_survey(db.session, current(), _held(survey_id), "closed"))


def _held(survey_id: str) -> Survey:
    survey = editing.hold_survey(db.session, survey_id)
    check_version(survey.id, survey.version)
    return survey


def _as_sent(survey: Survey) -> dict[str, Any]:
    held = {name: getattr(survey, name) for name in editing.WRITABLE}
    ends_at = survey.ends_at.isoformat() if survey.ends_at else None
    return held | {"starts_at": survey.starts_at.isoformat(), "ends_at": ends_at}


def _reply(survey: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return json_reply(survey, status, etag=survey["etag"], headers=headers)

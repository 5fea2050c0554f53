"""Route of the export: answers under pseudonyms, for research."""

from typing import Any

from flask import Response

from field_api.store.base import db
from field_api.store.engine import writing
from field_api.surveys import export
from field_api.surveys.schemas_answers import AnswerPageArguments, AnswerPageSchema
from field_api.web.identity import current
from field_api.web.openapi import Blueprint
from field_api.web.pages import page_reply, write_cursor

blp = Blueprint("answers", __name__, url_prefix="/v1", description="Answers to surveys, under pseudonyms.")


@blp.get("/surveys/<id:survey_id>/answers")
@blp.allow("admin", "researcher", scope="answers:read")
@blp.arguments(AnswerPageArguments, location="query")
@blp.response(200, AnswerPageSchema)
def list_answers(asked: dict[str, Any], survey_id: str) -> Response:
    """The answers of a survey, each respondent's latest of a wave; the trail tells of everybody who begins to read."""
    rows, after = export.page(db.session, current(), survey_id, asked)
    if asked["cursor"] is None:
        with writing(db.session):
            export.note_export(db.session, current(), survey_id, asked["wave"])
    following = None if after is None else write_cursor(*after)
    return page_reply(rows, asked["limit"], after, next=following)

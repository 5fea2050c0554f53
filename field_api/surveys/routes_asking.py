"""Routes of asking: by mail, face to face, and how it goes."""

from typing import Any

from flask import Response

from field_api.store.base import db
from field_api.surveys import figures, handing_over, inviting
from field_api.surveys.schemas_asking import (
    InvitedSchema,
    InvitingSchema,
    SurveyFiguresArguments,
    SurveyFiguresSchema,
    SurveyLinkArguments,
    SurveyLinkSchema,
    TillSurveyLinkArguments,
)
from field_api.web.identity import STAFF, current
from field_api.web.openapi import Blueprint
from field_api.web.replies import json_reply

blp = Blueprint("asking", __name__, url_prefix="/v1", description="Who is asked by a survey, and how far they come.")


@blp.post("/surveys/<id:survey_id>/invitations")
@blp.allow("admin", scope="surveys:write")
@blp.arguments(InvitingSchema)
@blp.response(200, InvitedSchema)
@blp.writes(key_required=True)
def invite(told: dict[str, Any], survey_id: str) -> Response:
    """Ask customers of an audience by mail, drawn at random; who may not be asked is counted by the reason."""
    return json_reply(inviting.invite(db.session, current(), survey_id, told))


@blp.post("/customers/<id:customer_id>/survey-links")
@blp.allow(*STAFF, scope="surveys:write")
@blp.arguments(SurveyLinkArguments)
@blp.response(201, SurveyLinkSchema)
@blp.writes()
def hand_over(told: dict[str, Any], customer_id: str) -> Response:
    """A link and a QR code for a customer who is asked face to face; 409 tells from when on it is fine."""
    return json_reply(handing_over.hand_over(db.session, current(), customer_id, told), 201)


@blp.post("/till/survey-links")
@blp.allow("service", scope="surveys:write")
@blp.arguments(TillSurveyLinkArguments)
@blp.response(201, SurveyLinkSchema)
@blp.writes()
def hand_over_at_till(told: dict[str, Any]) -> Response:
    """The same for the customer before a till, whom it has found already."""
    return json_reply(handing_over.hand_over_at_till(db.session, current(), told), 201)


@blp.get("/surveys/<id:survey_id>/figures")
@blp.allow("admin", scope="surveys:read")
@blp.arguments(SurveyFiguresArguments, location="query")
@blp.response(200, SurveyFiguresSchema)
def read_figures(asked: dict[str, Any], survey_id: str) -> Response:
    """Who was invited, opened, started and answered, by channel and territory."""
    return json_reply(figures.figures_of(db.session, survey_id, asked["wave"]))

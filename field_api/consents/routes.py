"""Routes of consents, below each customer."""

from typing import Any

from flask import Response

from field_api.consents import actions
from field_api.consents.schemas import (
    ConsentPageArguments,
    ConsentPageSchema,
    ConsentSchema,
    NewConsentSchema,
    StandingArguments,
    StandingListSchema,
)
from field_api.store.base import db
from field_api.web.identity import STAFF, current
from field_api.web.openapi import Blueprint
from field_api.web.pages import page_reply
from field_api.web.replies import json_reply

blp = Blueprint("consents", __name__, url_prefix="/v1", description="What customers agreed to, and took back.")


@blp.get("/customers/<id:customer_id>/consents")
@blp.allow(*STAFF, scope="consents:read")
@blp.arguments(StandingArguments, location="query")
@blp.response(200, StandingListSchema)
def read_consents(asked: dict[str, Any], customer_id: str) -> Response:
    """What stands for each purpose and channel, now or at a past date."""
    return json_reply({"items": actions.standing(db.session, current(), customer_id, asked["at"])})


@blp.post("/customers/<id:customer_id>/consents")
@blp.allow(*STAFF, scope="consents:write")
@blp.arguments(NewConsentSchema)
@blp.response(201, ConsentSchema)
@blp.writes()
def record_consent(said: dict[str, Any], customer_id: str) -> Response:
    """Add to the log what a customer said."""
    event = actions.record(db.session, current(), customer_id, said)
    return json_reply(event, 201, headers={"Location": f"/v1/customers/{customer_id}/consents/log"})


@blp.get("/customers/<id:customer_id>/consents/log")
@blp.allow(*STAFF, scope="consents:read")
@blp.arguments(ConsentPageArguments, location="query")
@blp.response(200, ConsentPageSchema)
def list_consent_log(page: dict[str, Any], customer_id: str) -> Response:
    """All that the customer said, with the words shown, newest first."""
    rows, after = actions.log(db.session, current(), customer_id, page["limit"], page["cursor"])
    return page_reply(rows, page["limit"], after)

"""Routes of the timeline, below each customer."""

from typing import Any

from flask import Response

from field_api.interactions import actions
from field_api.interactions.schemas import (
    InteractionPageSchema,
    InteractionSchema,
    NewInteractionSchema,
    TimelineArguments,
)
from field_api.store.base import db
from field_api.web.identity import STAFF, current
from field_api.web.openapi import Blueprint
from field_api.web.pages import page_reply
from field_api.web.replies import json_reply

blp = Blueprint("interactions", __name__, url_prefix="/v1", description="The timeline of each customer.")


@blp.get("/customers/<id:customer_id>/interactions")
@blp.allow(*STAFF, scope="interactions:read")
@blp.arguments(TimelineArguments, location="query")
@blp.response(200, InteractionPageSchema)
def read_timeline(asked: dict[str, Any], customer_id: str) -> Response:
    """What passed with the customer, newest first."""
    rows, after = actions.timeline(db.session, current(), customer_id, asked)
    return page_reply(rows, asked["limit"], after)


@blp.post("/customers/<id:customer_id>/interactions")
@blp.allow(*STAFF, scope="interactions:write")
@blp.arguments(NewInteractionSchema)
@blp.response(201, InteractionSchema)
@blp.writes()
def record_interaction(told: dict[str, Any], customer_id: str) -> Response:
    """Note what passed, or correct an entry by one that points at it."""
    entry = actions.record(db.session, current(), customer_id, told)
    return json_reply(entry, 201, headers={"Location": f"/v1/customers/{customer_id}/interactions"})

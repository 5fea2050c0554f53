"""Routes of what belongs to an offer: its past versions and its closed list."""

from typing import Any

from flask import Response

from field_api.offers import actions, lists, versions
from field_api.offers.schemas_parts import AddedSchema, ListedArguments, ListedPageSchema, OfferVersionPageSchema
from field_api.store.base import db
from field_api.web.identity import current
from field_api.web.openapi import Blueprint
from field_api.web.pages import PageArguments, page_reply, read_cursor
from field_api.web.replies import empty_reply, json_reply

blp = Blueprint("offer_parts", __name__, url_prefix="/v1", description="Past versions and closed lists of offers.")


@blp.get("/offers/<id:offer_id>/versions")
@blp.allow("admin", scope="offers:read")
@blp.arguments(PageArguments, location="query")
@blp.response(200, OfferVersionPageSchema)
def list_versions(asked: dict[str, Any], offer_id: str) -> Response:
    """Every version of an offer with the moment from which it held, the latest first."""
    actions.read_offer(db.session, current(), offer_id)
    before = read_cursor(asked["cursor"], int)
    items, following = versions.versions_of(db.session, offer_id, asked["limit"], before[0] if before else None)
    return page_reply(items, asked["limit"], following)


@blp.get("/offers/<id:offer_id>/listed")
@blp.allow("admin", scope="offers:read")
@blp.arguments(PageArguments, location="query")
@blp.response(200, ListedPageSchema)
def list_listed(asked: dict[str, Any], offer_id: str) -> Response:
    """Who stands on the closed list."""
    after = read_cursor(asked["cursor"], str)
    items, following = lists.listed(db.session, current(), offer_id, asked["limit"], after[0] if after else None)
    return page_reply(items, asked["limit"], following)


@blp.post("/offers/<id:offer_id>/listed")
@blp.allow("admin", scope="offers:write")
@blp.arguments(ListedArguments)
@blp.response(200, AddedSchema)
@blp.writes()
def add_to_list(data: dict[str, Any], offer_id: str) -> Response:
    """Put customers on the closed list; those who stand on it already stay."""
    added = lists.add_to_list(db.session, current(), offer_id, data["customer_ids"])
    return json_reply({"added": added})


@blp.delete("/offers/<id:offer_id>/listed/<id:customer_id>")
@blp.allow("admin", scope="offers:write")
@blp.response(204)
@blp.writes()
def take_off_list(offer_id: str, customer_id: str) -> Response:
    """Take a customer off the closed list."""
    lists.take_off_list(db.session, current(), offer_id, customer_id)
    return empty_reply()

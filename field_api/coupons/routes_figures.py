"""Routes of figures: what became of coupons, and whether a campaign did what it was made for."""

from typing import Any

from flask import Response

from field_api.coupons import comparison, figures
from field_api.coupons.schemas_figures import (
    CampaignFiguresSchema,
    ComparisonArguments,
    ComparisonSchema,
    FiguresArguments,
    OfferFiguresSchema,
)
from field_api.store.base import db
from field_api.web.identity import current
from field_api.web.openapi import Blueprint
from field_api.web.replies import json_reply

blp = Blueprint("coupon figures", __name__, url_prefix="/v1", description="Figures of campaigns and their offers.")


@blp.get("/campaigns/<id:campaign_id>/figures")
@blp.allow("manager", "admin", scope="coupons:read")
@blp.arguments(FiguresArguments, location="query")
@blp.response(200, CampaignFiguresSchema)
def read_campaign_figures(asked: dict[str, Any], campaign_id: str) -> Response:
    """What became of a campaign's coupons, by day, channel and territory."""
    period = figures.Period(asked["first_day"], asked["last_day"])
    return json_reply(figures.of_campaign(db.session, current(), campaign_id, period))


@blp.get("/offers/<id:offer_id>/figures")
@blp.allow("manager", "admin", scope="coupons:read")
@blp.arguments(FiguresArguments, location="query")
@blp.response(200, OfferFiguresSchema)
def read_offer_figures(asked: dict[str, Any], offer_id: str) -> Response:
    """What became of the coupons of all campaigns of an offer."""
    period = figures.Period(asked["first_day"], asked["last_day"])
    return json_reply(figures.of_offer(db.session, current(), offer_id, period))


@blp.get("/campaigns/<id:campaign_id>/lift")
@blp.allow("manager", "admin", scope="coupons:read")
@blp.arguments(ComparisonArguments, location="query")
@blp.response(200, ComparisonSchema)
def read_lift(asked: dict[str, Any], campaign_id: str) -> Response:
    """What customers with a coupon bought beside those held out, with 90 % intervals, and what may be said of it."""
    return json_reply(comparison.compare(db.session, current(), campaign_id, asked["window_days"]))

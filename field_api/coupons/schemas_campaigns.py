"""Campaigns, and what is issued of them, as JSON."""

from typing import Any

from marshmallow import Schema, fields, validate

from field_api.coupons.issuing import MOST_OF_A_BATCH
from field_api.coupons.models import (
    CAMPAIGN_KINDS,
    CAMPAIGN_STATES,
    LONGEST_RESERVATION_S,
    MOST_HOLD_OUT_PERCENT,
    MOST_USES,
    MOST_VALID_DAYS,
)
from field_api.offers.schemas_nearby import SaidSchema
from field_api.web.ids import IdField
from field_api.web.instants import InstantField
from field_api.web.pages import PageArguments
from field_api.web.patterns import ONE_LINE


def _whole(least: int, most: int, told: str, **more: Any) -> fields.Integer:
    return fields.Integer(strict=True, validate=validate.Range(least, most), metadata={"description": told}, **more)


def _budget(told: str) -> fields.Integer:
    return _whole(0, MOST_USES, f"{told}; none: as many as the offer allows.", allow_none=True)


class CampaignChangesSchema(Schema):
    """What of a campaign can be changed."""

    name = fields.String(required=True, validate=(validate.Length(1, 120), ONE_LINE))
    state = fields.String(load_default="draft", validate=validate.OneOf(CAMPAIGN_STATES))
    starts_at = InstantField(required=True, metadata={"description": "From when on its coupons can be used."})
    ends_at = InstantField(allow_none=True, metadata={"description": "Until when, exclusively."})
    valid_days = _whole(
        1,
        MOST_VALID_DAYS,
        "Whole days for which a coupon is good after the day of its issue, where the offer holds.",
        allow_none=True,
    )
    uses_per_code = _whole(1, MOST_USES, "Uses that a shared code allows.", load_default=1)
    reservation_s = _whole(1, LONGEST_RESERVATION_S, "Seconds for which a reservation holds.", load_default=900)
    budget_total = _budget("Uses of all its coupons")
    budget_per_customer = _budget("Uses by one customer")
    budget_per_day = _budget("Uses on one day where the offer holds")
    hold_out_percent = _whole(
        0, MOST_HOLD_OUT_PERCENT, "Of the customers meant, how many get no personal coupon, to compare.", load_default=0
    )


class NewCampaignSchema(CampaignChangesSchema):
    """A campaign to be."""

    id = IdField()
    offer_id = IdField(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(CAMPAIGN_KINDS))


class CampaignSchema(NewCampaignSchema):
    """A campaign."""

    version = fields.Integer()
    created_at = InstantField()
    updated_at = InstantField()


class CampaignPageSchema(Schema):
    """A page of campaigns, newest first."""

    items = fields.List(fields.Nested(CampaignSchema))


class CampaignPageArguments(PageArguments):
    """Which campaigns."""

    offer_id = IdField()


class NewCouponBatchSchema(Schema):
    """Codes to be issued, under an operation's id that nobody else uses: that of the batch."""

    id = IdField(required=True)
    count = _whole(1, MOST_OF_A_BATCH, "How many codes.", required=True)


class CouponBatchSchema(NewCouponBatchSchema):
    """A batch as it was issued; its codes are printed from it."""

    campaign_id = IdField()
    recorded_at = InstantField()


class NewPersonalCouponsSchema(Schema):
    """Customers who are to get a coupon each, under an operation's id that nobody else uses."""

    id = IdField(required=True)
    customer_ids = fields.List(IdField(), required=True, validate=validate.Length(1, 1_000))


class GivenCouponSchema(Schema):
    """A customer's coupon."""

    id = IdField()
    customer_id = IdField()
    code = fields.String()


class RefusedCouponSchema(Schema):
    """Why a customer gets none: the clauses of the offer's audience that do not hold."""

    customer_id = IdField()
    reason = fields.Nested(SaidSchema)


class PersonalCouponsSchema(Schema):
    """The coupons that these customers have now; who is in neither list belongs to the group that is held out."""

    id = IdField()
    campaign_id = IdField()
    coupons = fields.List(fields.Nested(GivenCouponSchema))
    refused = fields.List(fields.Nested(RefusedCouponSchema))

"""Figures of campaigns and offers, and what may be claimed of them, as JSON."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from field_api.coupons.models import MOST_HOLD_OUT_PERCENT
from field_api.interactions.models import CHANNELS
from field_api.web.ids import IdField

LONGEST_WINDOW_DAYS = 366


class FiguresArguments(Schema):
    """Which days count, both included; days where the offer holds."""

    first_day = fields.Date(format="iso", load_default=None)
    last_day = fields.Date(format="iso", load_default=None)

    @validates_schema
    def _in_order(self, data: dict[str, Any], **_rest: Any) -> None:
        if data["first_day"] and data["last_day"] and data["last_day"] < data["first_day"]:
            raise ValidationError("It is before first_day.", "last_day")


class ComparisonArguments(Schema):
    """For how long purchases count."""

    window_days = fields.Integer(
        load_default=28,
        validate=validate.Range(1, LONGEST_WINDOW_DAYS),
        metadata={"description": "Days after a coupon was issued, or withheld, in which purchases count."},
    )


class RevenueSchema(Schema):
    """Money in one currency."""

    currency = fields.String()
    amount_minor = fields.Integer(metadata={"description": "Net of refunds."})


class CountsSchema(Schema):
    """How many coupons were issued, withheld, shown, redeemed and reversed, and what was bought with them."""

    issued = fields.Integer()
    withheld = fields.Integer(metadata={"description": "Times that a customer was held out."})
    viewed = fields.Integer(metadata={"description": "Coupons shown, each on the day of the first time."})
    redeemed = fields.Integer()
    reversed = fields.Integer(metadata={"description": "Redemptions taken back; they stay among the redeemed."})
    purchases = fields.Integer(metadata={"description": "Purchases of redemptions that stand, each once."})
    revenue = fields.List(fields.Nested(RevenueSchema))


class DayCountsSchema(CountsSchema):
    """Of one day."""

    day = fields.Date()


class ChannelCountsSchema(CountsSchema):
    """Of one channel; null where there is none."""

    channel = fields.String(allow_none=True, validate=validate.OneOf((*CHANNELS, None)))


class TerritoryCountsSchema(CountsSchema):
    """Of one territory; null where neither customer nor shop is known."""

    territory_id = IdField(allow_none=True)


class FiguresSchema(Schema):
    """What became of coupons, in the territories that the caller sees."""

    first_day = fields.Date(allow_none=True)
    last_day = fields.Date(allow_none=True)
    total = fields.Nested(CountsSchema)
    by_day = fields.List(fields.Nested(DayCountsSchema))
    by_channel = fields.List(fields.Nested(ChannelCountsSchema))
    by_territory = fields.List(fields.Nested(TerritoryCountsSchema))


class CampaignFiguresSchema(FiguresSchema):
    """What became of a campaign's coupons."""

    campaign_id = IdField()


class OfferFiguresSchema(FiguresSchema):
    """What became of the coupons of all campaigns of an offer."""

    offer_id = IdField()


class EstimateSchema(Schema):
    """What was seen, and the ends of its interval."""

    estimate = fields.Float()
    low = fields.Float()
    high = fields.Float()


class SentenceSchema(Schema):
    """What may be said of it."""

    en = fields.String()
    fr = fields.String()


class LiftSchema(Schema):
    """Those with a coupon against those held out; nothing where a group is too small."""

    difference = fields.Nested(EstimateSchema, allow_none=True)
    ratio = fields.Nested(EstimateSchema, allow_none=True)
    claim = fields.Boolean(metadata={"description": "Whether the data carry a claim: the interval leaves out zero."})
    sentence = fields.Nested(SentenceSchema)


class RevenueLiftSchema(LiftSchema):
    """Of revenue per customer, in minor units of one currency."""

    currency = fields.String()


class GroupSchema(Schema):
    """What a group bought."""

    customers = fields.Integer(metadata={"description": "Those whose window is over."})
    waiting = fields.Integer(metadata={"description": "Those whose window still runs; they do not count yet."})
    buyers = fields.Integer()
    purchase_rate = fields.Float(allow_none=True)
    revenue = fields.List(fields.Nested(RevenueSchema))


class ComparisonSchema(Schema):
    """What customers with a coupon bought beside those held out of the campaign."""

    campaign_id = IdField()
    hold_out_percent = fields.Integer(validate=validate.Range(0, MOST_HOLD_OUT_PERCENT))
    window_days = fields.Integer()
    confidence_percent = fields.Integer()
    crossed = fields.Integer(metadata={"description": "Customers held out who got a coupon later: in neither group."})
    treated = fields.Nested(GroupSchema)
    held_out = fields.Nested(GroupSchema)
    purchase_rate = fields.Nested(LiftSchema)
    revenue_per_customer = fields.List(fields.Nested(RevenueLiftSchema))

"""Coupons and what is done with them, as JSON."""

from typing import Any

from marshmallow import Schema, fields, validate

from field_api.coupons.models import OPERATION_KINDS
from field_api.coupons.rules import STATES
from field_api.coupons.signatures import LONGEST_TOLD, PATTERN
from field_api.interactions.models import CHANNELS
from field_api.web.ids import IdField
from field_api.web.instants import InstantField
from field_api.web.pages import PageArguments
from field_api.web.patterns import ONE_LINE, Pattern

READABLE = Pattern(PATTERN, "Write twelve letters and digits, as in 7QK2-M9XD-R4TC, or what was scanned.")
MOST_OF_A_BASKET = 20


def _code(**more: Any) -> fields.String:
    told = {
        "description": "As typed or read out (case, spaces and hyphens do not matter), or as scanned.",
        "example": "7QK2-M9XD-R4TC",
    }
    return fields.String(validate=(validate.Length(12, LONGEST_TOLD), READABLE), metadata=told, **more)


class CouponCommandSchema(Schema):
    """An operation, under an id that nobody ever uses again; sending it once more is safe for ever."""

    id = IdField(required=True)


class CouponEndSchema(CouponCommandSchema):
    """An operation that ends another."""

    reason = fields.String(allow_none=True, validate=(validate.Length(1, 200), ONE_LINE))


class CouponViewByCodeSchema(CouponCommandSchema):
    """A coupon that was shown to its customer."""

    code = _code(required=True)


class CouponUseSchema(CouponCommandSchema):
    """Where, for whom and for which purchase a coupon is used."""

    channel = fields.String(load_default="shop", validate=validate.OneOf(CHANNELS))
    shop_id = IdField(allow_none=True, metadata={"description": "A till may leave out its own."})
    place_id = IdField(allow_none=True, metadata={"description": "The customer's place at which the rep is."})
    customer_id = IdField(allow_none=True, metadata={"description": "Whose use it is; a personal coupon knows."})
    purchase_id = IdField(
        allow_none=True, metadata={"description": "The id that the purchase has or will have; coupons stack on it."}
    )


class CouponUseByCodeSchema(CouponUseSchema):
    """The same, of the coupon with this code."""

    code = _code(required=True)


class OfflineRedemptionSchema(CouponUseByCodeSchema):
    """A redemption made without a network."""

    redeemed_at = InstantField(required=True, metadata={"description": "By the phone's clock; decides no race."})


class BasketSchema(Schema):
    """The codes that somebody brings for one purchase."""

    codes = fields.List(_code(), required=True, validate=validate.Length(1, MOST_OF_A_BASKET))
    channel = fields.String(load_default="shop", validate=validate.OneOf(CHANNELS))
    customer_id = IdField(allow_none=True)
    purchase_id = IdField(allow_none=True)


class JudgedCouponSchema(Schema):
    """Whether a code counts beside the others, and why not."""

    code = fields.String()
    counts = fields.Boolean()
    reason = fields.String(allow_none=True)
    coupon_id = IdField(allow_none=True)
    campaign_id = IdField(allow_none=True)
    offer_id = IdField(allow_none=True)
    priority = fields.Integer(allow_none=True)
    stacking_group = fields.String(allow_none=True)
    expires_at = InstantField(allow_none=True)
    state = fields.String(allow_none=True, validate=validate.OneOf(STATES))


class JudgedBasketSchema(Schema):
    """What of a basket counts, in the order of the codes."""

    coupons = fields.List(fields.Nested(JudgedCouponSchema))


class StackedCouponSchema(Schema):
    """Another use that stands on the same purchase."""

    operation_id = IdField()
    offer_id = IdField()
    title = fields.Dict(keys=fields.String(), values=fields.String())
    stacking_group = fields.String(allow_none=True)


class CouponOperationSchema(Schema):
    """A line of the log."""

    id = IdField()
    kind = fields.String(validate=validate.OneOf(OPERATION_KINDS))
    campaign_id = IdField()
    coupon_id = IdField(allow_none=True)
    ends_id = IdField(allow_none=True, metadata={"description": "The operation that this one ends."})
    count = fields.Integer()
    customer_id = IdField(allow_none=True)
    occurred_at = InstantField()
    recorded_at = InstantField()
    day = fields.Date(metadata={"description": "The day where the offer holds."})
    deadline_at = InstantField(allow_none=True)
    shop_id = IdField(allow_none=True)
    place_id = IdField(allow_none=True)
    channel = fields.String(allow_none=True)
    purchase_id = IdField(allow_none=True)
    stacking_group = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    recorded_by_kind = fields.String()
    recorded_by_id = IdField(allow_none=True)


class CouponUseDoneSchema(CouponOperationSchema):
    """A use as it was recorded, with what it stacks with."""

    stacked_with = fields.List(fields.Nested(StackedCouponSchema))


class CouponOperationPageSchema(Schema):
    """A page of the log, newest first."""

    items = fields.List(fields.Nested(CouponOperationSchema))


class CouponSchema(Schema):
    """A coupon."""

    id = IdField()
    campaign_id = IdField()
    offer_id = IdField()
    customer_id = IdField(allow_none=True)
    code = fields.String()
    state = fields.String(validate=validate.OneOf(STATES))
    uses = fields.Integer()
    reserved = fields.Integer()
    redeemed = fields.Integer()
    issued_at = InstantField()
    viewed_at = InstantField(allow_none=True)
    expires_at = InstantField(allow_none=True)


class CouponPageSchema(Schema):
    """A page of coupons, newest first."""

    items = fields.List(fields.Nested(CouponSchema))


class CouponPageArguments(PageArguments):
    """Which page of a list."""

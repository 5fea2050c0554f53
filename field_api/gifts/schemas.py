"""Gifts and their orders, as JSON."""

from marshmallow import Schema, fields, validate

from field_api.gifts.listings import ORDER_STATES
from field_api.gifts.models import (
    LONGEST_TIER,
    MOST_COLLECT_DAYS,
    MOST_POINTS,
    MOST_TIERS,
    MOST_UNITS,
    OPERATION_KINDS,
    STATES,
)
from field_api.loyalty.schemas import card_number
from field_api.offers.schemas import HTTPS, PhraseSchema, ProseSchema
from field_api.web.ids import IdField
from field_api.web.instants import InstantField
from field_api.web.pages import PageArguments
from field_api.web.patterns import ONE_LINE


class GiftChangesSchema(Schema):
    """What of a gift can be changed."""

    title = fields.Nested(PhraseSchema, required=True)
    text = fields.Nested(ProseSchema, required=True)
    picture_url = fields.String(
        allow_none=True,
        load_default=None,
        validate=(validate.Length(max=500), HTTPS),
    )
    points = fields.Integer(strict=True, required=True, validate=validate.Range(1, MOST_POINTS))
    starts_at = InstantField(required=True)
    ends_at = InstantField(allow_none=True, load_default=None)
    tiers = fields.List(
        fields.String(validate=(validate.Length(1, LONGEST_TIER), ONE_LINE)),
        load_default=list,
        validate=validate.Length(max=MOST_TIERS),
        metadata={"description": "The codes of the tiers that may have it; none named: all."},
    )
    collect_days = fields.Integer(
        strict=True,
        allow_none=True,
        load_default=30,
        validate=validate.Range(1, MOST_COLLECT_DAYS),
        metadata={"description": "After so many days an order that nobody fetched is cancelled; null: never."},
    )


class NewGiftSchema(GiftChangesSchema):
    """A gift to be added, as a draft."""

    id = IdField()
    programme_id = IdField(required=True)


class GiftSchema(NewGiftSchema):
    """A gift."""

    state = fields.String(validate=validate.OneOf(STATES))
    version = fields.Integer()
    created_at = InstantField()
    updated_at = InstantField()


class ListedGiftSchema(GiftSchema):
    """A gift in a list, with its stock."""

    units = fields.Integer(metadata={"description": "How many nobody has ordered."})


class GiftPageSchema(Schema):
    """A page of gifts, the latest made first."""

    items = fields.List(fields.Nested(ListedGiftSchema))


class GiftPageArguments(PageArguments):
    """Which gifts."""

    programme_id = IdField()
    state = fields.String(validate=validate.OneOf(STATES))


class GiftArguments(Schema):
    """At which moment."""

    at = InstantField(load_default=None, metadata={"description": "A past instant; now without it."})


class GiftDeliverySchema(Schema):
    """Units that come into stock, or are taken out, under an id that nobody ever uses again."""

    id = IdField(required=True)
    units = fields.Integer(
        strict=True,
        required=True,
        validate=(validate.Range(-MOST_UNITS, MOST_UNITS), validate.NoneOf([0])),
        metadata={"description": "Below zero: taken out; never zero.", "not": {"const": 0}},
    )
    reason = fields.String(allow_none=True, validate=(validate.Length(1, 200), ONE_LINE))


class GiftStockSchema(Schema):
    """What of a gift is there."""

    gift_id = IdField()
    units = fields.Integer(metadata={"description": "How many nobody has ordered."})
    ordered = fields.Integer(metadata={"description": "How many wait for their member."})
    handed_over = fields.Integer()


class NewGiftOrderSchema(Schema):
    """A gift for a member, under an id that nobody ever uses again; sending it once more is safe for ever."""

    id = IdField(required=True)
    gift_id = IdField(required=True)
    shop_id = IdField(
        allow_none=True, metadata={"description": "Where it is to be fetched; a till may leave out its own."}
    )
    points = fields.Integer(
        strict=True,
        allow_none=True,
        validate=validate.Range(1, MOST_POINTS),
        metadata={"description": "The price that the customer was told; another one is refused with the new price."},
    )


class GiftHandOverSchema(Schema):
    """A gift that changes hands."""

    id = IdField(required=True)
    shop_id = IdField(allow_none=True)


class GiftCancellationSchema(Schema):
    """An order that is given up."""

    id = IdField(required=True)
    reason = fields.String(allow_none=True, validate=(validate.Length(1, 200), ONE_LINE))


class TillGiftOrderSchema(NewGiftOrderSchema):
    """The same, for the card shown."""

    number = card_number(required=True)


class TillGiftHandOverSchema(GiftHandOverSchema):
    """A gift that changes hands, for the card shown."""

    number = card_number(required=True)
    order_id = IdField(required=True)


class TillGiftCancellationSchema(GiftCancellationSchema):
    """An order that is given up, for the card shown."""

    number = card_number(required=True)
    order_id = IdField(required=True)


class GiftOperationSchema(Schema):
    """A line of the log of gifts."""

    id = IdField()
    kind = fields.String(validate=validate.OneOf(OPERATION_KINDS))
    gift_id = IdField()
    gift_version = fields.Integer()
    member_id = IdField(allow_none=True)
    ends_id = IdField(allow_none=True, metadata={"description": "The order that this one ends."})
    units = fields.Integer(metadata={"description": "What the stock changed by."})
    points = fields.Integer(allow_none=True)
    shop_id = IdField(allow_none=True)
    reason = fields.String(allow_none=True)
    occurred_at = InstantField()
    recorded_at = InstantField()
    deadline_at = InstantField(allow_none=True)
    recorded_by_kind = fields.String()
    recorded_by_id = IdField(allow_none=True)


class GiftOrderSchema(Schema):
    """An order and what has become of it."""

    id = IdField()
    gift_id = IdField()
    gift_version = fields.Integer()
    member_id = IdField()
    title = fields.Nested(PhraseSchema)
    points = fields.Integer()
    state = fields.String(validate=validate.OneOf(ORDER_STATES))
    shop_id = IdField(allow_none=True)
    recorded_at = InstantField()
    deadline_at = InstantField(allow_none=True)
    ended_at = InstantField(allow_none=True)
    reason = fields.String(allow_none=True)


class GiftOrderPageSchema(Schema):
    """A page of orders, newest first."""

    items = fields.List(fields.Nested(GiftOrderSchema))


class GiftObstacleSchema(Schema):
    """Why it cannot be had."""

    code = fields.String()
    en = fields.String()
    fr = fields.String()


class GiftForMemberSchema(Schema):
    """A gift as one member can have it."""

    id = IdField()
    title = fields.Nested(PhraseSchema)
    text = fields.Nested(ProseSchema)
    picture_url = fields.String(allow_none=True)
    points = fields.Integer()
    ends_at = InstantField(allow_none=True)
    tiers = fields.List(fields.String())
    in_stock = fields.Boolean()
    points_missing = fields.Integer()
    within_reach = fields.Boolean()
    against = fields.List(fields.Nested(GiftObstacleSchema))


class GiftsForMemberSchema(Schema):
    """What a member can have, the cheapest first."""

    items = fields.List(fields.Nested(GiftForMemberSchema))


class GiftsForCardSchema(GiftsForMemberSchema):
    """The same for the card shown, with the orders that wait to be fetched."""

    waiting = fields.List(fields.Nested(GiftOrderSchema))

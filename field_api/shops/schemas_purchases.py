"""Purchases, refunds and what a till asks for, as JSON."""

from marshmallow import Schema, fields, validate

from field_api.interactions.models import CHANNELS
from field_api.shops.look_up import WAYS
from field_api.shops.models import MOST_LINES, MOST_MINOR
from field_api.web.ids import IdField
from field_api.web.instants import InstantField
from field_api.web.pages import PageArguments
from field_api.web.patterns import CURRENCY, ONE_LINE

MINOR = "In minor units of the currency, such as cents."


class LineSchema(Schema):
    """One line of the receipt."""

    category = fields.String(required=True, validate=(validate.Length(1, 60), ONE_LINE))
    quantity = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(1, 1_000_000),
        metadata={"description": "Pieces; 1 for what is sold by weight."},
    )
    amount_minor = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(0, MOST_MINOR),
        metadata={"description": f"For the whole quantity, rebates taken off. {MINOR}"},
    )


class NewPurchaseSchema(Schema):
    """A purchase as its till, rep or import tells it, under an id that nobody else uses."""

    id = IdField(required=True)
    customer_id = IdField(allow_none=True)
    shop_id = IdField(allow_none=True, metadata={"description": "A till may leave out its own."})
    channel = fields.String(load_default="shop", validate=validate.OneOf(CHANNELS))
    currency = fields.String(required=True, validate=CURRENCY, metadata={"description": "ISO 4217", "example": "EUR"})
    lines = fields.List(fields.Nested(LineSchema), required=True, validate=validate.Length(1, MOST_LINES))
    occurred_at = InstantField(required=True)


class RecordedPurchaseSchema(NewPurchaseSchema):
    """A purchase as it was recorded; repeating the request gives the very same."""

    amount_minor = fields.Integer(metadata={"description": f"The sum of the lines. {MINOR}"})
    recorded_at = InstantField()
    recorded_by_kind = fields.String()
    recorded_by_id = IdField(allow_none=True)


class PurchaseSchema(RecordedPurchaseSchema):
    """A purchase as it stands."""

    refunded_minor = fields.Integer(metadata={"description": f"What was given back so far. {MINOR}"})


class PurchasePageSchema(Schema):
    """A page of purchases, newest first."""

    items = fields.List(fields.Nested(PurchaseSchema))


class PurchasePageArguments(PageArguments):
    """Which page of the purchases."""


class NewRefundSchema(Schema):
    """Money given back, under an id that nobody else uses."""

    id = IdField(required=True)
    amount_minor = fields.Integer(
        required=True, strict=True, validate=validate.Range(1, MOST_LINES * MOST_MINOR), metadata={"description": MINOR}
    )
    currency = fields.String(required=True, validate=CURRENCY, metadata={"description": "That of the purchase."})
    reason = fields.String(allow_none=True, validate=(validate.Length(1, 200), ONE_LINE))
    occurred_at = InstantField(required=True)


class RefundSchema(NewRefundSchema):
    """A refund as it was recorded."""

    purchase_id = IdField()
    recorded_at = InstantField()
    recorded_by_kind = fields.String()
    recorded_by_id = IdField(allow_none=True)


class RefundPageSchema(Schema):
    """A page of refunds, newest first."""

    items = fields.List(fields.Nested(RefundSchema))


class RefundPageArguments(PageArguments):
    """Which page of the refunds."""


class HabitArguments(Schema):
    """As of which date, and over which time."""

    at = InstantField(metadata={"description": "Now, when it is left out."})
    window_days = fields.Integer(
        load_default=365, validate=validate.Range(1, 36_500), metadata={"description": "What counts as recent."}
    )


class SumSchema(Schema):
    """What was spent in one currency, refunds taken off."""

    currency = fields.String()
    amount_minor = fields.Integer()


class HabitSchema(Schema):
    """Recency, frequency and amount."""

    recency_days = fields.Integer(allow_none=True, metadata={"description": "Days since the last purchase, ever."})
    last_purchase_at = InstantField(allow_none=True)
    frequency = fields.Integer(
        metadata={"description": "Purchases in the window; those given back in full do not count."}
    )
    amounts = fields.List(fields.Nested(SumSchema))


class LookUpSchema(Schema):
    """What the person at the till gave."""

    way = fields.String(required=True, validate=validate.OneOf(WAYS))
    value = fields.String(required=True, validate=validate.Length(1, 254))


class PersonSchema(Schema):
    """Somebody, as far as a till needs to know."""

    id = IdField()
    display_name = fields.String()


class FoundSchema(Schema):
    """The one person, or null: nobody, or nobody for certain."""

    customer = fields.Nested(PersonSchema, allow_none=True)

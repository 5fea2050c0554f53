"""What became of gestures, and what may be claimed of them, as JSON."""

from marshmallow import Schema, fields, validate

from field_api.coupons.schemas_figures import LONGEST_WINDOW_DAYS, EstimateSchema, GroupSchema, SentenceSchema
from field_api.insights.models import ENDS, GESTURE_KINDS
from field_api.offers.schemas import PhraseSchema
from field_api.web.ids import IdField


class InsightFiguresArguments(Schema):
    """For how long purchases count."""

    window_days = fields.Integer(
        load_default=90,
        validate=validate.Range(1, LONGEST_WINDOW_DAYS),
        metadata={"description": "Days after a customer was drawn for a gesture, or out of it."},
    )


class GestureLiftSchema(Schema):
    """Those for whom it was meant against those held out; nothing where a group is too small."""

    difference = fields.Nested(EstimateSchema, allow_none=True)
    claim = fields.Boolean(metadata={"description": "Whether the data carry a claim: the interval leaves out zero."})
    sentence = fields.Nested(SentenceSchema)


class SpendingLiftSchema(GestureLiftSchema):
    """Of what a customer spent, in minor units of one currency."""

    currency = fields.String()


GestureEndsSchema = Schema.from_dict(dict.fromkeys(ENDS, fields.Integer()), name="GestureEndsSchema")


class GestureFiguresSchema(Schema):
    """What became of one gesture by one insight."""

    id = IdField()
    driver = fields.String()
    kind = fields.String(validate=validate.OneOf(GESTURE_KINDS))
    title = fields.Nested(PhraseSchema)
    hold_out_percent = fields.Integer()
    suggested = fields.Integer(metadata={"description": "How often."})
    open = fields.Integer()
    ended = fields.Nested(GestureEndsSchema)
    drawn_for_it = fields.Integer(metadata={"description": "Customers for whom it was chosen first, and meant."})
    drawn_out_of_it = fields.Integer(metadata={"description": "Customers for whom it was chosen first, held out."})
    meant = fields.Nested(GroupSchema)
    held_out = fields.Nested(GroupSchema)
    purchase_rate = fields.Nested(GestureLiftSchema)
    spent_per_customer = fields.List(fields.Nested(SpendingLiftSchema))


class InsightFiguresSchema(Schema):
    """What became of an insight's gestures, in the territories that the caller sees."""

    insight_id = IdField()
    window_days = fields.Integer()
    confidence_percent = fields.Integer()
    gestures = fields.List(fields.Nested(GestureFiguresSchema))

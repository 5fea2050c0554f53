"""The commands that move points, and what they did, as JSON."""

from marshmallow import Schema, fields, validate

from field_api.loyalty.schemas import card_number
from field_api.loyalty.schemas_programmes import CODE, whole
from field_api.points.models import OPERATION_KINDS
from field_api.points.rules import LONGEST_REASON, MOST_POINTS
from field_api.web.ids import IdField
from field_api.web.instants import InstantField
from field_api.web.pages import PageArguments
from field_api.web.patterns import ONE_LINE


class PointCommandSchema(Schema):
    """A command, under an id that nobody ever uses again; sending it once more is safe for ever."""

    id = IdField(required=True)
    occurred_at = InstantField(load_default=None, allow_none=True)


class EarnSchema(PointCommandSchema):
    """An event of which somebody tells."""

    kind = fields.String(required=True, validate=CODE, metadata={"example": "review"})


class SpendSchema(PointCommandSchema):
    """Points to take."""

    points = whole(1, MOST_POINTS, "Whole points.", required=True)
    purchase_id = IdField(load_default=None, allow_none=True)
    reason = fields.String(load_default=None, allow_none=True, validate=(validate.Length(1, LONGEST_REASON), ONE_LINE))


class ReserveSchema(SpendSchema):
    """Points to set aside."""

    deadline_at = InstantField(load_default=None, allow_none=True)


class AdjustSchema(PointCommandSchema):
    """Points to give, or to take where they are below zero, and why."""

    points = whole(-MOST_POINTS, MOST_POINTS, "Whole points, not 0.", required=True)
    reason = fields.String(required=True, validate=(validate.Length(1, LONGEST_REASON), ONE_LINE))
    expires_at = InstantField(load_default=None, allow_none=True)


class TransferSchema(SpendSchema):
    """Points to hand to another member."""

    to_member_id = IdField(required=True)


class LeaseSchema(PointCommandSchema):
    """Points to set aside for one of one's own devices."""

    points = whole(1, MOST_POINTS, "Whole points.", required=True)
    device_id = IdField(required=True)
    deadline_at = InstantField(required=True, metadata={"description": "At most 7 days ahead."})


class PointLeaseSchema(Schema):
    """A lease that has not ended."""

    id = IdField()
    member_id = IdField()
    points_left = fields.Integer()
    deadline_at = InstantField()


class PointLeaseListSchema(Schema):
    """The leases of a device."""

    items = fields.List(fields.Nested(PointLeaseSchema))


class PointEndSchema(Schema):
    """A command that ends, or takes back, another."""

    id = IdField(required=True)
    reason = fields.String(load_default=None, allow_none=True, validate=(validate.Length(1, LONGEST_REASON), ONE_LINE))


class ReverseSchema(PointEndSchema):
    """What to take back."""

    points = whole(
        1, MOST_POINTS, "How many of them; all that are left without it.", load_default=None, allow_none=True
    )


class TillEarnSchema(EarnSchema):
    """The same, for the card shown."""

    number = card_number(required=True)


class TillSpendSchema(SpendSchema):
    """The same, for the card shown."""

    number = card_number(required=True)


class TillReserveSchema(ReserveSchema):
    """The same, for the card shown."""

    number = card_number(required=True)


class ChangeSchema(Schema):
    """What an operation changed for the member, by the book in which points stand."""

    pending = fields.Integer()
    available = fields.Integer()
    reserved = fields.Integer()
    leased = fields.Integer()
    debt = fields.Integer()


class PointOperationSchema(Schema):
    """What was done, and why."""

    id = IdField()
    kind = fields.String(validate=validate.OneOf(OPERATION_KINDS))
    member_id = IdField()
    other_member_id = IdField(allow_none=True)
    ends_id = IdField(allow_none=True)
    about_id = IdField(allow_none=True)
    points = fields.Integer()
    pending = fields.Boolean()
    occurred_at = InstantField()
    recorded_at = InstantField()
    expires_at = InstantField(allow_none=True)
    deadline_at = InstantField(allow_none=True)
    device_id = IdField(allow_none=True)
    event = fields.String(allow_none=True)
    purchase_id = IdField(allow_none=True)
    reason = fields.String(allow_none=True)
    why = fields.Dict(allow_none=True, metadata={"description": "The event, and the rules with their versions."})
    recorded_by_kind = fields.String()
    recorded_by_id = IdField(allow_none=True)
    change = fields.Nested(ChangeSchema)


class MovedLotSchema(Schema):
    """Points that came into a book of the member or left it, of the lot that an operation opened."""

    book = fields.String()
    points = fields.Integer()
    earned_by = IdField(allow_none=True)
    expires_at = InstantField(allow_none=True)


class ExplainedOperationSchema(PointOperationSchema):
    """The same, with what the rules said and the lots moved."""

    lots = fields.List(fields.Nested(MovedLotSchema))


class PointOperationPageSchema(Schema):
    """A page of the history, newest first."""

    items = fields.List(fields.Nested(PointOperationSchema))


class PointPageArguments(PageArguments):
    """Which page of the history."""

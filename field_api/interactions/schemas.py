"""The timeline as JSON."""

from marshmallow import Schema, fields, validate

from field_api.interactions.models import CHANNELS, DIRECTIONS
from field_api.web.ids import IdField
from field_api.web.instants import InstantField
from field_api.web.pages import PageArguments


class NewInteractionSchema(Schema):
    """Something that passed between the customer and us."""

    id = IdField()
    channel = fields.String(required=True, validate=validate.OneOf(CHANNELS))
    direction = fields.String(
        required=True,
        validate=validate.OneOf(DIRECTIONS),
        metadata={"description": "inbound: the customer came to us; outbound: we went to them."},
    )
    content = fields.String(allow_none=True, validate=validate.Length(1, 4000))
    occurred_at = InstantField(metadata={"description": "Now, when it is left out."})
    corrects_id = IdField(
        allow_none=True, metadata={"description": "The entry that this one replaces; it stays in the timeline."}
    )


class InteractionSchema(NewInteractionSchema):
    """One entry of the timeline."""

    customer_id = IdField()
    recorded_at = InstantField()
    recorded_by_kind = fields.String()
    recorded_by_id = IdField(allow_none=True)
    corrected_by_id = IdField(allow_none=True, metadata={"description": "The entry that replaced this one."})
    about_kind = fields.String(allow_none=True, metadata={"description": "purchase or refund, where one stands behind"})
    about_id = IdField(allow_none=True)


class InteractionPageSchema(Schema):
    """A page of the timeline, newest first."""

    items = fields.List(fields.Nested(InteractionSchema))


class TimelineArguments(PageArguments):
    """Which entries of the timeline."""

    channel = fields.String(validate=validate.OneOf(CHANNELS))
    from_at = InstantField(metadata={"description": "From this instant on."})
    until_at = InstantField(metadata={"description": "Until just before this instant."})
    standing = fields.Boolean(
        truthy={"true"}, falsy={"false"}, metadata={"description": "true: without the entries that were corrected."}
    )

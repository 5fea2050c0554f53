"""Gestures, suggestions and what becomes of them, as JSON."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from field_api.insights.models import (
    GESTURE_KINDS,
    GESTURE_STATES,
    LONGEST_NAME,
    LONGEST_NOTE,
    MOST_HOLD_OUT_PERCENT,
    MOST_MINUTES,
    MOST_QUIET_DAYS,
    OUTCOMES,
)
from field_api.insights.schemas import NAME, DriverLabelSchema
from field_api.interactions.models import CHANNELS
from field_api.offers.schemas import PhraseSchema, ProseSchema
from field_api.offers.schemas_nearby import DegreesField
from field_api.web.ids import IdField
from field_api.web.instants import InstantField
from field_api.web.pages import PageArguments

USUAL_RADIUS_M = 10_000
FARTHEST_M = 100_000


def _whole(least: int, most: int, usual: int, told: str) -> fields.Integer:
    within = validate.Range(least, most)
    return fields.Integer(strict=True, load_default=usual, validate=within, metadata={"description": told})


class GestureChangesSchema(Schema):
    """What of a gesture can be changed: of a draft everything, of a live one that it ends."""

    driver = fields.String(required=True, validate=(validate.Length(1, LONGEST_NAME), NAME))
    kind = fields.String(required=True, validate=validate.OneOf(GESTURE_KINDS))
    state = fields.String(load_default="draft", validate=validate.OneOf(GESTURE_STATES))
    title = fields.Nested(PhraseSchema, required=True)
    how = fields.Nested(ProseSchema, required=True)
    minutes = _whole(1, MOST_MINUTES, 15, "About how long it takes.")
    quiet_days = _whole(0, MOST_QUIET_DAYS, 30, "Not for who was met so lately.")
    hold_out_percent = _whole(
        0, MOST_HOLD_OUT_PERCENT, 10, "The share of customers who are not suggested it, so that its good is known."
    )


class NewGestureSchema(GestureChangesSchema):
    """A gesture to be added."""

    id = IdField()


class GestureSchema(NewGestureSchema):
    """A gesture."""

    version = fields.Integer()
    created_at = InstantField()
    updated_at = InstantField()


class GesturePageSchema(Schema):
    """A page of gestures, the latest made first."""

    items = fields.List(fields.Nested(GestureSchema))


class GesturePageArguments(PageArguments):
    """Which gestures."""

    driver = fields.String(validate=validate.Length(max=LONGEST_NAME))
    state = fields.String(validate=validate.OneOf(GESTURE_STATES))


class NextGestureArguments(PageArguments):
    """Where; everywhere in the caller's sight when nothing is said."""

    territory_id = IdField()
    lat = DegreesField(validate=validate.Range(-90, 90, error="Latitudes end at 90 degrees; is this a longitude?"))
    lon = DegreesField(validate=validate.Range(-180, 180, error="Longitudes end at 180 degrees."))
    radius_m = fields.Integer(
        load_default=USUAL_RADIUS_M, validate=validate.Range(1, FARTHEST_M), metadata={"description": "How far around."}
    )

    @validates_schema
    def _whole(self, data: dict[str, Any], **_rest: Any) -> None:
        for name in ("lat", "lon"):
            if name not in data and data.keys() & {"lat", "lon"}:
                raise ValidationError("lat and lon go together.", name)


class SuggestedGestureSchema(Schema):
    """What to do, and how."""

    id = IdField()
    kind = fields.String(validate=validate.OneOf(GESTURE_KINDS))
    title = fields.Nested(PhraseSchema)
    how = fields.Nested(ProseSchema)
    minutes = fields.Integer()


class SuggestionDriverSchema(Schema):
    """What of the customer's view of us it is about."""

    name = fields.String()
    label = fields.Nested(DriverLabelSchema)


class SuggestedForSchema(Schema):
    """For whom."""

    id = IdField()
    display_name = fields.String()
    town = fields.String(allow_none=True)


class NextGestureSchema(Schema):
    """The next thing worth doing for a customer, and why."""

    id = IdField()
    insight_id = IdField()
    customer = fields.Nested(SuggestedForSchema)
    gesture = fields.Nested(SuggestedGestureSchema)
    driver = fields.Nested(SuggestionDriverSchema)
    reason = fields.Nested(ProseSchema)
    worth_minor = fields.Integer(metadata={"description": "What comes first; no forecast of anything."})
    currency = fields.String()
    suggested_at = InstantField()
    expires_at = InstantField()
    hidden_until = InstantField(allow_none=True)
    distance_m = fields.Float(metadata={"description": "With a position: to the nearest of the customer's places."})


class NextGesturePageSchema(Schema):
    """A page of suggestions, the most worthwhile first."""

    items = fields.List(fields.Nested(NextGestureSchema))


class NewGestureOutcomeSchema(Schema):
    """What became of a suggestion."""

    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    note = fields.String(
        allow_none=True,
        load_default=None,
        validate=validate.Length(1, LONGEST_NOTE),
        metadata={"description": "Of what is done it stands in the timeline."},
    )
    channel = fields.String(
        allow_none=True,
        load_default=None,
        validate=validate.OneOf(CHANNELS),
        metadata={"description": "How it was done; a visit, where the gesture is one, or else a call."},
    )
    occurred_at = InstantField(allow_none=True, load_default=None)


class GestureOutcomeSchema(Schema):
    """What was said of a suggestion."""

    id = IdField()
    next_gesture_id = IdField()
    outcome = fields.String(validate=validate.OneOf(OUTCOMES))
    channel = fields.String(allow_none=True)
    note = fields.String(allow_none=True)
    occurred_at = InstantField()
    recorded_at = InstantField()
    recorded_by_kind = fields.String()
    recorded_by_id = IdField(allow_none=True)

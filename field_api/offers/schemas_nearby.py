"""Nearness as JSON."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from field_api.customers.schemas import FoundCustomerSchema
from field_api.offers.models import KINDS, MOST_RADIUS_M
from field_api.offers.schemas import PhraseSchema, ProseSchema
from field_api.web.ids import IdField
from field_api.web.instants import InstantField
from field_api.web.pages import PageArguments

USUAL_RADIUS_M = 10_000
FARTHEST_CUSTOMER_M = 100_000
ORIGINS = ("phone", "address")


class DegreesField(fields.Float):
    """A number with a point, as 48.85; what only some readers take for a number is refused."""

    default_error_messages = {"invalid": "Write it in degrees with a point, as in 48.85."}  # noqa: RUF012 - marshmallow's own way

    def _validated(self, value: Any) -> Any:
        if not isinstance(value, str) or not value.isascii() or "_" in value or value != value.strip():
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


class SpotArguments(PageArguments):
    """Around where: as the phone tells it, or else as the address of the request suggests."""

    lat = DegreesField(validate=validate.Range(-90, 90, error="Latitudes end at 90 degrees; is this a longitude?"))
    lon = DegreesField(validate=validate.Range(-180, 180, error="Longitudes end at 180 degrees."))
    accuracy_m = fields.Float(
        validate=validate.Range(0, MOST_RADIUS_M),
        metadata={"description": "How far off the phone's position may be; goes with lat and lon."},
    )
    at = InstantField(metadata={"description": "As of then; now, when it is left out."})

    @validates_schema
    def _whole(self, data: dict[str, Any], **_rest: Any) -> None:
        for name in ("lat", "lon"):
            if name not in data and data.keys() & {"lat", "lon", "accuracy_m"}:
                raise ValidationError("lat and lon go together, and accuracy_m with them.", name)


class NearbyArguments(SpotArguments):
    """Which offers."""

    radius_m = fields.Float(load_default=USUAL_RADIUS_M, validate=validate.Range(1, MOST_RADIUS_M))
    customer = IdField(metadata={"description": "For whom; when it is left out, nobody's eligibility is looked at."})
    holding = fields.Boolean(
        load_default=False,
        truthy={"true"},
        falsy={"false"},
        metadata={"description": "Only those that hold at the position itself, however far."},
    )


class NearCustomersArguments(SpotArguments):
    """Which customers."""

    radius_m = fields.Float(load_default=USUAL_RADIUS_M, validate=validate.Range(1, FARTHEST_CUSTOMER_M))


class SpottedSchema(Schema):
    """Where the position came from, and how far off it may be."""

    origin = fields.String(validate=validate.OneOf(ORIGINS))
    accuracy_m = fields.Float(allow_none=True, metadata={"description": "null: the phone did not tell."})


class ClauseSchema(Schema):
    """One clause of the audience, and why it holds."""

    clause = fields.String()
    holds = fields.Boolean()
    en = fields.String()
    fr = fields.String()


class SaidSchema(Schema):
    """A sentence in both languages."""

    en = fields.String()
    fr = fields.String()


class ReasonSchema(Schema):
    """Why the offer is listed: each clause of its audience, and its place."""

    audience = fields.List(fields.Nested(ClauseSchema))
    place = fields.Nested(SaidSchema)


class NearOfferSchema(Schema):
    """An offer, how far off it is, and whether it holds at the position itself."""

    id = IdField()
    kind = fields.String(validate=validate.OneOf(KINDS))
    percent = fields.Integer(allow_none=True)
    amount_minor = fields.Integer(allow_none=True)
    currency = fields.String(allow_none=True)
    multiplier_percent = fields.Integer(allow_none=True)
    gift = fields.Nested(PhraseSchema, allow_none=True)
    title = fields.Nested(PhraseSchema)
    text = fields.Nested(ProseSchema)
    picture_url = fields.String(allow_none=True)
    priority = fields.Integer()
    stacking_group = fields.String(allow_none=True)
    starts_at = InstantField()
    ends_at = InstantField(allow_none=True)
    distance_m = fields.Float(
        allow_none=True,
        metadata={"description": "To its nearest place, 0 inside an area; null when it holds everywhere."},
    )
    inside = fields.Boolean(
        allow_none=True, metadata={"description": "Whether it holds here; null: the position is not known well enough."}
    )
    reason = fields.Nested(ReasonSchema)


class NearOfferPageSchema(Schema):
    """Offers, nearest first, those that hold everywhere last."""

    position = fields.Nested(SpottedSchema)
    items = fields.List(fields.Nested(NearOfferSchema))


class NearCustomerSchema(FoundCustomerSchema):
    """A customer, and the best offer that holds where they are: of the highest priority, then the nearest."""

    offer = fields.Nested(NearOfferSchema, allow_none=True)


class NearCustomerPageSchema(Schema):
    """Customers, nearest first."""

    position = fields.Nested(SpottedSchema)
    items = fields.List(fields.Nested(NearCustomerSchema))

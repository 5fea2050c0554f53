"""Offers as JSON."""

from typing import Any

from marshmallow import Schema, fields, validate

from field_api.interactions.models import CHANNELS
from field_api.offers.models import (
    KINDS,
    MOST_BUDGET,
    MOST_MINOR,
    MOST_MULTIPLIER_PERCENT,
    MOST_PRIORITY,
    MOST_RADIUS_M,
    STATES,
)
from field_api.offers.polygons import MOST_PARTS, MOST_VERTICES
from field_api.offers.schemas_audience import AudienceSchema
from field_api.shops.schemas import ZONE, WeeklyPeriodSchema
from field_api.web.ids import IdField
from field_api.web.instants import InstantField
from field_api.web.pages import PageArguments
from field_api.web.patterns import CURRENCY, ONE_LINE, Pattern

MOST_HOURS = 70
MOST_PLACES = 500
MOST_TERRITORIES = 100
HTTPS = Pattern(r"^https://[A-Za-z0-9.-]+(:[0-9]+)?([/?#][!-~]*)?$", "Write a link as in https://example.org/a.jpg.")
GROUP = Pattern(r"^[a-z0-9_-]+$", "Write small letters, digits, hyphens and underscores.")


class NumberField(fields.Float):
    """A JSON number: a text such as "48,85" is none, whichever reader could make one of it."""

    default_error_messages = {  # noqa: RUF012 - marshmallow's own way of declaring messages
        "invalid": "Write a number with a point and without quotes, as in 48.85."
    }

    def _validated(self, value: Any) -> Any:
        if isinstance(value, bool | str):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


class PhraseSchema(Schema):
    """One line in both languages."""

    en = fields.String(required=True, validate=(validate.Length(1, 120), ONE_LINE))
    fr = fields.String(required=True, validate=(validate.Length(1, 120), ONE_LINE))


class ProseSchema(Schema):
    """A text in both languages."""

    en = fields.String(required=True, validate=validate.Length(1, 2_000))
    fr = fields.String(required=True, validate=validate.Length(1, 2_000))


class PolygonSchema(Schema):
    """A GeoJSON Polygon or MultiPolygon (RFC 7946): longitude first, rings closed."""

    type = fields.String(required=True, validate=validate.OneOf(("Polygon", "MultiPolygon")))
    coordinates = fields.List(
        fields.Raw(),
        required=True,
        validate=validate.Length(1),
        metadata={
            "description": f"At most {MOST_PARTS} polygons with {MOST_VERTICES} positions in all.",
            "example": [[[2.3, 48.8], [2.4, 48.8], [2.4, 48.9], [2.3, 48.8]]],
        },
    )


class OfferPlaceSchema(Schema):
    """Where an offer holds: a point with a radius, or a polygon."""

    lat = NumberField(validate=validate.Range(-90, 90))
    lon = NumberField(validate=validate.Range(-180, 180))
    radius_m = NumberField(validate=validate.Range(1, MOST_RADIUS_M))
    polygon = fields.Nested(PolygonSchema)


def _budget(told: str) -> fields.Integer:
    return fields.Integer(
        strict=True,
        allow_none=True,
        load_default=None,
        validate=validate.Range(0, MOST_BUDGET),
        metadata={"description": f"How often it may be redeemed {told}; null: no limit."},
    )


def _size(most: int, told: str, least: int = 1) -> fields.Integer:
    return fields.Integer(
        strict=True,
        allow_none=True,
        load_default=None,
        validate=validate.Range(least, most),
        metadata={"description": told},
    )


class OfferChangesSchema(Schema):
    """What of an offer can be changed."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    percent = _size(100, "Of the kind percentage alone.")
    amount_minor = _size(MOST_MINOR, "Of the kind amount alone, in minor units of the currency, such as cents.")
    currency = fields.String(allow_none=True, load_default=None, validate=CURRENCY, metadata={"example": "EUR"})
    multiplier_percent = _size(
        MOST_MULTIPLIER_PERCENT, "Of the kind points_multiplier alone; 200 doubles the points.", 101
    )
    gift = fields.Nested(PhraseSchema, allow_none=True, load_default=None)
    title = fields.Nested(PhraseSchema, required=True)
    text = fields.Nested(ProseSchema, required=True)
    picture_url = fields.String(
        allow_none=True,
        load_default=None,
        validate=(validate.Length(9, 500), HTTPS),
        metadata={"example": "https://example.org/offer.jpg"},
    )
    starts_at = InstantField(required=True)
    ends_at = InstantField(allow_none=True, load_default=None, metadata={"description": "From then on no more."})
    time_zone = fields.String(load_default="Europe/Paris", validate=ZONE)
    weekly_hours = fields.List(
        fields.Nested(WeeklyPeriodSchema),
        load_default=list,
        validate=validate.Length(0, MOST_HOURS),
        metadata={"description": "When it holds in the week, without overlaps; none: always."},
    )
    everywhere = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    places = fields.List(fields.Nested(OfferPlaceSchema), load_default=list, validate=validate.Length(0, MOST_PLACES))
    audience = fields.Nested(AudienceSchema, load_default=dict)
    channels = fields.List(
        fields.String(validate=validate.OneOf(CHANNELS)),
        load_default=lambda: list(CHANNELS),
        validate=validate.Length(1, len(CHANNELS)),
    )
    budget_total = _budget("in all")
    budget_per_customer = _budget("by one customer")
    budget_per_day = _budget("a day in its time zone")
    priority = fields.Integer(
        strict=True,
        load_default=0,
        validate=validate.Range(0, MOST_PRIORITY),
        metadata={"description": "Higher comes first among those equally near."},
    )
    stacking_group = fields.String(
        allow_none=True,
        load_default=None,
        validate=(validate.Length(1, 40), GROUP),
        metadata={"description": "Of one group only the best applies; null: goes with everything."},
    )
    territory_ids = fields.List(
        IdField(),
        load_default=list,
        validate=validate.Length(0, MOST_TERRITORIES),
        metadata={"description": "Whose staff make the offer, with all below; none: the whole company's."},
    )


class NewOfferSchema(OfferChangesSchema):
    """An offer to be; it begins as a draft."""

    id = IdField()


class OfferSchema(NewOfferSchema):
    """An offer."""

    state = fields.String(validate=validate.OneOf(STATES))
    version = fields.Integer()
    created_at = InstantField()
    updated_at = InstantField()


class OfferPageSchema(Schema):
    """A page of offers, the latest made first."""

    items = fields.List(fields.Nested(OfferSchema))


class OfferPageArguments(PageArguments):
    """Which offers."""

    state = fields.String(validate=validate.OneOf(STATES))
    kind = fields.String(validate=validate.OneOf(KINDS))


class OfferArguments(Schema):
    """As of when."""

    at = InstantField(metadata={"description": "What was offered then; now, when it is left out."})

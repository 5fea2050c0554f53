"""Shops as JSON."""

from importlib.resources import files

from marshmallow import Schema, fields, validate

from field_api.web.ids import IdField
from field_api.web.instants import InstantField
from field_api.web.pages import PageArguments
from field_api.web.patterns import COUNTRY, ONE_LINE, TIME_OF_DAY

TIME_ZONES = tuple(files("tzdata").joinpath("zones").read_text("utf-8").split())

ZONE = validate.OneOf(TIME_ZONES, error="Nobody knows this zone; write an IANA name such as Europe/Paris.")


def _text(most: int, *, required: bool = False) -> fields.String:
    return fields.String(required=required, allow_none=not required, validate=(validate.Length(1, most), ONE_LINE))


class PeriodSchema(Schema):
    """Local times. Closing before opening runs past midnight; 00:00 to 00:00 is all day."""

    opens = fields.String(required=True, validate=TIME_OF_DAY)
    closes = fields.String(required=True, validate=TIME_OF_DAY)


class WeeklyPeriodSchema(PeriodSchema):
    """A period that comes back every week."""

    weekday = fields.Integer(
        required=True, strict=True, validate=validate.Range(1, 7), metadata={"description": "Monday is 1 (ISO 8601)."}
    )


class ExceptionSchema(Schema):
    """A date on which the weekly hours do not hold; without periods the shop is closed."""

    date = fields.Date(required=True, format="iso")
    periods = fields.List(fields.Nested(PeriodSchema), required=True, validate=validate.Length(0, 10))


class ShopChangesSchema(Schema):
    """What of a shop can be changed."""

    name = _text(120, required=True)
    territory_id = IdField(required=True)
    street = _text(200)
    postcode = _text(16)
    town = _text(100, required=True)
    country = fields.String(load_default="FR", validate=COUNTRY, metadata={"example": "FR"})
    lat = fields.Float(required=True, validate=validate.Range(-90, 90))
    lon = fields.Float(required=True, validate=validate.Range(-180, 180))
    time_zone = fields.String(load_default="Europe/Paris", validate=ZONE)
    opening_hours = fields.List(fields.Nested(WeeklyPeriodSchema), load_default=list, validate=validate.Length(0, 70))
    exceptions = fields.List(fields.Nested(ExceptionSchema), load_default=list, validate=validate.Length(0, 400))
    closed_at = InstantField(allow_none=True, metadata={"description": "Since when it is closed for good."})


class NewShopSchema(ShopChangesSchema):
    """A shop to be."""

    id = IdField()


class ShopSchema(NewShopSchema):
    """A shop."""

    version = fields.Integer()
    created_at = InstantField()
    updated_at = InstantField()


class ShopPageSchema(Schema):
    """A page of shops by name."""

    items = fields.List(fields.Nested(ShopSchema))


class ShopPageArguments(PageArguments):
    """Which shops."""

    territory_id = IdField()


class OpeningArguments(Schema):
    """At which moment."""

    at = InstantField(metadata={"description": "Now, when it is left out."})


class OpeningSchema(Schema):
    """Whether the shop is open, and when that changes."""

    open = fields.Boolean()
    changes_at = InstantField(allow_none=True, metadata={"description": "null: not within the next two months."})

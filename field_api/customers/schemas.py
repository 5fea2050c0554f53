"""Customers as JSON."""

from typing import Any

from marshmallow import Schema, fields, validate

from field_api.customers.models import CONTACT_KINDS, KINDS, POSITION_ORIGINS, ROLES, SOURCES
from field_api.customers.search import ORDERS
from field_api.web.ids import IdField
from field_api.web.instants import InstantField
from field_api.web.pages import PageArguments
from field_api.web.patterns import COUNTRY, Pattern

# Something to read in it, and no control characters: a name is shown on one line.
LINE = Pattern(r"^[^\x00-\x1F\x7F]*[^\x00-\x20\x7F][^\x00-\x1F\x7F]*$")
LATITUDE = r"-?(?:[0-8]?[0-9](?:\.[0-9]{1,9})?|90(?:\.0{1,9})?)"
LONGITUDE = r"-?(?:(?:[0-9]{1,2}|1[0-7][0-9])(?:\.[0-9]{1,9})?|180(?:\.0{1,9})?)"
POSITION = Pattern(f"^{LATITUDE},{LONGITUDE}$", "Write it in degrees, as in 46.2052,5.2255.")
FARTHEST_M = 100_000


def _line(longest: int, **options: Any) -> fields.String:
    return fields.String(validate=[validate.Length(1, longest), LINE], **options)


def _optional(longest: int) -> fields.String:
    return _line(longest, allow_none=True)


class PositionSchema(Schema):
    """Where a place is, in WGS 84 degrees; where that comes from, and how far off it may be."""

    lat = fields.Float(required=True, validate=validate.Range(-90, 90))
    lon = fields.Float(required=True, validate=validate.Range(-180, 180))
    origin = fields.String(required=True, validate=validate.OneOf(POSITION_ORIGINS))
    accuracy_m = fields.Float(allow_none=True, validate=validate.Range(0, 1_000_000))


class PlaceSchema(Schema):
    """A postal address, with a position where one is known. The first place is where they are mainly."""

    id = IdField(metadata={"description": "Yours to choose; made for you when left out."})
    label = _optional(40)
    street = _optional(200)
    postcode = _optional(16)
    town = _line(100, required=True)
    country = fields.String(validate=COUNTRY, metadata={"description": "ISO 3166-1 alpha-2; FR when left out."})
    position = fields.Nested(PositionSchema, allow_none=True)
    created_at = InstantField(dump_only=True)


class PlaceChangeSchema(PlaceSchema):
    """What may be changed of a place."""

    id = IdField(dump_only=True)


class ContactPointSchema(Schema):
    """A phone or an e-mail. A verified one belongs to one customer: it tells who is the same person."""

    id = IdField(metadata={"description": "Yours to choose; made for you when left out."})
    kind = fields.String(required=True, validate=validate.OneOf(CONTACT_KINDS))
    value = _line(
        254,
        required=True,
        metadata={"description": "Phones as people write them (06 12 34 56 78); kept as E.164, e-mails in lower case."},
    )
    label = _optional(40)
    verified = fields.Boolean()
    verified_at = InstantField(dump_only=True, allow_none=True)
    created_at = InstantField(dump_only=True)


class ContactPointChangeSchema(Schema):
    """What may be changed of a contact point; another number is another contact point."""

    label = _optional(40)
    verified = fields.Boolean(load_default=False)


class CustomerSchema(Schema):
    """A person or a firm: contact, prospect and client are one entity with a dated role."""

    id = IdField(dump_only=True)
    etag = fields.String(dump_only=True, metadata={"description": "Its ETag: send it as If-Match with a change."})
    kind = fields.String(dump_only=True, validate=validate.OneOf(KINDS))
    name = _line(200, required=True, metadata={"description": "A firm's name, or a person's family name."})
    given_name = _optional(100)
    display_name = fields.String(dump_only=True)
    firm_id = IdField(allow_none=True, metadata={"description": "The firm they belong to."})
    job_title = _optional(100)
    territory_id = IdField(required=True)
    role = fields.String(dump_only=True, validate=validate.OneOf(ROLES))
    first_touch_source = fields.String(dump_only=True, validate=validate.OneOf(SOURCES))
    first_touch_detail = fields.String(dump_only=True, allow_none=True)
    first_touch_at = InstantField(dump_only=True)
    town = fields.String(dump_only=True, allow_none=True)
    created_at = InstantField(dump_only=True)
    updated_at = InstantField(dump_only=True)
    retired_at = InstantField(dump_only=True, allow_none=True)


class NewCustomerSchema(Schema):
    """A customer at first touch, with what is known by then."""

    id = IdField(metadata={"description": "Yours to choose; made for you when left out."})
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    name = _line(200, required=True, metadata={"description": "A firm's name, or a person's family name."})
    given_name = _optional(100)
    firm_id = IdField(allow_none=True)
    job_title = _optional(100)
    territory_id = IdField(required=True)
    role = fields.String(load_default="prospect", validate=validate.OneOf(ROLES))
    first_touch_source = fields.String(required=True, validate=validate.OneOf(SOURCES))
    first_touch_detail = _optional(200)
    first_touch_at = InstantField(metadata={"description": "Now when left out."})
    contact_points = fields.List(fields.Nested(ContactPointSchema), validate=validate.Length(max=20))
    places = fields.List(fields.Nested(PlaceSchema), validate=validate.Length(max=20))


class FoundCustomerSchema(CustomerSchema):
    """A customer in a list."""

    distance_m = fields.Float(dump_only=True, metadata={"description": "Only where `near` was asked."})


class CustomerPageSchema(Schema):
    """A page of customers; it may hold fewer than asked for, and even none, while a next page follows."""

    items = fields.List(fields.Nested(FoundCustomerSchema), required=True)


class CustomerArguments(PageArguments):
    """Which customers; all that is given must hold."""

    q = _line(200, metadata={"description": "Beginnings of words of the name, in any order."})
    phone = _line(40, metadata={"description": "In any written form; what is no phone number finds nobody."})
    email = _line(254)
    town = _line(100, metadata={"description": "The beginning of a town's name."})
    role = fields.String(validate=validate.OneOf(ROLES))
    kind = fields.String(validate=validate.OneOf(KINDS))
    territory_id = IdField()
    firm_id = IdField()
    near = fields.String(
        validate=[validate.Length(max=32), POSITION],
        metadata={"description": "Latitude and longitude in degrees, such as 46.2052,5.2255: nearest first."},
    )
    radius_m = fields.Integer(
        load_default=10_000, validate=validate.Range(1, FARTHEST_M), metadata={"description": "How far, with `near`."}
    )
    order = fields.String(
        validate=validate.OneOf(ORDERS),
        metadata={"description": "By name, or newest first. Without it best match with `q`; `near`: nearest first."},
    )
    retired = fields.Boolean(load_default=False, metadata={"description": "The retired ones instead."})


class RoleSchema(Schema):
    """What a customer is, or was, from `starts_at` on until, and without, `ends_at`."""

    role = fields.String(required=True, validate=validate.OneOf(ROLES))
    starts_at = InstantField(metadata={"description": "Now when left out."})
    ends_at = InstantField(dump_only=True, allow_none=True)


class FactSchema(Schema):
    """Something known of a customer, with who said so. Tiers and segments are written by the features that know."""

    id = IdField(dump_only=True)
    kind = fields.String(dump_only=True)
    value = _line(64, required=True)
    source = fields.String(dump_only=True)
    source_id = IdField(dump_only=True, allow_none=True)
    starts_at = InstantField(dump_only=True)
    ends_at = InstantField(dump_only=True, allow_none=True)


class AtArguments(Schema):
    """At which moment."""

    at = InstantField(metadata={"description": "As it was at that instant."})


def items_of(schema: type[Schema]) -> type[Schema]:
    """The schema of all entries of one customer."""
    listed = {"items": fields.List(fields.Nested(schema), required=True)}
    return type(f"{schema.__name__.removesuffix('Schema')}ListSchema", (Schema,), {"__doc__": "All of them.", **listed})


class CustomerViewSchema(Schema):
    """All there is to know of a customer, in one call; `sections` come from the features, by their names."""

    customer = fields.Nested(CustomerSchema, required=True)
    contact_points = fields.List(fields.Nested(ContactPointSchema), required=True)
    places = fields.List(fields.Nested(PlaceSchema), required=True)
    roles = fields.List(fields.Nested(RoleSchema), required=True)
    facts = fields.List(fields.Nested(FactSchema), required=True)
    people = fields.List(fields.Nested(CustomerSchema), required=True)
    sections = fields.Dict(keys=fields.String(), values=fields.Raw(), required=True)

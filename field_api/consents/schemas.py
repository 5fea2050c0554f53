"""Consents as JSON."""

from marshmallow import Schema, fields, validate

from field_api.consents.models import CHANNELS, PURPOSES, SOURCES
from field_api.web.ids import IdField
from field_api.web.instants import InstantField
from field_api.web.pages import PageArguments
from field_api.web.patterns import Pattern

# BCP 47, as far as the wordings of one company need it.
LANGUAGE = Pattern(r"^[a-z]{2}(-[A-Z]{2})?$", "Write a language as in fr or fr-CA.")


class NewConsentSchema(Schema):
    """Something a customer said about being reached."""

    id = IdField()
    purpose = fields.String(required=True, validate=validate.OneOf(PURPOSES))
    channel = fields.String(
        load_default="any",
        validate=validate.OneOf(CHANNELS),
        metadata={"description": '"any" speaks for every channel.'},
    )
    granted = fields.Boolean(required=True, truthy={True}, falsy={False})
    wording = fields.String(
        required=True,
        validate=validate.Length(1, 2000),
        metadata={"description": "What was shown or read out, word for word."},
    )
    language = fields.String(required=True, validate=[validate.Length(2, 5), LANGUAGE])
    source = fields.String(required=True, validate=validate.OneOf(SOURCES))
    occurred_at = InstantField(metadata={"description": "Now, when it is left out."})


class ConsentSchema(NewConsentSchema):
    """One entry of the log."""

    customer_id = IdField()
    recorded_at = InstantField()
    recorded_by_kind = fields.String()
    recorded_by_id = IdField(allow_none=True)


class ConsentPageSchema(Schema):
    """A page of the log, newest first."""

    items = fields.List(fields.Nested(ConsentSchema))


class StandingSchema(Schema):
    """The word that stands for one purpose and channel."""

    purpose = fields.String()
    channel = fields.String()
    granted = fields.Boolean()
    since_at = InstantField()
    event_id = IdField()


class StandingListSchema(Schema):
    """What stands; a purpose and channel that is not listed was never agreed to."""

    items = fields.List(fields.Nested(StandingSchema))


class StandingArguments(Schema):
    """At which moment."""

    at = InstantField(load_default=None, metadata={"description": "A past instant; now without it."})


class ConsentPageArguments(PageArguments):
    """Which page of the log."""

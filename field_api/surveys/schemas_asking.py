"""Invitations, links handed over, and figures as JSON."""

from marshmallow import Schema, fields, validate

from field_api.offers.schemas_audience import AudienceSchema
from field_api.reps.models import LOCALES
from field_api.surveys.models import CHANNELS
from field_api.web.ids import IdField
from field_api.web.instants import InstantField
from field_api.web.patterns import Pattern

MOST_INVITED = 5_000
MOST_SEED = 2**53
BY_HAND = ("visit", "shop", "link")
WAVE = Pattern(r"^[0-9]{4}-W(0[1-9]|[1-4][0-9]|5[0-3])$", "Write a week as in 2026-W47.")


def _language() -> fields.String:
    told = {"description": "Without it, the language in which the customer last agreed to something."}
    return fields.String(validate=validate.OneOf(LOCALES), metadata=told)


class SurveyAudienceSchema(AudienceSchema):
    """Who is meant: every clause must hold, and none means everybody. Closed lists belong to offers."""

    class Meta:
        """Leaves out what an offer alone has."""

        exclude = ("listed",)


class InvitingSchema(Schema):
    """Whom to ask by mail."""

    audience = fields.Nested(SurveyAudienceSchema, load_default=dict)
    wave = fields.String(required=True, validate=WAVE)
    most = fields.Integer(strict=True, required=True, validate=validate.Range(1, MOST_INVITED))
    seed = fields.Integer(
        strict=True,
        load_default=0,
        validate=validate.Range(0, MOST_SEED),
        metadata={"description": "Decides who is drawn; the same one draws the same people."},
    )
    channel = fields.String(load_default="email", validate=validate.OneOf(("email",)))
    dry_run = fields.Boolean(
        load_default=False,
        truthy={True},
        falsy={False},
        metadata={"description": "Tells how it would go, and asks nobody."},
    )


class SkippedSchema(Schema):
    """How many the draw came upon and did not ask, by the first reason that holds."""

    retired = fields.Integer()
    no_consent = fields.Integer()
    no_verified_address = fields.Integer()
    invited_already = fields.Integer()
    asked_lately = fields.Integer()


class InvitedSchema(Schema):
    """How asking went."""

    invited = fields.Integer()
    skipped = fields.Nested(SkippedSchema)


class SurveyLinkArguments(Schema):
    """A survey to hand over."""

    survey_id = IdField(required=True)
    channel = fields.String(load_default="visit", validate=validate.OneOf(BY_HAND))
    language = _language()


class TillSurveyLinkArguments(Schema):
    """A survey to hand over at a till, to a customer whom it has found."""

    survey_id = IdField(required=True)
    customer_id = IdField(required=True)
    language = _language()


class SurveyLinkSchema(Schema):
    """The link that a customer answers by, as text and as a QR code."""

    url = fields.String()
    qr_svg = fields.String()
    wave = fields.String()
    expires_at = InstantField()


class ResponseSchema(Schema):
    """How many were asked and how far they came, with the response rate and its 90 % interval (Wilson)."""

    invited = fields.Integer()
    opened = fields.Integer(metadata={"description": "Programs that look at links in mails count as well."})
    started = fields.Integer()
    answered = fields.Integer()
    rate = fields.Float(allow_none=True)
    low = fields.Float(allow_none=True)
    high = fields.Float(allow_none=True)


class ChannelResponseSchema(ResponseSchema):
    """The same by one channel."""

    channel = fields.String(validate=validate.OneOf(CHANNELS))


class TerritoryResponseSchema(ResponseSchema):
    """The same of one territory, in which the customers lie today."""

    territory_id = IdField()
    name = fields.String()


class SurveyFiguresSchema(Schema):
    """How asking goes, of a wave or of all of them."""

    survey_id = IdField()
    wave = fields.String(allow_none=True)
    waves = fields.List(fields.String())
    total = fields.Nested(ResponseSchema)
    channels = fields.List(fields.Nested(ChannelResponseSchema))
    territories = fields.List(fields.Nested(TerritoryResponseSchema))


class SurveyFiguresArguments(Schema):
    """Of which wave."""

    wave = fields.String(load_default=None, validate=WAVE)

"""Members and what they have, as JSON."""

from typing import Any

from marshmallow import Schema, fields, validate

from field_api.consents.schemas import LANGUAGE
from field_api.loyalty.models import ENROLMENT_CHANNELS, MATCHES, MEMBER_STATES
from field_api.loyalty.numbers import PATTERN
from field_api.loyalty.schemas_programmes import TierSchema
from field_api.web.ids import IdField
from field_api.web.instants import InstantField
from field_api.web.patterns import ONE_LINE, Pattern

# Every day of a leap year, so that 29 February is one and 30 February none.
BIRTHDAY = Pattern(
    r"^(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2\d|30|31)(?<!02-30|02-31|04-31|06-31|09-31|11-31)$",
    "Write a month and a day, as in 03-21.",
)
BIRTHDAY_TOLD = "Month and day, as 03-21; the year is not asked for."


def card_number(**more: Any) -> fields.String:
    """The number of a card as somebody typed or scanned it."""
    told = {"description": "Twelve digits, the last of them a check digit; spaces and hyphens do not matter."}
    return fields.String(
        validate=(validate.Length(12, 23), Pattern(PATTERN, "Write twelve digits, as in 1936 4089 0317.")),
        metadata=told | {"example": "1936 4089 0317"},
        **more,
    )


class NewcomerSchema(Schema):
    """Somebody who is not known by an id: a phone or an e-mail recognises them the next time."""

    name = fields.String(required=True, validate=(validate.Length(1, 200), ONE_LINE))
    given_name = fields.String(load_default=None, allow_none=True, validate=(validate.Length(1, 100), ONE_LINE))
    phone = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 60))
    email = fields.String(load_default=None, allow_none=True, validate=validate.Length(3, 254))


class LoyaltyConsentSchema(Schema):
    """What the customer agreed to when enrolling, word for word."""

    wording = fields.String(required=True, validate=validate.Length(1, 2000))
    language = fields.String(required=True, validate=[validate.Length(2, 5), LANGUAGE])


class NewEnrolmentSchema(Schema):
    """Somebody enrols: a known customer, or a person who tells who they are."""

    id = IdField(required=True, metadata={"description": "The enrolment's own id, for ever; made on the phone."})
    programme_id = IdField(required=True)
    customer_id = IdField(load_default=None, allow_none=True)
    person = fields.Nested(NewcomerSchema, load_default=None, allow_none=True)
    shop_id = IdField(load_default=None, allow_none=True, metadata={"description": "A till may leave out its own."})
    territory_id = IdField(
        load_default=None, allow_none=True, metadata={"description": "Of a new customer; else that of the shop."}
    )
    occurred_at = InstantField(load_default=None, allow_none=True)
    birthday = fields.String(
        load_default=None, allow_none=True, validate=BIRTHDAY, metadata={"description": BIRTHDAY_TOLD}
    )
    referred_by = card_number(load_default=None, allow_none=True)
    consent = fields.Nested(LoyaltyConsentSchema, load_default=None, allow_none=True)


class EnrolmentSchema(Schema):
    """One time somebody enrolled."""

    id = IdField()
    channel = fields.String(validate=validate.OneOf(ENROLMENT_CHANNELS))
    matched_by = fields.String(validate=validate.OneOf(MATCHES))
    shop_id = IdField(allow_none=True)
    occurred_at = InstantField()
    recorded_at = InstantField()
    recorded_by_kind = fields.String()
    recorded_by_id = IdField(allow_none=True)


class MemberSchema(Schema):
    """A member of a programme."""

    id = IdField()
    programme_id = IdField()
    customer_id = IdField()
    number = fields.String()
    state = fields.String(validate=validate.OneOf(MEMBER_STATES))
    joined_at = InstantField()
    left_at = InstantField(allow_none=True)
    merged_into_id = IdField(allow_none=True)
    referred_by_id = IdField(allow_none=True)
    birthday = fields.String(allow_none=True)
    tier = fields.String(allow_none=True)
    tier_since_at = InstantField(allow_none=True)
    created_at = InstantField()
    updated_at = InstantField()
    enrolments = fields.List(fields.Nested(EnrolmentSchema))


class EnrolledSchema(Schema):
    """The member, and whether there was none before."""

    member = fields.Nested(MemberSchema)
    enrolment = fields.Nested(EnrolmentSchema)
    is_new = fields.Boolean()


class MemberListSchema(Schema):
    """What a customer is and was, oldest first."""

    items = fields.List(fields.Nested(MemberSchema))


class MemberChangesSchema(Schema):
    """What of a member can be changed."""

    birthday = fields.String(
        load_default=None, allow_none=True, validate=BIRTHDAY, metadata={"description": BIRTHDAY_TOLD}
    )


class CardArguments(Schema):
    """Whose card."""

    number = card_number(required=True)


class LotSchema(Schema):
    """Points that end together."""

    expires_at = InstantField(allow_none=True)
    points = fields.Integer()


class BalanceSchema(Schema):
    """What a member has; a debt is apart, and paid first from what is earned later."""

    member_id = IdField()
    at = InstantField()
    points = fields.Integer(metadata={"description": "What can be spent."})
    pending = fields.Integer()
    reserved = fields.Integer()
    leased = fields.Integer()
    debt = fields.Integer()
    expiring_soon = fields.Integer(metadata={"description": "Of the points, those that end within 60 days."})
    lots = fields.List(fields.Nested(LotSchema))


class TierStandingSchema(Schema):
    """The tier at a moment, computed from the books alone."""

    at = InstantField()
    tier = fields.Nested(TierSchema, allow_none=True)
    since_at = InstantField(allow_none=True)
    points = fields.Integer(metadata={"description": "That count, within the window."})
    window_months = fields.Integer()
    next_tier = fields.Nested(TierSchema, allow_none=True)
    points_missing = fields.Integer(allow_none=True)
    changes_at = InstantField(allow_none=True, metadata={"description": "When it changes unless points come."})


class MergeMembersSchema(Schema):
    """Into whom a member is merged."""

    id = IdField(required=True)
    into_id = IdField(required=True)


class LeaveSchema(Schema):
    """The id under which the points of the membership end."""

    id = IdField(required=True)


class CardFoundSchema(Schema):
    """Whose card it is, as far as a till needs it."""

    member_id = IdField()
    customer_id = IdField()
    display_name = fields.String()
    programme_id = IdField()
    tier = fields.String(allow_none=True)
    points = fields.Integer()
    expiring_soon = fields.Integer()

"""Programmes, their terms and their earn rules as JSON."""

from typing import Any

from marshmallow import Schema, fields, validate

from field_api.loyalty.models import LONGEST_CODE, PROGRAMME_STATES
from field_api.loyalty.rules import MOST_MONTHS, MOST_RULE_POINTS, ROUNDINGS
from field_api.points.rules import MOST_POINTS
from field_api.shops.models import MOST_MINOR
from field_api.shops.schemas import TIME_ZONES
from field_api.web.ids import IdField
from field_api.web.instants import InstantField
from field_api.web.pages import PageArguments
from field_api.web.patterns import CURRENCY, ONE_LINE, Pattern

CODE = (validate.Length(2, LONGEST_CODE), Pattern(r"^[a-z]+(_[a-z]+)*$", "Write small letters, with _ between words."))
MOST_TIERS = 20
MOST_PRIVILEGES = 20
MOST_CAPS = 50
MOST_CATEGORIES = 100
MOST_PENDING_DAYS = 365


def whole(least: int, most: int, told: str, **more: Any) -> fields.Integer:
    """A whole number; a text or a fraction is none."""
    return fields.Integer(strict=True, validate=validate.Range(least, most), metadata={"description": told}, **more)


class LoyaltyPhraseSchema(Schema):
    """One line in both languages."""

    en = fields.String(required=True, validate=(validate.Length(1, 120), ONE_LINE))
    fr = fields.String(required=True, validate=(validate.Length(1, 120), ONE_LINE))


class TierSchema(Schema):
    """A tier: what entering and keeping it asks for within the window, and what it gives."""

    code = fields.String(required=True, validate=CODE, metadata={"example": "gold"})
    name = fields.Nested(LoyaltyPhraseSchema, required=True)
    entry_points = whole(0, MOST_POINTS, "Points within the window to enter it.", required=True)
    keep_points = whole(0, MOST_POINTS, "Points within the window to keep it.", required=True)
    privileges = fields.List(
        fields.Nested(LoyaltyPhraseSchema), load_default=list, validate=validate.Length(max=MOST_PRIVILEGES)
    )


class CapSchema(Schema):
    """The most that one day gives a member, of one kind of event or of all."""

    kind = fields.String(load_default=None, allow_none=True, validate=CODE, metadata={"description": "null: all."})
    points_a_day = whole(1, MOST_POINTS, "Points a day.", load_default=None, allow_none=True)
    times_a_day = whole(1, 1_000, "Events a day.", load_default=None, allow_none=True)


class TermsSchema(Schema):
    """What a programme promises."""

    expiry_months = whole(
        1,
        MOST_MONTHS,
        "Points end with the month in which so many months are over since they were earned; null: never.",
        load_default=24,
        allow_none=True,
    )
    pending_days = whole(
        0, MOST_PENDING_DAYS, "Days for which the points of a purchase wait, as goods may come back.", load_default=14
    )
    window_months = whole(1, MOST_MONTHS, "How far back points count for the tier.", load_default=12)
    tier_kinds = fields.List(
        fields.String(validate=CODE),
        load_default=None,
        allow_none=True,
        validate=validate.Length(1, MOST_CAPS),
        metadata={"description": "Of which events points count for the tier; null: of all."},
    )
    tiers = fields.List(fields.Nested(TierSchema), load_default=list, validate=validate.Length(max=MOST_TIERS))
    caps = fields.List(fields.Nested(CapSchema), load_default=list, validate=validate.Length(max=MOST_CAPS))


class NewTermsSchema(Schema):
    """Terms, and from when on they hold."""

    starts_at = InstantField(metadata={"description": "Now when it is left out; later than those before."})
    terms = fields.Nested(TermsSchema, required=True)


class HeldTermsSchema(TermsSchema):
    """Terms with their number; those with the latest start hold."""

    number = fields.Integer()
    starts_at = InstantField()
    recorded_at = InstantField()


class ProgrammeChangesSchema(Schema):
    """What of a programme can be changed; what it promises changes by new terms."""

    name = fields.Nested(LoyaltyPhraseSchema, required=True)
    unit = fields.Nested(LoyaltyPhraseSchema, required=True)
    time_zone = fields.String(load_default="Europe/Paris", validate=validate.OneOf(TIME_ZONES))
    is_main = fields.Boolean(
        load_default=False,
        truthy={True},
        falsy={False},
        metadata={"description": "Whether its tier is noted on the customers; one live programme's is."},
    )


class NewProgrammeSchema(ProgrammeChangesSchema):
    """A draft with its first terms."""

    id = IdField()
    starts_at = InstantField(metadata={"description": "From when on the first terms hold; now when left out."})
    terms = fields.Nested(TermsSchema, load_default=lambda: TermsSchema().load({}))


class ProgrammeSchema(ProgrammeChangesSchema):
    """A programme with the terms that hold."""

    id = IdField()
    state = fields.String(validate=validate.OneOf(PROGRAMME_STATES))
    started_at = InstantField(allow_none=True)
    ended_at = InstantField(allow_none=True)
    created_at = InstantField()
    updated_at = InstantField()
    version = fields.Integer()
    terms = fields.Nested(HeldTermsSchema)


class ProgrammePageSchema(Schema):
    """A page of programmes."""

    items = fields.List(fields.Nested(ProgrammeSchema))


class TermsListSchema(Schema):
    """All terms of a programme, the latest first."""

    items = fields.List(fields.Nested(HeldTermsSchema))


class RuleTermsSchema(Schema):
    """What a rule says. A purchase earns `points` for each `per_minor` of its amount, other events `points` each."""

    name = fields.Nested(LoyaltyPhraseSchema, required=True)
    points = whole(1, MOST_RULE_POINTS, "Whole points.", required=True)
    per_minor = whole(
        1,
        MOST_MINOR,
        "Of the kind purchase alone: for each so many minor units, such as 100 cents.",
        load_default=None,
        allow_none=True,
    )
    currency = fields.String(
        load_default=None, allow_none=True, validate=CURRENCY, metadata={"description": "Of purchases alone."}
    )
    rounding = fields.String(
        load_default="down",
        validate=validate.OneOf(ROUNDINGS),
        metadata={"description": "How the points of the whole amount become a whole number; nearest: a half goes up."},
    )
    categories = fields.List(
        fields.String(validate=(validate.Length(1, 60), ONE_LINE)),
        load_default=None,
        allow_none=True,
        validate=validate.Length(1, MOST_CATEGORIES),
        metadata={"description": "Of purchases alone: only lines of these categories; null: all."},
    )
    least_minor = whole(
        1, MOST_MINOR, "Of purchases alone: amounts below it earn nothing.", load_default=None, allow_none=True
    )
    ends_at = InstantField(
        load_default=None, allow_none=True, metadata={"description": "What happens from then on earns nothing."}
    )


class NewRuleVersionSchema(Schema):
    """The next version of a rule, and from when on it holds."""

    starts_at = InstantField(metadata={"description": "Now when it is left out; later than the version before."})
    terms = fields.Nested(RuleTermsSchema, required=True)


class NewRuleSchema(NewRuleVersionSchema):
    """A rule with its first version."""

    id = IdField()
    kind = fields.String(
        required=True,
        validate=CODE,
        metadata={
            "description": "purchase, visit, referral and birthday earn by themselves; survey, review, card_installed "
            "and any other kind by the command earn.",
            "example": "purchase",
        },
    )


class RuleVersionSchema(Schema):
    """One version of a rule; the one with the latest start holds."""

    number = fields.Integer()
    starts_at = InstantField()
    recorded_at = InstantField()
    terms = fields.Nested(RuleTermsSchema)


class RuleSchema(RuleVersionSchema):
    """A rule as it reads at the moment asked for."""

    id = IdField()
    programme_id = IdField()
    kind = fields.String()
    version = fields.Integer(metadata={"description": "The number of the latest version."})


class RuleListSchema(Schema):
    """The rules of a programme."""

    items = fields.List(fields.Nested(RuleSchema))


class RuleVersionListSchema(Schema):
    """All versions of a rule, the latest first."""

    items = fields.List(fields.Nested(RuleVersionSchema))


class MomentArguments(Schema):
    """At which moment."""

    at = InstantField(load_default=None, metadata={"description": "An instant; now without it."})


class ProgrammePageArguments(PageArguments):
    """Which page of programmes."""

"""Insights and what they foretell, as JSON."""

from typing import Any

from marshmallow import Schema, fields, validate

from field_api.insights.models import LONGEST_NAME, MOST_REASONS, STATES
from field_api.offers.schemas import PhraseSchema, ProseSchema
from field_api.surveys.models import PSEUDONYM_LENGTH
from field_api.web.ids import IdField
from field_api.web.instants import InstantField
from field_api.web.pages import PageArguments
from field_api.web.patterns import CURRENCY, ONE_LINE, Pattern

MOST_DRIVERS = 200
MOST_NOTICES = 500
MOST_WARNINGS = 20
MOST_SCORES = 5_000
# Far beyond any scale; what is larger is a mistake, and no step of anything.
LARGEST = 1e6
MOST_MONEY = 1e15
MOST_RESPONDENTS = 10**8

SHA256 = Pattern(r"^[0-9a-f]{64}$", "Write a SHA-256 as 64 hexadecimal digits in small letters.")
NAME = Pattern(r"^[a-z][a-z0-9_]*$", "Write a name of the codebook: small letters, digits and underscores.")
CODE = Pattern(r"^[a-z][a-z0-9_]*$", "Write a code: small letters, digits and underscores.")
PSEUDONYM = Pattern(r"^[A-Z2-7]{26}$", f"Write a respondent as they are exported, in {PSEUDONYM_LENGTH} characters.")


class NumberField(fields.Float):
    """A JSON number; a text is none, whichever reader could make one of it."""

    default_error_messages = {"invalid": "Write a number."}  # noqa: RUF012 - marshmallow's own way of declaring messages

    def _validated(self, value: Any) -> Any:
        if isinstance(value, bool | str):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


def _number(most: float = LARGEST, *, null: bool = False, **told: object) -> NumberField:
    within = validate.Range(-most, most)
    return NumberField(required=True, allow_none=null, validate=within, metadata=dict(told))


def _name() -> fields.String:
    return fields.String(required=True, validate=(validate.Length(1, LONGEST_NAME), NAME))


def _line(longest: int) -> fields.String:
    return fields.String(required=True, validate=(validate.Length(1, longest), ONE_LINE))


class InsightIntervalSchema(Schema):
    """A value with the ends of its 90 % interval."""

    value = _number(MOST_MONEY)
    low = _number(MOST_MONEY)
    high = _number(MOST_MONEY)


class DriverLabelSchema(Schema):
    """What people call a driver, which may be the whole question that was asked."""

    en = _line(400)
    fr = _line(400)


class InsightDriverSchema(Schema):
    """A driver of the target, as the report tells it; figures may be null only where its direction is open."""

    name = _name()
    label = fields.Nested(DriverLabelSchema, required=True)
    rank = fields.Integer(strict=True, required=True, allow_none=True, validate=validate.Range(1, MOST_DRIVERS))
    effect = _number(null=True, description="Steps of the target for a move of it from first to third quartile, do().")
    low = _number(null=True)
    high = _number(null=True)
    class_low = _number(null=True, description="The least over all networks that fit as well.")
    class_high = _number(null=True)
    open = fields.Boolean(required=True, truthy={True}, falsy={False})
    fragile = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    dissatisfied = fields.Nested(InsightIntervalSchema, allow_none=True, load_default=None)
    step_up_minor = fields.Nested(InsightIntervalSchema, allow_none=True, load_default=None)
    currency = fields.String(allow_none=True, load_default=None, validate=CURRENCY)
    warnings = fields.List(
        fields.String(validate=(validate.Length(1, LONGEST_NAME), CODE)),
        load_default=list,
        validate=validate.Length(max=MOST_WARNINGS),
    )


class InsightNoticeSchema(Schema):
    """What a report says about itself."""

    code = fields.String(required=True, validate=(validate.Length(1, LONGEST_NAME), CODE))
    sentence = fields.String(required=True, validate=validate.Length(1, 2_000))


class InsightMadeSchema(Schema):
    """From what an insight was made, when and by what."""

    report_sha256 = fields.String(required=True, validate=SHA256)
    codebook_sha256 = fields.String(required=True, validate=SHA256)
    fitted_at = InstantField(required=True)
    respondents = fields.Integer(strict=True, required=True, validate=validate.Range(1, MOST_RESPONDENTS))
    software = _line(80)


def _notices() -> fields.Field[Any]:
    return fields.List(
        fields.Nested(InsightNoticeSchema), load_default=list, validate=validate.Length(max=MOST_NOTICES)
    )


class NewInsightSchema(Schema):
    """An insight as its researcher sends it; the same id with the same content is always the same answer."""

    id = IdField(required=True)
    survey_id = IdField(required=True)
    title = fields.Nested(PhraseSchema, required=True)
    target = _name()
    made = fields.Nested(InsightMadeSchema, required=True)
    drivers = fields.List(fields.Nested(InsightDriverSchema), required=True, validate=validate.Length(max=MOST_DRIVERS))
    refusals = _notices()
    warnings = _notices()


class ShownDriverSchema(InsightDriverSchema):
    """A driver, and what may be said of it."""

    carried = fields.Boolean(metadata={"description": "Whether the data carry it; others suggest nothing."})
    finding = fields.Nested(ProseSchema)


class InsightProgressSchema(Schema):
    """How far suggesting has come, this time."""

    round = fields.Integer()
    begun_at = InstantField()
    finished_at = InstantField(allow_none=True)
    looked_at = fields.Integer()
    suggested = fields.Integer()
    held_out = fields.Integer()


class ListedInsightSchema(Schema):
    """An insight in a list."""

    id = IdField()
    survey_id = IdField()
    state = fields.String(validate=validate.OneOf(STATES))
    title = fields.Nested(PhraseSchema)
    target = fields.String()
    target_label = fields.Nested(DriverLabelSchema)
    respondents = fields.Integer()
    fitted_at = InstantField()
    submitted_at = InstantField(allow_none=True)
    published_at = InstantField(allow_none=True)
    ended_at = InstantField(allow_none=True)
    version = fields.Integer()
    created_at = InstantField()
    updated_at = InstantField()


class ShownMadeSchema(Schema):
    """From what it was made."""

    report_sha256 = fields.String()
    codebook_sha256 = fields.String()
    software = fields.String()


class InsightSchema(ListedInsightSchema):
    """An insight with its drivers."""

    made = fields.Nested(ShownMadeSchema)
    refusals = fields.List(fields.Nested(InsightNoticeSchema))
    warnings = fields.List(fields.Nested(InsightNoticeSchema))
    drivers = fields.List(fields.Nested(ShownDriverSchema))
    scores = fields.Integer(metadata={"description": "Of how many customers something is foretold."})
    progress = fields.Nested(InsightProgressSchema, allow_none=True)


class InsightPageSchema(Schema):
    """A page of insights, the latest made first."""

    items = fields.List(fields.Nested(ListedInsightSchema))


class InsightPageArguments(PageArguments):
    """Which insights."""

    state = fields.String(validate=validate.OneOf(STATES))
    survey_id = IdField()


class ScoreReasonSchema(Schema):
    """How much a driver moves what is foretold."""

    driver = _name()
    pull = _number()


class InsightScoreSchema(Schema):
    """What is foretold of a respondent."""

    respondent = fields.String(required=True, validate=PSEUDONYM)
    expected = _number()
    at_risk = NumberField(required=True, validate=validate.Range(0, 1))
    reasons = fields.List(fields.Nested(ScoreReasonSchema), required=True, validate=validate.Length(max=MOST_REASONS))


class InsightScoresSchema(Schema):
    """Scores, some at a time."""

    items = fields.List(fields.Nested(InsightScoreSchema), required=True, validate=validate.Length(1, MOST_SCORES))


class StoredScoresSchema(Schema):
    """How many were kept."""

    stored = fields.Integer()
    unknown_respondents = fields.Integer(
        data_key="unknown", metadata={"description": "How many were forgotten, or never answered."}
    )

"""Surveys and their codebooks as JSON."""

from typing import Any

from marshmallow import Schema, fields, pre_load, validate

from field_api.surveys.codebooks import FEWEST_ITEMS, FEWEST_STATES, LONGEST_NAME, MOST_ITEMS, MOST_STATES
from field_api.surveys.models import MOST_QUIET_DAYS, STATES
from field_api.web.ids import IdField
from field_api.web.instants import InstantField
from field_api.web.pages import PageArguments
from field_api.web.patterns import ONE_LINE, Pattern

NAME = Pattern(r"^[a-z][a-z0-9_]*$", "Write small letters, digits and underscores, a letter first.")
MOST_STATE = 1_000_000
MOST_CODES = 20
MOST_SCALES = 20


def _name(*, required: bool = True) -> fields.String:
    return fields.String(required=required, validate=(validate.Length(1, LONGEST_NAME), NAME))


class WordingSchema(Schema):
    """One line in both languages, as it stands on the page."""

    en = fields.String(required=True, validate=(validate.Length(1, 300), ONE_LINE))
    fr = fields.String(required=True, validate=(validate.Length(1, 300), ONE_LINE))


class ParagraphSchema(Schema):
    """Some sentences in both languages."""

    en = fields.String(required=True, validate=validate.Length(1, 1_000))
    fr = fields.String(required=True, validate=validate.Length(1, 1_000))


class CodebookSurveySchema(Schema):
    """The head of a codebook: what it is called, and the codes that stand for no answer."""

    title = fields.String(required=True, validate=(validate.Length(1, 200), ONE_LINE))
    missing = fields.List(fields.String(validate=validate.Length(max=16)), validate=validate.Length(1, MOST_CODES))
    not_applicable = fields.List(
        fields.String(validate=validate.Length(1, 16)), validate=validate.Length(0, MOST_CODES)
    )

    @pre_load
    def _as_read(self, told: Any, **_rest: Any) -> Any:
        return {"missing": [""], "not_applicable": []} | told if isinstance(told, dict) else told


class ItemSchema(Schema):
    """One question: states in order, and whether a high one is good (`up`) or bad (`down`)."""

    name = _name()
    construct = _name(required=False)
    tier = fields.Integer(strict=True, load_default=0, validate=validate.Range(0, MOST_ITEMS - 1))
    states = fields.List(
        fields.Integer(strict=True, validate=validate.Range(-MOST_STATE, MOST_STATE)),
        required=True,
        validate=validate.Length(FEWEST_STATES, MOST_STATES),
    )
    direction = fields.String(load_default="up", validate=validate.OneOf(("up", "down")))
    label = fields.Nested(WordingSchema, required=True)


class ConstructSchema(Schema):
    """What a construct that items name is called, which is also the heading of its page."""

    name = _name()
    label = fields.Nested(WordingSchema, required=True)


class CodebookSchema(Schema):
    """A codebook as research reads it."""

    survey = fields.Nested(CodebookSurveySchema, required=True)
    item = fields.List(fields.Nested(ItemSchema), required=True, validate=validate.Length(FEWEST_ITEMS, MOST_ITEMS))
    construct = fields.List(fields.Nested(ConstructSchema), load_default=list, validate=validate.Length(max=MOST_ITEMS))


class ScaleSchema(Schema):
    """What the states of these items are called on the page, in their order."""

    items = fields.List(_name(), required=True, validate=validate.Length(1, MOST_ITEMS))
    labels = fields.List(
        fields.Nested(WordingSchema), required=True, validate=validate.Length(FEWEST_STATES, MOST_STATES)
    )


class WordsSchema(Schema):
    """What the page says beside the questions; without a scale, five states are called by how far one agrees."""

    intro = fields.Nested(ParagraphSchema, load_default=None, allow_none=True)
    thanks = fields.Nested(ParagraphSchema, load_default=None, allow_none=True)
    comment = fields.Nested(
        WordingSchema,
        load_default=None,
        allow_none=True,
        metadata={"description": "What is asked in free words at the end; the answer goes to the rep. None: nothing."},
    )
    scales = fields.List(fields.Nested(ScaleSchema), load_default=list, validate=validate.Length(max=MOST_SCALES))


class SurveyChangesSchema(Schema):
    """What of a survey can be changed: all of it while it is a draft, afterwards its end and its quiet days."""

    title = fields.Nested(WordingSchema, required=True)
    words = fields.Nested(
        WordsSchema, load_default=lambda: {"intro": None, "thanks": None, "comment": None, "scales": []}
    )
    codebook = fields.Nested(CodebookSchema, required=True)
    starts_at = InstantField(required=True)
    ends_at = InstantField(allow_none=True, load_default=None)
    quiet_days = fields.Integer(
        strict=True,
        load_default=90,
        validate=validate.Range(0, MOST_QUIET_DAYS),
        metadata={"description": "Nobody is asked who was asked by any survey within so many days."},
    )


class NewSurveySchema(SurveyChangesSchema):
    """A survey to be added, as a draft."""

    id = IdField()


class SurveySchema(NewSurveySchema):
    """A survey."""

    state = fields.String(validate=validate.OneOf(STATES))
    etag = fields.String(metadata={"description": "The ETag of this version."})
    created_at = InstantField()
    updated_at = InstantField()


class SurveyPageSchema(Schema):
    """A page of surveys, the latest made first."""

    items = fields.List(fields.Nested(SurveySchema))


class SurveyPageArguments(PageArguments):
    """Which surveys."""

    state = fields.String(validate=validate.OneOf(STATES))

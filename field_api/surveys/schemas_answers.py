"""The export of answers as JSON."""

from marshmallow import Schema, fields, validate

from field_api.customers.models import ROLES
from field_api.surveys.export import FEWEST, MOST_ROWS
from field_api.surveys.models import CHANNELS
from field_api.surveys.schemas_asking import WAVE
from field_api.web.pages import LONGEST_CURSOR

_FEW = {"description": f"Null where fewer than {FEWEST} respondents of the survey share it."}


class AnswerPageArguments(Schema):
    """Which answers."""

    wave = fields.String(load_default=None, validate=WAVE, metadata={"description": "All waves without it."})
    limit = fields.Integer(load_default=1_000, validate=validate.Range(1, MOST_ROWS))
    cursor = fields.String(load_default=None, validate=validate.Length(max=LONGEST_CURSOR))


class AnswerSchema(Schema):
    """What one respondent has answered in one wave: by item, the state chosen; what was left out is not there."""

    respondent = fields.String(metadata={"description": "A pseudonym, the same within this survey and in no other."})
    wave = fields.String()
    answered_on = fields.String(metadata={"description": "The month, as in 2026-11."})
    weight = fields.Float()
    channel = fields.String(validate=validate.OneOf(CHANNELS))
    role = fields.String(validate=validate.OneOf(ROLES))
    tier = fields.String(allow_none=True, metadata=_FEW)
    segment = fields.String(allow_none=True, metadata=_FEW)
    territory = fields.String(allow_none=True, metadata=_FEW)
    years_known = fields.Integer()
    turnover_minor = fields.Integer(
        allow_none=True, metadata={"description": "Spent in the year before, less refunds, to two figures."}
    )
    currency = fields.String(allow_none=True)
    answers = fields.Dict(keys=fields.String(), values=fields.Integer())


class AnswerPageSchema(Schema):
    """A page of answers in the order of their pseudonyms; `next` is the cursor of the page that follows."""

    items = fields.List(fields.Nested(AnswerSchema))
    next = fields.String(allow_none=True)

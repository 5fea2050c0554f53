"""JSON of territories and assignments."""

from marshmallow import Schema, fields, validate

from field_api.web.ids import IdField
from field_api.web.instants import InstantField
from field_api.web.pages import PageArguments
from field_api.web.patterns import ONE_LINE

NAME = (validate.Length(1, 120), ONE_LINE)


class TerritoryChangesSchema(Schema):
    """What of a territory can be changed; another `parent_id` moves it with all that lies below."""

    name = fields.String(required=True, validate=NAME)
    parent_id = IdField(load_default=None, allow_none=True)


class NewTerritorySchema(TerritoryChangesSchema):
    """A territory to be; without `parent_id` it is a root of the tree."""

    id = IdField()


class TerritorySchema(Schema):
    """A territory and its place in the tree."""

    id = IdField()
    name = fields.String()
    parent_id = IdField(allow_none=True)
    level = fields.Integer(metadata={"description": "1 for a root."})
    version = fields.Integer()
    created_at = InstantField()
    updated_at = InstantField()


class TerritoryPageSchema(Schema):
    """A page of the territories in sight, parents before children."""

    items = fields.List(fields.Nested(TerritorySchema))


class EndSchema(Schema):
    """When the assignment ends: now, when it is left out."""

    ends_at = InstantField(load_default=None, allow_none=True)


class NewAssignmentSchema(EndSchema):
    """Who is to look after which territory, from when (now) to just before when (until further notice)."""

    id = IdField()
    user_id = IdField(required=True)
    territory_id = IdField(required=True)
    starts_at = InstantField()


class AssignmentSchema(Schema):
    """Who looks after which territory, from when to just before when."""

    id = IdField()
    user_id = IdField()
    territory_id = IdField()
    starts_at = InstantField()
    ends_at = InstantField(allow_none=True)
    version = fields.Integer()
    created_at = InstantField()
    updated_at = InstantField()


class AssignmentPageSchema(Schema):
    """A page of assignments, in the order they were written."""

    items = fields.List(fields.Nested(AssignmentSchema))


class AssignmentPageArguments(PageArguments):
    """Which assignments."""

    user_id = IdField()
    territory_id = IdField()
    at = InstantField(metadata={"description": "Those in force at this instant."})


class TerritoryPageArguments(PageArguments):
    """Which page of the territories."""

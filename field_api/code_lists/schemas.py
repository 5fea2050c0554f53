"""Code lists as JSON."""

from marshmallow import Schema, fields

from field_api.web.ids import IdField


class LabelSchema(Schema):
    """What people call a code."""

    en = fields.String(required=True)
    fr = fields.String(required=True)


class CodeSchema(Schema):
    """A value that the field may take."""

    id = IdField(required=True)
    code = fields.String(required=True)
    label = fields.Nested(LabelSchema, required=True)


class CodeListSchema(Schema):
    """The values of one field, in the order in which forms offer them."""

    name = fields.String(
        required=True, metadata={"description": "Where the field stands, such as customers.contact_points.kind."}
    )
    codes = fields.List(fields.Nested(CodeSchema), required=True)


class CodeListListSchema(Schema):
    """All of them."""

    items = fields.List(fields.Nested(CodeListSchema), required=True)

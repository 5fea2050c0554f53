"""JSON of devices, and of tokens that outlive a sign-in."""

from marshmallow import Schema, fields, validate

from field_api.access.scopes import PERSONAL_SCOPES
from field_api.reps.schemas import NAME
from field_api.web.ids import IdField
from field_api.web.instants import InstantField
from field_api.web.pages import PageArguments


class DeviceSchema(Schema):
    """A device that is signed in."""

    id = IdField()
    user_id = IdField()
    name = fields.String()
    signed_in_at = InstantField()
    last_seen_at = InstantField()
    current = fields.Boolean(metadata={"description": "Whether it is the one that asks."})


class DevicePageSchema(Schema):
    """A page of devices, the newest first."""

    items = fields.List(fields.Nested(DeviceSchema))


class OwnPageArguments(PageArguments):
    """Whose: the caller's own, or for an admin anybody's."""

    user_id = IdField()


class NewTokenSchema(Schema):
    """A token for a program (personal), or an app password for a calendar, which needs no scopes."""

    kind = fields.String(load_default="personal", validate=validate.OneOf(("personal", "calendar")))
    name = fields.String(required=True, validate=NAME)
    scopes = fields.List(
        fields.String(validate=validate.OneOf(PERSONAL_SCOPES)), validate=validate.Length(1, len(PERSONAL_SCOPES))
    )
    expires_at = InstantField(metadata={"description": "In 90 days when left out; within a year."})


class TokenSchema(Schema):
    """A token without its text."""

    id = IdField()
    kind = fields.String()
    user_id = IdField(allow_none=True)
    service_account_id = IdField(allow_none=True)
    name = fields.String(allow_none=True)
    scopes = fields.List(fields.String(), allow_none=True)
    created_at = InstantField()
    expires_at = InstantField(allow_none=True)
    revoked_at = InstantField(allow_none=True)


class TokenWithSecretSchema(TokenSchema):
    """A token with its text, which is told this once."""

    secret = fields.String()


class TokenPageSchema(Schema):
    """A page of tokens, the newest first."""

    items = fields.List(fields.Nested(TokenSchema))

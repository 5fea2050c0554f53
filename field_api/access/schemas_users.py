"""JSON of users, and of whoever is asking."""

from marshmallow import Schema, fields, validate

from field_api.access.passwords import LONGEST, SHORTEST
from field_api.reps.models import LOCALES, USER_ROLES
from field_api.reps.schemas import NAME
from field_api.web.ids import IdField
from field_api.web.instants import InstantField
from field_api.web.pages import PageArguments
from field_api.web.patterns import Pattern

# What HTML calls a valid e-mail address, with a dot in the domain: a mail server outside will want one.
EMAIL = Pattern(
    r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
    r"(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+$"
)


def password_field(*, required: bool = False) -> fields.String:
    """A new password: long rather than odd (NIST SP 800-63B, section 3.1.1)."""
    told = {"description": f"At least {SHORTEST} signs.", "format": "password"}
    return fields.String(required=required, validate=validate.Length(SHORTEST, LONGEST), metadata=told)


class UserChangesSchema(Schema):
    """What of a user can be changed."""

    email = fields.String(required=True, validate=[validate.Length(3, 254), EMAIL])
    name = fields.String(required=True, validate=NAME)
    role = fields.String(required=True, validate=validate.OneOf(USER_ROLES))
    locale = fields.String(load_default="fr", validate=validate.OneOf(LOCALES))


class NewUserSchema(UserChangesSchema):
    """Somebody new; without `password` one is generated and told in the answer, once."""

    id = IdField()
    password = password_field()


class UserSchema(Schema):
    """Somebody who works here."""

    id = IdField()
    email = fields.String()
    name = fields.String()
    role = fields.String(validate=validate.OneOf(USER_ROLES))
    locale = fields.String(validate=validate.OneOf(LOCALES))
    locked_at = InstantField(allow_none=True)
    version = fields.Integer()
    created_at = InstantField()
    updated_at = InstantField()


class UserWithPasswordSchema(UserSchema):
    """Somebody with the password that was set, told this once."""

    password = fields.String()


class UserPageSchema(Schema):
    """A page of users, by name."""

    items = fields.List(fields.Nested(UserSchema))


class UserPageArguments(PageArguments):
    """Which users."""

    q = fields.String(validate=NAME, metadata={"description": "Part of the name or the e-mail."})
    role = fields.String(validate=validate.OneOf(USER_ROLES))
    locked = fields.Boolean(truthy={"true"}, falsy={"false"})


class ResetSchema(Schema):
    """The new password; a generated one when it is left out."""

    password = password_field()


class OwnPasswordSchema(Schema):
    """The present password as proof, and the new one."""

    present = fields.String(required=True, validate=validate.Length(1, LONGEST))
    new = password_field(required=True)


class OwnTerritorySchema(Schema):
    """A territory assigned to the caller now."""

    id = IdField()
    name = fields.String()


class MeSchema(Schema):
    """Who is asking."""

    id = IdField()
    role = fields.String()
    name = fields.String()
    email = fields.String(allow_none=True)
    locale = fields.String(allow_none=True)
    shop_id = IdField(allow_none=True)
    device_id = IdField(allow_none=True)
    scopes = fields.List(fields.String(), allow_none=True, metadata={"description": "null: all that the role may do."})
    territories = fields.List(fields.Nested(OwnTerritorySchema))

"""JSON of service accounts and of the audit trail."""

from marshmallow import Schema, fields, validate

from field_api.access.scopes import SERVICE_SCOPES
from field_api.reps.schemas import NAME
from field_api.web.ids import IdField
from field_api.web.instants import InstantField
from field_api.web.pages import PageArguments
from field_api.web.patterns import Pattern


class ServiceAccountChangesSchema(Schema):
    """What of a service account can be changed."""

    name = fields.String(required=True, validate=NAME)
    scopes = fields.List(
        fields.String(validate=validate.OneOf(SERVICE_SCOPES)),
        required=True,
        validate=validate.Length(1, len(SERVICE_SCOPES)),
    )


class NewServiceAccountSchema(ServiceAccountChangesSchema):
    """A till to be, of one shop for good."""

    id = IdField()
    shop_id = IdField(required=True)


class ServiceAccountSchema(Schema):
    """A till or another machine."""

    id = IdField()
    name = fields.String()
    shop_id = IdField()
    scopes = fields.List(fields.String())
    locked_at = InstantField(allow_none=True)
    version = fields.Integer()
    created_at = InstantField()
    updated_at = InstantField()


class ServiceAccountPageSchema(Schema):
    """A page of service accounts, by name."""

    items = fields.List(fields.Nested(ServiceAccountSchema))


class AuditPageArguments(PageArguments):
    """Who did what to what, and when."""

    actor_id = IdField()
    action = fields.String(validate=[validate.Length(1, 64), Pattern(r"^[a-z_.]+$")])
    subject_kind = fields.String(validate=[validate.Length(1, 32), Pattern(r"^[a-z_]+$")])
    subject_id = IdField()
    from_at = InstantField()
    until_at = InstantField(metadata={"description": "Just before this instant."})


class AuditEntrySchema(Schema):
    """One act."""

    id = IdField()
    at = InstantField()
    actor_kind = fields.String()
    actor_id = IdField(allow_none=True)
    action = fields.String()
    subject_kind = fields.String()
    subject_id = IdField()
    before_hash = fields.String(allow_none=True)
    after_hash = fields.String(allow_none=True)
    request_id = fields.String(allow_none=True)


class AuditPageSchema(Schema):
    """A page of the audit trail, the newest first."""

    items = fields.List(fields.Nested(AuditEntrySchema))


class ServicePageArguments(PageArguments):
    """Which page of the service accounts, or of one's tokens."""

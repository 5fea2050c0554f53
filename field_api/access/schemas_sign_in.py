"""JSON of signing in, and the documents of OAuth 2."""

from marshmallow import Schema, fields, validate

from field_api.web.patterns import Pattern

ANY_LINE = r"^[^\x00-\x1f]+$"


class LoginSchema(Schema):
    """What somebody types to sign in, and a name for the device they hold."""

    email = fields.String(required=True, validate=validate.Length(1, 254))
    password = fields.String(required=True, validate=validate.Length(1, 200))
    device = fields.String(
        required=True,
        validate=[validate.Length(1, 120), Pattern(ANY_LINE)],
        metadata={"description": "A name by which you will recognise this sign-in.", "example": "Pixel 9"},
    )


class PairSchema(Schema):
    """A token for each request and one that renews the pair, once (RFC 6749, section 5.1)."""

    access_token = fields.String(required=True)
    token_type = fields.String(required=True, validate=validate.Equal("Bearer"))
    expires_in = fields.Integer(required=True, metadata={"description": "Seconds."})
    refresh_token = fields.String(required=True)
    device_id = fields.UUID(required=True)


class OAuthErrorSchema(Schema):
    """An error as OAuth 2 describes it (RFC 6749, section 5.2)."""

    error = fields.String(required=True)
    error_description = fields.String(required=True)


class ServerMetadataSchema(Schema):
    """Where and how tokens are renewed and revoked (RFC 8414)."""

    issuer = fields.String(required=True)
    token_endpoint = fields.String(required=True)
    revocation_endpoint = fields.String(required=True)
    grant_types_supported = fields.List(fields.String(), required=True)
    response_types_supported = fields.List(fields.String(), required=True)
    scopes_supported = fields.List(fields.String(), required=True)
    token_endpoint_auth_methods_supported = fields.List(fields.String(), required=True)
    revocation_endpoint_auth_methods_supported = fields.List(fields.String(), required=True)

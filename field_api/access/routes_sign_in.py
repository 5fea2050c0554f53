"""Signing in, and the parts of OAuth 2 that keep a sign-in alive and end it.

Clients are first-party and public, so there is no client id and no authorisation page: a device begins at /v1/login
and renews its pair at /oauth/token. These routes are no `writes` routes: they have no caller yet whose receipt to keep.
"""

from typing import Any

from flask import Response, current_app, g, request

from field_api.access.devices import Pair, renew
from field_api.access.schemas_sign_in import LoginSchema, OAuthErrorSchema, PairSchema, ServerMetadataSchema
from field_api.access.scopes import ALL_SCOPES
from field_api.access.sign_in import Credentials, sign_in
from field_api.access.tokens import revoke_text
from field_api.store.base import db
from field_api.store.engine import writing
from field_api.web.docs import PROBLEM
from field_api.web.openapi import Blueprint
from field_api.web.replies import json_reply

blp = Blueprint("sign_in", __name__, description="Signing in, renewing and revoking")


def _form(**properties: dict[str, Any]) -> dict[str, Any]:
    required = [name for name, told in properties.items() if told.pop("required", False)]
    schema = {"type": "object", "properties": properties, "required": required}
    return {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": schema}}}


_RENEWAL = _form(
    grant_type={"type": "string", "enum": ["refresh_token"], "required": True},
    refresh_token={"type": "string", "minLength": 1, "required": True},
)
_REVOCATION = _form(
    token={"type": "string", "minLength": 1, "required": True},
    token_type_hint={"type": "string"},
)


@blp.post("/v1/login")
@blp.open()
@blp.arguments(LoginSchema)
@blp.doc(responses={"401": PROBLEM})
@blp.response(200, PairSchema)
def login(typed: dict[str, str]) -> Response:
    """Sign in with e-mail and password."""
    return _pair_reply(sign_in(db.session, Credentials(**typed), _secret(), g.request_id))


@blp.post("/oauth/token")
@blp.open()
@blp.doc(requestBody=_RENEWAL)
@blp.alt_response(400, schema=OAuthErrorSchema, description="Refused")
@blp.response(200, PairSchema)
def renew_pair() -> Response:
    """Renew a device's pair of tokens (RFC 6749, section 6)."""
    refused = _fault_of_form("grant_type", "scope", "refresh_token")
    if refused is not None:
        return refused
    grant, token = request.form.get("grant_type"), request.form.get("refresh_token")
    if not grant:
        return _oauth_error("invalid_request", "Give grant_type.")
    if grant != "refresh_token":
        return _oauth_error("unsupported_grant_type", "The one grant type here is refresh_token.")
    if not token:
        return _oauth_error("invalid_request", "Give refresh_token.")
    if request.form.get("scope"):
        return _oauth_error(
            "invalid_scope", "A device's sign-in has no scopes; make a personal token for fewer rights."
        )
    with writing(db.session):
        pair = renew(db.session, token, _secret(), g.request_id)
    if pair is None:
        return _oauth_error(
            "invalid_grant", "The token is unknown, expired, revoked or was used before; sign in again."
        )
    return _pair_reply(pair)


@blp.post("/oauth/revoke")
@blp.open()
@blp.doc(requestBody=_REVOCATION)
@blp.alt_response(400, schema=OAuthErrorSchema, description="Refused")
@blp.response(200)
def revoke() -> Response:
    """Revoke a token, whatever its kind; of a device, the whole device (RFC 7009). Unknown tokens are done already."""
    refused = _fault_of_form("token", "token_type_hint")
    if refused is not None:
        return refused
    token = request.form.get("token")
    if not token:
        return _oauth_error("invalid_request", "Give token.")
    with writing(db.session):
        revoke_text(db.session, token, g.request_id)
    return Response(None, 200, {"Cache-Control": "no-store"})


@blp.get("/.well-known/oauth-authorization-server")
@blp.open()
@blp.response(200, ServerMetadataSchema)
def server_metadata() -> Response:
    """Describe this authorisation server (RFC 8414)."""
    root = request.host_url.rstrip("/")
    document = {
        "issuer": root,
        "token_endpoint": f"{root}/oauth/token",
        "revocation_endpoint": f"{root}/oauth/revoke",
        "grant_types_supported": ["refresh_token"],
        "response_types_supported": [],
        "scopes_supported": list(ALL_SCOPES),
        "token_endpoint_auth_methods_supported": ["none"],
        "revocation_endpoint_auth_methods_supported": ["none"],
    }
    return json_reply(document)


def _secret() -> bytes:
    secret: bytes = current_app.config["SETTINGS"].secret
    return secret


def _fault_of_form(*names: str) -> Response | None:
    # RFC 6749, section 3.2: parameters must not be included more than once; unrecognised ones are ignored.
    twice = [name for name in names if len(request.form.getlist(name)) > 1]
    return _oauth_error("invalid_request", f"{twice[0]} stands twice.") if twice else None


def _pair_reply(pair: Pair) -> Response:
    document = {
        "access_token": pair.access_token,
        "token_type": "Bearer",
        "expires_in": pair.expires_in_s,
        "refresh_token": pair.refresh_token,
        "device_id": pair.device_id,
    }
    return _never_stored(json_reply(document))


def _oauth_error(error: str, description: str) -> Response:
    return _never_stored(json_reply({"error": error, "error_description": description}, 400))


def _never_stored(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer

"""Routes of one's own: who one is, one's password, devices and tokens; admins manage everybody's here."""

from typing import Any

from flask import Response, current_app

from field_api.access import listings, tokens
from field_api.access.devices import cut_off as cut_off_device
from field_api.access.devices import require_device
from field_api.access.me import who_asks
from field_api.access.schemas_tokens import (
    DevicePageSchema,
    NewTokenSchema,
    OwnPageArguments,
    TokenPageSchema,
    TokenWithSecretSchema,
)
from field_api.access.schemas_users import MeSchema, OwnPasswordSchema
from field_api.access.users import change_own_password
from field_api.store.base import db
from field_api.web.identity import ALL_ROLES, Role, current
from field_api.web.openapi import Blueprint
from field_api.web.pages import page_reply, read_cursor
from field_api.web.replies import empty_reply, json_reply

blp = Blueprint("me", __name__, url_prefix="/v1", description="One's own sign-in")

PEOPLE: tuple[Role, ...] = ("rep", "manager", "admin", "researcher")


@blp.get("/me")
@blp.allow(*ALL_ROLES, scope="me:read")
@blp.response(200, MeSchema)
def read_me() -> Response:
    """Who is asking, with which rights."""
    return json_reply(who_asks(db.session, current()))


@blp.post("/me/password")
@blp.allow(*PEOPLE)
@blp.arguments(OwnPasswordSchema)
@blp.response(204)
def change_password(data: dict[str, str]) -> Response:
    """Change one's own password; one's other devices are cut off."""
    secret = current_app.config["SETTINGS"].secret
    change_own_password(db.session, current(), data["present"], data["new"], secret)
    return empty_reply()


@blp.get("/devices")
@blp.allow(*PEOPLE)
@blp.arguments(OwnPageArguments, location="query")
@blp.response(200, DevicePageSchema)
def list_devices(asked: dict[str, Any]) -> Response:
    """Devices that are signed in: one's own, or for an admin anybody's."""
    after, user_id = read_cursor(asked["cursor"], str), listings.whose(current(), asked.get("user_id"))
    limit = asked["limit"]
    rows, following = listings.list_devices(db.session, current(), user_id, limit, after[0] if after else None)
    return page_reply(rows, limit, following)


@blp.delete("/devices/<id:device_id>")
@blp.allow(*PEOPLE)
@blp.response(204)
@blp.writes()
def cut_off(device_id: str) -> Response:
    """Cut a device off: none of its tokens counts from the next request on."""
    cut_off_device(db.session, require_device(db.session, current(), device_id), current().actor)
    return empty_reply()


@blp.get("/tokens")
@blp.allow(*PEOPLE)
@blp.arguments(OwnPageArguments, location="query")
@blp.response(200, TokenPageSchema)
def list_tokens(asked: dict[str, Any]) -> Response:
    """Personal tokens and app passwords: one's own, or for an admin anybody's."""
    after, user_id = read_cursor(asked["cursor"], str), listings.whose(current(), asked.get("user_id"))
    limit = asked["limit"]
    rows, following = listings.list_tokens(db.session, user_id=user_id, limit=limit, after=after[0] if after else None)
    return page_reply(rows, limit, following)


@blp.post("/tokens")
@blp.allow(*PEOPLE)
@blp.arguments(NewTokenSchema)
@blp.response(201, TokenWithSecretSchema)
@blp.writes(secret=True)
def create_token(data: dict[str, Any]) -> Response:
    """Make oneself a token for a program, or an app password for a calendar; its text is told this once."""
    token, secret = tokens.create_token(db.session, current(), current().id, data)
    return json_reply(tokens.token_document(token) | {"secret": secret}, 201, headers={"Location": "/v1/tokens"})


@blp.delete("/tokens/<id:token_id>")
@blp.allow(*PEOPLE)
@blp.response(204)
@blp.writes()
def revoke_token(token_id: str) -> Response:
    """Revoke a token or app password: one's own, or for an admin anybody's and any till's."""
    tokens.revoke_token(db.session, current(), token_id)
    return empty_reply()

"""Routes of the people who work here, for admins; managers find the reps of their subtrees."""

from typing import Any

from flask import Response

from field_api.access.schemas_users import (
    NewUserSchema,
    ResetSchema,
    UserChangesSchema,
    UserPageArguments,
    UserPageSchema,
    UserSchema,
    UserWithPasswordSchema,
)
from field_api.access.users import create_user, reset_password
from field_api.reps import users
from field_api.reps.models import User
from field_api.store.base import db
from field_api.web.etags import check_version, version_tag
from field_api.web.identity import current
from field_api.web.merge_patch import merge
from field_api.web.openapi import Blueprint, load
from field_api.web.pages import page_reply, read_cursor
from field_api.web.replies import json_reply

blp = Blueprint("users", __name__, url_prefix="/v1", description="People who work here")


@blp.get("/users")
@blp.allow("manager", "admin", scope="people:read")
@blp.arguments(UserPageArguments, location="query")
@blp.response(200, UserPageSchema)
def list_users(asked: dict[str, Any]) -> Response:
    """Users by name: all for an admin, the reps of the subtrees for a manager."""
    after = read_cursor(asked["cursor"], str, str)
    rows, following = users.list_users(db.session, current(), asked, after)
    return page_reply(rows, asked["limit"], following)


@blp.post("/users")
@blp.allow("admin")
@blp.arguments(NewUserSchema)
@blp.response(201, UserWithPasswordSchema)
@blp.writes(secret=True)
def add_user(data: dict[str, Any]) -> Response:
    """Let somebody new in, with a given or a generated password."""
    user, password = create_user(db.session, current(), data)
    return _reply(user, 201, {"Location": f"/v1/users/{user.id}"}, password=password)


@blp.get("/users/<id:user_id>")
@blp.allow("manager", "admin", scope="people:read")
@blp.response(200, UserSchema)
def read_user(user_id: str) -> Response:
    """One user in sight."""
    return _reply(users.require_user(db.session, current(), user_id))


@blp.patch("/users/<id:user_id>")
@blp.allow("admin")
@blp.response(200, UserSchema)
@blp.merge_patch(UserChangesSchema)
@blp.writes(versioned=True)
def change_user(patch: dict[str, Any], user_id: str) -> Response:
    """Another e-mail, name, role or locale; another role counts from the next request on."""
    user = users.hold_user(db.session, user_id)
    check_version(user.id, user.version)
    held = {name: getattr(user, name) for name in ("email", "name", "role", "locale")}
    return _reply(users.change_user(db.session, current(), user, load(UserChangesSchema, merge(held, patch))))


@blp.post("/users/<id:user_id>/lock")
@blp.allow("admin")
@blp.response(200, UserSchema)
@blp.writes()
def lock_user(user_id: str) -> Response:
    """Keep a user out from the next request on."""
    return _reply(users.lock_user(db.session, current(), user_id))


@blp.post("/users/<id:user_id>/unlock")
@blp.allow("admin")
@blp.response(200, UserSchema)
@blp.writes()
def unlock_user(user_id: str) -> Response:
    """Let a user in again."""
    return _reply(users.unlock_user(db.session, current(), user_id))


@blp.post("/users/<id:user_id>/reset-password")
@blp.allow("admin")
@blp.arguments(ResetSchema)
@blp.response(200, UserWithPasswordSchema)
@blp.writes(secret=True)
def set_new_password(data: dict[str, Any], user_id: str) -> Response:
    """Give a user a new password; their devices, tokens and app passwords are ended."""
    user, password = reset_password(db.session, current(), user_id, data.get("password"))
    return _reply(user, password=password)


def _reply(user: User, status: int = 200, headers: dict[str, str] | None = None, **secret: str) -> Response:
    document = users.user_document(user) | secret
    return json_reply(document, status, etag=version_tag(user.id, user.version), headers=headers)

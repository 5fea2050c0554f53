"""Routes of service accounts and of the audit trail, for admins."""

from typing import Any

from flask import Response

from field_api.access import listings, service_accounts, tokens
from field_api.access.models import ServiceAccount
from field_api.access.schemas_admin import (
    AuditPageArguments,
    AuditPageSchema,
    NewServiceAccountSchema,
    ServiceAccountChangesSchema,
    ServiceAccountPageSchema,
    ServiceAccountSchema,
    ServicePageArguments,
)
from field_api.access.schemas_tokens import TokenPageSchema, TokenWithSecretSchema
from field_api.store.base import db
from field_api.web.etags import check_version, version_tag
from field_api.web.identity import current
from field_api.web.merge_patch import merge
from field_api.web.openapi import Blueprint, load
from field_api.web.pages import page_reply, read_cursor
from field_api.web.replies import json_reply

blp = Blueprint("admin", __name__, url_prefix="/v1", description="Tills, and who did what")


@blp.get("/service-accounts")
@blp.allow("admin")
@blp.arguments(ServicePageArguments, location="query")
@blp.response(200, ServiceAccountPageSchema)
def list_service_accounts(page: dict[str, Any]) -> Response:
    """All service accounts, by name."""
    after = read_cursor(page["cursor"], str, str)
    rows, following = service_accounts.list_service_accounts(db.session, page["limit"], after)
    return page_reply(rows, page["limit"], following)


@blp.post("/service-accounts")
@blp.allow("admin")
@blp.arguments(NewServiceAccountSchema)
@blp.response(201, ServiceAccountSchema)
@blp.writes()
def create_service_account(data: dict[str, Any]) -> Response:
    """Make an account for a till of a shop; its tokens are made apart."""
    made = service_accounts.create_service_account(db.session, current(), data)
    return _reply(made, 201, {"Location": f"/v1/service-accounts/{made.id}"})


@blp.get("/service-accounts/<id:account_id>")
@blp.allow("admin")
@blp.response(200, ServiceAccountSchema)
def read_service_account(account_id: str) -> Response:
    """One service account."""
    return _reply(service_accounts.require_service_account(db.session, account_id))


@blp.patch("/service-accounts/<id:account_id>")
@blp.allow("admin")
@blp.response(200, ServiceAccountSchema)
@blp.merge_patch(ServiceAccountChangesSchema)
@blp.writes(versioned=True)
def change_service_account(patch: dict[str, Any], account_id: str) -> Response:
    """Another name or other scopes, for its tokens too, from the next request on."""
    account = service_accounts.require_service_account(db.session, account_id, lock=True)
    check_version(account.id, account.version)
    held = {"name": account.name, "scopes": account.scopes.split()}
    changed = load(ServiceAccountChangesSchema, merge(held, patch))
    return _reply(service_accounts.change_service_account(db.session, current(), account, changed))


@blp.post("/service-accounts/<id:account_id>/lock")
@blp.allow("admin")
@blp.response(200, ServiceAccountSchema)
@blp.writes()
def lock_service_account(account_id: str) -> Response:
    """Keep a till out from the next request on."""
    return _reply(service_accounts.lock_service_account(db.session, current(), account_id, True))


@blp.post("/service-accounts/<id:account_id>/unlock")
@blp.allow("admin")
@blp.response(200, ServiceAccountSchema)
@blp.writes()
def unlock_service_account(account_id: str) -> Response:
    """Let a till in again."""
    return _reply(service_accounts.lock_service_account(db.session, current(), account_id, False))


@blp.get("/service-accounts/<id:account_id>/tokens")
@blp.allow("admin")
@blp.arguments(ServicePageArguments, location="query")
@blp.response(200, TokenPageSchema)
def list_service_tokens(page: dict[str, Any], account_id: str) -> Response:
    """The tokens of a till; each is revoked at /v1/tokens."""
    account, after = service_accounts.require_service_account(db.session, account_id), read_cursor(page["cursor"], str)
    limit = page["limit"]
    rows, following = listings.list_tokens(
        db.session, account_id=account.id, limit=limit, after=after[0] if after else None
    )
    return page_reply(rows, limit, following)


@blp.post("/service-accounts/<id:account_id>/tokens")
@blp.allow("admin")
@blp.response(201, TokenWithSecretSchema)
@blp.writes(secret=True)
def create_service_token(account_id: str) -> Response:
    """One more token for a till; its text is told this once."""
    account = service_accounts.require_service_account(db.session, account_id)
    token, secret = tokens.create_service_token(db.session, current(), account)
    place = {"Location": f"/v1/service-accounts/{account_id}/tokens"}
    return json_reply(tokens.token_document(token) | {"secret": secret}, 201, headers=place)


@blp.get("/audit")
@blp.allow("admin", scope="audit:read")
@blp.arguments(AuditPageArguments, location="query")
@blp.response(200, AuditPageSchema)
def search_audit(asked: dict[str, Any]) -> Response:
    """The audit trail, the newest first, by who, what, when and subject."""
    after = read_cursor(asked["cursor"], str)
    rows, following = listings.list_audit(db.session, asked, after[0] if after else None)
    return page_reply(rows, asked["limit"], following)


def _reply(account: ServiceAccount, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    tag = version_tag(account.id, account.version)
    return json_reply(service_accounts.service_account_document(account), status, etag=tag, headers=headers)

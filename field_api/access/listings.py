"""What can be listed of sign-ins: devices, tokens and the audit trail."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from field_api.access.models import Device, Token
from field_api.access.tokens import token_document
from field_api.errors import NotFound
from field_api.store.audit import AuditEntry
from field_api.store.engine import AnySession
from field_api.web.identity import Principal

# A page of documents, and the id after which the next page begins, if there is one.
Page = tuple[list[dict[str, Any]], tuple[str] | None]


def whose(principal: Principal, user_id: str | None) -> str:
    """The user whose things are asked for: the caller, or for an admin anybody. Raises NotFound."""
    if user_id in {None, principal.id}:
        return principal.id
    if principal.role != "admin" or user_id is None:
        raise NotFound("There is no such user.")
    return user_id


def device_document(device: Any, principal: Principal) -> dict[str, Any]:
    """A device as JSON; `current` tells the one that asks."""
    return {
        "id": device.id,
        "user_id": device.user_id,
        "name": device.name,
        "signed_in_at": device.signed_in_at,
        "last_seen_at": device.last_seen_at,
        "current": device.id == principal.family_id,
    }


def list_devices(session: AnySession, principal: Principal, user_id: str, limit: int, after: str | None) -> Page:
    """The devices of a user that are signed in, the newest first."""
    columns = Device.__table__.c
    rows = select(*columns).where(columns.user_id == user_id, columns.cut_off_at.is_(None))
    if after is not None:
        rows = rows.where(columns.id < after)
    found = session.execute(rows.order_by(columns.id.desc()).limit(limit + 1)).all()
    return _page([device_document(row, principal) for row in found], limit)


def list_tokens(
    session: AnySession, *, user_id: str | None = None, account_id: str | None = None, limit: int, after: str | None
) -> Page:
    """The tokens and app passwords of a user, or those of a service account, that are not revoked, the newest first."""
    columns = Token.__table__.c
    owner = columns.service_account_id == account_id if account_id else columns.user_id == user_id
    rows = select(*columns).where(owner, columns.kind != "access", columns.revoked_at.is_(None))
    if after is not None:
        rows = rows.where(columns.id < after)
    found = session.execute(rows.order_by(columns.id.desc()).limit(limit + 1)).all()
    return _page([token_document(row) for row in found], limit)


def list_audit(session: AnySession, asked: dict[str, Any], after: str | None) -> Page:
    """The audit trail, newest first, by who (`actor_id`), what (`action`, `subject_kind`, `subject_id`) and when."""
    columns = AuditEntry.__table__.c
    rows = select(*columns)
    for name in ("actor_id", "action", "subject_kind", "subject_id"):
        if asked.get(name):
            rows = rows.where(columns[name] == asked[name])
    if asked.get("from_at"):
        rows = rows.where(columns.at >= asked["from_at"])
    if asked.get("until_at"):
        rows = rows.where(columns.at < asked["until_at"])
    if after is not None:
        rows = rows.where(columns.id < after)
    found = session.execute(rows.order_by(columns.id.desc()).limit(asked["limit"] + 1)).all()
    return _page([dict(row._mapping) for row in found], asked["limit"])


def _page(found: Sequence[dict[str, Any]], limit: int) -> Page:
    page = list(found[:limit])
    return page, (page[-1]["id"],) if len(found) > limit else None

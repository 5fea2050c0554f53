"""Use cases of service accounts: tills and other machines, each bound to one shop."""

from typing import Any

from sqlalchemy import String, select, tuple_

from field_api import clock
from field_api.access.models import ServiceAccount
from field_api.errors import Clash, NotFound
from field_api.store import audit
from field_api.store.columns import Id, new_id
from field_api.store.engine import AnySession
from field_api.web.identity import Principal


def service_account_document(row: Any) -> dict[str, Any]:
    """A service account as JSON."""
    return {
        "id": row.id,
        "name": row.name,
        "shop_id": row.shop_id,
        "scopes": row.scopes.split(),
        "locked_at": row.locked_at,
        "version": row.version,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }


def list_service_accounts(
    session: AnySession, limit: int, after: tuple[Any, ...] | None
) -> tuple[list[dict[str, Any]], tuple[Any, ...] | None]:
    """A page of all service accounts by name."""
    columns = ServiceAccount.__table__.c
    rows = select(*columns).order_by(columns.name, columns.id).limit(limit + 1)
    if after is not None:
        rows = rows.where(tuple_(columns.name, columns.id) > tuple_(*after, types=(String(), Id)))
    found = session.execute(rows).all()
    page = found[:limit]
    return [service_account_document(row) for row in page], (page[-1].name, page[-1].id) if len(found) > limit else None


def require_service_account(session: AnySession, account_id: str, *, lock: bool = False) -> ServiceAccount:
    """The account; raises NotFound. Only admins come here."""
    account = session.get(ServiceAccount, account_id, with_for_update=lock or None)
    if account is None:
        raise NotFound("There is no such service account.")
    return account


def create_service_account(session: AnySession, principal: Principal, data: dict[str, Any]) -> ServiceAccount:
    """A till of a shop, without a token yet. Raises Clash for an id or a name in use, or a shop that does not exist."""
    own_id = data.get("id") or new_id()
    if session.get(ServiceAccount, own_id) is not None:
        raise Clash(f"The id {own_id} stands for another service account.")
    _check_name(session, data["name"], own_id)
    scopes = _scopes(data["scopes"])
    account = ServiceAccount(id=own_id, name=data["name"], shop_id=data["shop_id"], scopes=scopes)
    session.add(account)
    session.flush()
    audit.record(session, principal.actor, "service_account.create", own_id, after=service_account_document(account))
    return account


def change_service_account(
    session: AnySession, principal: Principal, account: ServiceAccount, data: dict[str, Any]
) -> ServiceAccount:
    """Another name or other scopes, for its tokens too, from the next request on. Raises Clash for a name in use."""
    before = service_account_document(account)
    _check_name(session, data["name"], account.id)
    account.name, account.scopes = data["name"], _scopes(data["scopes"])
    return _changed(session, principal, account, "service_account.change", before)


def lock_service_account(session: AnySession, principal: Principal, account_id: str, locked: bool) -> ServiceAccount:
    """Keep a till out from the next request on, or let it in again. Twice is the same as once."""
    account = require_service_account(session, account_id, lock=True)
    if (account.locked_at is not None) == locked:
        return account
    before = service_account_document(account)
    account.locked_at = clock.now() if locked else None
    return _changed(session, principal, account, f"service_account.{'lock' if locked else 'unlock'}", before)


def _check_name(session: AnySession, name: str, own_id: str) -> None:
    same = select(ServiceAccount.id).where(ServiceAccount.name == name, ServiceAccount.id != own_id)
    if session.execute(same).first() is not None:
        raise Clash(f"The name {name!r} is another service account's.")


def _scopes(given: list[str]) -> str:
    return " ".join(sorted(set(given)))


def _changed(
    session: AnySession, principal: Principal, account: ServiceAccount, action: str, before: dict[str, Any]
) -> ServiceAccount:
    account.touch()
    session.flush()
    audit.record(session, principal.actor, action, account.id, before, service_account_document(account))
    return account

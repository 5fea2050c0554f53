"""Makers of territories, people and sign-ins for the tests of every feature; all of them commit."""

from datetime import datetime, timedelta
from typing import Any

from flask.testing import FlaskClient

from field_api import clock
from field_api.access import credentials, passwords
from field_api.access.models import Device, ServiceAccount, Token
from field_api.reps.models import Assignment, Territory, User
from field_api.store.columns import new_id
from field_api.store.engine import AnySession, writing

PASSWORD = "a pass phrase for tests"


def make_territory(session: AnySession, name: str = "Sector", parent: Territory | None = None) -> Territory:
    """A territory, below another one or as a root."""
    own = new_id()
    territory = Territory(
        id=own, name=name, path=f"{parent.path if parent else '/'}{own}/", parent_id=parent.id if parent else None
    )
    return _kept(session, territory)


def make_user(
    session: AnySession,
    role: str = "rep",
    territories: tuple[Territory, ...] | list[Territory] = (),
    *,
    email: str | None = None,
    name: str = "Camille Test",
    password: str | None = None,
) -> User:
    """A user assigned to the territories since a year ago. Only with `password` can they sign in at /v1/login."""
    own = new_id()
    user = _kept(session, User(id=own, email=email or f"{own}@example.org", name=name, role=role))
    for territory in territories:
        assign(session, user, territory)
    if password is not None:
        with writing(session):
            passwords.keep(session, user.id, passwords.hash_password(password))
    return user


def assign(
    session: AnySession,
    user: User,
    territory: Territory,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> Assignment:
    """An assignment, by default since a year ago and open."""
    start = starts_at or clock.now() - timedelta(days=365)
    one = Assignment(id=new_id(), user_id=user.id, territory_id=territory.id, starts_at=start, ends_at=ends_at)
    return _kept(session, one)


def token_for(session: AnySession, user: User, scopes: str | None = None) -> str:
    """A token of the user: of a first-party sign-in, or with `scopes` (separated by spaces) a personal one."""
    text, moment = credentials.new_token("test_"), clock.now()
    token = Token(
        id=new_id(),
        kind="access" if scopes is None else "personal",
        hash=credentials.fingerprint(text),
        created_at=moment,
        user_id=user.id,
        expires_at=moment + timedelta(minutes=30),
        scopes=scopes,
    )
    if scopes is None:
        device = Device(id=new_id(), user_id=user.id, name="Test phone", signed_in_at=moment, last_seen_at=moment)
        token.device_id = _kept(session, device).id
    _kept(session, token)
    return text


def service_token(session: AnySession, shop_id: str, scopes: str = "purchases:write") -> str:
    """A token of a new till of the shop."""
    account = _kept(session, ServiceAccount(id=new_id(), name=f"Till {new_id()}", shop_id=shop_id, scopes=scopes))
    text = credentials.new_token("test_")
    fields = {"created_at": clock.now(), "service_account_id": account.id}
    _kept(session, Token(id=new_id(), kind="service", hash=credentials.fingerprint(text), **fields))
    return text


def bearer(token: str) -> dict[str, str]:
    """The headers of a request with a token."""
    return {"Authorization": f"Bearer {token}"}


def as_user(session: AnySession, user: User, scopes: str | None = None) -> dict[str, str]:
    """The headers of a request by a user."""
    return bearer(token_for(session, user, scopes))


def sign_in(client: FlaskClient, user: User, password: str = PASSWORD, device: str = "Test phone") -> dict[str, Any]:
    """What /v1/login answers: {access_token, refresh_token, expires_in, ...}."""
    answer = client.post("/v1/login", json={"email": user.email, "password": password, "device": device})
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.get_json()
    return document


def _kept(session: AnySession, row: Any) -> Any:
    with writing(session):
        session.add(row)
        session.flush()
        session.refresh(row)
        session.expunge(row)
    return row

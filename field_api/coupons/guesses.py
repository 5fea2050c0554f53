"""Guessing codes is slowed down, for an identity and for an address, over all processes together.

Only codes that are well-formed and do not exist count: a slip of the finger or of the tongue breaks the check
character, and whoever tries out codes computes it.
"""

import hmac
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import ParamSpec

from flask import Response, current_app, request
from sqlalchemy import bindparam, case, delete, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from field_api import clock
from field_api.coupons.models import guesses
from field_api.errors import NotFound, TooMany
from field_api.store.base import db
from field_api.store.engine import AnySession, writing
from field_api.web.identity import Principal, current

P = ParamSpec("P")

WINDOW = timedelta(minutes=10)
MOST_BY_IDENTITY = 20
# All tills of a shop come from one address.
MOST_BY_ADDRESS = 60

_COUNTS = select(guesses.c.key, guesses.c.missed, guesses.c.since_at).where(
    guesses.c.key.in_((bindparam("identity"), bindparam("address"))), guesses.c.since_at > bindparam("since")
)


class UnknownCode(NotFound):
    """A well-formed code that no coupon has: a guess, until somebody shows a forged coupon."""


def guarded(view: Callable[P, Response]) -> Callable[P, Response]:
    """Let a route refuse whoever has tried too many codes, and count the code that it does not know.

    Goes around `writes`: the count is kept although the request itself leaves nothing. Raises TooMany.
    """

    @wraps(view)
    def run(*args: P.args, **kwargs: P.kwargs) -> Response:
        check(db.session, current(), request.remote_addr)
        try:
            return view(*args, **kwargs)
        except UnknownCode:
            with writing(db.session):
                count(db.session, current(), request.remote_addr)
            raise

    return run


def check(session: AnySession, principal: Principal, address: str | None) -> None:
    """Raises TooMany for an identity or an address that has tried too many codes lately."""
    keys = _keys(principal, address)
    values = dict(zip(("identity", "address"), keys, strict=True)) | {"since": clock.now() - WINDOW}
    for key, missed, since_at in session.connection().execute(_COUNTS, values):
        if missed >= keys[key]:
            wait = since_at + WINDOW - clock.now()
            told = "Too many codes that do not exist; have the coupon scanned, or wait."
            raise TooMany(told, max(1, -(-wait // timedelta(seconds=1))))


def count(session: AnySession, principal: Principal, address: str | None, missed: int = 1) -> None:
    """Count codes that do not exist; the caller commits."""
    moment = clock.now()
    insert = insert_postgresql if session.get_bind().dialect.name == "postgresql" else insert_sqlite
    for key in sorted(_keys(principal, address)):
        over = guesses.c.since_at <= moment - WINDOW
        fresh = insert(guesses).values(key=key, since_at=moment, missed=missed)
        counted = fresh.on_conflict_do_update(
            index_elements=[guesses.c.key],
            set_={
                "missed": case((over, missed), else_=guesses.c.missed + missed),
                "since_at": case((over, fresh.excluded.since_at), else_=guesses.c.since_at),
            },
        )
        session.connection().execute(counted)


def purge(session: AnySession) -> None:
    """Forget counts that count no more."""
    session.execute(delete(guesses).where(guesses.c.since_at <= clock.now() - WINDOW))


def _keys(principal: Principal, address: str | None) -> dict[str, int]:
    """The keys of the counts of this caller, with the most that each may miss."""
    secret: bytes = current_app.config["SETTINGS"].secret
    hashed = hmac.digest(secret, f"coupons:{address}".encode(), "sha256").hex()
    return {f"identity:{principal.id}": MOST_BY_IDENTITY, hashed: MOST_BY_ADDRESS}

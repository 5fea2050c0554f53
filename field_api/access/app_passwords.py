"""Letting calendars in, which send an e-mail and an app password with every request."""

from flask import current_app

from field_api.access.lockout import count_try, refuse_while_waiting
from field_api.access.look_up import look_up_app_password
from field_api.store.base import db
from field_api.store.engine import writing
from field_api.web.identity import Principal

# Failures of calendars are counted by themselves: a forgotten phone with an old password must not keep its owner from
# signing in anywhere else.
_COUNTED_APART = "calendar:"


def let_in(email: str, app_password: str) -> Principal | None:
    """The principal of an e-mail and one of its app passwords, or None.

    A right one is always let in: it is random, 100 bits long and out of reach of guessing, and the calendar that holds
    it must not stop because another holds an old one. Wrong ones are counted, and after five the next has to wait.
    Raises TooMany.
    """
    found = look_up_app_password(email, app_password)
    if found is None:
        _count_failure(_COUNTED_APART + email.strip().lower())
    return found


def _count_failure(key: str) -> None:
    secret: bytes = current_app.config["SETTINGS"].secret
    refuse_while_waiting(db.session, key, secret)
    with writing(db.session):
        count_try(db.session, key, secret)

"""What happens to a customer is told, in its own transaction, to the features above that asked to hear of it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Flask, current_app

from field_api.store.engine import AnySession
from field_api.web.identity import Principal

# Hears of one thing that happened: the document that its use case has written.
Listener = Callable[[AnySession, Principal, dict[str, Any]], None]

_LISTENERS = "CUSTOMER_LISTENERS"


def install(app: Flask, *listeners: Mapping[str, Sequence[Listener]]) -> None:
    """Let features that stand above hear of what happens, the first named first.

    By its kind: "purchase", "refund", "interaction", "consent", and of the customer as a whole "move" and "retire".
    """
    joined: dict[str, tuple[Listener, ...]] = {}
    for kind, those in (pair for one in listeners for pair in one.items()):
        joined[kind] = (*joined.get(kind, ()), *those)
    app.config[_LISTENERS] = joined


def tell(session: AnySession, principal: Principal, kind: str, told: dict[str, Any]) -> None:
    """Tell of something that was just written, once; what a listener raises undoes it together with all the rest."""
    listeners: Mapping[str, Sequence[Listener]] = current_app.config[_LISTENERS]
    for listen in listeners.get(kind, ()):
        listen(session, principal, told)

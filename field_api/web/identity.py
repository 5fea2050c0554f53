"""Who is asking, and whether this kind of operation is theirs; which rows are theirs is each query's own business."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from flask import Flask, current_app, g, request

from field_api.errors import Forbidden, Unauthenticated
from field_api.store.audit import SYSTEM, Actor

Role = Literal["rep", "manager", "admin", "researcher", "service"]
ALL_ROLES: tuple[Role, ...] = ("rep", "manager", "admin", "researcher", "service")
STAFF: tuple[Role, ...] = ("rep", "manager", "admin")


@dataclass(frozen=True)
class Principal:
    """The caller of one request.

    `scopes` None means all that the role may do (first-party apps); `territory_ids` None means every territory.
    `led_ids` are the people whose work a manager leads. `family_id` names the sign-in this token belongs to, where
    there is one.
    """

    id: str
    role: Role
    scopes: frozenset[str] | None = None
    territory_ids: frozenset[str] | None = frozenset()
    led_ids: frozenset[str] = frozenset()
    shop_id: str | None = None
    family_id: str | None = None
    token_id: str | None = None
    actor: Actor = SYSTEM

    def may_see(self, territory_id: str) -> bool:
        """Whether rows of that territory are in the caller's sight."""
        return self.territory_ids is None or territory_id in self.territory_ids

    def leads(self, user_id: str) -> bool:
        """Whether the caller leads that person's work: a manager those below, an admin everybody else."""
        return user_id in self.led_ids or (self.role == "admin" and user_id != self.id)

    def holds(self, scope: str | None) -> bool:
        """Whether the token carries the scope; an operation without one is for first-party tokens alone."""
        return self.scopes is None or scope in self.scopes


# The command line and jobs act as the system: they see everything, and the audit trail says so.
THE_SYSTEM = Principal(id="", role="admin", territory_ids=None)

# Finds the principal of a bearer token, or None; supplied by the feature that owns people.
LookUp = Callable[[str], Principal | None]

# The same for an e-mail and an app password, which is what calendars send. Raises TooMany after too many failures.
BasicLookUp = Callable[[str, str], Principal | None]

# How the caller of a route is known: by a token, or by an e-mail and an app password.
Scheme = Literal["bearer", "basic"]


@dataclass(frozen=True)
class Policy:
    """Who may call a route. An open policy asks for no identity at all."""

    roles: tuple[Role, ...]
    scope: str | None
    open: bool = False
    scheme: Scheme = "bearer"


View = TypeVar("View", bound=Callable[..., Any])


def open_to_all(view: View) -> View:
    """Declare a route that needs no identity."""
    view.policy = Policy((), None, open=True)  # type: ignore[attr-defined]  # functions carry their policy
    return view


def declare(view: View, roles: tuple[Role, ...], scope: str | None, scheme: Scheme = "bearer") -> View:
    """Declare who may call a route; `Blueprint.allow` does it and documents it."""
    view.policy = Policy(roles, scope, scheme=scheme)  # type: ignore[attr-defined]  # functions carry their policy
    return view


def install(app: Flask, look_up: LookUp, basic_look_up: BasicLookUp) -> None:
    """Identify the caller of every request before its route runs, by the look-up of the route's scheme."""
    app.config["IDENTITY_LOOK_UP"] = look_up
    app.config["IDENTITY_BASIC_LOOK_UP"] = basic_look_up
    app.before_request(_identify)


def current() -> Principal:
    """The caller of the present request."""
    principal: Principal = g.principal
    return principal


def policy_of(endpoint: str) -> Policy | None:
    """The policy declared by a route, or None if its author forgot; forgotten routes answer nobody."""
    return getattr(current_app.view_functions.get(endpoint), "policy", None)


def _identify() -> None:
    if request.endpoint is None or request.method == "OPTIONS":
        return
    policy = policy_of(request.endpoint)
    if policy is None:
        raise Forbidden("This route has no policy.")
    if policy.open:
        return
    g.principal = principal = _of_basic() if policy.scheme == "basic" else _principal_of_request()
    if principal.role not in policy.roles:
        raise Forbidden(f"This is not for the role {principal.role}.")
    if not principal.holds(policy.scope):
        raise Forbidden(f"This token lacks the scope {policy.scope}." if policy.scope else "This wants a full sign-in.")


def bearer_token() -> str:
    """The token of the present request. Raises Unauthenticated."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated("Send Authorization: Bearer and a token.")
    return token.strip()


def principal_of(token: str) -> Principal | None:
    """Whose token this is now, or None when it is unknown, expired or revoked."""
    found: Principal | None = current_app.config["IDENTITY_LOOK_UP"](token)
    return found


def _of_basic() -> Principal:
    given = request.authorization
    if given is None or given.type != "basic" or not given.username or not given.password:
        raise Unauthenticated("Sign in with your e-mail and an app password.")
    found: Principal | None = current_app.config["IDENTITY_BASIC_LOOK_UP"](given.username, given.password)
    if found is None:
        raise Unauthenticated("The e-mail and the app password do not belong together, or the password was revoked.")
    return found


def _principal_of_request() -> Principal:
    principal = principal_of(bearer_token())
    if principal is None:
        raise Unauthenticated("The token is unknown, expired or revoked; sign in again.")
    return principal

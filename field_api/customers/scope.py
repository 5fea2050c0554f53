"""Which customers a caller may know of, and the one way to find one by its id."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, select

from field_api.customers.models import Customer, customers
from field_api.errors import NotFound
from field_api.store.engine import AnySession
from field_api.web.identity import Principal


@dataclass(frozen=True)
class KnownCustomer:
    """A customer that the caller may know of; what rules above decide on."""

    id: str
    version: int
    territory_id: str
    kind: str
    name: str
    given_name: str | None
    role: str
    retired_at: datetime | None

    @property
    def display_name(self) -> str:
        """The name as one says it."""
        return display_name(self.given_name, self.name)


class OneCustomer:
    """A query about one customer in the caller's sight, built once: building costs several times what asking does."""

    def __init__(self, query: Select[Any]) -> None:
        """Add the customer, and the territories that the caller sees, to a query on `customers`."""
        self._anywhere = query.where(customers.c.id == bindparam("customer_id"))
        self._in_sight = self._anywhere.where(customers.c.territory_id.in_(bindparam("territory_ids", expanding=True)))

    def ask(self, session: AnySession, principal: Principal, customer_id: str) -> Any:
        """The row. Raises NotFound, in the same words for a customer that does not exist and for one of others."""
        values: dict[str, Any] = {"customer_id": customer_id}
        query = self._anywhere
        if principal.territory_ids is not None:
            query, values["territory_ids"] = self._in_sight, list(principal.territory_ids)
        row = session.execute(query, values).first()
        if row is None:
            raise NotFound(f"There is no customer {customer_id} among those you may see.")
        return row


_KNOWN = tuple(customers.c[name] for name in KnownCustomer.__dataclass_fields__)
_ONE_KNOWN = OneCustomer(select(*_KNOWN))
# Not more than a change of the row wants: meanwhile others may write what names the customer, and where it lies.
_ONE_KNOWN_LOCKED = OneCustomer(select(*_KNOWN).with_for_update(key_share=True))
_ONE_HELD = OneCustomer(select(Customer).with_for_update(key_share=True))
_ONE_KEPT = select(customers.c.id).where(customers.c.id == bindparam("customer_id")).with_for_update()


def require_customer(
    session: AnySession, principal: Principal, customer_id: str, *, lock: bool = False
) -> KnownCustomer:
    """The customer of that id in the caller's sight, retired or not; `lock` holds the row until the transaction ends.

    Raises NotFound.
    """
    return KnownCustomer(*(_ONE_KNOWN_LOCKED if lock else _ONE_KNOWN).ask(session, principal, customer_id))


def hold(session: AnySession, principal: Principal, customer_id: str) -> Customer:
    """The customer's row itself, locked, for an action that changes it or what belongs to it. Raises NotFound."""
    held: Customer = _ONE_HELD.ask(session, principal, customer_id)[0]
    return held


def keep_in_place(session: AnySession, customer_id: str) -> None:
    """Hold a customer who is about to lie elsewhere, or nowhere: whoever is placing what is theirs is waited for."""
    session.execute(_ONE_KEPT, {"customer_id": customer_id})


def display_name(given_name: str | None, name: str) -> str:
    """The name as one says it."""
    return f"{given_name} {name}" if given_name else name

"""Which customers a caller may know of, and the one way to find one by its id."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Table, select

from field_api.customers.models import Customer
from field_api.errors import NotFound
from field_api.store.engine import AnySession
from field_api.web.identity import Principal

customers: Table = Customer.__table__  # type: ignore[assignment]  # declared as FromClause, which a table is


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


_KNOWN = tuple(customers.c[name] for name in KnownCustomer.__dataclass_fields__)


def display_name(given_name: str | None, name: str) -> str:
    """The name as one says it."""
    return f"{given_name} {name}" if given_name else name


def in_sight(principal: Principal) -> tuple[ColumnElement[bool], ...]:
    """The conditions that keep a query on `customers` inside the caller's territories."""
    if principal.territory_ids is None:
        return ()
    return (customers.c.territory_id.in_(sorted(principal.territory_ids)),)


def require_customer(
    session: AnySession, principal: Principal, customer_id: str, *, lock: bool = False
) -> KnownCustomer:
    """The customer of that id in the caller's sight, retired or not; `lock` holds the row until the transaction ends.

    Raises NotFound, in the same words for a customer that does not exist and for one that is somebody else's.
    """
    query = select(*_KNOWN).where(customers.c.id == customer_id, *in_sight(principal))
    row = session.execute(query.with_for_update() if lock else query).first()
    if row is None:
        raise NotFound(f"There is no customer {customer_id} among those you may see.")
    return KnownCustomer(*row)

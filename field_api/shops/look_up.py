"""How a till finds the person before it: by something that person gives, one at a time, and never by browsing."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Mapped, mapped_column

from field_api import clock
from field_api.customers import reach
from field_api.customers.models import contact_points, customers
from field_api.customers.scope import display_name
from field_api.errors import TooMany
from field_api.store import audit
from field_api.store.base import Base
from field_api.store.columns import Id, Instant
from field_api.store.engine import AnySession
from field_api.web.identity import Principal

WAYS = ("phone", "email")

WINDOW = timedelta(minutes=10)
MOST_ASKED = 120
# Whoever tries out numbers misses far more often than a customer misspeaks.
MOST_MISSED = 20

# Gives the customer's id for what they showed or said, or None. Features that hand out cards bring their own.
Finder = Callable[[AnySession], str | None]


class TillLookUps(Base):
    """How often a till has looked for a person since `since_at`, and how often in vain."""

    __tablename__ = "till_look_ups"

    service_account_id: Mapped[str] = mapped_column(Id, primary_key=True)
    since_at: Mapped[datetime] = mapped_column(Instant)
    asked: Mapped[int]
    missed: Mapped[int]


def find_person(session: AnySession, principal: Principal, find: Finder) -> dict[str, str] | None:
    """The id and the display name of the person, and no more; None for nobody, which counts as a miss.

    Raises TooMany for a till that asks, or misses, more often than people come to it.
    """
    count = _count(session, principal.id)
    customer_id = find(session)
    if customer_id is None:
        count.missed += 1
        return None
    who = select(customers.c.given_name, customers.c.name).where(customers.c.id == customer_id)
    given_name, name = session.execute(who).one()
    audit.record(session, principal.actor, "customer.look_up", customer_id)
    return {"id": customer_id, "display_name": display_name(given_name, name)}


def by_contact_point(way: str, given: str) -> Finder:
    """Finds by a phone or an e-mail: whoever has verified it, or the only one known by it."""

    def find(session: AnySession) -> str | None:
        try:
            value = reach.normalised(way, given)
        except ValueError:
            return None
        known = (
            select(contact_points.c.customer_id, contact_points.c.verified_at)
            .join(customers, customers.c.id == contact_points.c.customer_id)
            .where(contact_points.c.value == value, contact_points.c.kind == way, customers.c.retired_at.is_(None))
        )
        rows = session.execute(known).all()
        certain = [row for row in rows if row.verified_at is not None] or rows
        return certain[0].customer_id if len(certain) == 1 else None

    return find


def _count(session: AnySession, service_account_id: str) -> TillLookUps:
    """This till's count with the present look-up in it, locked. Raises TooMany."""
    insert = insert_postgresql if session.get_bind().dialect.name == "postgresql" else insert_sqlite
    moment = clock.now()
    fresh = {"service_account_id": service_account_id, "since_at": moment, "asked": 0, "missed": 0}
    session.execute(insert(TillLookUps).values(fresh).on_conflict_do_nothing())
    count = session.get_one(TillLookUps, service_account_id, with_for_update=True, populate_existing=True)
    if count.since_at <= moment - WINDOW:
        count.since_at, count.asked, count.missed = moment, 0, 0
    if count.asked >= MOST_ASKED or count.missed >= MOST_MISSED:
        wait = count.since_at + WINDOW - moment
        raise TooMany("This till looks for people too often; wait.", max(1, round(wait.total_seconds())))
    count.asked += 1
    return count

"""Keeps the index of folded words in step with the names of the customers that stand."""

from sqlalchemy import delete, insert

from field_api.customers.models import Customer, customer_words
from field_api.store.engine import AnySession

INSERT = insert(customer_words)


def rows_for(customer_id: str, territory_id: str, name_words: str) -> list[dict[str, str]]:
    """The index rows of one customer, one for each word."""
    kept = {"territory_id": territory_id, "customer_id": customer_id, "name_words": name_words}
    return [kept | {"word": word} for word in name_words.split()]


def add(session: AnySession, customer_id: str, territory_id: str, name_words: str) -> None:
    """Let the customer be found."""
    if rows := rows_for(customer_id, territory_id, name_words):
        session.execute(INSERT, rows)


def remove(session: AnySession, customer: Customer) -> None:
    """Let the customer be found no longer by the names and the territory that the row holds now."""
    held = customer_words.c
    session.execute(
        delete(customer_words).where(
            held.territory_id == customer.territory_id,
            held.word.in_(customer.name_words.split()),
            held.customer_id == customer.id,
        )
    )

"""Many customers at once, for tests of searching."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from field_api.customers import demo
from field_api.customers.demo import DemoCustomer
from field_api.customers.filters import Criteria
from field_api.customers.nearby import find_near
from field_api.customers.search import find
from field_api.store.engine import AnySession, writing
from field_api.web.pages import write_cursor

START = datetime(2025, 1, 1, tzinfo=UTC)
_numbers = count()
_random = Random(1)


def one(territory_id: str, name: str = "Durand", **more: Any) -> DemoCustomer:
    """A customer like none before."""
    number = next(_numbers)
    since = START + timedelta(seconds=number // 3)
    given: dict[str, Any] = {
        "kind": "person",
        "roles": [("prospect", since)],
        "town": "Nice",
        "first_touch_source": "shop",
    }
    return DemoCustomer(id=demo.id_at(_random, since), territory_id=territory_id, name=name, **given | more)


def keep(session: AnySession, *customers: DemoCustomer) -> None:
    with writing(session):
        demo.fill(session, _random, customers, len(customers), lambda _done, _total: None)


def pages(session: AnySession, criteria: Criteria, limit: int) -> Iterator[list[dict[str, Any]]]:
    """Page after page, each read when it is asked for; cursors go the way they go over HTTP."""
    seek = find if criteria.near is None else find_near
    cursor = None
    while True:
        session.rollback()
        items, following = seek(session, criteria, limit, cursor)
        assert len(items) <= limit
        yield items
        if following is None:
            return
        cursor = write_cursor(*following)


def everybody(session: AnySession, criteria: Criteria, limit: int = 100) -> list[dict[str, Any]]:
    return [item for page in pages(session, criteria, limit) for item in page]

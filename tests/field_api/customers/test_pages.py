"""Walking through pages while others write: nobody twice, and nobody missed who stood throughout."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from field_api.customers import search
from field_api.customers.demo import DemoCustomer
from field_api.customers.filters import Criteria
from field_api.customers.names import name_words
from field_api.reps.models import Territory
from field_api.store.engine import AnySession, writing
from tests.field_api.customers.makers import everybody, keep, one, pages
from tests.field_api.people import make_territory

TOO_MANY_FOR_BRANCHES = 18

names = st.sampled_from(["Ma", "Martin", "Marti Martinez", "Mar Noë", "Noé", "Saint-Mars", "du Mas", "Zoé Ma Mart"])
walks = st.sampled_from(
    [
        {},
        {"order": "created_at"},
        {"order": "updated_at"},
        {"words": ("ma",)},
        {"words": ("mar", "n")},
        {"words": ("ma",), "order": "name"},
        {"town": "ni"},
        {"town": "ni", "words": ("m",), "order": "created_at"},
        {"role": "prospect"},
        {"role": "prospect", "words": ("m",)},
        {"kind": "firm"},
    ]
)


@pytest.fixture
def territories(session: AnySession) -> list[Territory]:
    root = make_territory(session)
    return [make_territory(session, parent=root) for _ in range(TOO_MANY_FOR_BRANCHES)]


@given(
    st.lists(names, max_size=14),
    st.lists(names, max_size=6),
    walks,
    st.integers(1, 5),
    st.sampled_from([1, 3, TOO_MANY_FOR_BRANCHES, None]),
    st.booleans(),
)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_walk_meets_nobody_twice_and_misses_nobody_who_stood_throughout(
    session: AnySession,
    monkeypatch: pytest.MonkeyPatch,
    territories: list[Territory],
    standing: list[str],
    coming: list[str],
    walk: dict[str, str],
    limit: int,
    seen: int | None,
    short: bool,
) -> None:
    # A stretch of four rows, and nothing gathered: every page is cut short somewhere.
    monkeypatch.setattr(search, "SCANNED", 4 if short else 3_000)
    monkeypatch.setattr(search, "FEW", 0 if short else 500)
    ids = frozenset(one.id for one in territories[:seen])
    criteria = Criteria(ids if seen else None, **walk)
    expected = [one(territories[place % (seen or 18)].id, name) for place, name in enumerate(standing)]
    keep(session, *expected)
    before = {row["id"] for row in everybody(session, criteria)}
    assert before == {customer.id for customer in expected if _meets(customer, criteria)}
    met: Counter[str] = Counter()
    for page in pages(session, criteria, limit):
        met.update(row["id"] for row in page)
        if coming:
            keep(session, one(territories[0].id, coming.pop()))
    assert [found for found, times in met.items() if times > 1] == []
    assert before <= met.keys()
    _forget(session)


def _meets(customer: DemoCustomer, criteria: Criteria) -> bool:
    words = name_words(customer.name)
    return criteria.kind != "firm" and all(f" {word}" in words for word in criteria.words)


def _forget(session: AnySession) -> None:
    with writing(session):
        for table in ("customer_words", "contact_points", "places", "customer_roles", "customers"):
            session.connection().exec_driver_sql(f"DELETE FROM {table}")


def test_pages_of_every_order_are_in_that_order(session: AnySession, territories: list[Territory]) -> None:
    named = ["éa", "eb", "Ec", "fa", "Fb", "ea"]
    keep(session, *(one(territories[place % 3].id, name) for place, name in enumerate(named)))
    scope = frozenset(territory.id for territory in territories[:3])
    for limit in (1, 2, 100):
        by_name = everybody(session, Criteria(scope), limit)
        assert [row["name"].lower() for row in by_name] == ["éa", "ea", "eb", "ec", "fa", "fb"]
        for order in ("created_at", "updated_at"):
            newest = everybody(session, Criteria(scope, order=order), limit)
            assert [row[order] for row in newest] == sorted((row[order] for row in newest), reverse=True)
            assert len(newest) == 6


def test_matches_of_the_whole_word_come_first(session: AnySession, territories: list[Territory]) -> None:
    territory_id = territories[0].id
    keep(session, *(one(territory_id, name) for name in ("Martinez", "Marty", "Mart", "Martin")))
    found = everybody(session, Criteria(frozenset({territory_id}), words=("mart",)), 2)
    assert [row["name"] for row in found] == ["Mart", "Martin", "Martinez", "Marty"]

"""A list of ids is one parameter, and each id is looked up in an index."""

from typing import Any

import pytest
from sqlalchemy import Select, select, text

from field_api.customers import sync
from field_api.customers.models import customers
from field_api.store.among import among
from field_api.store.engine import AnySession
from tests.field_api.people import make_territory
from tests.field_api.sector import make_customer

QUERIES = {
    "customers": sync._CUSTOMERS,
    "contact_points": sync._REACH,
    "places": sync._PLACES,
    "customer_facts": sync._FACTS,
}


@pytest.mark.parametrize("wanted", [[], [0], [2, 0], [0, 1, 2]])
def test_the_rows_of_the_ids_given_are_found(session: AnySession, wanted: list[int]) -> None:
    territory = make_territory(session)
    made = [make_customer(territory.id, f"Customer {number}") for number in range(3)]
    found = session.scalars(select(customers.c.id).where(among(customers.c.id)), {"ids": [made[n] for n in wanted]})
    assert sorted(found) == sorted(made[number] for number in wanted)


@pytest.mark.parametrize(("table", "query"), QUERIES.items(), ids=QUERIES)
def test_no_table_is_read_whole(session: AnySession, table: str, query: Select[Any]) -> None:
    connection = session.connection()
    ids, explain = '["0197a000-0000-7000-8000-0000000000aa"]', "EXPLAIN QUERY PLAN"
    parameters: Any = (ids,)
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        parameters, explain = {"ids": ids}, "EXPLAIN"
    plan = connection.exec_driver_sql(f"{explain} {query.compile(dialect=connection.dialect)}", parameters)
    told = " ".join(str(row) for row in plan)
    assert table in told
    assert f"SCAN {table}" not in told
    assert "Seq Scan" not in told

"""`furet check`: sound data breaks no invariant, and each broken one is told by name."""

import pytest

from field_api.customers.checks import CHECKS
from field_api.store.engine import AnySession, writing
from tests.field_api.customers.conftest import Caller


def broken(session: AnySession) -> list[str]:
    session.rollback()
    return [check.name.partition(": ")[2] for check in CHECKS if check.find(session)]


def test_what_the_routes_leave_behind_is_sound(north: Caller, session: AnySession) -> None:
    firm = north.create("Saint-Étienne & Fils", kind="firm", places=[{"town": "St-Étienne"}])
    north.create("***", firm_id=firm["id"], contact_points=[{"kind": "phone", "value": "0612345678"}])
    north.call("POST", f"/customers/{firm['id']}/roles", {"role": "client"})
    changed = north.patch(north.get(f"/customers/{firm['id']}"), name="Œuvre").get_json()
    north.call("POST", f"/customers/{firm['id']}/facts", {"value": "vegan"})
    north.call("POST", f"/customers/{firm['id']}/retire", If_Match=changed["etag"])
    assert broken(session) == []


@pytest.mark.parametrize(
    ("damage", "names"),
    [
        ("UPDATE customers SET role = 'client'", ["exactly one open role, the one shown"]),
        ("DELETE FROM customer_roles", ["exactly one open role, the one shown"]),
        (
            "INSERT INTO customer_roles SELECT customer_id, 'client', '2020-01-01T00:00:00.000000Z', "
            "'2020-02-01T00:00:00.000000Z' FROM customer_roles",
            ["roles follow each other without gap or overlap"],
        ),
        ("UPDATE customers SET name = 'Other'", ["names are filed under their folded words"]),
        ("DELETE FROM customer_words WHERE word = 'zoe'", ["the word index misses nobody"]),
        (
            "UPDATE customers SET retired_at = created_at",
            ["the word index holds nobody wrongly"],
        ),
        ("UPDATE customer_words SET word = 'zoo' WHERE word = 'zoe'", ["the word index holds nobody wrongly"]),
        ("UPDATE contact_points SET value = '0612345678'", ["phones and e-mails are in their normal form"]),
        (
            "UPDATE places SET territory_id = '00000000-0000-7000-8000-000000000001'",
            ["places are filed in their customer's territory"],
        ),
        ("UPDATE places SET town = 'Nice'", ["towns are filed under their folded words"]),
    ],
)
def test_damage_is_told_by_name(north: Caller, session: AnySession, damage: str, names: list[str]) -> None:
    north.create(
        "Durand",
        given_name="Zoé",
        contact_points=[{"kind": "phone", "value": "0612345678"}],
        places=[{"town": "Lyon"}],
    )
    assert broken(session) == []
    with writing(session):
        columns = "(customer_id, role, starts_at, ends_at)"
        session.connection().exec_driver_sql(
            damage.replace("INTO customer_roles ", f"INTO customer_roles {columns} ")
            .replace(
                "'2020-01-01T00:00:00.000000Z'", "CAST('2020-01-01T00:00:00.000000Z' AS " + _instant(session) + ")"
            )
            .replace(
                "'2020-02-01T00:00:00.000000Z'", "CAST('2020-02-01T00:00:00.000000Z' AS " + _instant(session) + ")"
            )
        )
    assert broken(session) == names


def _instant(session: AnySession) -> str:
    return "timestamptz" if session.get_bind().dialect.name == "postgresql" else "text"

"""`furet check` notices a map that says something else than the offers."""

import pytest

from field_api.offers.checks import CHECKS
from field_api.store.engine import AnySession
from tests.field_api.offers.geography.atlas import area, box, keep, offer_at, point

OF_THE_MAP = tuple(check for check in CHECKS if "map" in check.name)


def told(session: AnySession) -> list[str]:
    return [fault for check in OF_THE_MAP for fault in check.find(session)]


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE offer_places SET radius_m = 7 WHERE lat IS NOT NULL",
        "UPDATE offer_places SET priority = 7",
        "DELETE FROM offer_cells WHERE layer = 1",
        "UPDATE offer_cells SET x = 0 WHERE layer = 0",
        "DELETE FROM offer_places WHERE lat IS NULL AND polygon IS NULL",
    ],
)
def test_a_map_that_says_something_else_is_noticed(session: AnySession, damage: str) -> None:
    keep(session, offer_at(point(45, 5)), offer_at(area(box(4, 45, 5, 46))), offer_at(), offer_at(state="draft"))
    assert told(session) == []
    session.connection().exec_driver_sql(damage)
    assert told(session) != []

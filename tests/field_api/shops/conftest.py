"""A shop of the sector with its till, and one of the neighbours."""

import pytest
from flask import Flask

from field_api.store.base import db
from tests.field_api.people import bearer, service_token
from tests.field_api.sector import Headers, Sector
from tests.field_api.shops.stall import Stall, shop_like


@pytest.fixture
def stall(app: Flask, sector: Sector) -> Stall:
    ids = []
    for territory_id in (sector.territory_id, sector.foreign_territory_id):
        made = sector.post("/v1/shops", shop_like(territory_id), headers=sector.admin)
        assert made.status_code == 201, made.text
        ids.append(made.get_json()["id"])
    return Stall(sector, ids[0], ids[1], _till(app, ids[0]), _till(app, ids[1]))


def _till(app: Flask, shop_id: str) -> Headers:
    with app.app_context():
        return bearer(service_token(db.session, shop_id))

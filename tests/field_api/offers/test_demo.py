"""The demo company's offers are such as an admin could have made over the API, in every state and shape."""

from datetime import UTC, datetime
from random import Random

from sqlalchemy import func, select

from field_api.offers import demo
from field_api.offers.actions import WRITABLE
from field_api.offers.checks import CHECKS
from field_api.offers.demo import Spot
from field_api.offers.models import KINDS, STATES, offer_places, offer_versions, offers
from field_api.offers.rules import faults_of
from field_api.offers.schemas import OfferChangesSchema
from field_api.store.engine import AnySession, writing
from field_api.web.openapi import load
from tests.field_api.people import make_territory

AT = datetime(2026, 6, 1, tzinfo=UTC)


def test_four_hundred_offers_stand_in_all_states_kinds_and_shapes(session: AnySession) -> None:
    one, other = make_territory(session, "Bretagne"), make_territory(session, "Normandie")
    spots = [
        Spot("Rennes", one.id, (one.id, other.id), 48.11, -1.67, 220_000),
        Spot("Le Havre", other.id, (one.id, other.id), 49.49, 0.11, 165_000),
    ]
    with writing(session):
        demo.fill(session, Random(1), spots, AT)
    rows = session.execute(select(offers)).mappings().all()
    assert len(rows) == 400
    assert ({row["state"] for row in rows}, {row["kind"] for row in rows}) == (set(STATES), set(KINDS))
    for row in rows:
        sent = {name: row[name] for name in WRITABLE}
        sent |= {name: sent[name].isoformat() for name in ("starts_at", "ends_at") if sent[name]}
        assert faults_of(load(OfferChangesSchema, sent)) == []
        assert row["created_at"] <= row["updated_at"] <= AT
        assert "{" not in row["title"]["en"] + row["title"]["fr"]
    assert any("au Havre" in row["title"]["fr"] for row in rows)
    shapes = session.execute(select(func.count(offer_places.c.polygon), func.count(offer_places.c.lat))).one()
    assert min(shapes) > 20
    assert session.scalar(select(func.count()).select_from(offer_versions)) > 800
    assert [fault for check in CHECKS for fault in check.find(session)] == []

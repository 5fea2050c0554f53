"""The whole way over HTTP: an admin publishes, a rep finds, a customer redeems at a till, an admin reads figures."""

from typing import Any

from werkzeug.test import TestResponse

from field_api import clock
from field_api.store.columns import new_id
from tests.field_api.coupons.counter import Counter
from tests.field_api.offers.stand import RENNES, offer_like
from tests.field_api.sector import Headers
from tests.field_api.shops.stall import sale

AUDIENCE = {"roles": ["client"]}


def done(answer: TestResponse, status: int = 201) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    document: dict[str, Any] = answer.get_json()
    return document


def tagged(answer: TestResponse) -> Headers:
    return {"If-Match": answer.headers["ETag"]}


def publish(counter: Counter) -> tuple[str, str]:
    """The admin drafts an offer, publishes it, and opens a campaign of personal coupons."""
    sector = counter.sector
    drafted = sector.post("/v1/offers", offer_like(audience=AUDIENCE, stacking_group="spring"), headers=sector.admin)
    offer_id = done(drafted)["id"]
    done(sector.post(f"/v1/offers/{offer_id}/publish", {}, headers=sector.admin | tagged(drafted)), 200)
    told = {"offer_id": offer_id, "name": "Spring", "kind": "personal", "starts_at": "2026-01-01T00:00:00Z"}
    made = sector.post("/v1/campaigns", told, headers=sector.admin)
    campaign = f"/v1/campaigns/{done(made)['id']}"
    opened = sector.client.patch(campaign, json={"state": "open"}, headers=sector.admin | tagged(made))
    return offer_id, str(done(opened, 200)["id"])


def find(counter: Counter, offer_id: str) -> None:
    """The rep stands in front of the customer: the offer holds here, and says why."""
    here = {"lat": RENNES["lat"] + 0.005, "lon": RENNES["lon"], "radius_m": 5_000}
    found = done(counter.sector.get("/v1/offers/nearby", **here, customer=counter.sector.customer_id), 200)
    [near] = found["items"]
    assert (near["id"], near["inside"]) == (offer_id, True)
    assert 540 < near["distance_m"] < 570
    assert near["reason"]
    around = done(counter.sector.get("/v1/offers/nearby", **here | {"lat": 44.0, "lon": 2.0}), 200)
    assert around["items"] == []


def give(counter: Counter, campaign_id: str) -> dict[str, Any]:
    """The rep gives the customer a coupon and shows it."""
    told = {"id": new_id(), "customer_ids": [counter.sector.customer_id]}
    [coupon] = done(counter.send(f"/v1/campaigns/{campaign_id}/coupons", told, counter.sector.rep))["coupons"]
    done(counter.sector.post(f"/v1/coupons/{coupon['id']}/views", {"id": new_id()}))
    return dict(coupon)


def buy(counter: Counter, coupon: dict[str, Any]) -> dict[str, Any]:
    """The customer comes to the shop: the till asks what counts, sells, and redeems."""
    sold = sale() | {"customer_id": counter.sector.customer_id}
    basket = {"codes": [coupon["code"]], "purchase_id": sold["id"]}
    [judged] = done(counter.sector.post("/v1/coupons/baskets", basket, headers=counter.till), 200)["coupons"]
    assert judged["counts"]
    done(counter.send("/v1/purchases", sold))
    return done(counter.redeem(coupon["code"], purchase_id=sold["id"]))


def redeem_offline(counter: Counter, coupon: dict[str, Any]) -> None:
    """The rep's phone, without a network, had taken the same coupon: it comes too late, and the rep is told."""
    own, moment = new_id(), clock.now().isoformat()
    told = {"id": own, "code": coupon["code"], "channel": "visit", "redeemed_at": moment}
    double = done(counter.send("/v1/coupons/offline-redemptions", told, counter.sector.rep), 409)
    assert "redeemed" in double["detail"]
    [device] = done(counter.sector.get("/v1/devices"), 200)["items"]
    [refused] = done(counter.sector.get(f"/v1/devices/{device['id']}/refusals"), 200)["items"]
    assert refused["document"]["id"] == own


def test_from_publishing_to_figures(counter: Counter) -> None:
    offer_id, campaign_id = publish(counter)
    find(counter, offer_id)
    coupon = give(counter, campaign_id)
    redeemed = buy(counter, coupon)
    redeem_offline(counter, coupon)
    admin = counter.sector.admin
    figures = done(counter.sector.get(f"/v1/campaigns/{campaign_id}/figures", admin), 200)
    assert figures["total"] == {
        "issued": 1,
        "withheld": 0,
        "viewed": 1,
        "redeemed": 1,
        "reversed": 0,
        "purchases": 1,
        "revenue": [{"currency": "EUR", "amount_minor": 4_500}],
    }
    assert [one["territory_id"] for one in figures["by_territory"]] == [counter.sector.territory_id]
    assert done(counter.sector.get(f"/v1/offers/{offer_id}/figures", admin), 200)["total"] == figures["total"]
    lift = done(counter.sector.get(f"/v1/campaigns/{campaign_id}/lift", admin), 200)
    assert (lift["purchase_rate"]["claim"], lift["treated"]["waiting"]) == (False, 1)
    log = done(counter.sector.get(f"/v1/coupons/{coupon['id']}/operations"), 200)["items"]
    assert [one["kind"] for one in log] == ["double", "redeem", "view"]
    assert redeemed["id"] in {one["id"] for one in log}

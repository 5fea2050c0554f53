"""Offers, campaigns and coupons for tests, made by the use cases themselves; all of them commit."""

from typing import Any

from sqlalchemy import select

from field_api.coupons import campaigns, issuing
from field_api.coupons.models import coupons
from field_api.coupons.schemas_campaigns import NewCampaignSchema
from field_api.offers.actions import create_offer, hold_offer, step_offer
from field_api.offers.schemas import NewOfferSchema
from field_api.store.columns import new_id
from field_api.store.engine import AnySession, writing
from field_api.web.identity import THE_SYSTEM
from field_api.web.openapi import load
from tests.field_api.offers.stand import offer_like

LONG_AGO = "2026-01-01T00:00:00Z"


def make_offer(session: AnySession, **change: Any) -> str:
    """A live offer, the usual one but for what is given."""
    with writing(session):
        told = load(NewOfferSchema, offer_like(**change))
        own: str = create_offer(session, THE_SYSTEM, told)["id"]
        step_offer(session, THE_SYSTEM, hold_offer(session, own), "publish")
    return own


def make_campaign(session: AnySession, offer_id: str | None = None, **change: Any) -> str:
    """An open campaign of unique codes, of a new offer unless one is given."""
    told = {"offer_id": offer_id or make_offer(session), "name": "Spring", "kind": "unique", "state": "open"}
    with writing(session):
        told = load(NewCampaignSchema, told | {"starts_at": LONG_AGO} | change)
        own: str = campaigns.create_campaign(session, THE_SYSTEM, told)["id"]
    return own


def make_codes(session: AnySession, campaign_id: str, count: int = 1) -> list[str]:
    """Fresh codes of a campaign, as they are kept."""
    batch = {"id": new_id(), "count": count}
    with writing(session):
        issuing.issue_batch(session, THE_SYSTEM, campaign_id, batch)
    found = list(session.scalars(select(coupons.c.code).where(coupons.c.batch_id == batch["id"])))
    session.rollback()
    return found


def give(session: AnySession, campaign_id: str, *customer_ids: str) -> dict[str, Any]:
    """Personal coupons of a campaign for customers; what the use case answers."""
    told = {"id": new_id(), "customer_ids": list(customer_ids)}
    with writing(session):
        return issuing.issue_personal(session, THE_SYSTEM, campaign_id, told)


def use_of(code: str, **change: Any) -> dict[str, Any]:
    """What a till tells of a use of this code, under a fresh operation id."""
    return {"id": new_id(), "code": code, "channel": "shop"} | change

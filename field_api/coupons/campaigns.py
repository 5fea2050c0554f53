"""Use cases of campaigns themselves: make one, change it, list and read those of offers in sight."""

from typing import Any

from sqlalchemy import Select, insert, select

from field_api import clock
from field_api.coupons.models import Campaign, campaigns
from field_api.errors import Clash, Fault, Invalid, NotFound
from field_api.offers.models import offers
from field_api.offers.scope import in_sight
from field_api.store import audit
from field_api.store.columns import new_id
from field_api.store.engine import AnySession
from field_api.web import newest_first
from field_api.web.identity import Principal

# The offer and the kind of codes are what the coupons were issued for.
WRITABLE = (
    "name",
    "state",
    "starts_at",
    "ends_at",
    "valid_days",
    "uses_per_code",
    "reservation_s",
    "budget_total",
    "budget_per_customer",
    "budget_per_day",
    "hold_out_percent",
)


def list_campaigns(
    session: AnySession, principal: Principal, offer_id: str | None, limit: int, cursor: str | None
) -> tuple[list[dict[str, Any]], tuple[Any, ...] | None]:
    """A page of the campaigns, of one offer or of all, newest first."""
    asked = _in_sight(principal)
    if offer_id is not None:
        asked = asked.where(campaigns.c.offer_id == offer_id)
    return newest_first.page(session, asked, campaigns.c.created_at, campaigns.c.id, limit, cursor)


def read_campaign(session: AnySession, principal: Principal, campaign_id: str) -> dict[str, Any]:
    """One campaign. Raises NotFound."""
    row = session.execute(_in_sight(principal).where(campaigns.c.id == campaign_id)).first()
    if row is None:
        raise NotFound(f"There is no campaign {campaign_id}.")
    return row._asdict()


def create_campaign(session: AnySession, principal: Principal, data: dict[str, Any]) -> dict[str, Any]:
    """A new campaign. Raises NotFound for its offer, Invalid for what contradicts itself, Clash for an id in use."""
    if session.execute(select(offers.c.id).where(offers.c.id == data["offer_id"])).first() is None:
        raise NotFound(f"There is no offer {data['offer_id']}.")
    own, moment = data.get("id") or new_id(), clock.now()
    if session.execute(select(campaigns.c.id).where(campaigns.c.id == own)).first():
        raise Clash(f"The id {own} is in use; make a new one for a new campaign.")
    row = {name: data.get(name) for name in (*WRITABLE, "offer_id", "kind")}
    _check(row)
    row |= {"id": own, "version": 1, "created_at": moment, "updated_at": moment}
    session.execute(insert(campaigns), row)
    audit.record(session, principal.actor, "campaign.create", own, after=row)
    return row


def hold_campaign(session: AnySession, campaign_id: str) -> Campaign:
    """The campaign, held until the transaction ends: no use of its coupons goes on meanwhile. Raises NotFound."""
    campaign = session.get(Campaign, campaign_id, with_for_update=True, populate_existing=True)
    if campaign is None:
        raise NotFound(f"There is no campaign {campaign_id}.")
    return campaign


def change_campaign(
    session: AnySession, principal: Principal, campaign: Campaign, data: dict[str, Any]
) -> dict[str, Any]:
    """Replace what is writable of a held campaign. Raises Invalid for what contradicts itself."""
    before = campaign_document(campaign)
    _check(before | data)
    for name in WRITABLE:
        setattr(campaign, name, data.get(name))
    campaign.touch()
    session.flush()
    after = campaign_document(campaign)
    audit.record(session, principal.actor, "campaign.change", campaign.id, before, after)
    return after


def campaign_document(campaign: Campaign) -> dict[str, Any]:
    """A campaign's columns by name."""
    return {column.name: getattr(campaign, column.name) for column in campaigns.c}


def _in_sight(principal: Principal) -> Select[Any]:
    joined = select(campaigns).join(offers, offers.c.id == campaigns.c.offer_id)
    return joined.where(*in_sight(principal))


def _check(row: dict[str, Any]) -> None:
    faults = []
    if row.get("ends_at") is not None and row["ends_at"] <= row["starts_at"]:
        faults.append(Fault("/ends_at", "It ends before it starts."))
    if row["uses_per_code"] > 1 and row["kind"] != "shared":
        faults.append(Fault("/uses_per_code", f"A {row['kind']} code has one use; only shared codes have more."))
    if row["hold_out_percent"] and row["kind"] != "personal":
        faults.append(Fault("/hold_out_percent", "Only personal coupons are withheld from a group of customers."))
    if faults:
        raise Invalid("The campaign contradicts itself.", *faults)

"""Use cases of issuing: codes in a batch, or personal coupons for customers, each under an operation's id."""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from field_api import clock
from field_api.coupons import codes, log
from field_api.coupons.models import campaigns, coupons
from field_api.coupons.rules import day_at, expiry
from field_api.customers.actions import require_customer
from field_api.errors import Clash, NotFound
from field_api.offers.audience import judge
from field_api.offers.models import offers
from field_api.offers.people import people_at
from field_api.offers.scope import in_sight
from field_api.store import audit
from field_api.store.columns import new_id
from field_api.store.engine import AnySession
from field_api.sync import feed
from field_api.web.identity import Principal

AT_ONCE = 5_000
MOST_OF_A_BATCH = 100_000

Row = dict[str, Any]


def issue_batch(session: AnySession, principal: Principal, campaign_id: str, told: Row) -> Row:
    """Issue `count` codes of a campaign under the operation `id`, which is the batch's; again, it is the same answer.

    Raises NotFound, and Clash for a campaign that is closed or of personal coupons.
    """
    campaign = _campaign(session, principal, campaign_id)
    if campaign["kind"] == "personal":
        raise Clash("Personal coupons are issued to customers; give customer_ids.")
    row = _line(principal, campaign, told["id"], "issue") | {"count": told["count"]}
    if not log.add(session, row):
        return _first_batch(session, row)
    issued = (_coupon(campaign, row, None) for _ in range(told["count"]))
    _insert(session, issued)
    audit.record(session, principal.actor, "campaign.issue", campaign_id, after=row)
    return row


def issue_personal(session: AnySession, principal: Principal, campaign_id: str, told: Row) -> Row:
    """Issue one coupon to each of `customer_ids`, but to those that the campaign holds out.

    A customer who has one keeps it, also when somebody else gives it at this moment; who is not in the offer's audience
    gets none, and `refused` says why in both languages. Raises NotFound for a customer out of sight, and Clash for a
    campaign that is closed or not of personal coupons.
    """
    campaign = _campaign(session, principal, campaign_id)
    if campaign["kind"] != "personal":
        raise Clash("Only personal coupons are issued to customers; this campaign has other codes.")
    wanted = sorted(set(told["customer_ids"]))
    for customer_id in wanted:
        require_customer(session, principal, customer_id)
    if (first := log.read(session, told["id"])) is not None:
        _check_same_campaign(first, campaign["id"])
        return _outcome(session, campaign, told["id"], wanted, {})
    refused = _refused(session, campaign, wanted)
    _give(session, principal, campaign, told["id"], [one for one in wanted if one not in refused])
    return _outcome(session, campaign, told["id"], wanted, refused)


def is_held_out(campaign_id: str, customer_id: str, percent: int) -> bool:
    """Whether a customer belongs to the group that gets no coupon: by a hash, so the same whenever it is asked."""
    drawn = blake2b(f"{campaign_id}:{customer_id}".encode(), digest_size=8).digest()
    return int.from_bytes(drawn) % 100 < percent


def _give(session: AnySession, principal: Principal, campaign: Row, own_id: str, customer_ids: Sequence[str]) -> None:
    have = _having(session, campaign["id"], customer_ids)
    fresh = [one for one in customer_ids if one not in have]
    held_out = {one for one in fresh if is_held_out(campaign["id"], one, campaign["hold_out_percent"])}
    head = _line(principal, campaign, own_id, "issue")
    # Before the line that counts them: of two who give to one customer at one moment, one has given none.
    given = _insert(session, (_coupon(campaign, head, one) for one in fresh if one not in held_out))
    # One line for all, or nothing was issued; who is held out has a line each.
    if given:
        _enter(session, head | {"count": len(given)})
    for one in sorted(held_out):
        _enter(session, _line(principal, campaign, new_id(), "withhold") | {"customer_id": one})
    for coupon_id in given:
        feed.touch(session, "coupons", coupon_id)
    audit.record(session, principal.actor, "campaign.issue", campaign["id"], after=head)


def _enter(session: AnySession, row: Row) -> None:
    if not log.add(session, row):
        raise Clash(f"The id {row['id']} stands for another operation; each one has an id of its own.")


def _having(session: AnySession, campaign_id: str, customer_ids: Sequence[str]) -> set[str]:
    mine = (coupons.c.campaign_id == campaign_id, coupons.c.customer_id.in_(customer_ids))
    return set(session.scalars(select(coupons.c.customer_id).where(*mine)))


def _refused(session: AnySession, campaign: Row, customer_ids: Sequence[str]) -> dict[str, dict[str, str]]:
    moment = clock.now()
    people = people_at(session, customer_ids, moment)
    verdicts = {one: judge(campaign["offer_id"], campaign["audience"], people[one], moment) for one in people}
    return {
        one: {
            language: " ".join(getattr(reason, language) for reason in verdict.reasons if not reason.holds)
            for language in ("en", "fr")
        }
        for one, verdict in verdicts.items()
        if not verdict.eligible
    }


def _outcome(
    session: AnySession, campaign: Row, own_id: str, wanted: Sequence[str], refused: Mapping[str, dict[str, str]]
) -> Row:
    asked = select(coupons.c.id, coupons.c.customer_id, coupons.c.code).order_by(coupons.c.customer_id)
    mine = asked.where(coupons.c.campaign_id == campaign["id"], coupons.c.customer_id.in_(wanted))
    issued = [row._asdict() | {"code": codes.grouped(row.code)} for row in session.execute(mine)]
    told = [{"customer_id": one, "reason": reason} for one, reason in refused.items()]
    return {"id": own_id, "campaign_id": campaign["id"], "coupons": issued, "refused": told}


def _campaign(session: AnySession, principal: Principal, campaign_id: str) -> Row:
    asked = select(campaigns, offers.c.audience, offers.c.time_zone).join(offers, offers.c.id == campaigns.c.offer_id)
    row = session.execute(asked.where(campaigns.c.id == campaign_id, *in_sight(principal))).first()
    if row is None:
        raise NotFound(f"There is no campaign {campaign_id}.")
    if row.state == "closed":
        raise Clash("The campaign is closed; nothing more is issued.")
    return row._asdict()


def _line(principal: Principal, campaign: Row, own_id: str, kind: str) -> Row:
    moment = clock.now()
    happened = {"occurred_at": moment, "day": day_at(moment, campaign["time_zone"])}
    return log.line_of_campaign(principal, kind, own_id, campaign["id"], **happened)


def _first_batch(session: AnySession, again: Row) -> Row:
    first = log.first_answer(session, again)
    _check_same_campaign(first, again["campaign_id"])
    if first["count"] != again["count"]:
        raise Clash(f"The id {again['id']} stands for a batch of another size; each one has an id of its own.")
    return first


def _check_same_campaign(first: Row, campaign_id: str) -> None:
    if (first["kind"], first["campaign_id"]) != ("issue", campaign_id):
        raise Clash(f"The id {first['id']} stands for another operation; each one has an id of its own.")


def _coupon(campaign: Row, batch: Row, customer_id: str | None) -> Row:
    since = max(batch["recorded_at"], campaign["starts_at"])
    return {
        "id": new_id(),
        "campaign_id": campaign["id"],
        "batch_id": batch["id"],
        "code": codes.draw(),
        "customer_id": customer_id,
        "uses": campaign["uses_per_code"],
        "reserved": 0,
        "redeemed": 0,
        "issued_at": batch["recorded_at"],
        "expires_at": expiry(since, campaign["valid_days"], campaign["ends_at"], campaign["time_zone"]),
    }


def _insert(session: AnySession, wanted: Iterable[Row]) -> list[str]:
    """Insert coupons, some at a time, and tell their ids; one whose code is in use gets another.

    Left out are those of customers who have been given one of the campaign in the meantime.
    """
    connection = session.connection()
    add = insert_sqlite if connection.dialect.name == "sqlite" else insert_postgresql
    statement = add(coupons).on_conflict_do_nothing().returning(coupons.c.id)
    rows, given = iter(wanted), []
    while left := list(islice(rows, AT_ONCE)):
        while left:
            added = set(connection.execute(statement, left).scalars())
            given += [one["id"] for one in left if one["id"] in added]
            left = _drawn_again(session, [one for one in left if one["id"] not in added])
    return given


def _drawn_again(session: AnySession, refused: Sequence[Row]) -> list[Row]:
    """With other codes, those that were not refused because their customer has one."""
    personal = [one["customer_id"] for one in refused if one["customer_id"] is not None]
    have = _having(session, refused[0]["campaign_id"], personal) if personal else set()
    return [one | {"code": codes.draw()} for one in refused if one["customer_id"] not in have]

"""What the page of a card shows: the balance and what ends soon, the tier, gifts, and what was done."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from field_api import clock
from field_api.cards.cards import Card
from field_api.cards.last_days import last_days
from field_api.customers.scope import require_customer
from field_api.gifts.listings import for_member, waiting_for
from field_api.loyalty import numbers, tiers
from field_api.loyalty.programmes import read_programme
from field_api.loyalty.standing import SOON, balance_of, history_of
from field_api.points import log
from field_api.points.log import Operation
from field_api.reps.company import company
from field_api.store.engine import AnySession
from field_api.web.identity import THE_SYSTEM

LATEST = 20
MOST_OUT_OF_REACH = 3
MOST_STATEMENTS = 12


def facts_of(session: AnySession, card: Card) -> dict[str, Any]:
    """All that the page of a card shows."""
    member = card.member
    programme = read_programme(session, member.programme_id)
    had = balance_of(session, member)
    ending = [(lot["expires_at"], lot["points"]) for lot in had["lots"]]
    return {
        "company": company(session)[0].name,
        "programme": programme,
        "zone": programme["time_zone"],
        "holder": require_customer(session, THE_SYSTEM, member.customer_id).display_name,
        "number_shown": numbers.grouped(member.number),
        "number_read": member.number,
        "balance": had,
        "expiring": last_days(ending, programme["time_zone"], clock.now() + SOON),
        "tier": tiers.described(session, member),
        "gifts": _offered(for_member(session, member, had["points"])),
        "orders": waiting_for(session, member),
        "moves": _moves(session, history_of(session, member, LATEST, None)[0]),
        "months": months_of(card, programme["time_zone"]),
        "now": clock.now(),
    }


def months_of(card: Card, zone: str) -> list[date]:
    """The whole months of membership of which there are statements, the latest first."""
    first, last = _month(card.member.joined_at, zone), _month(clock.now(), zone)
    found: list[date] = []
    while (last := _before(last)) >= first and len(found) < MOST_STATEMENTS:
        found.append(last)
    return found


def _offered(gifts: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """What is within reach, and the next few that are not yet; what cannot be had anyway is left out."""
    near = [one for one in gifts if one["within_reach"]]
    missing = [one for one in gifts if not one["within_reach"] and not one["against"]]
    return {"near": near, "next": missing[:MOST_OUT_OF_REACH]}


def _moves(session: AnySession, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What changed the points to spend, or waits to; what only moved inside the books is left out.

    An earning that waited stands there once: as what it is for, when it was confirmed, and no more if it was cancelled.
    """
    earned = log.find_all(session, [row["ends_id"] for row in rows if row["kind"] == "confirm"])
    # Newest first, so that what ended an earning comes before it.
    ended = {row["ends_id"] for row in rows}
    standing = [_told(row, earned.get(row["ends_id"])) for row in rows if not (row["pending"] and row["id"] in ended)]
    return [one for one in standing if one["points"] or one["waits"] > 0]


def _told(row: dict[str, Any], confirmed: Operation | None) -> dict[str, Any]:
    """An operation as people are told it; a confirmation tells of the earning confirmed."""
    about = {} if confirmed is None else {"event": confirmed.event, "occurred_at": confirmed.occurred_at}
    # What the system says of its reasons is for colleagues.
    reason = None if row["recorded_by_kind"] == "system" else row["reason"]
    change = row["change"]
    return row | about | {"reason": reason, "points": change["available"], "waits": change["pending"]}


def _month(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date().replace(day=1)


def _before(first: date) -> date:
    return first.replace(year=first.year - 1, month=12) if first.month == 1 else first.replace(month=first.month - 1)

"""What a till may do with a card: it finds the member by the whole number, and every number tried in vain counts."""

from collections.abc import Callable
from typing import Any

from flask import Response

from field_api.errors import NotFound
from field_api.loyalty.members import KnownMember, member_of_card, read_number
from field_api.loyalty.standing import balance_of, explained
from field_api.points.log import Operation
from field_api.shops.look_up import find_person
from field_api.store.engine import AnySession
from field_api.web.identity import Principal
from field_api.web.problems import answer_of
from field_api.web.replies import json_reply

Command = Callable[[AnySession, Principal, str, dict[str, Any]], Operation]


def look_up(session: AnySession, principal: Principal, told: dict[str, Any]) -> Response:
    """Whose card it is. Raises Invalid for a wrong check digit, and TooMany."""
    member, person = _find(session, principal, told["number"])
    if member is None or person is None:
        return _unknown()
    found = balance_of(session, member)
    shown: dict[str, Any] = {
        "member_id": member.id,
        "customer_id": member.customer_id,
        "display_name": person["display_name"],
    }
    shown |= {"programme_id": member.programme_id, "tier": member.tier}
    return json_reply(shown | {name: found[name] for name in ("points", "expiring_soon")})


def by_card(session: AnySession, principal: Principal, told: dict[str, Any], command: Command) -> Response:
    """Carry out a command for the card shown. Raises as the command does, and Invalid and TooMany as `look_up`."""
    member, _ = _find(session, principal, told["number"])
    if member is None:
        return _unknown()
    rest = {name: value for name, value in told.items() if name != "number"}
    return json_reply(explained(session, command(session, principal, member.id, rest)), 201)


def for_card(
    session: AnySession, principal: Principal, typed: str, answer: Callable[[KnownMember], Response]
) -> Response:
    """What a feature above answers for the card shown. Raises Invalid and TooMany as `look_up`."""
    member, _ = _find(session, principal, typed)
    return _unknown() if member is None else answer(member)


def _find(session: AnySession, principal: Principal, typed: str) -> tuple[KnownMember | None, dict[str, str] | None]:
    number = read_number(typed)
    found: list[KnownMember] = []

    def finder(session: AnySession) -> str | None:
        try:
            found.append(member_of_card(session, principal, number))
        except NotFound:
            return None
        return found[0].customer_id

    person = find_person(session, principal, finder)
    return (found[0] if found else None), person


def _unknown() -> Response:
    """The answer itself and not the error: what was tried in vain stays counted."""
    return answer_of(NotFound("There is no member with this card number."))

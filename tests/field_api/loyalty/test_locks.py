"""What happens to members at one moment waits for each other in turn, and never in a circle."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Response
from werkzeug.test import TestResponse

from field_api import clock
from field_api.loyalty import jobs
from field_api.points import jobs as points_jobs
from field_api.store.base import db
from field_api.store.columns import new_id
from field_api.store.engine import writing
from field_api.store.jobs import Handler
from field_api.sync.checks import CHECKS
from tests.field_api.loyalty.club import Club, done
from tests.field_api.sector import Headers

ROUNDS = 12
Command = Callable[[], Response | TestResponse]


def command(club: Club, path: str, told: dict[str, Any], headers: Headers | None = None) -> Command:
    """A command that is about to be sent, by a client of its own."""
    client, named = club.app.test_client(), (headers or club.sector.admin) | {"Idempotency-Key": new_id()}
    return lambda: client.post(path, json={"id": new_id()} | told, headers=named)


def at_once(*commands: Command) -> list[int]:
    """The statuses of commands that are sent at one moment."""
    start, statuses = Barrier(len(commands)), [0] * len(commands)

    def send(place: int) -> None:
        start.wait()
        statuses[place] = commands[place]().status_code

    threads = [Thread(target=send, args=(place,)) for place in range(len(commands))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


def rich(club: Club, name: str, **told: str) -> str:
    member = club.enrol(club.newcomer(name), **told)
    adjusted = {"id": new_id(), "points": 100, "reason": "A gift"}
    done(club.send(f"/v1/members/{member['id']}/adjustments", adjusted, club.sector.admin))
    return str(member["id"])


def spend(club: Club, member_id: str) -> Command:
    return command(club, f"/v1/members/{member_id}/spends", {"points": 1})


def merge(club: Club, member_id: str, into_id: str) -> Command:
    return command(club, f"/v1/members/{member_id}/merge", {"into_id": into_id})


def transfer(club: Club, member_id: str, to_id: str) -> Command:
    return command(club, f"/v1/members/{member_id}/transfers", {"points": 1, "to_member_id": to_id})


def job(club: Club, handler: Handler) -> Command:
    """A job of the worker, which answers 200 when it has come to its end."""

    def work() -> Response:
        with club.app.app_context(), writing(db.session):
            handler(db.session, {})
        return Response(status=200)

    return work


def brought(club: Club, number: int, *names: str) -> list[dict[str, Any]]:
    """Members each of whom was brought by the one before, and has bought nothing; with their customers."""
    found: list[dict[str, Any]] = []
    for name in names:
        by: dict[str, Any] = {"referred_by": found[-1]["number"]} if found else {}
        found.append(club.enrol(club.newcomer(f"{name} {number}"), **by))
    return found


def sale(club: Club, customer_id: str) -> Command:
    lines = [{"category": "grocery", "quantity": 1, "amount_minor": 1_000}]
    told = {"currency": "EUR", "lines": lines, "occurred_at": clock.now().isoformat(), "customer_id": customer_id}
    return command(club, "/v1/purchases", told, club.till)


@pytest.mark.parametrize("ending", ["leave", "merge"])
def test_points_are_spent_before_a_membership_ends_or_refused_after_it(club: Club, ending: str) -> None:
    for number in range(ROUNDS):
        member_id = rich(club, f"Robin {number}")
        end = command(club, f"/v1/members/{member_id}/leave", {})
        if ending == "merge":
            end = merge(club, member_id, rich(club, f"Camille {number}"))
        spent, ended = at_once(spend(club, member_id), end)
        assert (spent in {201, 409}, ended) == (True, 200)


def test_who_brought_a_buyer_is_thanked_while_the_two_become_one(club: Club) -> None:
    club.rule("referral", points=50)
    club.promise(pending_days=0)
    for number in range(ROUNDS):
        friend = club.newcomer(f"Robin {number}")
        brought_by = club.enrol(club.newcomer(f"Camille {number}"))
        member = club.enrol(friend, referred_by=brought_by["number"])
        into = [brought_by["id"], member["id"]]
        become_one = merge(club, *(into if number % 2 else into[::-1]))
        assert at_once(sale(club, friend), become_one) == [201, 200]


@pytest.mark.parametrize("other_way", [False, True])
def test_points_are_handed_over_while_who_brought_a_buyer_is_thanked(club: Club, other_way: bool) -> None:
    club.rule("referral", points=50)
    club.promise(pending_days=0)
    for number in range(ROUNDS):
        by, member = brought(club, number, "Camille", "Robin")
        for one in (by, member):
            told = {"id": new_id(), "points": 100, "reason": "A gift"}
            done(club.send(f"/v1/members/{one['id']}/adjustments", told, club.sector.admin))
        pair = (by["id"], member["id"]) if other_way else (member["id"], by["id"])
        assert at_once(sale(club, member["customer_id"]), transfer(club, *pair)) == [201, 201]


def test_goods_come_back_while_a_buyer_and_who_brought_them_become_one(club: Club) -> None:
    club.rule("referral", points=50)
    club.promise(pending_days=0)
    for number in range(ROUNDS):
        by, member = brought(club, number, "Camille", "Robin")
        bought = club.buy(1_000, member["customer_id"])
        told = {"amount_minor": 1_000, "currency": "EUR", "occurred_at": clock.now().isoformat()}
        refund = command(club, f"/v1/purchases/{bought['id']}/refunds", told, club.till)
        assert at_once(refund, merge(club, by["id"], member["id"])) == [201, 200]


def test_points_are_confirmed_while_who_brought_a_buyer_is_thanked(club: Club) -> None:
    club.rule("referral", points=50)
    for number in range(ROUNDS):
        by, member, friend = brought(club, number, "Camille", "Robin", "Dominique")
        # The first earns by a purchase, the second by what the third buys; neither has bought for the first time yet.
        club.buy(1_000, by["customer_id"])
        club.buy(1_000, friend["customer_id"])
        with club.later(days=15):
            at_work = job(club, jobs.confirm_due)
            assert at_once(sale(club, member["customer_id"]), at_work) == [201, 200]


def test_points_expire_while_who_brought_a_buyer_is_thanked(club: Club) -> None:
    club.rule("referral", points=50)
    club.promise(pending_days=0)
    for number in range(ROUNDS):
        by, member = brought(club, number, "Camille", "Robin")
        for one in (by, member):
            soon = (clock.now() + timedelta(hours=1)).isoformat()
            told = {"id": new_id(), "points": 100, "reason": "A gift", "expires_at": soon}
            done(club.send(f"/v1/members/{one['id']}/adjustments", told, club.sector.admin))
        with club.later(hours=2):
            at_work = job(club, points_jobs.expire)
            assert at_once(sale(club, member["customer_id"]), at_work) == [201, 200]


def test_what_a_customer_does_while_they_move_away_reaches_the_phones_of_where_they_are(club: Club) -> None:
    sector = club.sector
    for number in range(ROUNDS):
        customer_id = club.newcomer(f"Robin {number}")
        club.enrol(customer_id)
        client = club.app.test_client()
        path, headers = f"/v1/customers/{customer_id}", sector.admin | {"If-Match": "*"}
        told = {"territory_id": sector.foreign_territory_id}
        move = partial(client.patch, path, json=told, headers=headers)
        assert at_once(sale(club, customer_id), move) == [201, 200]
    with club.app.app_context():
        faults = [fault for check in CHECKS for fault in check.find(db.session)]
    # Tests make their territories without telling phones.
    assert [fault for fault in faults if "of territories" not in fault] == []

"""Figures compare those for whom a gesture was meant with those held out, and claim only what the data carry."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from field_api import clock
from field_api.insights import figures
from field_api.insights.models import arms
from field_api.store.base import db
from field_api.web.identity import THE_SYSTEM, Principal
from tests.field_api.insights import findings
from tests.field_api.insights.conftest import Desk

AFTER = timedelta(days=91)


def launch(desk: Desk, count: int = 160, percent: int = 50) -> tuple[str, list[str], list[str]]:
    """An insight about so many customers: its id, for whom the gesture is meant, who is held out."""
    with desk.app.app_context():
        findings.make_gesture(db.session, minutes=1, hold_out_percent=percent)
    own = desk.publish(*desk.crowd(count))
    with desk.app.app_context():
        rows = db.session.execute(select(arms.c.customer_id, arms.c.held_out)).all()
    return own, [one for one, held in rows if not held], [one for one, held in rows if held]


def told(desk: Desk, own: str, after: timedelta = AFTER, principal: Principal = THE_SYSTEM) -> Any:
    with desk.app.app_context(), clock.ahead_by(after):
        [gesture] = figures.of_insight(db.session, principal, own, 90)["gestures"]
    return gesture


def buy(desk: Desk, people: list[str], days: int = 30, amount: int = 5_000) -> None:
    with desk.app.app_context():
        findings.buy(db.session, people, amount, clock.now() + timedelta(days=days))


def test_a_clear_effect_is_claimed_with_its_interval(desk: Desk) -> None:
    own, meant, held_out = launch(desk)
    buy(desk, meant[: len(meant) * 3 // 4])
    buy(desk, held_out[: len(held_out) // 4])
    found = told(desk, own)
    assert (found["meant"]["customers"], found["held_out"]["customers"]) == (len(meant), len(held_out))
    for lift in (found["purchase_rate"], *found["spent_per_customer"]):
        assert (lift["claim"], "is positive" in lift["sentence"]["en"]) == (True, True)
        assert 0 < lift["difference"]["low"] < lift["difference"]["estimate"] < lift["difference"]["high"]


def test_who_declined_counts_among_those_for_whom_it_was_meant(desk: Desk) -> None:
    own, meant, held_out = launch(desk, 80)
    for one in desk.listed(desk.sector.admin, limit=100)[:20]:
        desk.say(one["id"], "declined", desk.sector.admin)
    found = told(desk, own)
    assert (found["ended"]["declined"], found["open"], found["suggested"]) == (20, len(meant) - 20, len(meant))
    assert (found["meant"]["customers"], found["drawn_for_it"], found["drawn_out_of_it"]) == (
        len(meant),
        len(meant),
        len(held_out),
    )


def test_what_may_be_chance_is_not_claimed(desk: Desk) -> None:
    own, meant, held_out = launch(desk)
    buy(desk, [*meant[::2], *held_out[::2]])
    lift = told(desk, own)["purchase_rate"]
    assert (lift["claim"], "may be chance" in lift["sentence"]["en"]) == (False, True)


@pytest.mark.parametrize(
    ("count", "percent", "after", "word"),
    [
        (160, 50, timedelta(days=10), "Too early"),
        (20, 50, AFTER, "Too few"),
        (20, 50, timedelta(days=10), "Too few"),
        (40, 0, AFTER, "Nobody was held out"),
    ],
)
def test_what_the_data_do_not_carry_is_said_instead_of_a_number(
    desk: Desk, count: int, percent: int, after: timedelta, word: str
) -> None:
    own, meant, _ = launch(desk, count, percent)
    buy(desk, meant, days=1)
    lift = told(desk, own, after)["purchase_rate"]
    assert (lift["difference"], lift["claim"]) == (None, False)
    assert lift["sentence"]["en"].startswith(word)


def test_too_few_buyers_say_nothing_of_money(desk: Desk) -> None:
    own, meant, held_out = launch(desk)
    buy(desk, [*meant[:20], *held_out[:3]])
    found = told(desk, own)
    [spent] = found["spent_per_customer"]
    assert (spent["difference"], "Too few buyers" in spent["sentence"]["en"]) == (None, True)
    assert found["purchase_rate"]["difference"] is not None


def test_purchases_outside_of_the_window_do_not_count(desk: Desk) -> None:
    own, meant, _ = launch(desk, 80)
    buy(desk, meant, days=90)
    assert told(desk, own, timedelta(days=120))["meant"]["buyers"] == 0


def test_a_manager_reads_figures_of_customers_in_sight_and_a_researcher_of_all(desk: Desk) -> None:
    own, meant, held_out = launch(desk, 20)
    elsewhere = Principal(id="m", role="manager", territory_ids=frozenset({desk.sector.foreign_territory_id}))
    with desk.app.app_context():
        assert figures.of_insight(db.session, elsewhere, own, 90)["gestures"] == []
    researcher = Principal(id="r", role="researcher")
    assert told(desk, own, principal=researcher)["meant"]["customers"] == len(meant)
    path = f"/v1/insights/{own}/figures"
    assert desk.sector.get(path).status_code == 403
    shown = desk.sector.get(path, desk.researcher, window_days=30)
    assert (shown.status_code, shown.get_json()["window_days"]) == (200, 30)
    assert not any(customer_id in shown.text for customer_id in (*meant, *held_out))

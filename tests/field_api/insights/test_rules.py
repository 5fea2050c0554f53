"""What an insight may claim, and what may become of it and of gestures: decided on values alone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from field_api.errors import Clash
from field_api.insights import rules
from tests.field_api.insights.findings import driver_like

KNOWN = {"recognition", "trust", "loyalty"}
SHOWN = {"dissatisfied": None, "step_up_minor": None, "currency": None}
AT = datetime(2026, 3, 2, tzinfo=UTC)
HOUR, DAYS = timedelta(hours=1), timedelta(days=3)


def told(*drivers: dict[str, Any], target: str = "loyalty") -> dict[str, Any]:
    return {"target": target, "drivers": [SHOWN | one for one in drivers or (driver_like(),)]}


def places(document: dict[str, Any]) -> list[str]:
    return [fault.where for fault in rules.faults_of(document, KNOWN)]


@pytest.mark.parametrize(
    ("change", "carried"),
    [
        ({}, True),
        ({"open": True}, True),
        ({"open": True, "class_low": 0.0}, False),
        ({"open": True, "class_high": None}, False),
        ({"low": 0.0}, False),
        ({"low": -0.1}, False),
        ({"class_low": 0.0}, False),
        ({"class_low": -0.2}, False),
        ({"class_low": None}, False),
        ({"low": None, "open": True}, False),
        ({"effect": -0.4, "low": -0.5, "high": -0.3, "class_low": -0.5, "class_high": -0.3}, False),
    ],
)
def test_a_driver_is_carried_when_nothing_the_data_fit_reaches_zero(change: dict[str, Any], carried: bool) -> None:
    assert rules.is_carried(driver_like(**change)) is carried


def test_what_is_whole_has_no_faults() -> None:
    assert places(told(driver_like(), driver_like("trust", 2, fragile=True))) == []
    silent: dict[str, Any] = dict.fromkeys(("rank", "effect", "low", "high", "class_low", "class_high"))
    assert places(told(driver_like(**silent, open=True))) == []


@pytest.mark.parametrize(
    ("driver", "where"),
    [
        (driver_like("taste"), "/drivers/0/name"),
        (driver_like("loyalty"), "/drivers/0/name"),
        (driver_like(low=0.45), "/drivers/0/low"),
        (driver_like(high=0.4), "/drivers/0/low"),
        (driver_like(class_low=0.6), "/drivers/0/class_low"),
        (driver_like(effect=None), "/drivers/0/effect"),
        (driver_like(rank=None), "/drivers/0/rank"),
        (driver_like(dissatisfied={"value": 3, "low": 4, "high": 5}), "/drivers/0/dissatisfied/low"),
        (driver_like(currency="EUR"), "/drivers/0/currency"),
        (driver_like(step_up_minor={"value": 3, "low": 2, "high": 5}), "/drivers/0/currency"),
    ],
)
def test_what_contradicts_itself_is_told_with_its_place(driver: dict[str, Any], where: str) -> None:
    assert places(told(driver)) == [where]


def test_a_driver_told_twice_and_a_target_that_nobody_asked_about_are_faults() -> None:
    assert places(told(driver_like(), driver_like(rank=2))) == ["/drivers/1/name"]
    assert places(told(target="happiness")) == ["/target"]


def test_an_insight_goes_its_way_and_never_back() -> None:
    ways = {(state, step) for state, steps in rules.LEADS_TO.items() for step in steps}
    for state in rules.LEADS_TO:
        for wanted in rules.LEADS_TO:
            if (state, wanted) in ways:
                assert rules.next_state(state, wanted) == wanted
            else:
                with pytest.raises(Clash, match=f"that is {state} cannot become {wanted}"):
                    rules.next_state(state, wanted)


def test_a_live_gesture_is_ended_and_changes_in_nothing_else() -> None:
    live = {"state": "live", "minutes": 15, "how": {"en": "So"}}
    rules.check_gesture_change(live, live | {"state": "ended"})
    rules.check_gesture_change(live | {"state": "draft"}, live | {"minutes": 5})
    for change in ({"minutes": 5}, {"how": {"en": "Other"}}, {"state": "draft"}, {"state": "ended", "minutes": 5}):
        with pytest.raises(Clash):
            rules.check_gesture_change(live, live | change)
    with pytest.raises(Clash, match="ended cannot become live"):
        rules.check_gesture_change(live | {"state": "ended"}, live)


@pytest.mark.parametrize(
    ("outcome", "ended_by", "at", "fine"),
    [
        ("done", None, AT + DAYS, True),
        ("done", None, AT - DAYS, False),
        ("done", "expired", AT + HOUR, True),
        ("done", "superseded", AT + DAYS + HOUR, False),
        ("declined", "contact", AT + DAYS + HOUR, False),
        ("done", "contact", AT + DAYS + HOUR, True),
        ("done", "contact", AT + 2 * DAYS, False),
    ],
)
def test_what_was_done_before_the_end_counts_also_when_it_is_told_later(
    outcome: str, ended_by: str | None, at: datetime, fine: bool
) -> None:
    ended_at = None if ended_by is None else AT + DAYS
    if fine:
        rules.check_may_be_told(outcome, AT, ended_at, ended_by, at)
    else:
        with pytest.raises(Clash):
            rules.check_may_be_told(outcome, AT, ended_at, ended_by, at)

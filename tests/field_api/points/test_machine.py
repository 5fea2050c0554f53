"""Whatever members, tills, phones and the clock do, the laws of the books hold, and an oracle foretells each step."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy.exc import IntegrityError

from field_api import clock
from tests.field_api.points.machine import Bank
from tests.field_api.points.planted import BUGS, RARE_BUGS

PATIENT = settings(
    deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck), stateful_step_count=40
)


@pytest.fixture
def machine(app: Flask) -> Iterator[type[Bank]]:
    yield type("BankHere", (Bank,), {"app": app, "tally": Counter()})
    clock._ahead = timedelta()


def test_the_laws_hold_whatever_happens(machine: type[Bank]) -> None:
    run_state_machine_as_test(machine, settings=settings(PATIENT, max_examples=6))


@pytest.mark.slow
@pytest.mark.parametrize(("service", "minutes"), [("sqlite", 3), ("postgresql", 3)], indirect=["service"])
def test_the_laws_hold_whatever_happens_for_minutes(
    machine: type[Bank], minutes: int, capsys: pytest.CaptureFixture[str]
) -> None:
    wild = settings(PATIENT, max_examples=20, derandomize=False, stateful_step_count=80, print_blob=True)
    until = time.monotonic() + 60 * minutes
    while time.monotonic() < until:
        run_state_machine_as_test(machine, settings=wild)
    with capsys.disabled():
        print(f"\n{machine.tally['sequences']} sequences, {machine.tally['steps']} steps in {minutes} minutes")


@pytest.mark.parametrize("service", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "plant",
    [*BUGS, *(pytest.param(plant, marks=pytest.mark.slow) for plant in RARE_BUGS)],
    ids=lambda plant: plant.__name__,
)
def test_the_machine_finds_a_planted_bug(
    machine: type[Bank], plant: Callable[[Any], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    hurried = settings(PATIENT, max_examples=150, phases=[Phase.generate], report_multiple_bugs=False)
    # A constraint of the database may be the first to see it.
    with pytest.raises((AssertionError, IntegrityError)):
        run_state_machine_as_test(machine, settings=hurried)

"""A rule-based machine: every command of the books in any order, time passing, retries and used ids, beside an oracle.

The oracle foretells for every command whether it is taken, and what each account has afterwards, lot by lot: so a
command that is wrongly refused is found as well as one that is wrongly taken, or that takes from the wrong lot.
"""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest
from flask import Flask
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from field_api import clock
from field_api.errors import Clash
from field_api.points import jobs
from field_api.points.balances import Balance, balance
from field_api.points.commands import (
    Adjust,
    Cancel,
    Command,
    Confirm,
    Earn,
    Lease,
    Merge,
    Reserve,
    Return,
    Reverse,
    Spend,
    Transfer,
)
from field_api.points.earning import adjust, earn
from field_api.points.endings import cancel, confirm
from field_api.points.leases import grant_lease, return_lease
from field_api.points.log import Operation
from field_api.points.moving import merge, transfer
from field_api.points.reversals import reverse
from field_api.points.spending import reserve, spend
from field_api.store.base import db
from field_api.store.columns import new_id
from field_api.store.engine import writing
from field_api.web.identity import THE_SYSTEM
from tests.conftest import empty
from tests.field_api.people import make_territory
from tests.field_api.points.laws import broken
from tests.field_api.points.makers import make_account
from tests.field_api.points.oracle import Oracle
from tests.field_api.sector import make_customer

ANY = st.integers(0, 1000)
WHOSE = st.integers(0, 2)
EARNED = st.sampled_from([20, 50, 100])
POINTS = st.sampled_from([1, 7, 20, 20, 70])
LIFE_DAYS = st.sampled_from([10, 3, 2, 1, None, -1])


class Bank(RuleBasedStateMachine):
    """Three accounts, which earn, spend, hand over and become one."""

    app: Flask
    tally: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.tally["sequences"] += 1
        self.context = self.app.app_context()
        self.context.push()
        customer_id = make_customer(make_territory(db.session).id)
        self.accounts = [make_account(customer_id) for _ in range(3)]
        self.oracle = Oracle(*self.accounts)
        self.done: list[tuple[Any, Command, Operation]] = []
        self.seen: list[tuple[datetime, str, Balance]] = []
        self.hours_without_job = 0
        # Something to begin with, so that short sequences get far.
        for whose, points, life_days in ((0, 20, 2), (0, 20, 3), (0, 100, 10), (1, 50, 1), (1, 50, None)):
            self._earn(whose, points, life_days, False)

    def teardown(self) -> None:
        db.session.remove()
        empty(db.engine)
        self.context.pop()
        clock._ahead = timedelta()

    @rule(whose=WHOSE, points=EARNED, life_days=LIFE_DAYS, pending=st.booleans())
    def earn(self, whose: int, points: int, life_days: int | None, pending: bool) -> None:
        self._earn(whose, points, life_days, pending)

    @rule(whose=WHOSE, points=POINTS, sign=st.sampled_from([-1, 1]), life_days=LIFE_DAYS)
    def adjust(self, whose: int, points: int, sign: int, life_days: int | None) -> None:
        told = Adjust(
            operation_id=new_id(),
            account_id=self.accounts[whose],
            points=sign * points,
            reason="Put right",
            **_life(life_days),
        )
        self._send(adjust, told, self.oracle.adjust(*_who(told), told.points, told.expires_at, clock.now()))

    @rule(whose=WHOSE, points=POINTS)
    def spend(self, whose: int, points: int) -> None:
        told = Spend(operation_id=new_id(), account_id=self.accounts[whose], points=points)
        self._send(spend, told, self.oracle.spend(*_who(told), points, clock.now()))

    @rule(whose=WHOSE, points=POINTS, hours=st.sampled_from([None, 5, 30]))
    def reserve(self, whose: int, points: int, hours: int | None) -> None:
        deadline = None if hours is None else clock.now() + timedelta(hours=hours)
        told = Reserve(operation_id=new_id(), account_id=self.accounts[whose], points=points, deadline_at=deadline)
        expected = self.oracle.set_aside(told.operation_id, "reserve", told.account_id, points, deadline, clock.now())
        self._send(reserve, told, expected)

    @rule(whose=WHOSE, points=POINTS, hours=st.sampled_from([5, 30, 60]))
    def lease(self, whose: int, points: int, hours: int) -> None:
        deadline = clock.now() + timedelta(hours=hours)
        told = Lease(
            operation_id=new_id(),
            account_id=self.accounts[whose],
            points=points,
            deadline_at=deadline,
            device_id=new_id(),
        )
        expected = self.oracle.set_aside(told.operation_id, "lease", told.account_id, points, deadline, clock.now())
        self._send(grant_lease, told, expected)

    @precondition(lambda self: self._of("lease"))
    @rule(which=ANY, whose=WHOSE, points=POINTS)
    def spend_leased(self, which: int, whose: int, points: int) -> None:
        lease_id = self._some("lease", which)
        # Mostly its own account, for another one is refused whatever else holds.
        account = self.accounts[whose] if whose == 2 else self.oracle.done[lease_id].account
        told = Spend(operation_id=new_id(), account_id=account, points=points, lease_id=lease_id)
        self._send(spend, told, self.oracle.spend_leased(*_who(told), lease_id, points, clock.now()))

    @precondition(lambda self: self._of("lease"))
    @rule(which=ANY)
    def return_lease(self, which: int) -> None:
        told = Return(operation_id=new_id(), lease_id=self._some("lease", which))
        self._send(return_lease, told, self.oracle.give_back_lease(told.operation_id, told.lease_id, clock.now()))

    @precondition(lambda self: self._waiting())
    @rule(which=ANY)
    def confirm(self, which: int) -> None:
        found = self._waiting()
        told = Confirm(operation_id=new_id(), ends_id=found[which % len(found)])
        self._send(confirm, told, self.oracle.confirm(told.operation_id, told.ends_id, clock.now()))

    @precondition(lambda self: self._waiting())
    @rule(which=ANY)
    def cancel(self, which: int) -> None:
        self._cancel(self._waiting(), which)

    @rule(which=ANY)
    def cancel_what_may_have_ended(self, which: int) -> None:
        self._cancel(self._of("earn", "reserve"), which)

    def _cancel(self, found: list[str], which: int) -> None:
        told = Cancel(operation_id=new_id(), ends_id=found[which % len(found)])
        self._send(cancel, told, self.oracle.cancel(told.operation_id, told.ends_id, clock.now()))

    @precondition(lambda self: self.done)
    @rule(kinds=st.sampled_from([("earn",), ("spend",), ("earn", "spend", "reserve")]), which=ANY, points=POINTS)
    def reverse_a_part(self, kinds: tuple[str, ...], which: int, points: int) -> None:
        self._reverse(kinds, which, points)

    @rule(whose=WHOSE, points=POINTS)
    def take_a_spend_of_two_lots_back_bit_by_bit(self, whose: int, points: int) -> None:
        for life_days in (2, 3):
            self._earn(whose, points, life_days, False)
        self.spend(whose, points + 1)
        several = self._spent_of_several()
        if several:
            last = self.oracle.done[several[-1]].drawn[-1][1]
            for part in (last, 1):
                self._reverse_that(several[-1], part)

    @precondition(lambda self: self.done)
    @rule(kinds=st.sampled_from([("earn",), ("spend",), ("reverse",), ()]), which=ANY)
    def reverse_what_is_left(self, kinds: tuple[str, ...], which: int) -> None:
        self._reverse(kinds, which, None)

    @rule(giver=WHOSE, taker=WHOSE, points=POINTS)
    def transfer(self, giver: int, taker: int, points: int) -> None:
        told = Transfer(
            operation_id=new_id(),
            account_id=self.accounts[giver],
            to_account_id=self.accounts[taker],
            points=points,
        )
        self._send(transfer, told, self.oracle.transfer(*_who(told), told.to_account_id, points, clock.now()))

    @precondition(lambda self: len(self.done) > 12)
    @rule(giver=WHOSE, taker=WHOSE)
    def merge(self, giver: int, taker: int) -> None:
        told = Merge(operation_id=new_id(), account_id=self.accounts[giver], into_account_id=self.accounts[taker])
        self._send(merge, told, self.oracle.merge(*_who(told), told.into_account_id))

    @precondition(lambda self: self.done)
    @rule(which=ANY)
    def send_again(self, which: int) -> None:
        use_case, told, answered = self.done[which % len(self.done)]
        with writing(db.session):
            assert use_case(db.session, THE_SYSTEM, told) == answered, "a replay has another answer"

    @precondition(lambda self: self.done)
    @rule(which=ANY)
    def send_something_else_under_the_same_id(self, which: int) -> None:
        use_case, told, _ = self.done[which % len(self.done)]
        with pytest.raises(Clash), writing(db.session):
            use_case(db.session, THE_SYSTEM, replace(told, reason="Something else"))

    @rule(hours=st.sampled_from([6, 1, 24, 40]), job=st.booleans())
    def time_passes(self, hours: int, job: bool) -> None:
        clock._ahead += timedelta(hours=hours)
        self.hours_without_job += hours
        # A worker that stands still for a day is told by `furet check`, as it should.
        if job or self.hours_without_job > 20:
            self._run_the_job()
            self.hours_without_job = 0

    def _run_the_job(self) -> None:
        with writing(db.session):
            jobs.expire(db.session, {})
        self.oracle.time_has_its_way(clock.now())

    @precondition(lambda self: self.seen)
    @rule(which=ANY)
    def look_back(self, which: int) -> None:
        at, account_id, stood = self.seen[which % len(self.seen)]
        told = replace(balance(db.session, account_id, at), account_id=stood.account_id)
        # Where it was merged since, what the others had at that moment is in the sum.
        if self.oracle.now_of(account_id) == account_id and account_id not in self._merged_into():
            assert told == stood, f"the balance of {at} has changed since"

    @invariant()
    def every_account_has_what_the_oracle_says(self) -> None:
        self.tally["steps"] += 1
        moment = clock.now()
        for account_id in self.accounts:
            standing = self.oracle.now_of(account_id)
            expected = Balance(
                standing,
                self.oracle.points_of(standing, moment),
                self.oracle.pending_of(standing),
                self.oracle.held_of(standing, "reserve"),
                self.oracle.held_of(standing, "lease"),
                self.oracle.debts[standing],
                self.oracle.lots_of(standing, moment),  # type: ignore[arg-type]  # tuples compare as named ones do
            )
            found = balance(db.session, account_id)
            assert found == expected
            self.seen.append((clock.now(), account_id, found))

    @invariant()
    def every_law_of_the_books_holds(self) -> None:
        assert broken(db.session) == []
        db.session.rollback()

    def _earn(self, whose: int, points: int, life_days: int | None, pending: bool) -> None:
        told = Earn(operation_id=new_id(), account_id=self.accounts[whose], points=points, **_life(life_days))
        told = replace(told, pending=pending)
        # A lot that is born expired is over whatever the moment; all others live for days.
        self._send(earn, told, self.oracle.earn(*_who(told), points, told.expires_at, pending, clock.now()))

    def _reverse(self, kinds: tuple[str, ...], which: int, points: int | None) -> None:
        found = self._of(*kinds) or list(self.oracle.done)
        self._reverse_that(found[which % len(found)], points)

    def _reverse_that(self, reversed_id: str, points: int | None) -> None:
        told = Reverse(operation_id=new_id(), reversed_id=reversed_id, points=points)
        if isinstance(of := self._command(reversed_id), Confirm):
            reversed_id = of.ends_id
        self._send(reverse, told, self.oracle.reverse(told.operation_id, reversed_id, points, clock.now()))

    def _send(self, use_case: Any, told: Command, expected: bool) -> None:
        answered, refusal = None, None
        try:
            with writing(db.session):
                answered = use_case(db.session, THE_SYSTEM, told)
        except Clash as clash:
            refusal = clash.detail
        self.tally["taken" if answered else "refused"] += 1
        self.tally[f"{told.kind} {'taken' if answered else 'refused'}"] += 1
        assert (answered is not None) == expected, refusal or f"taken, though something stood against it: {told}"
        if answered is not None:
            self.done.append((use_case, told, answered))

    def _of(self, *kinds: str) -> list[str]:
        return [own for own, one in self.oracle.done.items() if one.kind in kinds]

    def _some(self, kind: str, which: int) -> str:
        found = self._of(kind)
        return found[which % len(found)]

    def _spent_of_several(self) -> list[str]:
        """Spends that drew on several lots and were not taken back whole."""
        found = [own for own in self._of("spend", "reserve") if self.oracle.done[own].state == "done"]
        several = [own for own in found if len(self.oracle.done[own].drawn) > 1]
        return [own for own in several if self.oracle.done[own].given_back < self.oracle.done[own].points]

    def _waiting(self) -> list[str]:
        """What can be confirmed or cancelled, but for its deadline."""
        return [own for own in self._of("earn", "reserve") if self.oracle.done[own].state in {"pending", "open"}]

    def _command(self, operation_id: str) -> Command | None:
        return next((told for _, told, _ in self.done if told.operation_id == operation_id), None)

    def _merged_into(self) -> set[str]:
        return {target for source, target in self.oracle.stands_for.items() if source != target}


def _who(told: Any) -> tuple[str, str]:
    return told.operation_id, told.account_id


def _life(life_days: int | None) -> dict[str, datetime | None]:
    return {"expires_at": None if life_days is None else clock.now() + timedelta(days=life_days)}

"""The books of points once more, as plain lists in memory: an oracle that foretells every command.

It is written from the rules alone and shares nothing with the code that it foretells but their names.
"""

from dataclasses import dataclass, field
from datetime import datetime

# What a command that is refused leaves behind.
REFUSED = None


@dataclass
class OracleLot:
    """Points of one earning, wherever they are now."""

    number: int
    account: str
    expires_at: datetime | None
    available: int = 0
    expired: int = 0
    pending: int = 0
    # By the operation that set them aside, or that spent them.
    held: dict[str, int] = field(default_factory=dict)
    spent: dict[str, int] = field(default_factory=dict)

    def over(self, at: datetime) -> bool:
        return self.expires_at is not None and not at < self.expires_at

    @property
    def rank(self) -> tuple[bool, float, int]:
        never = self.expires_at is None
        return never, 0.0 if self.expires_at is None else self.expires_at.timestamp(), self.number


@dataclass
class Done:
    """What stands under an id: its kind, its points, and what has become of it."""

    kind: str
    account: str
    points: int
    lot: OracleLot | None = None
    state: str = "done"
    deadline_at: datetime | None = None
    given_back: int = 0
    spent_of_it: int = 0
    # The lots drawn on, in their order, as a spend or the confirmation of a reservation drew them.
    drawn: list[tuple[OracleLot, int]] = field(default_factory=list)


class Oracle:
    """All accounts. Each command answers whether it is taken; what is refused changes nothing."""

    def __init__(self, *accounts: str) -> None:
        self.lots: list[OracleLot] = []
        self.debts = dict.fromkeys(accounts, 0)
        self.stands_for: dict[str, str] = {one: one for one in accounts}
        self.done: dict[str, Done] = {}

    def now_of(self, account: str) -> str:
        while self.stands_for[account] != account:
            account = self.stands_for[account]
        return account

    def earn(
        self, own: str, account: str, points: int, expires_at: datetime | None, pending: bool, at: datetime
    ) -> bool:
        account = self.now_of(account)
        lot = self._new_lot(account, expires_at)
        self.done[own] = Done("earn", account, points, lot, "pending" if pending else "done")
        if pending:
            lot.pending = points
        else:
            self._arrive(lot, points, at)
        return True

    def adjust(self, own: str, account: str, points: int, expires_at: datetime | None, at: datetime) -> bool:
        account = self.now_of(account)
        if points > 0:
            self._arrive(self._new_lot(account, expires_at), points, at)
        elif not self._drawn(account, -points, at):
            return False
        self.done[own] = Done("adjust", account, points)
        return True

    def spend(self, own: str, account: str, points: int, at: datetime, about: str | None = None) -> bool:
        account = self.now_of(account)
        drawn = self._drawn(account, points, at)
        if not drawn:
            return False
        for lot, part in drawn:
            lot.spent[own] = part
        self.done[own] = Done("spend", account, points, drawn=drawn)
        if about is not None:
            self.done[about].spent_of_it += points
        return True

    def set_aside(
        self, own: str, kind: str, account: str, points: int, deadline_at: datetime | None, at: datetime
    ) -> bool:
        account = self.now_of(account)
        outliving = deadline_at if kind == "lease" and deadline_at is not None else at
        drawn = self._drawn(account, points, outliving)
        if not drawn:
            return False
        for lot, part in drawn:
            lot.held[own] = part
        self.done[own] = Done(kind, account, points, state="open", deadline_at=deadline_at, drawn=drawn)
        return True

    def confirm(self, own: str, ended: str, at: datetime) -> bool:
        one = self.done[ended]
        if one.kind == "earn" and one.state == "pending" and one.lot is not None:
            one.lot.pending = 0
            self._arrive(one.lot, one.points, at)
        elif one.kind == "reserve" and one.state == "open" and not self._is_late(one, at):
            for lot, _ in one.drawn:
                lot.spent[ended] = lot.held.pop(ended)
        else:
            return False
        one.state = "done"
        self.done[own] = Done("confirm", one.account, one.points)
        return True

    def cancel(self, own: str, ended: str, at: datetime) -> bool:
        one = self.done[ended]
        if one.kind == "earn" and one.state == "pending" and one.lot is not None:
            one.lot.pending = 0
        elif one.kind == "reserve" and one.state == "open":
            self._release(ended, at)
        else:
            return False
        one.state = "cancelled"
        self.done[own] = Done("cancel", one.account, one.points)
        return True

    def give_back_lease(self, own: str, lease: str, at: datetime) -> bool:
        one = self.done[lease]
        if one.state != "open":
            return False
        self._release(lease, at)
        one.state = "ended"
        self.done[own] = Done("return", one.account, one.points)
        return True

    def spend_leased(self, own: str, account: str, lease: str, points: int, at: datetime) -> bool:
        one = self.done[lease]
        if self.now_of(account) != self.now_of(one.account):
            return False
        if one.state == "open" and not self._is_late(one, at):
            return self._spend_of_open_lease(own, lease, points)
        if points > one.points - one.spent_of_it:
            return False
        # What comes back to the account by the end of the lease is there again, or pays a debt. A refusal undoes that.
        if one.state == "open" and points > self.spendable_after_release(lease, at):
            return False
        if one.state == "open":
            self._release(lease, at)
            one.state = "ended"
        return self.spend(own, account, points, at, about=lease)

    def spendable_after_release(self, lease: str, at: datetime) -> int:
        account = self.now_of(self.done[lease].account)
        back = sum(lot.held.get(lease, 0) for lot in self._of(account) if not lot.over(at))
        return self.points_of(account, at) + max(0, back - self.debts[account])

    def reverse(self, own: str, reversed_id: str, points: int | None, at: datetime) -> bool:
        one = self.done[reversed_id]
        left = one.points - one.given_back
        asked = left if points is None else points
        if one.kind not in {"earn", "spend", "reserve"} or one.state != "done" or not 0 < asked <= left:
            return False
        if one.kind == "earn" and one.lot is not None:
            self._take_back(one.lot, asked)
        else:
            self._restore(reversed_id, one, asked, at)
        one.given_back += asked
        self.done[own] = Done("reverse", one.account, asked)
        return True

    def transfer(self, own: str, source: str, target: str, points: int, at: datetime) -> bool:
        source, target = self.now_of(source), self.now_of(target)
        drawn = [] if source == target else self._drawn(source, points, at)
        if not drawn:
            return False
        for lot, part in drawn:
            self._arrive(self._new_lot(target, lot.expires_at), part, at)
        self.done[own] = Done("transfer", source, points)
        return True

    def merge(self, own: str, source: str, target: str) -> bool:
        source, target = self.now_of(source), self.now_of(target)
        if source == target:
            return False
        for lot in self._of(source):
            lot.account = target
        self.debts[target] += self.debts.pop(source)
        self.stands_for[source] = target
        self.done[own] = Done("merge", source, 0)
        return True

    def time_has_its_way(self, at: datetime) -> None:
        """What the job does: what is late ends, and what is over expires."""
        for own, one in self.done.items():
            if one.state == "open" and self._is_late(one, at):
                self._release(own, at)
                one.state = "cancelled" if one.kind == "reserve" else "ended"
        for lot in self.lots:
            if lot.over(at):
                lot.expired, lot.available = lot.expired + lot.available, 0

    def points_of(self, account: str, at: datetime) -> int:
        return sum(lot.available for lot in self._of(account) if not lot.over(at))

    def lots_of(self, account: str, at: datetime) -> list[tuple[datetime | None, int]]:
        """Free points by their expiry, earliest first."""
        sums: dict[datetime | None, int] = {}
        for lot in sorted(self._of(account), key=lambda one: one.rank):
            if lot.available and not lot.over(at):
                sums[lot.expires_at] = sums.get(lot.expires_at, 0) + lot.available
        return list(sums.items())

    def held_of(self, account: str, kind: str) -> int:
        return sum(part for lot in self._of(account) for own, part in lot.held.items() if self.done[own].kind == kind)

    def pending_of(self, account: str) -> int:
        return sum(lot.pending for lot in self._of(account))

    def _of(self, account: str) -> list[OracleLot]:
        return [lot for lot in self.lots if lot.account == account]

    def _new_lot(self, account: str, expires_at: datetime | None) -> OracleLot:
        lot = OracleLot(len(self.lots), account, expires_at)
        self.lots.append(lot)
        return lot

    def _arrive(self, lot: OracleLot, points: int, at: datetime) -> None:
        if lot.over(at):
            lot.expired += points
            return
        paid = min(points, self.debts[lot.account])
        self.debts[lot.account] -= paid
        lot.available += points - paid

    def _drawn(self, account: str, points: int, at: datetime) -> list[tuple[OracleLot, int]]:
        free = sorted((lot for lot in self._of(account) if not lot.over(at)), key=lambda one: one.rank)
        if sum(lot.available for lot in free) < points:
            return []
        drawn = []
        for lot in free:
            if part := min(lot.available, points):
                lot.available -= part
                points -= part
                drawn.append((lot, part))
        return drawn

    def _release(self, own: str, at: datetime) -> None:
        for lot in sorted(self.lots, key=lambda one: one.rank):
            if part := lot.held.pop(own, 0):
                self._arrive(lot, part, at)

    def _spend_of_open_lease(self, own: str, lease: str, points: int) -> bool:
        one = self.done[lease]
        there = sorted((lot for lot in self.lots if lot.held.get(lease)), key=lambda lot: lot.rank)
        if sum(lot.held[lease] for lot in there) < points:
            return False
        drawn, missing = [], points
        for lot in there:
            if part := min(lot.held[lease], missing):
                lot.held[lease] -= part
                lot.spent[own] = part
                missing -= part
                drawn.append((lot, part))
        one.spent_of_it += points
        self.done[own] = Done("spend", one.account, points, drawn=drawn)
        return True

    def _take_back(self, lot: OracleLot, points: int) -> None:
        free = min(lot.available, points)
        lot.available -= free
        over = min(lot.expired, points - free)
        lot.expired -= over
        self.debts[lot.account] += points - free - over

    def _restore(self, own: str, one: Done, points: int, at: datetime) -> None:
        for lot, _ in reversed(one.drawn):
            part = min(lot.spent.get(own, 0), points)
            if part:
                lot.spent[own] -= part
                points -= part
                self._arrive(lot, part, at)

    def _is_late(self, one: Done, at: datetime) -> bool:
        return one.deadline_at is not None and not at < one.deadline_at

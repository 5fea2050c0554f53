"""Use case of taking back: a spend gives its very lots back, an earning is taken back as far as it is unspent."""

from sqlalchemy import bindparam, func, select

from field_api.errors import Clash
from field_api.points import accounts, ledger, log
from field_api.points.commands import Reverse
from field_api.points.ledger import Lot, Posting
from field_api.points.log import Operation
from field_api.points.models import operations
from field_api.points.rules import Draw, TooFew, check_points, undo
from field_api.points.standing import entered, lot_of
from field_api.store.engine import AnySession
from field_api.web.identity import Principal

_GIVEN_BACK = select(func.coalesce(func.sum(operations.c.points), 0)).where(
    operations.c.about_id == bindparam("of_id"), operations.c.kind == "reverse"
)


def reverse(session: AnySession, principal: Principal, command: Reverse) -> Operation:
    """Take an earning or a spend back, whole or so many points of it; named by itself or by its confirmation.

    What comes back to a lot that is over by now expires. What was spent of an earning becomes a debt. The same
    operation again is the same answer. Raises Invalid for what are no points, NotFound, TooFew when less is left to
    take back, and Clash for what is not taken back: a reversal, what is pending, what was taken back already.
    """
    if command.points is not None:
        check_points(command.points)
    root = _root(session, command.reversed_id)
    account = accounts.hold(session, root.account_id)
    if first := log.first_answer(session, command):
        return first
    effect = _effect(session, root)
    before = given_back(session, root.id)
    points = _checked(root, before, command.points)
    posting = ledger.begin(session, principal, command, points, account, about_id=root.id)
    if root.kind == "earn":
        _take_back(posting, lot_of(session, root.id), points)
    else:
        _give_back(session, posting, effect, before, points)
    return posting.close()


def given_back(session: AnySession, operation_id: str) -> int:
    """How many points of an earning or a spend were taken back so far."""
    return int(session.connection().execute(_GIVEN_BACK, {"of_id": operation_id}).scalar_one())


def _root(session: AnySession, reversed_id: str) -> Operation:
    found = log.read(session, reversed_id)
    if found.kind == "confirm" and found.ends_id is not None:
        found = log.read(session, found.ends_id)
    if found.kind == "reverse":
        raise Clash(f"The operation {found.id} is a reversal, which is not taken back; earn or spend anew.")
    if found.kind not in {"earn", "spend", "reserve"}:
        raise Clash(f"The operation {found.id} is of the kind {found.kind}, which is not taken back.")
    return found


def _effect(session: AnySession, root: Operation) -> Operation:
    """The operation that gave or took the points: the confirmation, where there had to be one."""
    if root.kind != "reserve" and not root.pending:
        return root
    ended = log.ender(session, root.id)
    if ended is None or ended.kind != "confirm":
        state = "open: cancel it" if ended is None else "cancelled"
        raise Clash(f"The operation {root.id} is {state}, so there is nothing to take back.")
    return ended


def _checked(root: Operation, before: int, asked: int | None) -> int:
    left = root.points - before
    if left == 0:
        raise Clash(f"The operation {root.id} was taken back whole.")
    if asked is not None and asked > left:
        raise TooFew(asked, left, f"left to take back of {root.id}")
    return left if asked is None else asked


def _take_back(posting: Posting, lot: Lot, points: int) -> None:
    missing = points
    for book, there in (("available", lot.available), ("expired", lot.expired)):
        part = min(there, missing)
        posting.move(lot, book, "issued", part)
        missing -= part
    posting.move(lot, "debt", "issued", missing)


def _give_back(session: AnySession, posting: Posting, spent: Operation, before: int, points: int) -> None:
    drawn = entered(session, spent.id, "redeemed")
    by_id = {lot.id: lot for lot, _ in drawn}
    for lot_id, part in undo([Draw(lot.id, count) for lot, count in drawn], before, points):
        posting.arrive(by_id[lot_id], "redeemed", part)

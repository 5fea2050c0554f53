"""Use cases between accounts: points are handed over, and two accounts become one; lots keep their expiry."""

from sqlalchemy import bindparam, or_, select, update

from field_api.errors import Clash
from field_api.points import accounts, holding, ledger, log
from field_api.points.accounts import Account
from field_api.points.commands import Merge, Transfer
from field_api.points.log import Operation
from field_api.points.models import accounts as account_table
from field_api.points.models import lots, operations
from field_api.points.rules import check_points
from field_api.points.standing import open_lots, take
from field_api.store.engine import AnySession
from field_api.web.identity import Principal

_MERGED_INTO = select(account_table.c.id).where(account_table.c.merged_into_id == bindparam("account_id"))
# Lots that are used up have no index by their account; what opened them has one.
_HAND_ON = update(lots).where(lots.c.account_id == bindparam("source")).values(account_id=bindparam("target"))


def transfer(session: AnySession, principal: Principal, command: Transfer) -> Operation:
    """Hand free points to another account, earliest expiry first; the debt of that account is paid first.

    The same operation again is the same answer. Raises Invalid, NotFound, TooFew, and Clash for a closed account or for
    one and the same.
    """
    check_points(command.points)
    source, target = accounts.hold_all(session, command.account_id, command.to_account_id)
    if first := log.first_answer(session, command):
        return first
    _check(source, target)
    more = {"other_account_id": target.id}
    posting = ledger.begin(session, principal, command, command.points, source, target, **more)
    for lot, part in take(posting, source.id, "moved", command.points):
        moved = posting.open_lot(target.id, part, lot.expires_at, from_lot_id=lot.id)
        posting.arrive(moved, "moved", part)
    return posting.close()


def merge(session: AnySession, principal: Principal, command: Merge) -> Operation:
    """Hand all that an account has, waits for and owes to another one, which stands for both from then on.

    Lots, reservations, leases and debts go over as they stand. The same operation again is the same answer. Raises
    NotFound, and Clash for a closed account or for one and the same.
    """
    source, target = accounts.hold_all(session, command.account_id, command.into_account_id)
    if first := log.first_answer(session, command):
        return first
    _check(source, target)
    found = open_lots(session, source.id)
    points = sum(lot.available + lot.pending + lot.reserved + lot.leased for lot in found)
    posting = ledger.begin(session, principal, command, points, source, target, other_account_id=target.id)
    for lot in found:
        posting.hand_on(lot, target.id)
    posting.hand_on_debt(source.id, target.id)
    done = posting.close()
    _hand_on_lots(session, source.id, target.id)
    holding.hand_on(session, source.id, target.id)
    accounts.shut(session, source, target.id)
    return done


def all_merged_into(session: AnySession, account_id: str) -> list[str]:
    """The account itself and every one that it stands for, however often it was merged."""
    found = [account_id]
    for one in found:
        found += session.connection().execute(_MERGED_INTO, {"account_id": one}).scalars()
    return found


def _hand_on_lots(session: AnySession, source: str, target: str) -> None:
    mine = all_merged_into(session, source)
    opened = or_(operations.c.account_id.in_(mine), operations.c.other_account_id.in_(mine))
    of_mine = _HAND_ON.where(lots.c.origin_id.in_(select(operations.c.id).where(opened)))
    session.connection().execute(of_mine, {"source": source, "target": target})


def _check(source: Account, target: Account) -> None:
    if source.id == target.id:
        raise Clash(f"Both are the account {source.id}.")
    accounts.check_open(source)
    accounts.check_open(target)

"""Leases: points that the server sets aside for one device, which may spend them without a network until a deadline.

Two devices can never spend the same points, since each lease is out of what is free. A lease takes only points that
can still be spent at its deadline, so that no point lives longer by being leased. A spend that reaches us late, when
the lease has ended and its rest has returned, is an ordinary spend by then: it is honoured when the lease itself would
have allowed it and the account still has the points, and refused whole otherwise. No clock but ours decides what is
late.
"""

from sqlalchemy import bindparam, func, select

from field_api import clock
from field_api.errors import Clash
from field_api.points import accounts, holding, ledger, log
from field_api.points.accounts import Account
from field_api.points.commands import Lease, Return, Spend
from field_api.points.endings import check_open
from field_api.points.log import Operation
from field_api.points.models import operations
from field_api.points.rules import LONGEST_LEASE, TooFew, check_deadline, check_points, is_over
from field_api.points.standing import left_of_lease, take, take_of
from field_api.store.columns import new_id
from field_api.store.engine import AnySession
from field_api.web.identity import THE_SYSTEM, Principal

_SPENT = select(func.coalesce(func.sum(operations.c.points), 0)).where(
    operations.c.about_id == bindparam("lease_id"), operations.c.kind == "spend"
)


def grant_lease(session: AnySession, principal: Principal, command: Lease) -> Operation:
    """Set points aside for a device until a deadline.

    The same operation again is the same answer. Raises Invalid for what are no points or a deadline that has passed or
    is further away than LONGEST_LEASE, NotFound, TooFew, and Clash.
    """
    check_points(command.points)
    account = accounts.hold(session, command.account_id)
    if first := log.first_answer(session, command):
        return first
    accounts.check_open(account)
    more = {"deadline_at": command.deadline_at, "device_id": command.device_id}
    posting = ledger.begin(session, principal, command, command.points, account, **more)
    check_deadline(command.deadline_at, posting.operation.recorded_at, LONGEST_LEASE)
    take(posting, account.id, "leased", command.points, outliving=command.deadline_at)
    holding.add(session, posting.operation)
    return posting.close()


def return_lease(session: AnySession, principal: Principal, command: Return) -> Operation:
    """End a lease: what is left goes back. Raises NotFound, and Clash when it has ended."""
    lease = log.read(session, command.lease_id, "lease")
    account = accounts.hold(session, lease.account_id)
    if first := log.first_answer(session, command):
        return first
    check_open(session, lease)
    return _give_back(session, principal, command, account)


def spend_leased(
    session: AnySession, principal: Principal, command: Spend, lease_id: str, account: Account
) -> Operation:
    """Spend points of a lease of the account, which is held. Raises NotFound, TooFew and Clash."""
    lease = log.read(session, lease_id, "lease")
    if accounts.standing_for(session, lease.account_id).id != account.id:
        raise Clash(f"The lease {lease_id} is of another account.")
    ended = log.ender(session, lease_id)
    if ended is None and is_over(lease.deadline_at, clock.now()):
        ended = lapse(session, lease_id, account)
    if ended is not None:
        return _spend_late(session, principal, command, lease, account)
    posting = ledger.begin(session, principal, command, command.points, account, about_id=lease_id)
    take_of(posting, left_of_lease(session, lease_id), "leased", "redeemed", command.points, "left of the lease")
    holding.take(session, lease_id, command.points)
    return posting.close()


def lapse(session: AnySession, lease_id: str, account: Account) -> Operation:
    """End a lease whose deadline has come, of an account that is held."""
    command = Return(operation_id=new_id(), lease_id=lease_id, reason="The deadline has come.")
    return _give_back(session, THE_SYSTEM, command, account)


def _give_back(session: AnySession, principal: Principal, command: Return, account: Account) -> Operation:
    left = left_of_lease(session, command.lease_id)
    points = sum(part for _, part in left)
    posting = ledger.begin(session, principal, command, points, account, ends_id=command.lease_id)
    for lot, part in left:
        posting.arrive(lot, "leased", part)
    holding.end(session, command.lease_id)
    return posting.close()


def _spend_late(
    session: AnySession, principal: Principal, command: Spend, lease: Operation, account: Account
) -> Operation:
    accounts.check_open(account)
    spent = int(session.connection().execute(_SPENT, {"lease_id": lease.id}).scalar_one())
    if command.points > lease.points - spent:
        raise TooFew(command.points, lease.points - spent, "left of the lease")
    # What came back may have paid a debt, so the account is read anew.
    posting = ledger.begin(session, principal, command, command.points, account, about_id=lease.id)
    take(posting, account.id, "redeemed", command.points)
    return posting.close()

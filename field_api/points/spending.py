"""Use cases that take points out: spends, and reservations with what becomes of them."""

from field_api.points import accounts, holding, leases, ledger, log
from field_api.points.commands import Reserve, Spend
from field_api.points.log import Operation
from field_api.points.rules import check_deadline, check_points
from field_api.points.standing import take
from field_api.store.engine import AnySession
from field_api.web.identity import Principal


def spend(session: AnySession, principal: Principal, command: Spend) -> Operation:
    """Take points, earliest expiry first, from what is free or from a lease; all of them or none.

    The same operation again is the same answer. Raises Invalid for what are no points, NotFound without the account or
    the lease, TooFew, and Clash for a closed account or an id that stands for something else.
    """
    check_points(command.points)
    account = accounts.hold(session, command.account_id)
    if first := log.first_answer(session, command):
        return first
    if command.lease_id is not None:
        return leases.spend_leased(session, principal, command, command.lease_id, account)
    accounts.check_open(account)
    posting = ledger.begin(session, principal, command, command.points, account)
    take(posting, account.id, "redeemed", command.points)
    return posting.close()


def reserve(session: AnySession, principal: Principal, command: Reserve) -> Operation:
    """Set points aside until they are confirmed or cancelled; from its deadline on it can only be cancelled.

    Points count as used when they are set aside: those that expire later can still be confirmed. Raises as `spend`.
    """
    check_points(command.points)
    account = accounts.hold(session, command.account_id)
    if first := log.first_answer(session, command):
        return first
    accounts.check_open(account)
    posting = ledger.begin(session, principal, command, command.points, account, deadline_at=command.deadline_at)
    check_deadline(command.deadline_at, posting.operation.recorded_at)
    take(posting, account.id, "reserved", command.points)
    holding.add(session, posting.operation)
    return posting.close()

"""Use cases that bring points in: earnings, and adjustments either way."""

from field_api.points import accounts, ledger, log
from field_api.points.commands import Adjust, Earn
from field_api.points.log import Operation
from field_api.points.rules import check_adjustment, check_points
from field_api.points.standing import take
from field_api.store.engine import AnySession
from field_api.web.identity import Principal


def earn(session: AnySession, principal: Principal, command: Earn) -> Operation:
    """Give points: spendable at once, or pending until they are confirmed or cancelled; a debt is paid first.

    The same operation again is the same answer. Raises Invalid for what are no points, NotFound without the account,
    and Clash for a closed account or an id that stands for something else.
    """
    check_points(command.points)
    account = accounts.hold(session, command.account_id)
    if first := log.first_answer(session, command):
        return first
    accounts.check_open(account)
    more = {"pending": command.pending, "expires_at": command.expires_at}
    posting = ledger.begin(session, principal, command, command.points, account, **more)
    lot = posting.open_lot(account.id, command.points, command.expires_at)
    if command.pending:
        posting.move(lot, "issued", "pending", command.points)
    else:
        posting.arrive(lot, "issued", command.points)
    return posting.close()


def adjust(session: AnySession, principal: Principal, command: Adjust) -> Operation:
    """Put the books right by hand, for a reason: points more, or fewer as far as there are any.

    Raises Invalid, NotFound, Clash, and TooFew when more would be taken than can be spent.
    """
    check_adjustment(command.points, command.reason)
    account = accounts.hold(session, command.account_id)
    if first := log.first_answer(session, command):
        return first
    accounts.check_open(account)
    posting = ledger.begin(session, principal, command, command.points, account, expires_at=command.expires_at)
    if command.points > 0:
        lot = posting.open_lot(account.id, command.points, command.expires_at)
        posting.arrive(lot, "adjusted", command.points)
    else:
        take(posting, account.id, "adjusted", -command.points)
    return posting.close()

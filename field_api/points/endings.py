"""Use cases that end what was left open: a pending earning or a reservation is confirmed or cancelled, once."""

from field_api import clock
from field_api.errors import Clash
from field_api.points import accounts, holding, ledger, log
from field_api.points.accounts import Account
from field_api.points.commands import Cancel, Confirm
from field_api.points.ledger import Posting
from field_api.points.log import Operation
from field_api.points.rules import is_over
from field_api.points.standing import entered, lot_of
from field_api.store.engine import AnySession
from field_api.web.identity import Principal


def confirm(session: AnySession, principal: Principal, command: Confirm) -> Operation:
    """Make a pending earning spendable, or a reservation spent.

    The same operation again is the same answer. Raises NotFound, and Clash when it has ended, or when the deadline of
    the reservation has passed.
    """
    ended, account = _hold(session, command.ends_id)
    if first := log.first_answer(session, command):
        return first
    check_open(session, ended)
    if is_over(ended.deadline_at, clock.now()):
        raise Clash(f"The reservation {ended.id} lapsed on {ended.deadline_at}.")
    posting = _begin(session, principal, command, ended, account)
    if ended.kind == "earn":
        posting.arrive(lot_of(session, ended.id), "pending", ended.points)
        return posting.close()
    for lot, points in entered(session, ended.id, "reserved"):
        posting.move(lot, "reserved", "redeemed", points)
    holding.end(session, ended.id)
    return posting.close()


def cancel(session: AnySession, principal: Principal, command: Cancel) -> Operation:
    """Drop a pending earning, or give a reservation back: what is over by now expires. Raises NotFound and Clash."""
    ended, account = _hold(session, command.ends_id)
    if first := log.first_answer(session, command):
        return first
    check_open(session, ended)
    posting = _begin(session, principal, command, ended, account)
    if ended.kind == "earn":
        posting.move(lot_of(session, ended.id), "pending", "issued", ended.points)
        return posting.close()
    for lot, points in entered(session, ended.id, "reserved"):
        posting.arrive(lot, "reserved", points)
    holding.end(session, ended.id)
    return posting.close()


def check_open(session: AnySession, opened: Operation) -> None:
    """Raises Clash unless this is a pending earning, a reservation or a lease that has not ended."""
    if opened.kind == "earn" and not opened.pending:
        raise Clash(f"The earning {opened.id} was never pending.")
    if by := log.ender(session, opened.id):
        how = {"confirm": "was confirmed", "cancel": "was cancelled", "return": "was returned"}[by.kind]
        raise Clash(f"The operation {opened.id} {how} on {by.recorded_at.isoformat()}, by the operation {by.id}.")


def _hold(session: AnySession, ended_id: str) -> tuple[Operation, Account]:
    ended = log.read(session, ended_id, "earn", "reserve")
    return ended, accounts.hold(session, ended.account_id)


def _begin(
    session: AnySession, principal: Principal, command: Confirm | Cancel, ended: Operation, account: Account
) -> Posting:
    return ledger.begin(session, principal, command, ended.points, account, ends_id=ended.id)

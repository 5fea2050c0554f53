"""What must hold of programmes and their members; the books themselves are checked by `points`."""

from collections.abc import Sequence

from sqlalchemy import and_, func, or_, select

from field_api.customers.models import customer_facts, customers
from field_api.errors import Invalid
from field_api.loyalty import numbers, tiers
from field_api.loyalty.models import earn_rules, enrolments, members, pending_earnings, programmes
from field_api.loyalty.rules import check_kind
from field_api.points.models import accounts, operations
from field_api.store.checks import Check
from field_api.store.engine import AnySession

BATCH = 2_000
MOST_TOLD = 10
_FIRST = "00000000-0000-0000-0000-000000000000"
_ending = operations.alias("ending")


def _misread_numbers(session: AnySession) -> Sequence[str]:
    found = []
    for own, number in session.execute(select(members.c.id, members.c.number).execution_options(yield_per=BATCH)):
        try:
            kept = numbers.read(number)
        except numbers.Misread:
            kept = None
        if kept != number:
            found.append(f"The card number of member {own} breaks its check digit.")
    return found[:MOST_TOLD]


def _accounts_unlike_members(session: AnySession) -> Sequence[str]:
    """Whoever is a member has an account, which is open as long as they are one, and lies with the same customer."""
    unlike = or_(
        accounts.c.id.is_(None),
        accounts.c.customer_id != members.c.customer_id,
        accounts.c.closed_at.is_(None) != (members.c.state == "active"),
        func.coalesce(accounts.c.merged_into_id, members.c.id) != func.coalesce(members.c.merged_into_id, members.c.id),
    )
    joined = members.outerjoin(accounts, accounts.c.id == members.c.id)
    # Of a member merged into one who was merged later the account still names the first.
    moved = and_(accounts.c.merged_into_id.is_not(None), members.c.merged_into_id.is_not(None))
    rows = session.scalars(select(members.c.id).select_from(joined).where(unlike, ~moved).limit(MOST_TOLD))
    return [f"The member {own} and the account of this id do not go together." for own in rows]


def _without_enrolment(session: AnySession) -> Sequence[str]:
    named = select(enrolments.c.member_id)
    lost = select(members.c.id).where(members.c.state != "merged", members.c.id.not_in(named)).limit(MOST_TOLD)
    return [f"Nothing says how the member {own} came." for own in session.scalars(lost)]


def _pending_unlike_books(session: AnySession) -> Sequence[str]:
    """What waits for its day waits in the books too, and the other way round."""
    ended = select(_ending.c.id).where(_ending.c.ends_id == operations.c.id).exists()
    waits = and_(operations.c.kind == "earn", operations.c.pending, ~ended)
    open_ones = select(operations.c.id).where(waits)
    kept = select(pending_earnings.c.operation_id)
    never = session.scalars(open_ones.where(operations.c.id.not_in(kept)).limit(MOST_TOLD)).all()
    gone = session.scalars(kept.where(pending_earnings.c.operation_id.not_in(open_ones)).limit(MOST_TOLD)).all()
    found = [f"The earning {own} is pending, and nothing says until when." for own in never]
    return found + [f"The earning {own} has ended, and is still waited for." for own in gone]


def _tiers_unlike_books(session: AnySession) -> Sequence[str]:
    """Each tier is what a replay of the books gives for the instant at which it was computed."""
    found: list[str] = []
    asked = select(members.c.id).where(members.c.state == "active", members.c.tier_computed_at.is_not(None))
    after = _FIRST
    while len(found) < MOST_TOLD:
        page = session.scalars(asked.where(members.c.id > after).order_by(members.c.id).limit(BATCH)).all()
        if not page:
            break
        found += tiers.unlike_books(session, page)
        after = page[-1]
    return found[:MOST_TOLD]


def _facts_unlike_tiers(session: AnySession) -> Sequence[str]:
    """What is noted on a customer is the tier of the main programme."""
    main = select(programmes.c.id).where(programmes.c.is_main, programmes.c.state == "live").scalar_subquery()
    mine = and_(members.c.customer_id == customers.c.id, members.c.programme_id == main, members.c.state == "active")
    fact = and_(
        customer_facts.c.customer_id == customers.c.id,
        customer_facts.c.kind == "tier",
        customer_facts.c.source == tiers.SOURCE,
        customer_facts.c.ends_at.is_(None),
    )
    joined = customers.outerjoin(members, mine).outerjoin(customer_facts, fact)
    unlike = func.coalesce(members.c.tier, "") != func.coalesce(customer_facts.c.value, "")
    query = select(customers.c.id, members.c.tier, customer_facts.c.value).select_from(joined)
    rows = session.execute(query.where(unlike, customers.c.retired_at.is_(None)).limit(MOST_TOLD))
    return [f"The customer {own} has the tier {tier} and is said to have {told}." for own, tier, told in rows]


def _circular_referrals(session: AnySession) -> Sequence[str]:
    """Nobody has brought themselves, not even round some corners."""
    rows = session.execute(select(members.c.id, members.c.referred_by_id, members.c.merged_into_id))
    up = {own: merged or by for own, by, merged in rows if merged or by}
    found, known_good = [], set()
    for start in up:
        own, passed = start, []
        while own in up and own not in known_good and own not in passed:
            passed.append(own)
            own = up[own]
        if own in passed:
            found.append(f"The member {own} was brought by themselves, by way of others.")
        known_good.update(passed)
    return found[:MOST_TOLD]


def _earned_from_points(session: AnySession) -> Sequence[str]:
    """No rule earns from what earning brings about."""
    found = []
    for own, kind in session.execute(select(earn_rules.c.id, earn_rules.c.kind)):
        try:
            check_kind(kind)
        except Invalid as error:
            found.append(f"The earn rule {own}: {error.faults[0].detail}")
    return found[:MOST_TOLD]


CHECKS = (
    Check("loyalty: every card number has its check digit", _misread_numbers),
    Check("loyalty: every member has their account, and nobody else's", _accounts_unlike_members),
    Check("loyalty: every member came in some way", _without_enrolment),
    Check("loyalty: what is pending has its day", _pending_unlike_books),
    Check("loyalty: every tier is what the books say", _tiers_unlike_books),
    Check("loyalty: the tier noted on a customer is the member's", _facts_unlike_tiers),
    Check("loyalty: nobody was brought by themselves", _circular_referrals),
    Check("loyalty: no rule pays itself", _earned_from_points),
)

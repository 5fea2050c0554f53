"""Who brought whom: a member may name the one who brought them, never themselves, and never round in a circle."""

from sqlalchemy import bindparam, select

from field_api.errors import Clash
from field_api.loyalty.members import KnownMember
from field_api.loyalty.models import members
from field_api.store.engine import AnySession

_WAY_UP = select(members.c.customer_id, members.c.referred_by_id, members.c.merged_into_id).where(
    members.c.id == bindparam("own_id")
)


def check_referrer(session: AnySession, referrer: KnownMember, programme_id: str, customer_id: str) -> None:
    """Raises Clash unless this member may be the one who brought the customer into the programme."""
    if referrer.programme_id != programme_id or referrer.state != "active":
        raise Clash("Whoever brings somebody is an active member of the same programme.")
    own: str | None = referrer.id
    passed: set[str] = set()
    while own is not None and own not in passed:
        passed.add(own)
        person, brought_by, merged_into = session.connection().execute(_WAY_UP, {"own_id": own}).one()
        own = merged_into or brought_by
        if person == customer_id:
            raise Clash(
                "Nobody brings themselves into the programme."
                if len(passed) == 1
                else "Whom this person has brought cannot have brought them; referrals never go in a circle."
            )


def was_brought_by(session: AnySession, member_id: str, ancestor_id: str) -> bool:
    """Whether the way up from a member, itself included, leads to another one, who has brought it in some steps."""
    own: str | None = member_id
    passed: set[str] = set()
    while own is not None and own not in passed:
        if own == ancestor_id:
            return True
        passed.add(own)
        _, brought_by, merged_into = session.connection().execute(_WAY_UP, {"own_id": own}).one()
        own = merged_into or brought_by
    return False


def in_order(session: AnySession, member_id: str, other_id: str) -> tuple[str, str]:
    """Two members in the order in which they are held: who was brought before who brought them, others by their ids.

    For so does a first purchase, which holds its buyer before it knows whom to thank.
    """
    first, second = sorted((member_id, other_id))
    return (second, first) if was_brought_by(session, second, first) else (first, second)

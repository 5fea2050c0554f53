"""Who brought whom: a member may name the one who brought them, never themselves, and never round in a circle."""

from sqlalchemy import bindparam, select

from field_api.errors import Clash
from field_api.loyalty.members import KnownMember
from field_api.loyalty.models import members
from field_api.store.engine import AnySession

_PARENT = select(members.c.customer_id, members.c.referred_by_id).where(members.c.id == bindparam("own_id"))


def check_referrer(session: AnySession, referrer: KnownMember, programme_id: str, customer_id: str) -> None:
    """Raises Clash unless this member may be the one who brought the customer into the programme."""
    if referrer.programme_id != programme_id or referrer.state != "active":
        raise Clash("Whoever brings somebody is an active member of the same programme.")
    own: str | None = referrer.id
    passed: set[str] = set()
    while own is not None and own not in passed:
        passed.add(own)
        person, own = session.connection().execute(_PARENT, {"own_id": own}).one()
        if person == customer_id:
            raise Clash(
                "Nobody brings themselves into the programme."
                if len(passed) == 1
                else "Whom this person has brought cannot have brought them; referrals never go in a circle."
            )

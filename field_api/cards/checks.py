"""What must hold of cards and of what people told on forms."""

from collections.abc import Sequence

from sqlalchemy import select

from field_api.cards.models import cards, web_enrolments
from field_api.points.models import operations
from field_api.store.checks import Check
from field_api.store.engine import AnySession

MOST_TOLD = 100


def _told_and_confirmed(session: AnySession) -> Sequence[str]:
    kept = web_enrolments.c
    query = select(kept.id).where(kept.confirmed_at.is_not(None), kept.told.is_not(None)).limit(MOST_TOLD)
    return [
        f"The enrolment {own} was confirmed, and what was told in it is kept still." for own in session.scalars(query)
    ]


def _earned_without_installing(session: AnySession) -> Sequence[str]:
    """By event and account; members who were merged keep what each of them earned."""
    earned = operations.c.event == "card_installed", operations.c.kind == "earn"
    told = select(cards.c.member_id).where(cards.c.installed_at.is_not(None))
    query = select(operations.c.id, operations.c.recorded_by_kind).where(*earned, operations.c.account_id.not_in(told))
    rows = session.execute(query.limit(MOST_TOLD))
    return [f"The card of operation {own} earned, and was never installed." for own, kind in rows if kind == "member"]


CHECKS = (
    Check("cards: what was told on a form is forgotten once it is confirmed", _told_and_confirmed),
    Check("cards: only an installed card has earned for being installed", _earned_without_installing),
)

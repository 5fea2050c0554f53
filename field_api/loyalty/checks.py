"""What must hold of programmes and their members."""

from collections.abc import Sequence

from sqlalchemy import select

from field_api.loyalty import numbers
from field_api.loyalty.models import members
from field_api.store.checks import Check
from field_api.store.engine import AnySession

BATCH = 2_000
MOST_TOLD = 10


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


CHECKS = (Check("loyalty: every card number has its check digit", _misread_numbers),)

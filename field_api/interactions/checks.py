"""What must hold of the timeline."""

from collections.abc import Sequence

from sqlalchemy import select

from field_api.interactions.models import entries
from field_api.store.checks import Check
from field_api.store.engine import AnySession

_corrected = entries.alias("corrected")


def _corrections_elsewhere(session: AnySession) -> Sequence[str]:
    pairs = select(entries.c.id, _corrected.c.id).join(_corrected, _corrected.c.id == entries.c.corrects_id)
    astray = pairs.where(_corrected.c.customer_id != entries.c.customer_id)
    return [f"Entry {own} corrects {old}, which is of another customer." for own, old in session.execute(astray)]


CHECKS = (Check("a correction stays in the timeline of its customer", _corrections_elsewhere),)

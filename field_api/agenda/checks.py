"""What must hold of calendars and of what is in them."""

from collections.abc import Iterator, Sequence
from datetime import tzinfo
from itertools import islice

from sqlalchemy import select

from field_api.agenda import calendars
from field_api.agenda.components import read_object
from field_api.agenda.models import CalendarObject, objects, removed
from field_api.agenda.objects import etag_of
from field_api.agenda.projection import project
from field_api.agenda.refusals import BadObject
from field_api.store.checks import Check
from field_api.store.engine import AnySession

_AT_ONCE = 500
_MOST_TOLD = 100


def _unlike_their_text(session: AnySession) -> Sequence[str]:
    """Columns are what the text says, spans among them: computed anew and compared."""
    return list(islice(_differing(session), _MOST_TOLD))


def _differing(session: AnySession) -> Iterator[str]:
    homes: dict[str, tzinfo] = {}
    for row in session.scalars(select(CalendarObject).execution_options(yield_per=_AT_ONCE)):
        if row.calendar_id not in homes:
            homes[row.calendar_id] = calendars.home_of_id(session, row.calendar_id)
        if row.etag != etag_of(row.text):
            yield f"The object {row.id} has an ETag of another text."
        try:
            said = project(read_object(row.text), homes[row.calendar_id]).columns()
        except BadObject as error:
            yield f"The object {row.id} can no longer be read: {error.detail}"
            continue
        unlike = [name for name, value in said.items() if getattr(row, name) != value]
        if unlike:
            yield f"The object {row.id} differs from its text in {', '.join(unlike)}."


def _gone_and_there(session: AnySession) -> Sequence[str]:
    both = select(objects.c.id).join(removed, removed.c.object_id == objects.c.id)
    return [f"The object {own} stands, and is told to be gone." for own in session.execute(both.limit(100)).scalars()]


CHECKS = (
    Check("agenda: every column of an object is what its text says, stored occurrences too", _unlike_their_text),
    Check("agenda: nothing stands that followers are told is gone", _gone_and_there),
)

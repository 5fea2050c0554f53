"""The zone that a client names with a VTIMEZONE, in a query or as a property of a calendar."""

from datetime import tzinfo

from field_api.agenda import zones
from field_api.agenda.components import read_tree
from field_api.agenda.content_lines import read_lines
from field_api.agenda.refusals import BadObject
from field_api.dav.names import caldav
from field_api.dav.refusals import Refused


def zone_told(text: str) -> tzinfo | None:
    """The zone of the one VTIMEZONE in a calendar; None for one whose rules say nothing.

    Raises Refused with the precondition valid-calendar-data for a text that holds none.
    """
    try:
        lines = read_lines(text.encode())
        found = [one for one in read_tree(lines).inside if one.name == "VTIMEZONE"]
        if len(found) != 1:
            raise BadObject("A time zone is told by one VTIMEZONE.")
        return zones.named(found[0].value("TZID") or "") or zones.told(found[0], [line.raw for line in lines])
    except BadObject as error:
        raise Refused(403, caldav("valid-calendar-data"), error.detail) from None

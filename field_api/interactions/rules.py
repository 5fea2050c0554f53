"""When an entry of the timeline may be corrected."""

from dataclasses import dataclass

from field_api.errors import Clash


@dataclass(frozen=True)
class Entry:
    """An entry, as far as it decides whether it may be corrected; `corrected_by_id` is its correction, if any."""

    id: str
    about_kind: str | None
    corrected_by_id: str | None


def check_correctable(entry: Entry) -> None:
    """Raises Clash for an entry that was corrected before, or that another record stands behind."""
    if entry.corrected_by_id is not None:
        raise Clash(f"The entry {entry.id} was corrected by {entry.corrected_by_id}; correct that one.")
    if entry.about_kind is not None:
        raise Clash(f"The entry {entry.id} tells of a {entry.about_kind}; what changes that one is noted by itself.")

"""What phones follow of the company's territories: each user those in sight; to read only."""

from collections.abc import Collection

from sqlalchemy import Table, select

from field_api.reps.models import Territory
from field_api.store.engine import AnySession
from field_api.sync.collections import ID, TEXT, Placed, Synced, in_territory, territory_bucket

_territories: Table = Territory.__table__  # type: ignore[assignment]  # declared as FromClause, which a table is
_own = _territories.c


def _documents(session: AnySession, ids: Collection[str]) -> dict[str, Placed]:
    rows = session.execute(select(_own.id, _own.name, _own.parent_id).where(_own.id.in_(ids)))
    known = ({name: value for name, value in row._mapping.items() if value is not None} for row in rows)
    return {one["id"]: Placed(in_territory(one["id"]), one) for one in known}


COLLECTION = Synced(
    name="territories",
    title="A territory",
    properties={"name": TEXT, "parent_id": ID},
    placement=select(_own.id.label("doc_id"), territory_bucket(_own.id).label("bucket")),
    documents=_documents,
)

"""What phones follow of the code lists; to read only."""

from collections.abc import Collection

from sqlalchemy import literal, select

from field_api.code_lists.models import code_list_entries
from field_api.store.engine import AnySession
from field_api.sync.collections import COMPANY, INTEGER, TEXT, Placed, Synced, object_of

_own = code_list_entries.c


def _documents(session: AnySession, ids: Collection[str]) -> dict[str, Placed]:
    found = {}
    for row in session.execute(select(code_list_entries).where(_own.id.in_(ids))):
        label = {"en": row.label_en, "fr": row.label_fr}
        told = {"id": row.id, "list": row.list, "code": row.code, "label": label, "order": row.position}
        found[row.id] = Placed(COMPANY, told)
    return found


COLLECTION = Synced(
    name="code_lists",
    title="A value that a field may take, with what people call it; `list` is where the field stands",
    properties={"list": TEXT, "code": TEXT, "label": object_of(en=TEXT, fr=TEXT), "order": INTEGER},
    placement=select(_own.id.label("doc_id"), literal(COMPANY).label("bucket")),
    documents=_documents,
)

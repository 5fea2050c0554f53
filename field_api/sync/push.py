"""Taking a phone's edits: each runs through the same use cases as REST, each succeeds or fails by itself."""

from collections.abc import Collection
from dataclasses import dataclass

import orjson
from sqlalchemy.exc import DataError, IntegrityError

from field_api.errors import Clash, Forbidden, FuretError, Invalid, NotFound
from field_api.store.engine import AnySession
from field_api.sync import refusals, scope
from field_api.sync.collections import Document, Synced, Writing, of_rep, registered
from field_api.sync.feed import open_lanes, savepoint, touch
from field_api.sync.merge import check_lists, merge, writable
from field_api.sync.pull import visible, wire
from field_api.web.identity import Principal

MOST_ROWS = 500

# What a use case raises that refuses an edit, and lets the others pass.
_REFUSED = (FuretError, IntegrityError, DataError)


@dataclass(frozen=True)
class Edit:
    """One pushed row: the state that the phone wants, and the one it started from (None: it made the document)."""

    document: Document
    base: Document | None

    @property
    def doc_id(self) -> str:
        """The document's id, made by the phone."""
        return str(self.document["id"])

    @property
    def deletes(self) -> bool:
        """Whether the phone wants the document gone."""
        return bool(self.document.get("_deleted"))


class Push:
    """One push of one caller into one collection; wants a write transaction."""

    def __init__(self, session: AnySession, principal: Principal, collection: Synced, version: int | None) -> None:
        if collection.writing is None:
            raise Forbidden(f"The collection {collection.name} is read only.")
        self._session, self._principal, self._collection = session, principal, collection
        self._writing: Writing = collection.writing
        self._unknown = collection.unknown_at(version)
        self._fields = {name: how for name, how in self._writing.fields.items() if name not in self._unknown}
        self._standing: dict[str, Document] = {}
        self._elsewhere: set[str] = set()
        self._waiting: set[str] = set()

    def take(self, edits: list[Edit]) -> list[Document]:
        """Store what can be stored; the answer is what stands wherever that is not what the phone wants."""
        lanes = scope.settle(self._session, self._principal, self._collection.name)
        wanted = {edit.doc_id: edit for edit in edits}
        self._writing.lock(self._session, sorted(wanted))
        self._standing = self._seen(wanted)
        refused = self._take_together(edits)
        self._standing = self._seen(wanted)
        if open_lanes(self._session, self._collection.name, known={lane.bucket for lane in lanes}):
            # The first document in a bucket: it is granted with the lane, and so can be taken back one day.
            scope.settle(self._session, self._principal, self._collection.name)
        self._let_in([doc_id for doc_id, edit in wanted.items() if edit.base is None and doc_id in self._standing])
        told = {doc_id: edit for doc_id, edit in wanted.items() if doc_id not in self._waiting}
        unlike = [doc_id for doc_id, edit in told.items() if doc_id in refused or not self._as_wanted(edit)]
        return [wire(doc_id, self._standing.get(doc_id), self._unknown) for doc_id in unlike]

    def _seen(self, ids: Collection[str]) -> dict[str, Document]:
        found = self._collection.documents(self._session, list(ids))
        documents = {doc_id: visible(self._principal, placed) for doc_id, placed in found.items()}
        self._elsewhere = {doc_id for doc_id, document in documents.items() if document is None}
        # Through JSON and back, so that instants compare with the texts that phones send.
        return {doc_id: as_json(document) for doc_id, document in documents.items() if document is not None}

    def _take_together(self, edits: list[Edit]) -> set[str]:
        """Store the edits; the ids of those of which something was refused.

        Most pushes have nothing to refuse, and a savepoint costs a third of what storing a row does. So all share
        one, and only when one of them fails does each take its own.
        """
        last = {edit.doc_id: edit for edit in edits}
        try:
            with savepoint(self._session):
                return {edit.doc_id for edit in edits if not self._take(edit, again=edit is not last[edit.doc_id])}
        except _REFUSED:
            self._standing, self._waiting = self._seen(last), set()
        return {edit.doc_id for edit in edits if not self._take_apart(edit, again=edit is not last[edit.doc_id])}

    def _take_apart(self, edit: Edit, *, again: bool) -> bool:
        """Store one edit, or as much of it as can be; False when something of it was refused, and kept as such."""
        try:
            with savepoint(self._session):
                return self._take(edit, again=again)
        except FuretError as error:
            self._refuse(edit, error)
        except IntegrityError:
            self._refuse(edit, Clash("It contradicts something that stands, or names something that does not."))
        except DataError:
            self._refuse(edit, Invalid("A value is beyond what can be kept."))
        return False

    def _take(self, edit: Edit, *, again: bool) -> bool:
        """The same, but raises one of `_REFUSED` when nothing of it can be stored.

        `again`: another edit of the same document follows in this push, and must see what this one left.
        """
        left_out = self._apply(edit)
        self._session.flush()
        if again:
            self._standing = self._seen(self._standing.keys() | self._elsewhere | {edit.doc_id})
        if left_out is not None:
            self._refuse(edit, left_out)
        return left_out is None

    def _refuse(self, edit: Edit, reason: FuretError) -> None:
        awaits_id = self._awaited(edit) if isinstance(reason, NotFound) else None
        refusals.keep(self._session, self._principal, self._collection.name, edit.document, reason, awaits_id)

    def _awaited(self, edit: Edit) -> str | None:
        """What the edit waits for, if it does: then the phone keeps the document, as if it were stored."""
        if edit.base is not None or edit.deletes or self._writing.awaits is None:
            return None
        awaits_id = self._writing.awaits(self._session, edit.document)
        if awaits_id is not None:
            self._waiting.add(edit.doc_id)
        return awaits_id

    def _let_in(self, arrived: list[str]) -> None:
        """Store what was pushed before the documents that it belongs to, and now have arrived."""
        for name, document in refusals.take_waiting(self._session, self._principal, arrived):
            late = Push(self._session, self._principal, registered()[name], None)
            if not late._take_apart(Edit(document, None), again=False):
                # The phone believes it to be stored; its user's own bucket tells that it is not.
                touch(self._session, name, str(document["id"]), of_rep(self._principal.id))

    def _apply(self, edit: Edit) -> FuretError | None:
        """Run the use case that the edit means; gives the reason why a part of it was left out."""
        standing = self._standing.get(edit.doc_id)
        if standing is None:
            self._create(edit)
            return None
        for document in (edit.document, edit.base or {}):
            check_lists(document, self._fields)
        theirs = writable(standing, self._fields)
        if edit.deletes:
            self._remove(edit, theirs)
            return None
        mine = writable(edit.document, self._fields)
        # What stands is what is wanted: a push that came twice, or two phones that agree.
        if _agrees(mine, theirs, edit.base):
            if self._owned(edit.document) != self._owned(standing):
                # A pull passed over the echo of the first push, because the phone had not heard that it was stored.
                touch(self._session, self._collection.name, edit.doc_id)
            return None
        if edit.base is None:
            raise Clash("Somebody else made a document of this id.")
        merged = merge(writable(edit.base, self._fields), mine, theirs, self._fields)
        changes = {name: merged.document.get(name) for name in self._fields}
        changes = {name: value for name, value in changes.items() if value != theirs.get(name)}
        if changes:
            if self._writing.change is None:
                raise Forbidden(f"The collection {self._collection.name} only grows; nothing in it is changed.")
            # All that stands, the fields that this phone's schema does not know among it.
            whole = writable(standing, self._writing.fields)
            self._writing.change(self._session, self._principal, edit.doc_id, whole, changes)
        return (
            Clash(f"Somebody else changed {', '.join(merged.clashes)} too; theirs stands.") if merged.clashes else None
        )

    def _create(self, edit: Edit) -> None:
        if edit.deletes:
            if edit.doc_id in self._elsewhere:
                raise NotFound("It is no longer yours to see, and was not removed.")
            return
        if edit.base is not None and not edit.base.get("_deleted"):
            raise NotFound("It is gone, or no longer yours to see.")
        document = writable(edit.document, self._fields)
        self._writing.create(self._session, self._principal, {"id": edit.doc_id, **document})

    def _remove(self, edit: Edit, theirs: Document) -> None:
        if edit.base is None or writable(edit.base, self._fields) != theirs:
            raise Clash("Somebody else changed it; it was not removed.")
        if self._writing.remove is None:
            raise Forbidden(f"Nothing is removed from the collection {self._collection.name}.")
        self._writing.remove(self._session, self._principal, edit.doc_id)

    def _as_wanted(self, edit: Edit) -> bool:
        """Whether what stands is what the phone will believe to stand."""
        standing = self._standing.get(edit.doc_id)
        if standing is None or edit.deletes:
            return standing is None and edit.deletes
        if edit.base is not None and self._owned(edit.document) != self._owned(edit.base):
            return False
        mine, stands = writable(edit.document, self._fields), writable(standing, self._fields)
        return _agrees(mine, stands, edit.base)

    def _owned(self, document: Document) -> Document:
        """The fields of a document that are the server's alone."""
        return {
            name: value
            for name, value in document.items()
            if name in self._collection.properties and name not in self._fields and value is not None
        }


def _agrees(mine: Document, stands: Document, base: Document | None) -> bool:
    """Whether what stands is what the phone wants.

    What a phone left open in a document that it made, and the server filled in, comes with the next pull, as the
    server's own fields do.
    """
    if base is None:
        stands = {name: value for name, value in stands.items() if name in mine}
    return mine == stands


def as_json(document: Document) -> Document:
    """The document as a phone reads it."""
    read: Document = orjson.loads(orjson.dumps(document, option=orjson.OPT_UTC_Z))
    return read

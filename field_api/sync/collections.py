"""What a feature says of its documents so that phones can follow them; `app.py` hands it over."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from flask import Flask, current_app
from sqlalchemy import ColumnElement, Select, String, cast, literal, select

from field_api.errors import Fault, Invalid, NotFound, Outdated
from field_api.store.among import among
from field_api.store.engine import AnySession
from field_api.web.identity import Principal

Document = dict[str, Any]

COMPANY = "company"
_REGISTERED = "SYNC_COLLECTIONS"


# JSON schemas of fields.
TEXT: Document = {"type": "string"}
NUMBER: Document = {"type": "number"}
INTEGER: Document = {"type": "integer"}
TRUE_OR_FALSE: Document = {"type": "boolean"}
INSTANT: Document = {"type": "string", "format": "date-time"}
ID: Document = {"type": "string", "format": "uuid"}


def one_of(*choices: str) -> Document:
    """The JSON schema of a code."""
    return {"type": "string", "enum": list(choices)}


def object_of(**members: Document) -> Document:
    """The JSON schema of an object with these members, none of them required."""
    return {"type": "object", "properties": members}


def list_of(**members: Document) -> Document:
    """The JSON schema of a list whose entries have an id and these members."""
    return {"type": "array", "items": {**object_of(id=ID, **members), "required": ["id"]}}


def in_territory(territory_id: str) -> str:
    """The bucket of all that lies in a territory."""
    return f"territory:{territory_id}"


def territory_bucket(territory_id: ColumnElement[str]) -> ColumnElement[str]:
    """The same of a column, for placements."""
    return literal("territory:") + cast(territory_id, String(36))


def of_rep(user_id: str) -> str:
    """The bucket of what is one rep's own."""
    return f"rep:{user_id}"


def of_team(user_id: str) -> str:
    """The bucket of what those who lead somebody see of their work."""
    return f"team:{user_id}"


class Placed(NamedTuple):
    """A standing document, and the bucket in which it lies now; `also` names the others of a shared collection."""

    bucket: str
    document: Document
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Writing:
    """How a phone's edits become use cases.

    `fields` names what phones may write: None for a plain value, and for a list the members of an entry that they may
    write (entries merge one by one by their id). `create`, `change` and `remove` call the same actions as REST; a
    collection that only grows has no `change` and no `remove`. `change` is given the document's id, what phones may
    write of it as it stands, and the fields to set (None: cleared).
    """

    fields: Mapping[str, tuple[str, ...] | None]
    # Holds the rows until the transaction ends, in the order of their ids.
    lock: Callable[[AnySession, Collection[str]], object]
    create: Callable[[AnySession, Principal, Document], object]
    change: Callable[[AnySession, Principal, str, Document, Document], object] | None = None
    remove: Callable[[AnySession, Principal, str], object] | None = None
    # The id of what a phone's new document belongs to, when nobody has made that yet: collections come in any order.
    awaits: Callable[[AnySession, Document], str | None] | None = None


@dataclass(frozen=True)
class Synced:
    """A collection of documents that phones follow.

    `properties` is the JSON schema of each field but the id, at the present `version`; nothing is ever null in a
    document: what is not known is absent. `placement` selects (doc_id, bucket) of every standing document; `documents`
    reads those of some ids, whoever asks. `older` names, for each older
    version still served, the fields that it does not know: a new version adds fields and never gives one a new meaning.
    `followers` gives the ids of documents that lie where their parents lie: asked with the parents' collection and ids.
    A document of a `shared` collection may lie in several buckets at once, and is seen from any of them.
    """

    name: str
    title: str
    properties: Mapping[str, Any]
    placement: Select[tuple[str, str]]
    documents: Callable[[AnySession, Collection[str]], dict[str, Placed]]
    writing: Writing | None = None
    version: int = 0
    older: Mapping[int, frozenset[str]] = field(default_factory=dict)
    followers: Callable[[AnySession, str, Collection[str]], Collection[str]] | None = None
    shared: bool = False

    @cached_property
    def held_placement(self) -> Select[str, str]:
        """Where the documents of the parameter `ids` lie; what decides it is held until the transaction ends.

        Held as a foreign key holds what it names: other changes of these rows go on beside. Whoever changes where
        documents lie locks the row FOR UPDATE and waits.
        """
        placed = self.placement.subquery()
        asked = select(placed.c.doc_id, placed.c.bucket).where(among(placed.c.doc_id))
        return asked.with_for_update(read=True, key_share=True)

    def schema(self) -> dict[str, Any]:
        """The present JSON schema in the form that RxDB builds a collection from.

        The id alone is required, so that a bare tombstone is valid too.
        """
        identity = {"type": "string", "maxLength": 36, "format": "uuid"}
        return {
            "title": self.title,
            "version": self.version,
            "primaryKey": "id",
            "type": "object",
            "properties": {"id": identity, **self.properties},
            "required": ["id"],
        }

    @property
    def oldest_version(self) -> int:
        """The oldest schema version still served."""
        return min(self.older, default=self.version)

    def unknown_at(self, version: int | None) -> frozenset[str]:
        """The fields that a client's schema version does not know; None is the present version.

        Raises Outdated below the oldest version served, and Invalid above the present one.
        """
        if version is None or version == self.version:
            return frozenset()
        if version > self.version:
            told = f"This server knows {self.name} up to schema {self.version}; use that one."
            raise Invalid("The schema is from the future.", Fault("schema", told, parameter=True))
        if version not in self.older:
            raise Outdated(f"Schema {version} of {self.name} is no longer served; update the app.")
        return self.older[version]


def register(app: Flask, collections: tuple[Synced, ...]) -> None:
    """Make the collections known to this application's feed."""
    app.config[_REGISTERED] = {one.name: one for one in collections}


def registered() -> Mapping[str, Synced]:
    """The collections of the present application, by name."""
    found: Mapping[str, Synced] = current_app.config.get(_REGISTERED, {})
    return found


def require(name: str) -> Synced:
    """The collection of that name. Raises NotFound."""
    found = registered().get(name)
    if found is None:
        raise NotFound(f"There is no collection {name!r}; GET /v1/sync lists them.")
    return found

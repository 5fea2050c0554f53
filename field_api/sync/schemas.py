"""The feed's wire protocol as JSON."""

from typing import Any

from marshmallow import INCLUDE, Schema, fields, validate

from field_api.sync.checkpoints import LONGEST
from field_api.sync.pull import MOST_DOCUMENTS
from field_api.web.ids import IdField
from field_api.web.instants import InstantField


class TrueOrFalse(fields.Boolean):
    """JSON's true or false, and nothing that merely looks like one."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_rest: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid")
        return value


class VersionArguments(Schema):
    """Which version of the documents."""

    schema = fields.Integer(
        validate=validate.Range(0, 999_999),
        metadata={"description": "The version of the client's JSON schema; the present one, when left out."},
    )


class PullArguments(VersionArguments):
    """Which page of the feed."""

    limit = fields.Integer(
        load_default=100,
        validate=validate.Range(1, MOST_DOCUMENTS),
        metadata={"description": "Documents a page; RxDB's pull.batchSize. A shorter page is the last one."},
    )
    checkpoint = fields.String(
        validate=validate.Length(1, LONGEST),
        metadata={"description": "The `position` of the last checkpoint answered; none to begin."},
    )


class DocumentSchema(Schema):
    """A document as phones keep it; its further fields are told by `GET /v1/sync`. A tombstone has no further field."""

    class Meta:
        """Each collection has its own fields."""

        unknown = INCLUDE

    id = IdField(required=True)
    _deleted = TrueOrFalse()


class PushRowSchema(Schema):
    """One edit: the state that the phone wants, and the state it started from (none for a document that it made)."""

    newDocumentState = fields.Nested(DocumentSchema, required=True)  # noqa: N815 - RxDB's own name
    assumedMasterState = fields.Nested(DocumentSchema, allow_none=True)  # noqa: N815


class CheckpointSchema(Schema):
    """How far the phone has come. Another epoch than before means that the server was restored from a backup."""

    epoch = fields.String(required=True)
    position = fields.String(required=True)


class PageSchema(Schema):
    """A page of the feed."""

    documents = fields.List(fields.Nested(DocumentSchema), required=True)
    checkpoint = fields.Nested(CheckpointSchema, required=True)


class DigestSchema(Schema):
    """What a client that is whole computes over its own documents."""

    count = fields.Integer(required=True)
    hash = fields.String(
        required=True,
        metadata={"description": "Sum modulo 2**256 of the SHA-256 of each document's canonical JSON (RFC 8785)."},
    )


class CollectionSchema(Schema):
    """A collection that phones can follow."""

    name = fields.String(required=True)
    version = fields.Integer(required=True)
    oldest_version = fields.Integer(required=True)
    read_only = fields.Boolean(required=True)
    schema = fields.Dict(required=True, metadata={"description": "A JSON schema that RxDB takes as it is."})


class CollectionsSchema(Schema):
    """What phones can follow, and the epoch to name replications after."""

    epoch = fields.String(required=True)
    collections = fields.List(fields.Nested(CollectionSchema), required=True)


class RefusalSchema(Schema):
    """An edit that was not stored, or not all of it: what was pushed, in full, and why."""

    id = IdField()
    collection = fields.String()
    doc_id = IdField()
    problem = fields.Dict()
    document = fields.Dict()
    awaits_id = IdField(
        allow_none=True, metadata={"description": "It is stored once this document arrives, to which it belongs."}
    )
    at = InstantField()


class RefusalPageSchema(Schema):
    """A page of refused edits, oldest first."""

    items = fields.List(fields.Nested(RefusalSchema))

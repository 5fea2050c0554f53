"""Secret addresses of agendas, and files that are imported, as JSON."""

from marshmallow import Schema, fields, validate

from field_api.web.ids import IdField
from field_api.web.instants import InstantField
from field_api.web.patterns import ONE_LINE

MOST_OF_A_FILE = 900_000


class NewSubscriptionSchema(Schema):
    """A secret address, with a name by which its owner knows it again."""

    name = fields.String(required=True, validate=(validate.Length(1, 120), ONE_LINE))


class SubscriptionSchema(Schema):
    """A secret address without its secret."""

    id = IdField()
    name = fields.String()
    created_at = InstantField()
    revoked_at = InstantField(allow_none=True)


class NewlyMadeSubscriptionSchema(SubscriptionSchema):
    """A secret address; its path is told this once."""

    path = fields.String(metadata={"description": "To append to the address of this service."})


class SubscriptionsSchema(Schema):
    """One's own secret addresses, newest first."""

    items = fields.List(fields.Nested(SubscriptionSchema))


class CalendarFileSchema(Schema):
    """The text of an .ics file, with any number of events."""

    text = fields.String(required=True, validate=validate.Length(1, MOST_OF_A_FILE))


class ImportedEventSchema(Schema):
    """An event of the file."""

    uid = fields.String()
    title = fields.String(allow_none=True)
    appointment_id = IdField(allow_none=True)
    reason = fields.String(allow_none=True, metadata={"description": "Why it was not taken."})


class ImportReportSchema(Schema):
    """What of a file was taken, what stood already, and what was left out and why."""

    taken = fields.List(fields.Nested(ImportedEventSchema))
    unchanged = fields.List(fields.Nested(ImportedEventSchema))
    refused = fields.List(fields.Nested(ImportedEventSchema))

"""Appointments as JSON."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from field_api.agenda.documents import MINUTES_BEFORE, MOST_LISTED, STATUSES
from field_api.agenda.models import OUTCOMES, PRIVACIES, PURPOSES
from field_api.agenda.moves import SCOPES
from field_api.agenda.times import DAY_OR_CLOCK, wall_clock_of
from field_api.errors import Invalid
from field_api.web.ids import IdField
from field_api.web.instants import InstantField
from field_api.web.patterns import Pattern

_CLEAN = Pattern(r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")
_ONE_LINE = Pattern(r"^[^\x00-\x1f\x7f]*$", "Write one line, without control characters.")
_CLOCK = "A day, or a wall clock without offset. `ends` of days is the day after the last one."


def _exists(text: str) -> None:
    try:
        wall_clock_of(text, "")
    except Invalid as refused:
        raise ValidationError(refused.faults[0].detail) from None


def _when(**more: object) -> fields.String:
    told = {"description": _CLOCK, "example": "2026-03-02T09:30:00", "pattern": DAY_OR_CLOCK}
    return fields.String(validate=_exists, metadata=told, **more)  # type: ignore[arg-type]


def _moments() -> fields.Field[Any]:
    return fields.List(_when(), allow_none=True, validate=validate.Length(max=MOST_LISTED))


class AlarmSchema(Schema):
    """A reminder. One that a calendar app made in another way has a `trigger` as it wrote it."""

    action = fields.String(
        load_default="display",
        validate=(validate.Length(1, 40), _ONE_LINE),
        metadata={"description": "`display` or `audio` for a new one; apps make others, which are kept."},
    )
    minutes_before = fields.Integer(validate=validate.Range(0, MINUTES_BEFORE))
    trigger = fields.String(validate=(validate.Length(max=200), _ONE_LINE))


class OccurrenceChangeSchema(Schema):
    """What one occurrence of a series says of its own; `id` is its wall clock in the series."""

    id = _when(required=True)
    starts = _when()
    ends = _when()
    time_zone = fields.String(dump_only=True, allow_none=True)
    title = fields.String(allow_none=True, validate=(validate.Length(max=500), _CLEAN))
    location = fields.String(allow_none=True, validate=(validate.Length(max=500), _CLEAN))
    description = fields.String(allow_none=True, validate=(validate.Length(max=20_000), _CLEAN))
    status = fields.String(allow_none=True, validate=validate.OneOf(STATUSES))


class OutcomeSchema(Schema):
    """How a visit went; `occurrence` is its wall clock in a series, and may be left out of a single appointment."""

    id = IdField()
    occurrence = _when(allow_none=True)
    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    notes = fields.String(allow_none=True, validate=(validate.Length(1, 4_000), _CLEAN))


class NotedOutcomeSchema(OutcomeSchema):
    """How a visit went, as it was noted."""

    appointment_id = IdField()
    noted_at = InstantField()
    interaction_id = IdField(allow_none=True, metadata={"description": "The entry of the timeline that tells of it."})


class ChangedAppointmentSchema(Schema):
    """What may be changed of an appointment."""

    title = fields.String(allow_none=True, validate=(validate.Length(max=500), _CLEAN))
    location = fields.String(allow_none=True, validate=(validate.Length(max=500), _CLEAN))
    description = fields.String(allow_none=True, validate=(validate.Length(max=20_000), _CLEAN))
    starts = _when()
    ends = _when()
    time_zone = fields.String(
        allow_none=True,
        validate=(validate.Length(1, 255), _ONE_LINE),
        metadata={"description": "An IANA name; null for whole days, and for a wall clock that means any place."},
    )
    rule = fields.String(
        allow_none=True,
        validate=(validate.Length(1, 1_000), _ONE_LINE),
        metadata={"description": "RRULE of RFC 5545.", "example": "FREQ=WEEKLY;BYDAY=MO"},
    )
    excepted = _moments()
    added = _moments()
    occurrences = fields.List(fields.Nested(OccurrenceChangeSchema), allow_none=True, validate=validate.Length(max=500))
    alarms = fields.List(fields.Nested(AlarmSchema), allow_none=True, validate=validate.Length(max=20))
    status = fields.String(allow_none=True, validate=validate.OneOf(STATUSES))
    privacy = fields.String(allow_none=True, validate=validate.OneOf([one.lower() for one in PRIVACIES]))
    busy = fields.Boolean(allow_none=True)
    customer_id = IdField(allow_none=True)
    place_id = IdField(allow_none=True, metadata={"description": "One of the customer's places."})
    purpose = fields.String(allow_none=True, validate=validate.OneOf(PURPOSES))


class NewAppointmentSchema(ChangedAppointmentSchema):
    """A new appointment. Without `time_zone` the company's is meant; a customer's place fills in `location`."""

    id = IdField()
    starts = _when(required=True)
    ends = _when(required=True)


class PushedAppointmentSchema(NewAppointmentSchema):
    """An appointment made on a phone, with how it went."""

    outcomes = fields.List(fields.Nested(OutcomeSchema), allow_none=True, validate=validate.Length(max=500))


class PushedChangeSchema(ChangedAppointmentSchema):
    """An appointment changed on a phone, with how it went."""

    outcomes = fields.List(fields.Nested(OutcomeSchema), allow_none=True, validate=validate.Length(max=500))


class ClashSchema(Schema):
    """An appointment that falls on another."""

    appointment_id = IdField()
    occurrence = fields.String()
    title = fields.String(allow_none=True)
    starts_at = InstantField()
    ends_at = InstantField()


class AppointmentSchema(ChangedAppointmentSchema):
    """An appointment. Of a private one those who lead its owner see when it is, and nothing else."""

    id = IdField()
    owner_id = IdField()
    uid = fields.String()
    all_day = fields.Boolean()
    recurs = fields.Boolean()
    outcomes = fields.List(fields.Nested(NotedOutcomeSchema))
    oddities = fields.List(fields.String(), metadata={"description": "What is odd about its text."})
    clashes = fields.List(
        fields.Nested(ClashSchema), metadata={"description": "After its times were planned: what they fall on."}
    )
    version = fields.Integer()
    created_at = InstantField()
    updated_at = InstantField()


class MoveSchema(Schema):
    """Another time. Of a series, `occurrence` is to be then; `id` names what follows it, when that is cut off."""

    id = IdField()
    occurrence = _when(allow_none=True)
    scope = fields.String(load_default="all", validate=validate.OneOf(SCOPES))
    starts = _when(required=True)
    ends = _when(required=True)
    time_zone = fields.String(validate=(validate.Length(1, 255), _ONE_LINE))


class CancellationSchema(Schema):
    """What of an appointment is called off."""

    occurrence = _when(allow_none=True)
    scope = fields.String(load_default="all", validate=validate.OneOf(SCOPES))


class WindowArguments(Schema):
    """Which stretch of time, and whose: one's own, a person's, or all of a territory's."""

    from_at = InstantField(required=True)
    until_at = InstantField(required=True)
    owner_id = IdField()
    territory_id = IdField()


class OccurrenceArguments(WindowArguments):
    """The same, perhaps with one customer alone."""

    customer_id = IdField()


class OccurrenceSchema(Schema):
    """One occurrence of an appointment."""

    appointment_id = IdField()
    owner_id = IdField()
    occurrence = fields.String()
    starts_at = InstantField()
    ends_at = InstantField()
    all_day = fields.Boolean()
    recurs = fields.Boolean()
    title = fields.String()
    location = fields.String()
    status = fields.String()
    privacy = fields.String()
    busy = fields.Boolean()
    customer_id = IdField()
    place_id = IdField()
    purpose = fields.String()


class OccurrencesSchema(Schema):
    """Occurrences in the order of time."""

    items = fields.List(fields.Nested(OccurrenceSchema))


class BusyPeriodSchema(Schema):
    """A stretch of time."""

    starts_at = InstantField()
    ends_at = InstantField()


class BusySchema(Schema):
    """When somebody is busy."""

    owner_id = IdField()
    busy = fields.List(fields.Nested(BusyPeriodSchema))


class FreeBusySchema(Schema):
    """When people are busy; who is not named has nothing planned."""

    items = fields.List(fields.Nested(BusySchema))

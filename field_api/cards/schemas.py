"""Cards and enrolment forms, as JSON."""

from marshmallow import Schema, fields, validate

from field_api.cards.models import FORM_STATES
from field_api.consents.models import CHANNELS, PURPOSES
from field_api.offers.schemas import PhraseSchema, ProseSchema
from field_api.web.ids import IdField
from field_api.web.instants import InstantField
from field_api.web.pages import PageArguments
from field_api.web.patterns import ONE_LINE

MOST_CHOICES = 10


class CardLinkSchema(Schema):
    """The link that opens a member's card."""

    url = fields.String()
    qr_svg = fields.String(metadata={"description": "The link as a QR code, for the member's phone to read."})


class PictureArguments(Schema):
    """Which kind of file."""

    format = fields.String(load_default="svg", validate=validate.OneOf(("svg", "png")))


class ChoiceSchema(Schema):
    """A further consent that one may give on the form; the wording is kept word for word."""

    purpose = fields.String(required=True, validate=validate.OneOf(PURPOSES))
    channel = fields.String(required=True, validate=validate.OneOf(CHANNELS))
    wording = fields.Nested(ProseSchema, required=True)


class EnrolmentFormChangesSchema(Schema):
    """What of an enrolment form can be changed."""

    name = fields.String(
        required=True,
        validate=(validate.Length(1, 120), ONE_LINE),
        metadata={"description": "For colleagues, such as where its QR code hangs."},
    )
    state = fields.String(load_default="open", validate=validate.OneOf(FORM_STATES))
    territory_id = IdField(required=True, metadata={"description": "Where who is new becomes a customer."})
    title = fields.Nested(PhraseSchema, required=True)
    text = fields.Nested(ProseSchema, required=True)
    consent = fields.Nested(ProseSchema, required=True, metadata={"description": "What enrolling agrees to."})
    choices = fields.List(fields.Nested(ChoiceSchema), load_default=list, validate=validate.Length(max=MOST_CHOICES))


class NewEnrolmentFormSchema(EnrolmentFormChangesSchema):
    """An enrolment form to be added."""

    id = IdField()
    programme_id = IdField(required=True)


class EnrolmentFormSchema(NewEnrolmentFormSchema):
    """A page on which people enrol in a programme; its address is `url`."""

    url = fields.String()
    version = fields.Integer()
    created_at = InstantField()
    updated_at = InstantField()


class EnrolmentFormPageSchema(Schema):
    """A page of enrolment forms, the latest made first."""

    items = fields.List(fields.Nested(EnrolmentFormSchema))


class EnrolmentFormPageArguments(PageArguments):
    """Which page of the list."""


class InstalledSchema(Schema):
    """What keeping the card has earned."""

    points = fields.Integer()
    text = fields.String()

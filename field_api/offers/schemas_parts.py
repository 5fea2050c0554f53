"""What belongs to offers, as JSON: past versions, closed lists, and pairs that are not fair."""

from marshmallow import Schema, fields, validate

from field_api.offers.models import KINDS
from field_api.offers.schemas import OfferSchema, ProseSchema
from field_api.web.ids import IdField
from field_api.web.instants import InstantField


class OfferVersionSchema(Schema):
    """An offer as it was from `held_at` until the next version's."""

    number = fields.Integer()
    held_at = InstantField()
    offer = fields.Nested(OfferSchema)


class OfferVersionPageSchema(Schema):
    """A page of an offer's versions, the latest first."""

    items = fields.List(fields.Nested(OfferVersionSchema))


class ListedArguments(Schema):
    """Customers for a closed list."""

    customer_ids = fields.List(IdField(), required=True, validate=validate.Length(1, 1_000))


class ListedSchema(Schema):
    """A customer on a closed list."""

    customer_id = IdField()
    starts_at = InstantField()


class ListedPageSchema(Schema):
    """A page of a closed list."""

    items = fields.List(fields.Nested(ListedSchema))


class AddedSchema(Schema):
    """How many were not on the list yet."""

    added = fields.Integer()


class UnfairPairSchema(Schema):
    """Two offers by which a prospect is given more than a client who is otherwise like them."""

    kind = fields.String(validate=validate.OneOf(KINDS))
    stacking_group = fields.String(allow_none=True)
    prospect_offer_id = IdField()
    prospect_benefit = fields.Integer(metadata={"description": "Per cent, minor units, or multiplier, by the kind."})
    client_offer_id = IdField()
    client_benefit = fields.Integer()
    because = fields.Nested(ProseSchema)


class UnfairPairPageSchema(Schema):
    """A page of unfair pairs."""

    items = fields.List(fields.Nested(UnfairPairSchema))

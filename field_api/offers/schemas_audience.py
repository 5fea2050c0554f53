"""Audiences as JSON: every clause is strict, so that nobody is let in by a word that was misspelt."""

from datetime import UTC, datetime
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from field_api.customers.models import ROLES, SOURCES
from field_api.offers.models import MOST_MINOR
from field_api.web.ids import IdField
from field_api.web.instants import InstantField
from field_api.web.patterns import CURRENCY, ONE_LINE

VALUE = (validate.Length(1, 64), ONE_LINE)
MOST_VALUES = 100


def _whole(least: int, most: int, told: str | None = None, *, required: bool = False) -> fields.Integer:
    described = {"description": told} if told else {}
    return fields.Integer(strict=True, required=required, validate=validate.Range(least, most), metadata=described)


def _values() -> fields.List[str]:
    return fields.List(fields.String(validate=VALUE), validate=validate.Length(1, MOST_VALUES))


class FactClauseSchema(Schema):
    """Values of one kind of fact: one of some, none of others, or both."""

    any_of = _values()
    none_of = _values()


class FactsClauseSchema(Schema):
    """Facts about the customer that hold at the moment asked for."""

    tier = fields.Nested(FactClauseSchema)
    segment = fields.Nested(FactClauseSchema)
    tag = fields.Nested(FactClauseSchema)


class FirstTouchClauseSchema(Schema):
    """How, or since when, the company has known the customer."""

    sources = fields.List(fields.String(validate=validate.OneOf(SOURCES)), validate=validate.Length(1, len(SOURCES)))
    since = InstantField()

    @post_load
    def _as_kept(self, clause: dict[str, Any], **_rest: Any) -> dict[str, Any]:
        # As the text that the database keeps in JSON.
        since: datetime | None = clause.get("since")
        return clause | ({"since": since.astimezone(UTC).isoformat()} if since else {})


class PurchasesClauseSchema(Schema):
    """What was bought within so many days; what was given back in full does not count, nor refunds in the amount."""

    within_days = _whole(1, 36_500, required=True)
    count_at_least = _whole(0, 1_000_000)
    count_at_most = _whole(0, 1_000_000, "0: who bought nothing.")
    amount_minor_at_least = _whole(0, MOST_MINOR)
    amount_minor_at_most = _whole(0, MOST_MINOR)
    currency = fields.String(validate=CURRENCY, metadata={"description": "That of the amounts."})


class LastPurchaseClauseSchema(Schema):
    """How long ago the last purchase was; who never bought anything is not meant."""

    older_than_days = _whole(0, 36_500)
    younger_than_days = _whole(1, 36_500)


class AudienceSchema(Schema):
    """To whom the offer is made: every clause must hold, and none means everybody."""

    roles = fields.List(fields.String(validate=validate.OneOf(ROLES)), validate=validate.Length(1, len(ROLES)))
    facts = fields.Nested(FactsClauseSchema)
    territories = fields.List(
        IdField(),
        validate=validate.Length(1, MOST_VALUES),
        metadata={"description": "Any of these, or below one of them."},
    )
    first_touch = fields.Nested(FirstTouchClauseSchema)
    purchases = fields.Nested(PurchasesClauseSchema)
    last_purchase = fields.Nested(LastPurchaseClauseSchema)
    listed = fields.Boolean(
        truthy={True},
        falsy=set(),
        validate=validate.Equal(True),
        metadata={"description": "Only the customers of the closed list, as for a private sale.", "enum": [True]},
    )

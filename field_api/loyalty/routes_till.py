"""Routes of points for tills, which know a member by the card shown and by nothing else."""

from typing import Any

from flask import Response

from field_api.loyalty import moves, till
from field_api.loyalty.earning import earn_told
from field_api.loyalty.schemas import CardArguments, CardFoundSchema
from field_api.loyalty.schemas_points import (
    ExplainedOperationSchema,
    TillEarnSchema,
    TillReserveSchema,
    TillSpendSchema,
)
from field_api.store.base import db
from field_api.web.identity import current
from field_api.web.openapi import Blueprint

blp = Blueprint("points at tills", __name__, url_prefix="/v1/till", description="Points of the card shown.")


@blp.post("/cards/look-up")
@blp.allow("service", scope="loyalty:write")
@blp.arguments(CardArguments)
@blp.response(200, CardFoundSchema)
@blp.writes()
def look_up_card(told: dict[str, Any]) -> Response:
    """Whose card it is and what can be spent."""
    return till.look_up(db.session, current(), told)


@blp.post("/earnings")
@blp.allow("service", scope="loyalty:write")
@blp.arguments(TillEarnSchema)
@blp.response(201, ExplainedOperationSchema)
@blp.writes(key_required=True)
def earn_by_card(told: dict[str, Any]) -> Response:
    """Tell of an event that earns, for the card shown."""
    return till.by_card(db.session, current(), told, earn_told)


@blp.post("/spends")
@blp.allow("service", scope="loyalty:write")
@blp.arguments(TillSpendSchema)
@blp.response(201, ExplainedOperationSchema)
@blp.writes(key_required=True)
def spend_by_card(told: dict[str, Any]) -> Response:
    """Take points of the card shown."""
    return till.by_card(db.session, current(), told, moves.spend)


@blp.post("/reservations")
@blp.allow("service", scope="loyalty:write")
@blp.arguments(TillReserveSchema)
@blp.response(201, ExplainedOperationSchema)
@blp.writes(key_required=True)
def reserve_by_card(told: dict[str, Any]) -> Response:
    """Set points of the card shown aside."""
    return till.by_card(db.session, current(), told, moves.reserve)

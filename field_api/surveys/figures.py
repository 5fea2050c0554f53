"""How asking goes: who was invited, opened, started and answered, by channel and by territory.

Nothing here is about what was answered.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, func, select

from field_api.customers.models import customers
from field_api.errors import NotFound
from field_api.intervals import Share
from field_api.reps.models import Territory
from field_api.store.engine import AnySession
from field_api.surveys.models import invitations, surveys

_COUNTED = (
    func.count().label("invited"),
    func.count(invitations.c.opened_at).label("opened"),
    func.count(invitations.c.started_at).label("started"),
    func.count(invitations.c.answered_at).label("answered"),
)
STEPS = ("invited", "opened", "started", "answered")


def figures_of(session: AnySession, survey_id: str, wave: str | None) -> dict[str, Any]:
    """The figures of a survey, of one wave or of all together. Raises NotFound."""
    if session.execute(select(surveys.c.id).where(surveys.c.id == survey_id)).first() is None:
        raise NotFound(f"There is no survey {survey_id}.")
    own = invitations.c.survey_id == survey_id
    waves = session.scalars(select(invitations.c.wave).where(own).distinct().order_by(invitations.c.wave)).all()
    meant = own if wave is None else own & (invitations.c.wave == wave)
    channels = _by_channel(session, meant)
    return {
        "survey_id": survey_id,
        "wave": wave,
        "waves": list(waves),
        "total": response(channels),
        "channels": [{"channel": one["channel"]} | response([one]) for one in channels],
        "territories": _by_territory(session, meant),
    }


def response(counted: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The sums, and the share that answered with its interval; None where nobody was invited."""
    rows = list(counted)
    sums = {step: sum(row[step] for row in rows) for step in STEPS}
    if not sums["invited"]:
        return sums | {"rate": None, "low": None, "high": None}
    share = Share(sums["answered"], sums["invited"])
    low, high = share.interval
    return sums | {"rate": share.rate, "low": low, "high": high}


def _by_channel(session: AnySession, meant: ColumnElement[bool]) -> list[dict[str, Any]]:
    own = invitations.c.channel
    query = select(own, *_COUNTED).where(meant).group_by(own).order_by(own)
    return [row._asdict() for row in session.execute(query)]


def _by_territory(session: AnySession, meant: ColumnElement[bool]) -> list[dict[str, Any]]:
    own = Territory.id.label("territory_id")
    query = (
        select(own, Territory.name, *_COUNTED)
        .select_from(invitations)
        .join(customers, customers.c.id == invitations.c.customer_id)
        .join(Territory, Territory.id == customers.c.territory_id)
        .where(meant)
        .group_by(Territory.id, Territory.name)
        .order_by(Territory.name, Territory.id)
    )
    rows = [row._asdict() for row in session.execute(query)]
    return [{"territory_id": row["territory_id"], "name": row["name"]} | response([row]) for row in rows]

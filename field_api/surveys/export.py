"""Use case of the export for research: the answers of a survey under pseudonyms, in an order that tells nothing.

Nothing in it names a person. It has no customer, no day, no position and no free words; what few respondents share is
left out; and the pages follow the pseudonyms, which are random, and not the time.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import bindparam, distinct, func, select, tuple_

from field_api.reps.models import Territory
from field_api.store import audit
from field_api.store.engine import AnySession
from field_api.surveys.editing import require_survey
from field_api.surveys.models import sheets
from field_api.web.identity import Principal
from field_api.web.pages import read_cursor

# A territory, tier or segment that fewer respondents of the survey share is told of none of them: together with years
# and turnover it could lead to one. Ten is what statistical offices ask of tables at least (k-anonymity, Sweeney 2002,
# doi:10.1142/S0218488502001648).
FEWEST = 10
MOST_ROWS = 5_000
GUARDED = ("tier", "segment", "territory")
# Everybody in an audience is as likely to be drawn as anybody else.
WEIGHT = 1.0

Row = dict[str, Any]
_COLUMNS = ("pseudonym", "wave", "answered_month", "channel", "role", "tier", "segment", "years_known")
_LAST = ("turnover_minor", "currency", "answers")
_COUNTING = (
    select(*(sheets.c[name] for name in (*_COLUMNS, *_LAST)), Territory.name.label("territory"))
    .outerjoin(Territory, Territory.id == sheets.c.territory_id)
    .where(sheets.c.survey_id == bindparam("of_survey"), sheets.c.counts)
    .order_by(sheets.c.wave, sheets.c.pseudonym)
    .limit(bindparam("most"))
)
_AFTER = tuple_(sheets.c.wave, sheets.c.pseudonym) > tuple_(bindparam("wave"), bindparam("pseudonym"))


def page(
    session: AnySession, principal: Principal, survey_id: str, asked: Mapping[str, Any]
) -> tuple[list[Row], tuple[str, str] | None]:
    """A page of the answers that count, of one wave or of all, and the sort values of its last row when more follows.

    Raises NotFound, and Invalid for a cursor of another list.
    """
    require_survey(session, principal, survey_id)
    query, given = _COUNTING, {"of_survey": survey_id, "most": asked["limit"] + 1}
    if asked["wave"] is not None:
        query, given["of_wave"] = query.where(sheets.c.wave == bindparam("of_wave")), asked["wave"]
    if after := read_cursor(asked["cursor"], str, str):
        query, (given["wave"], given["pseudonym"]) = query.where(_AFTER), after
    rows = session.connection().execute(query, given).all()
    told = told_of(session, survey_id)
    found = [document(row._asdict(), told) for row in rows[: asked["limit"]]]
    more = len(rows) > asked["limit"]
    return found, (found[-1]["wave"], found[-1]["respondent"]) if more else None


def note_export(session: AnySession, principal: Principal, survey_id: str, wave: str | None) -> None:
    """Note in the trail that somebody fetches the answers, once for each time that they begin."""
    audit.record(session, principal.actor, "survey.export", survey_id, after={"wave": wave})


def told_of(session: AnySession, survey_id: str) -> dict[str, frozenset[str]]:
    """The values of each guarded column that enough respondents of the survey share, whatever the wave."""
    columns = {"tier": sheets.c.tier, "segment": sheets.c.segment, "territory": Territory.name}
    found = {}
    for name, column in columns.items():
        query = select(column).select_from(sheets.outerjoin(Territory, Territory.id == sheets.c.territory_id))
        mine = query.where(sheets.c.survey_id == survey_id, sheets.c.counts, column.is_not(None))
        shared = mine.group_by(column).having(func.count(distinct(sheets.c.pseudonym)) >= FEWEST)
        found[name] = frozenset(session.scalars(shared))
    return found


def document(row: Mapping[str, Any], told: Mapping[str, Iterable[str]]) -> Row:
    """One answer as research reads it."""
    guarded = {name: row[name] if row[name] in told[name] else None for name in GUARDED}
    return {
        "respondent": row["pseudonym"],
        "wave": row["wave"],
        "answered_on": f"{row['answered_month']:%Y-%m}",
        "weight": WEIGHT,
        "channel": row["channel"],
        "role": row["role"],
        **guarded,
        "years_known": row["years_known"],
        "turnover_minor": row["turnover_minor"],
        "currency": row["currency"],
        "answers": row["answers"],
    }

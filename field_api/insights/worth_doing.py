"""The list of what is worth doing next: a walk along one index, the most worthwhile first, in the caller's sight.

A page reads a stretch of the index for each territory, merged, or of the one over all of them where these are many.
With a position, those alone who have a place within the radius are met on the way.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from math import inf
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select, tuple_, union_all

from field_api import clock
from field_api.customers.models import places
from field_api.errors import NotFound
from field_api.geo import Position, boxes_around, distance_m
from field_api.insights.models import insights, next_gestures
from field_api.insights.showing import shown, whole_rows
from field_api.store.among import among
from field_api.store.columns import Instant
from field_api.store.engine import AnySession
from field_api.web.identity import Principal
from field_api.web.pages import read_cursor

# Documents of a page, and the sort values of its last row when another page follows.
Page = tuple[list[dict[str, Any]], tuple[Any, ...] | None]

# Beyond this, merging as many stretches costs more than leaving rows of others out.
MOST_BRANCHES = 20

_own = next_gestures.c
_NOW = bindparam("now", type_=Instant)
# Asked of each row met, so that no planner begins with the insights and sorts what it finds.
_SPEAKS = select(insights.c.id).where(insights.c.id == _own.insight_id, insights.c.state == "published").exists()
_PLACES = select(places.c.customer_id, places.c.lat, places.c.lon).where(
    among(places.c.customer_id), places.c.lat.is_not(None)
)


def find_next(session: AnySession, principal: Principal, asked: Mapping[str, Any]) -> Page:
    """A page of suggestions, the most worthwhile first; `asked` has limit and cursor, and may have territory_id.

    With `lat`, `lon` and `radius_m` only customers within the radius, each with `distance_m`: a page may be short then,
    and its link goes on. Raises Invalid for a cursor of another list.
    """
    after = read_cursor(asked["cursor"], int, str)
    territories = _territories(principal, asked.get("territory_id"))
    if territories is not None and not territories:
        return [], None
    around = Position(asked["lat"], asked["lon"]) if "lat" in asked else None
    rows = _walk(session, territories, around, asked, after)
    following = (
        (rows[asked["limit"] - 1].worth_minor, rows[asked["limit"] - 1].id) if len(rows) > asked["limit"] else None
    )
    rows = rows[: asked["limit"]]
    documents = shown(session, [row.id for row in rows])
    items = [documents[row.id] for row in rows]
    if around is not None:
        items = _within(session, items, around, asked["radius_m"])
    return items, following


def require_next(session: AnySession, principal: Principal, own_id: str) -> Any:
    """A suggestion for a customer in sight, open or ended, with its gesture and driver. Raises NotFound."""
    row = whole_rows(session, [own_id]).get(own_id)
    if row is None or not principal.may_see(row.territory_id):
        raise NotFound(f"There is no suggestion {own_id} among those you may see.")
    return row


def read_next(session: AnySession, principal: Principal, own_id: str) -> dict[str, Any]:
    """A suggestion as lists show it, while it is open. Raises NotFound."""
    row = require_next(session, principal, own_id)
    if row.ended_at is not None or row.expires_at <= clock.now() or row.insight_state != "published":
        raise NotFound(f"There is no suggestion {own_id} among those you may see.")
    return shown(session, [own_id])[own_id]


def _territories(principal: Principal, asked: str | None) -> list[str] | None:
    """Where to look, in one order; None is everywhere."""
    if asked is not None:
        return [asked] if principal.may_see(asked) else []
    return None if principal.territory_ids is None else sorted(principal.territory_ids)


def _walk(
    session: AnySession,
    territories: list[str] | None,
    around: Position | None,
    asked: Mapping[str, Any],
    after: tuple[Any, ...] | None,
) -> Sequence[Any]:
    boxes = () if around is None else boxes_around(around, asked["radius_m"])
    branches = len(territories) if territories is not None and len(territories) <= MOST_BRANCHES else None
    values: dict[str, Any] = {"now": clock.now(), "rows": asked["limit"] + 1}
    values |= {f"territory{place}": one for place, one in enumerate(territories or ())}
    if territories is not None and branches is None:
        values = {name: value for name, value in values.items() if not name.startswith("territory")}
        values["territory_ids"] = territories
    if after is not None:
        values |= {"after_worth": after[0], "after_id": after[1]}
    for place, box in enumerate(boxes):
        edges = {"south": box.south, "north": box.north, "west": box.west, "east": box.east}
        values |= {f"{name}{place}": edge for name, edge in edges.items()}
    query = _query(branches, territories is None, after is not None, len(boxes))
    return session.connection().execute(query, values).all()


@lru_cache(256)
def _query(branches: int | None, everywhere: bool, further: bool, boxes: int) -> Any:
    """Rows of id, worth_minor: along the index of each territory, or along that of all."""
    if branches is not None:
        found = [
            _stretch(further, boxes).where(_own.territory_id == bindparam(f"territory{n}")) for n in range(branches)
        ]
    else:
        found = [_stretch(further, boxes)]
        if not everywhere:
            found = [found[0].where(_own.territory_id.in_(bindparam("territory_ids", expanding=True)))]
    merged: Any = found[0] if len(found) == 1 else union_all(*found)
    columns = merged.selected_columns
    return merged.order_by(columns["worth_minor"].desc(), columns["id"].desc()).limit(bindparam("rows"))


def _stretch(further: bool, boxes: int) -> Select[Any]:
    # What is over by now, or speaks no more, may still wait for its end (`ending.py`).
    shown_now = or_(_own.hidden_until.is_(None), _own.hidden_until <= _NOW)
    query = select(_own.id, _own.worth_minor).where(_own.ended_at.is_(None), _own.expires_at > _NOW, shown_now)
    query = query.where(_SPEAKS)
    if further:
        mark = tuple_(bindparam("after_worth", type_=_own.worth_minor.type), bindparam("after_id", type_=_own.id.type))
        query = query.where(tuple_(_own.worth_minor, _own.id) < mark)
    if boxes:
        near = select(places.c.id).where(places.c.customer_id == _own.customer_id, _in_a_box(boxes))
        query = query.where(near.exists())
    return query


def _in_a_box(boxes: int) -> ColumnElement[bool]:
    lat, lon = places.c.lat, places.c.lon
    return or_(
        *(
            and_(
                lat.between(bindparam(f"south{place}"), bindparam(f"north{place}")),
                lon.between(bindparam(f"west{place}"), bindparam(f"east{place}")),
            )
            for place in range(boxes)
        )
    )


def _within(
    session: AnySession, items: Iterable[dict[str, Any]], around: Position, radius_m: float
) -> list[dict[str, Any]]:
    """Those with a place within the radius, measured exactly."""
    items = list(items)
    nearest: dict[str, float] = {}
    for customer_id, lat, lon in session.connection().execute(
        _PLACES, {"ids": [one["customer"]["id"] for one in items]}
    ):
        distance = distance_m(around, Position(lat, lon))
        nearest[customer_id] = min(distance, nearest.get(customer_id, distance))
    # Of a customer whose place was taken away at this very moment nothing is measured.
    known = [one for one in items if nearest.get(one["customer"]["id"], inf) <= radius_m]
    return [one | {"distance_m": round(nearest[one["customer"]["id"]], 1)} for one in known]

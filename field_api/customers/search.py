"""Finds customers page by page: by name, contact, town, role or firm, in the order asked for.

A page looks at no more than SCANNED rows of an index. When so many do not fill it, it is short, even empty, and its
link goes on from there: however rare the match and however large the table, the time of a page is bounded.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from field_api.customers.documents import document
from field_api.customers.filters import Criteria, filter_named
from field_api.customers.walks import FEW, Shape, bound, gathered, sizes, walk
from field_api.errors import Fault, Invalid
from field_api.store.engine import AnySession
from field_api.web.pages import read_cursor

# Documents of a page, and the sort values of its last row when another page follows.
Page = tuple[list[dict[str, Any]], tuple[Any, ...] | None]

SCANNED = 3_000
ORDERS = ("name", "created_at", "updated_at")


def find(session: AnySession, criteria: Criteria, limit: int, cursor: str | None) -> Page:
    """One page in the order asked for; a question for names alone is answered in the order of the words that match.

    Raises Invalid for a cursor of another list.
    """
    if criteria.territory_ids is not None and not criteria.territory_ids:
        return [], None
    if _asks_for_names(criteria):
        return _matches(session, criteria, limit, cursor)
    return _listed(session, criteria, limit, cursor)


def _asks_for_names(criteria: Criteria) -> bool:
    telling = (criteria.order, criteria.phone, criteria.email, criteria.firm_id, criteria.town)
    return bool(criteria.words) and not criteria.retired and all(one is None for one in telling)


def _matches(session: AnySession, criteria: Criteria, limit: int, cursor: str | None) -> Page:
    """Along the index of words by the rarest word asked for; the cursor remembers which one that was."""
    after = read_cursor(cursor, int, str, str)
    driver = after[0] if after else _rarest_word(session, criteria)
    if not 0 <= driver < len(criteria.words):
        raise _foreign_cursor()
    # The driving word holds by itself.
    demands = tuple(name for name in criteria.demands if name != f"word{driver}")
    shape = _shape(criteria, "match", demands)
    values = criteria.parameters | {"driver": criteria.words[driver]}
    items, end = _walked(session, shape, values, limit, after and after[1:])
    return items, end and (driver, *end)


def _rarest_word(session: AnySession, criteria: Criteria) -> int:
    words = tuple(f"word{place}" for place in range(len(criteria.words)))
    if len(words) == 1:
        return 0
    counts = list(session.execute(sizes(words, criteria.territory_ids is None), criteria.parameters).one())
    return min(range(len(words)), key=lambda place: (counts[place], -len(criteria.words[place])))


def _listed(session: AnySession, criteria: Criteria, limit: int, cursor: str | None) -> Page:
    order = criteria.order or "name"
    after = _place_in(order, cursor)
    shape = _shape(criteria, order, criteria.demands)
    by = _telling_demand(session, criteria)
    if by is None:
        return _walked(session, shape, criteria.parameters, limit, after)
    values = criteria.parameters | _mark("after", after) | {"rows": limit + 1}
    rows = session.execute(gathered(replace(shape, after=after is not None), by), values).all()
    return _page(rows, limit, None)


def _telling_demand(session: AnySession, criteria: Criteria) -> str | None:
    """The demand that the fewest customers can meet, when these are few enough to be gathered."""
    everywhere = criteria.territory_ids is None
    # The word index holds no retired customers.
    asked = [name for name in criteria.demands if not (criteria.retired and name.startswith("word"))]
    telling = tuple(name for name in asked if filter_named(name, everywhere).candidates is not None)
    if not telling:
        return None
    counts = session.execute(sizes(telling, everywhere), criteria.parameters).one()
    fewest = min(telling, key=lambda name: counts[telling.index(name)])
    return fewest if counts[telling.index(fewest)] <= FEW else None


def _walked(session: AnySession, shape: Shape, values: dict[str, Any], limit: int, after: Any) -> Page:
    values = values | _mark("after", after)
    shape = replace(shape, after=after is not None)
    end = None
    if shape.skips:
        end = session.execute(bound(shape.plain), values | {"rows": SCANNED - 1}).first()
        shape = replace(shape, bounded=end is not None)
    rows = session.execute(walk(shape), values | _mark("bound", end) | {"rows": limit + 1}).all()
    return _page(rows, limit, end)


def _page(rows: Any, limit: int, end: Any) -> Page:
    items = [document(row) for row in rows[:limit]]
    if len(rows) > limit:
        return items, (rows[limit - 1].key, rows[limit - 1].id)
    return items, tuple(end) if end is not None else None


def _shape(criteria: Criteria, order: str, demands: tuple[str, ...]) -> Shape:
    territories = None if criteria.territory_ids is None else len(criteria.territory_ids)
    return Shape(order, territories, demands, criteria.retired)


def _mark(name: str, place: Any) -> dict[str, Any]:
    return {} if place is None else {f"{name}_key": place[0], f"{name}_id": place[1]}


def _place_in(order: str, cursor: str | None) -> tuple[Any, ...] | None:
    place = read_cursor(cursor, str, str)
    if place is None or order == "name":
        return place
    try:
        moment = datetime.fromisoformat(place[0])
    except ValueError:
        raise _foreign_cursor() from None
    if moment.tzinfo is None:
        raise _foreign_cursor()
    return moment, place[1]


def _foreign_cursor() -> Invalid:
    fault = Fault("cursor", "It was not written by this list; start again without it.", parameter=True)
    return Invalid("The cursor cannot be read.", fault)

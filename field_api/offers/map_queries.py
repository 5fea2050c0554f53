"""The statements that read the map of offers: arithmetic on columns, so written as SQL, the same for both databases."""

from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, TextualSelect, bindparam, text

from field_api.offers.places import EVERYWHERE, PAST
from field_api.store.columns import Id, Instant

# What a row must be: of the moment, and for somebody of the roles asked for.
_MEETS = "c.starts_at <= :at AND (c.ends_at IS NULL OR c.ends_at > :at) AND (c.roles & :roles) <> 0"
# The square of the straight line from the position to a point, through the Earth.
_CHORD = "((c.x - :x) * (c.x - :x) + (c.y - :y) * (c.y - :y) + (c.z - :z) * (c.z - :z))"
# Of what was replaced, and of what holds now, that which held then.
_HELD = """JOIN offer_places p ON p.offer_id = c.offer_id AND p.number = c.number
    AND p.held_at <= :at AND (p.replaced_at IS NULL OR p.replaced_at > :at)"""
# The cells in the ranges. OFFSET 0 keeps PostgreSQL from reading the whole table for what it takes for a large join.
_IN_RANGES = {
    "sqlite": """json_each(:ranges) r JOIN offer_cells c ON c.layer = json_extract(r.value, '$[0]')
        AND c.cell BETWEEN json_extract(r.value, '$[1]') AND json_extract(r.value, '$[2]')""",
    "postgresql": """jsonb_array_elements(CAST(:ranges AS jsonb)) r(value) CROSS JOIN LATERAL (
        SELECT * FROM offer_cells o WHERE o.layer = CAST(r.value ->> 0 AS smallint)
        AND o.cell BETWEEN CAST(r.value ->> 1 AS bigint) AND CAST(r.value ->> 2 AS bigint) OFFSET 0) c""",
}


@lru_cache
def touching(dialect: str, covers: bool, past: bool) -> TextualSelect:
    """Rows of all `ranges`, a JSON array of [layer, first cell, last cell]; areas once for each cell.

    Of points, those within :reach; or with `covers` those whose own reach has the position in it.
    """
    near = f"c.reach IS NULL OR {_CHORD} <= c.reach" if covers else f"c.x IS NULL OR {_CHORD} <= :reach"
    statement = f"""
        SELECT c.layer, c.offer_id, c.number, c.priority, {_CHORD} AS chord, c.reach
        FROM {_IN_RANGES[dialect]} {_HELD if past else ""}
        WHERE {_MEETS} AND ({near}) LIMIT :most"""  # noqa: S608 - made of the constants above alone
    return _typed(statement, at=Instant)


@lru_cache
def nth_beside() -> TextualSelect:
    """The chord to the nth nearest (:before_it are nearer) of the :rows points before and behind :cell on the curve."""
    sides = [
        f"""SELECT chord FROM (SELECT {_CHORD} AS chord FROM offer_cells c
            WHERE c.layer = 0 AND {range_} AND {_MEETS} ORDER BY c.cell {way} LIMIT :rows) {name}"""  # noqa: S608 - the same
        for name, range_, way in (("behind", "c.cell >= :cell", "ASC"), ("before", "c.cell < :cell", "DESC"))
    ]
    both = " UNION ALL ".join(sides)
    statement = f"SELECT chord FROM ({both}) s ORDER BY chord LIMIT 1 OFFSET :before_it"  # noqa: S608 - the same
    return _typed(statement, at=Instant, cell=BigInteger)


@lru_cache
def everywhere(past: bool) -> TextualSelect:
    """Rows of what holds everywhere that come after :cell, which ranks priorities, and the id :after."""
    layers = f"({EVERYWHERE}, {EVERYWHERE + PAST})" if past else f"({EVERYWHERE})"
    statement = f"""
        SELECT c.layer, c.offer_id, c.number, c.priority, NULL AS chord, c.reach
        FROM offer_cells c {_HELD if past else ""}
        WHERE c.layer IN {layers} AND c.cell >= :cell AND (c.cell > :cell OR c.offer_id > :after) AND {_MEETS}
        ORDER BY c.cell, c.offer_id LIMIT :most"""  # noqa: S608 - the same
    return _typed(statement, at=Instant, cell=BigInteger, after=Id)


def _typed(statement: str, **types: Any) -> TextualSelect:
    named = (bindparam(name, type_=kind) for name, kind in types.items())
    return text(statement).bindparams(*named).columns(offer_id=Id)

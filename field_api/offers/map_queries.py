"""The statements that read the map of offers: arithmetic on columns, so written as SQL, the same for both databases.

PostgreSQL is kept from planning them anew each time, which takes it longer than the search: their numbers of rows are
written out, and other values, which could make one plan look better than another, come from (SELECT ...).
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import BigInteger, Integer, String, TextualSelect, bindparam, column, text

from field_api.offers.places import AREAS, EVERYWHERE, PAST
from field_api.store.columns import Id, Instant

# What a row must be: of the moment, and for somebody of the roles asked for.
_MEETS = """c.starts_at <= (SELECT :at) AND (c.ends_at IS NULL OR c.ends_at > (SELECT :at))
    AND (c.roles & (SELECT CAST(:roles AS integer))) <> 0"""
# The square of the straight line from the position to a point, through the Earth.
_CHORD = "((c.x - :x) * (c.x - :x) + (c.y - :y) * (c.y - :y) + (c.z - :z) * (c.z - :z))"
# Of what was replaced, and of what holds now, that which held then.
_HELD = """JOIN offer_places p ON p.offer_id = c.offer_id AND p.number = c.number
    AND p.held_at <= :at AND (p.replaced_at IS NULL OR p.replaced_at > :at)"""
# The cells in the ranges. OFFSET 0 keeps PostgreSQL from reading the whole table for what it takes for a large join.
_IN_RANGES = {
    "sqlite": """(SELECT json_extract(value, '$[0]') AS layer, json_extract(value, '$[1]') AS first,
        json_extract(value, '$[2]') AS last FROM json_each(:ranges)) r
        JOIN offer_cells c ON c.layer = r.layer AND c.cell BETWEEN r.first AND r.last""",
    "postgresql": """unnest(CAST(:layers AS smallint[]), CAST(:firsts AS bigint[]), CAST(:lasts AS bigint[]))
        AS r(layer, first, last) CROSS JOIN LATERAL (
        SELECT * FROM offer_cells o WHERE o.layer = r.layer AND o.cell BETWEEN r.first AND r.last OFFSET 0) c""",
}
# Ids as text from the start: PostgreSQL writes them in less time than Python makes UUIDs of them.
_PLACE = "CAST(c.offer_id AS text) AS offer_id, c.number, c.priority"
# Numbers of rows are rounded up to a multiple, so that there are few statements.
_STEP = 20
_AREAS = (AREAS, AREAS + PAST)
# Where no area is stored one look tells so, instead of one for each range.
_FILLED = f"(r.layer NOT IN {_AREAS} OR EXISTS (SELECT 1 FROM offer_cells a WHERE a.layer IN {_AREAS}))"  # noqa: S608 - numbers


def ranges_as_bound(dialect: str, ranges: Sequence[tuple[int, int, int]]) -> dict[str, str]:
    """The parameters by which `touching` is told ranges of cells: layer, first and last cell of each."""
    if dialect == "sqlite":
        return {"ranges": orjson.dumps(ranges).decode()}
    columns = zip(("layers", "firsts", "lasts"), zip(*ranges, strict=True), strict=True)
    return {name: f"{{{','.join(map(str, column))}}}" for name, column in columns}


@lru_cache
def touching(dialect: str, covers: bool, past: bool, most: int) -> str:
    """Up to `most` rows of all ranges, as `ranges_as_bound` gives them; areas once for each cell.

    Rows are (offer_id, number, priority, chord, reach). Of points, those within :reach; or with `covers` those whose
    own reach has the position in it.
    """
    near = f"c.reach IS NULL OR {_CHORD} <= c.reach" if covers else f"c.x IS NULL OR {_CHORD} <= :reach"
    return f"""
        SELECT {_PLACE}, {_CHORD} AS chord, c.reach
        FROM {_IN_RANGES[dialect]} {_HELD if past else ""}
        WHERE {_FILLED} AND {_MEETS} AND ({near}) LIMIT {most}"""  # noqa: S608 - made of the constants above and a number


@lru_cache
def nth_beside(least: int) -> str:
    """The chord to the nth nearest (:before_it are nearer) of the points next to :cell on the curve.

    Looked at are `least` of them or a few more behind it, and as many before.
    """
    sides = [
        f"""SELECT chord FROM (SELECT {_CHORD} AS chord FROM offer_cells c
            WHERE c.layer = 0 AND {range_} AND {_MEETS} ORDER BY c.cell {way} LIMIT {_rounded(least)}) {name}"""  # noqa: S608 - the same
        for name, range_, way in (
            ("behind", "c.cell >= (SELECT CAST(:cell AS bigint))", "ASC"),
            ("before", "c.cell < (SELECT CAST(:cell AS bigint))", "DESC"),
        )
    ]
    both = " UNION ALL ".join(sides)
    return f"SELECT chord FROM ({both}) s ORDER BY chord LIMIT 1 OFFSET :before_it"  # noqa: S608 - the same


@lru_cache
def everywhere(past: bool, most: int) -> TextualSelect:
    """What holds everywhere and comes after :cell, which ranks priorities, and the id :after.

    `most` rows of it or a few more.
    """
    layers = f"({EVERYWHERE}, {EVERYWHERE + PAST})" if past else f"({EVERYWHERE})"
    statement = f"""
        SELECT {_PLACE} FROM offer_cells c {_HELD if past else ""}
        WHERE c.layer IN {layers} AND c.cell >= :cell AND (c.cell > :cell OR c.offer_id > :after) AND {_MEETS}
        ORDER BY c.cell, c.offer_id LIMIT {_rounded(most)}"""  # noqa: S608 - the same
    types: dict[str, Any] = {"at": Instant, "roles": Integer, "cell": BigInteger, "after": Id}
    named = (bindparam(name, type_=kind) for name, kind in types.items())
    return (
        text(statement)
        .bindparams(*named)
        .columns(column("offer_id", String), column("number", Integer), column("priority", Integer))
    )


def _rounded(rows: int) -> int:
    return -(-rows // _STEP) * _STEP

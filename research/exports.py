"""The export of a survey: every row held against what the service promises and the codebook, then columns of a table.

Beside the items each respondent has `respondent` (a pseudonym), `wave`, `answered_on` (a month), `weight`, `channel`,
`role`, `tier`, `segment`, `territory`, `years_known` and `turnover`. Nothing else that a row may hold is kept.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from research.codebook import Codebook, Item, parse_codebook, state_text
from research.currencies import minor_per_unit
from research.errors import BrokenPromise
from research.export_rows import Row, RowReader

# What only the survey's page shows; research has no use for it and no quarrel with it either.
_OF_THE_PAGE = ("state_labels",)
_COLUMNS: Mapping[str, pa.DataType] = {
    "respondent": pa.string(),
    "wave": pa.string(),
    "answered_on": pa.string(),
    "weight": pa.float64(),
    "channel": pa.string(),
    "role": pa.string(),
    "tier": pa.string(),
    "segment": pa.string(),
    "territory": pa.string(),
    "years_known": pa.int64(),
}
_TURNOVER = "turnover"


@dataclass(frozen=True)
class Export:
    """The answers of a survey as a table, one row a respondent and wave, sorted by both.

    Attributes
    ----------
    table : pyarrow.Table
    respondents : int
        Fewer than rows where somebody answered in several waves.
    silent : int
        Who opened the survey and answered no item; they are not in the table.
    currency : str or None
        Of `turnover`, which is in its units: the one most rows have.
    other_currencies : int
        Rows whose turnover is in another currency, and so is left open.
    """

    table: pa.Table
    respondents: int
    silent: int
    currency: str | None
    other_currencies: int


def read_wire_codebook(document: object, title: object = None) -> Codebook:
    """The codebook the service sends, with our own columns under `ignore`, and the survey's title in every language.

    Raises
    ------
    CodebookError, BrokenPromise
    """
    if not isinstance(document, dict) or not isinstance(document.get("item"), list):
        raise BrokenPromise("The service sends no codebook where it promised one: is it another version?")
    items = [
        {key: value for key, value in item.items() if key not in _OF_THE_PAGE} if isinstance(item, dict) else item
        for item in document["item"]
    ]
    survey = document.get("survey")
    if isinstance(survey, dict) and isinstance(title, dict):
        survey = survey | {"title": title}
    codebook = parse_codebook(document | {"item": items, "survey": survey})
    ours = tuple(dict.fromkeys((*codebook.ignore, *columns_beside(codebook).values())))
    return replace(codebook, ignore=ours)


def columns_beside(codebook: Codebook) -> dict[str, str]:
    """What each column beside the items is called: its own name, or another where an item has that name already."""
    called = {}
    for name in (*_COLUMNS, _TURNOVER):
        called[name] = name
        while called[name] in codebook.names:
            called[name] = f"of_{called[name]}"
    return called


def as_export(rows: Iterable[object], codebook: Codebook) -> Export:
    """The rows of all pages as a table.

    Raises
    ------
    BrokenPromise
        A row is not what was promised; the sentence names it, its key and its value.
    """
    # Who answers again while pages are read stands in two of them: the later one counts.
    read = map(RowReader(codebook).read, rows)
    latest = {(row["respondent"], row["wave"]): row for row in read}
    kept = [latest[key] for key in sorted(latest) if _says_something(latest[key])]
    currencies = Counter(row["currency"] for row in kept if row["turnover_minor"])
    currency = min(currencies, key=lambda each: (-currencies[each], each)) if currencies else None
    return Export(
        table=_table(kept, codebook, currency),
        respondents=len({row["respondent"] for row in kept}),
        silent=len(latest) - len(kept),
        currency=currency,
        other_currencies=sum(currencies.values()) - currencies[currency] if currency else 0,
    )


def _table(rows: Sequence[Row], codebook: Codebook, currency: str | None) -> pa.Table:
    names = columns_beside(codebook)
    columns = {names[name]: pa.array([row[name] for row in rows], kind) for name, kind in _COLUMNS.items()}
    columns[names[_TURNOVER]] = pa.array([_turnover(row, currency) for row in rows], pa.float64())
    for item in codebook.items:
        columns[item.name] = _states(rows, item)
    return pa.table(columns)


def _turnover(row: Row, currency: str | None) -> float | None:
    if row["turnover_minor"] == 0:
        return 0.0
    if row["turnover_minor"] is None or currency is None or row["currency"] != currency:
        return None
    return float(row["turnover_minor"] / minor_per_unit(currency))


def _states(rows: Sequence[Row], item: Item) -> pa.Array:
    given = [row["answers"].get(item.name) for row in rows]
    if all(isinstance(state, int) for state in item.states):
        return pa.array(given, pa.int64())
    return pa.array([None if state is None else state_text(state) for state in given], pa.string())


def _says_something(row: Row) -> bool:
    return any(state is not None for state in row["answers"].values())

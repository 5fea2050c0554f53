"""A data file read once, whole and unchanged, with the hash of its bytes; it knows columns of text and no survey."""

import csv
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from research.errors import AnswersError

_PARQUET_MAGIC = b"PAR1"
_DELIMITERS = ",;\t|"


@dataclass(frozen=True)
class Column:
    """One column as text: `texts[codes[row]]` is what stands in `row`; -1 is a cell without content."""

    texts: tuple[str, ...]
    codes: npt.NDArray[np.int32]

    def text(self, row: int) -> str:
        """What stands in `row` (from 0), "" where nothing does."""
        code = int(self.codes[row])
        return "" if code < 0 else self.texts[code]


@dataclass(frozen=True)
class Snapshot:
    """The columns of a file in its order, its number of rows and the SHA-256 of its bytes."""

    columns: Mapping[str, Column]
    rows: int
    sha256: str


def read_snapshot(path: str | Path) -> Snapshot:
    """Read a CSV (comma, semicolon, tab or bar; UTF-8) or Parquet file.

    Raises
    ------
    AnswersError
        The file cannot be read, names a column twice, or has a row with too few or too many cells.
    """
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise AnswersError(f"The answers {path} cannot be read ({error.strerror}): check the path.") from error
    table = _parquet_table(content, path) if content.startswith(_PARQUET_MAGIC) else _csv_table(content, path)
    _refuse_twice(table.column_names, path)
    columns = {name: _column(name, table.column(name)) for name in table.column_names}
    return Snapshot(columns, table.num_rows, hashlib.sha256(content).hexdigest())


def _parquet_table(content: bytes, path: str | Path) -> pa.Table:
    try:
        # From memory and in this thread: Arrow's own threads calling back into Python objects abort some processes at
        # their exit (apache/arrow issue 34314).
        return pyarrow.parquet.ParquetFile(pa.BufferReader(content), pre_buffer=False).read(use_threads=False)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise AnswersError(
            f"The answers {path} are a damaged Parquet file ({_sentence(error)}): write it anew."
        ) from error


def _csv_table(content: bytes, path: str | Path) -> pa.Table:
    header = _header(content, path)
    delimiter = max(_DELIMITERS, key=header.count)
    names = [name.strip() for name in next(csv.reader([header], delimiter=delimiter))]
    _refuse_twice(names, path)
    try:
        return pyarrow.csv.read_csv(
            pa.BufferReader(content),
            read_options=pyarrow.csv.ReadOptions(column_names=names, skip_rows=1, use_threads=False),
            parse_options=pyarrow.csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            convert_options=pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
        )
    except pa.ArrowInvalid as error:
        raise AnswersError(f"The answers {path} are no regular CSV file: {_sentence(error)}; mend that row.") from error


def _header(content: bytes, path: str | Path) -> str:
    first_line = content.split(b"\n", 1)[0]
    try:
        header = first_line.decode("utf-8-sig").strip("\r")
        content.decode()
    except UnicodeDecodeError as error:
        raise AnswersError(
            f"The answers {path} are not UTF-8 text (byte {error.start + 1}): save them as UTF-8."
        ) from error
    if not header.strip():
        raise AnswersError(f"The answers {path} have no header line: write the column names into the first line.")
    return header


def _column(name: str, values: pa.ChunkedArray) -> Column:
    try:
        encoded = values.combine_chunks().dictionary_encode()
    except pa.ArrowException as error:
        raise AnswersError(f"Column {name!r} holds {values.type}, not numbers or texts: flatten it.") from error
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    return Column(tuple(_text(value) for value in encoded.dictionary.to_pylist()), codes)


def _text(value: object) -> str:
    # A Parquet file written from floats marks a gap by NaN, a CSV by an empty cell.
    return "" if value is None or value != value else str(value)


def _refuse_twice(names: list[str], path: str | Path) -> None:
    for name in names:
        if names.count(name) > 1:
            raise AnswersError(f"The answers {path} have two columns {name!r}: rename or remove one of them.")


def _sentence(error: Exception) -> str:
    return str(error).splitlines()[0].rstrip(".")

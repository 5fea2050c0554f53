"""How a result becomes files: canonical JSON, and a folder that is written whole or not at all."""

import dataclasses
import errno
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from research.errors import OutputError

# What a disk says that is full, over its quota or read-only.
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS})
SIGNIFICANT_DIGITS = 8  # More than any estimate deserves, and fewer than the last bits that processors disagree on.


def canonical_json(report: Mapping[str, object]) -> str:
    """The report as JSON that is the same bytes for the same content: keys sorted, numbers rounded, NaN as null."""
    text = json.dumps(plain(report), sort_keys=True, ensure_ascii=False, indent=1, allow_nan=False)
    return text + "\n"


def plain(value: object) -> object:
    """Dataclasses, arrays and numpy numbers as the dicts, lists and rounded numbers JSON knows."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, np.ndarray | list | tuple):
        return [plain(entry) for entry in value]
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, float | np.floating):
        return _rounded(float(value))
    if isinstance(value, int | np.integer):
        return int(value)
    if value is None or isinstance(value, str):
        return value
    raise TypeError(f"A report cannot hold {type(value).__name__} {value!r}.")


def _rounded(number: float) -> float | None:
    # Adding 0 turns -0.0 into 0.0, which is the same number in other bytes.
    return float(f"{number:.{SIGNIFICANT_DIGITS}g}") + 0.0 if np.isfinite(number) else None


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Give a hidden folder beside `folder` to write into; only if all goes well do its files appear in `folder`.

    A new or empty `folder` appears by one rename. In one that holds files already, those of the same names are
    replaced one by one and the others stay.

    Raises
    ------
    OutputError
        The folder is a file, or cannot be made or written, or the disk is full.
    """
    stage = folder.absolute().parent / f".{folder.absolute().name}.partial-{os.getpid()}"
    try:
        if folder.exists() and not folder.is_dir():
            raise OutputError(f"The output {folder} is a file: name a folder.")
        stage.mkdir(parents=True)
    except OSError as error:
        if isinstance(error, OutputError):
            raise
        raise OutputError(f"The output folder {folder} cannot be made ({error.strerror}): name another.") from error
    try:
        yield stage
        _publish(stage, folder)
    except OSError as error:
        if isinstance(error, OutputError) or error.errno not in _NO_ROOM:
            raise
        raise OutputError(f"There is no room for {folder} ({error.strerror}): make room, or name another.") from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _publish(stage: Path, folder: Path) -> None:
    try:
        if not folder.exists() or not any(folder.iterdir()):
            stage.replace(folder)
            return
        for file in sorted(stage.iterdir()):
            file.replace(folder / file.name)
    except OSError as error:
        raise OutputError(f"The output folder {folder} cannot be written ({error.strerror}).") from error

"""A report.json as a fit wrote it, read back for its page."""

import json
from pathlib import Path

from research.errors import SettingsError
from research.reports import Report

KEYS = frozenset({"labels", "network", "notices", "provenance", "quality", "segments", "survey", "validation"})


def read_report(folder: Path) -> Report:
    """The report in this folder.

    Raises
    ------
    SettingsError
        There is none, or it is not what `fit` writes.
    """
    file = folder / "report.json"
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(
            f"{file} cannot be read ({error.strerror}): name a folder a fit was written into."
        ) from error
    except ValueError as error:
        raise SettingsError(f"{file} is no JSON ({error}): fit again.") from error
    absent = KEYS - set(found) if isinstance(found, dict) else KEYS
    if absent:
        raise SettingsError(f"{file} lacks {', '.join(sorted(absent))}: another version wrote it; fit again.")
    return dict(found)

"""Pages already read, kept beside a folder until it is written: a fetch that was stopped goes on where it ended."""

import json
import os
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from research.errors import OutputError

KEPT_FOR = timedelta(days=1)  # Answers of two days side by side would be a survey that never was.


class KeptPages:
    """The pages of one fetch, in a hidden folder beside the one it is for; a page appears there whole or not at all."""

    def __init__(self, folder: Path, plan: Mapping[str, Any]) -> None:
        self._place = folder.absolute().parent / f".{folder.absolute().name}.fetching"
        self._plan = self._place / "plan.json"
        known = self._load(self._plan)
        if not isinstance(known, dict) or known.get("plan") != plan or _age(known) > KEPT_FOR:
            self.drop()
            self._begin(plan)

    def read(self, number: int) -> dict[str, Any] | None:
        found = self._load(self._place / f"{number:06}.json")
        return found if isinstance(found, dict) else None

    def keep(self, number: int, page: Mapping[str, Any]) -> None:
        self._write(self._place / f"{number:06}.json", page)

    def drop(self) -> None:
        shutil.rmtree(self._place, ignore_errors=True)

    def _begin(self, plan: Mapping[str, Any]) -> None:
        try:
            # Answers, if only under pseudonyms: nobody else on this machine may read them.
            self._place.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"Nothing can be written beside {self._place.parent} ({error.strerror}).") from error
        self._write(self._plan, {"plan": plan, "begun_at": datetime.now(UTC).isoformat()})

    def _load(self, file: Path) -> Any:
        try:
            return json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None

    def _write(self, file: Path, content: Mapping[str, Any]) -> None:
        stage = file.with_suffix(f".{os.getpid()}")
        try:
            stage.write_text(json.dumps(content), encoding="utf-8")
            stage.replace(file)
        except OSError as error:
            sentence = (
                f"There is no room for the answers in {self._place.parent} ({error.strerror}): make room, and run"
            )
            raise OutputError(f"{sentence} the command again; it goes on where it ended.") from error


def _age(known: Mapping[str, Any]) -> timedelta:
    return datetime.now(UTC) - datetime.fromisoformat(str(known["begun_at"]))

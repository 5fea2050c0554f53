"""How far the work is, shown to a person: bars on a terminal, plain lines where the output goes into a file or pipe."""

import sys
import time
from types import TracebackType
from typing import TextIO

from tqdm import tqdm

_SECONDS_BETWEEN_LINES = 5.0


class ProgressShown:
    """A `Progress` that writes to a stream (standard error, so that results can be piped away from it)."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._bars: dict[str, tqdm[None]] = {}
        self._told_at = float("-inf")
        self._told = ""

    def __call__(self, what: str, done: int, total: int) -> None:
        if self._stream.isatty():
            self._move_bar(what, done, total)
        else:
            self._write_line(what, done, total)

    def __enter__(self) -> "ProgressShown":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for bar in self._bars.values():
            bar.close()

    def _move_bar(self, what: str, done: int, total: int) -> None:
        if what not in self._bars:
            self._bars[what] = tqdm(desc=what, total=total, file=self._stream, dynamic_ncols=True)
        bar = self._bars[what]
        bar.total = total
        bar.update(done - bar.n)
        if done >= total:
            bar.refresh()

    def _write_line(self, what: str, done: int, total: int) -> None:
        """One line when a stage begins and ends, and every few seconds between."""
        now = time.monotonic()
        if what != self._told or done >= total or now - self._told_at >= _SECONDS_BETWEEN_LINES:
            self._stream.write(f"{what}: {done} of {total}\n")
            self._stream.flush()
            self._told, self._told_at = what, now

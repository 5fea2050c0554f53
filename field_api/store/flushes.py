"""Commits that wait for the disk together, so that a slow disk does not make writers of SQLite wait one for another.

SQLite by itself (`synchronous=FULL`) flushes its log inside each commit, while nobody else may write. Where flushes are
shared, a commit leaves that out and the next one begins; whoever committed then waits until a flush that began after
the commit has ended, and one flush serves all who wait (group commit: DeWitt et al. 1984, doi:10.1145/971697.602261).
Each request still is a transaction of its own. Readers wait too while something that they may have read is not on the
disk yet, so that what anybody was told survives a power cut.
"""

import mmap
import os
import threading
from pathlib import Path

_COMING, _FLUSHED, _FAILED = range(3)


class DiskFailed(OSError):
    """The disk did not take what was committed; nobody can say what it has, so nothing more is answered."""


class Flushes:
    """What is committed to a SQLite file, and what the disk has of it, for all processes forked from this one."""

    def __init__(self, database: str) -> None:
        self._log = Path(f"{database}-wal")
        self._log_inode = 0
        self._counts = memoryview(mmap.mmap(-1, mmap.PAGESIZE)).cast("q")
        self._turn = threading.Lock()
        self._begun = 0
        self._own = threading.local()

    def commit_comes(self) -> None:
        """Count a commit that is about to be made; called under the lock of the database."""
        self._own.number = self._counts[_COMING] = self._counts[_COMING] + 1

    def settle(self) -> None:
        """Return when what this thread committed, or else whatever it may have read, is on the disk.

        Raises DiskFailed.
        """
        mine: int | None = self._own.__dict__.pop("number", None)
        wanted = self._counts[_COMING] if mine is None else mine
        if self._counts[_FAILED]:
            raise DiskFailed("The disk has failed before; restart when it is sound.")
        if self._counts[_FLUSHED] >= wanted:
            return
        begun = self._begun
        with self._turn:
            # Where another thread's flush began in the meantime, it has ended too, and took ours along.
            known = mine or 0
            if self._begun == begun:
                self._begun += 1
                # The last commit may not have been made yet; all before it have, for they hold the lock one by one.
                known = max(known, self._counts[_COMING] - 1)
                self._flush()
            self._counts[_FLUSHED] = max(self._counts[_FLUSHED], known)

    def _flush(self) -> None:
        try:
            # Opened each time, because SQLite may have begun another log. It holds no lock on this file, so that
            # closing it takes none away (POSIX would).
            with self._log.open("rb") as log:
                os.fdatasync(log.fileno())
                self._flush_name(os.fstat(log.fileno()).st_ino)
        except FileNotFoundError:
            # All of it stands in the database itself, flushed.
            return
        except OSError as error:
            self._counts[_FAILED] = 1
            raise DiskFailed("The disk did not take what was committed.") from error

    def _flush_name(self, inode: int) -> None:
        if inode == self._log_inode:
            return
        folder = os.open(self._log.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        self._log_inode = inode

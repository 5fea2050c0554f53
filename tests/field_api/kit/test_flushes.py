"""Where commits to SQLite share their flushes, nothing is answered that a power cut could still take back."""

import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from field_api.app import create_app
from field_api.settings import read_settings
from field_api.store import audit
from field_api.store.audit import AuditEntry
from field_api.store.base import Base, db
from field_api.store.columns import new_id
from field_api.store.engine import settle, share_flushes, writing
from field_api.store.flushes import DiskFailed, Flushes
from tests.field_api.server import environ_for


class Disk:
    """Stands before the disk: counts its flushes, holds one up or lets it fail, and keeps what it has."""

    def __init__(self, folder: Path) -> None:
        self.flushes = 0
        self.free = threading.Event()
        self.free.set()
        self.reached = threading.Semaphore(0)
        self.broken = False
        self.folder = folder
        self._really = os.fdatasync

    def flush(self, file: int) -> None:
        number = self.flushes = self.flushes + 1
        for name in ("furet.sqlite", "furet.sqlite-wal"):
            shutil.copy(self.folder / name, self.folder / f"{number}-{name}")
        self.reached.release()
        assert self.free.wait(30)
        if self.broken:
            raise OSError(5, "Input/output error")
        self._really(file)
        (self.folder / "whole").write_text(str(number))

    def holds(self, entry_id: str) -> bool:
        """Whether it would be there after a power cut at this moment."""
        number = int((self.folder / "whole").read_text())
        rescued = self.folder / f"rescued-{new_id()}"
        shutil.copy(self.folder / f"{number}-furet.sqlite", rescued)
        shutil.copy(self.folder / f"{number}-furet.sqlite-wal", f"{rescued}-wal")
        with sqlite3.connect(rescued) as connection:
            found = connection.execute("SELECT 1 FROM audit_entries WHERE subject_id = ?", (entry_id,)).fetchone()
        connection.close()
        return found is not None


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    made = create_app(read_settings(environ_for(tmp_path)))
    with made.app_context():
        share_flushes(db.engine)
        Base.metadata.create_all(db.engine)
    yield made
    with made.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def disk(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    found = Disk(tmp_path)
    monkeypatch.setattr(os, "fdatasync", found.flush)
    return found


def write(app: Flask) -> str:
    own = new_id()
    with app.app_context(), writing(db.session):
        audit.record(db.session, audit.SYSTEM, "test.write", own)
    return own


def read(app: Flask) -> int:
    with app.app_context():
        count = db.session.execute(select(func.count()).select_from(AuditEntry)).scalar_one()
        settle(db.session)
        return count


def begin(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_what_was_written_would_survive_a_power_cut_at_once(app: Flask, disk: Disk) -> None:
    lost: list[str] = []

    def work() -> None:
        for _ in range(5):
            own = write(app)
            if not disk.holds(own):
                lost.append(own)

    for thread in [begin(work) for _ in range(8)]:
        thread.join(60)
    assert lost == []
    assert read(app) == 40


def test_a_commit_lets_the_next_one_begin_and_one_flush_serves_all_who_wait(app: Flask, disk: Disk) -> None:
    disk.free.clear()
    first = begin(lambda: write(app))
    assert disk.reached.acquire(timeout=30)
    others = [begin(lambda: write(app)) for _ in range(6)]
    while _committed(app) < 7:
        assert all(thread.is_alive() for thread in (first, *others))
    disk.free.set()
    for thread in (first, *others):
        thread.join(30)
    # Those who came while the first one flushed needed another flush, and one was enough.
    assert disk.flushes == 2


def test_a_reader_waits_for_what_it_may_have_read_and_for_nothing_else(app: Flask, disk: Disk) -> None:
    disk.free.clear()
    writer = begin(lambda: write(app))
    assert disk.reached.acquire(timeout=30)
    reader = begin(lambda: read(app))
    reader.join(0.3)
    assert reader.is_alive()
    disk.free.set()
    for thread in (writer, reader):
        thread.join(30)
        assert not thread.is_alive()
    before = disk.flushes
    read(app)
    assert disk.flushes == before


def test_every_answer_waits(app: Flask, disk: Disk) -> None:
    disk.free.clear()
    writer = begin(lambda: write(app))
    assert disk.reached.acquire(timeout=30)
    asking = begin(lambda: app.test_client().get("/v1/customers"))
    asking.join(0.3)
    assert asking.is_alive()
    disk.free.set()
    asking.join(30)
    writer.join(30)


def test_after_the_disk_has_failed_nothing_is_answered(app: Flask, disk: Disk) -> None:
    disk.broken = True
    with pytest.raises(DiskFailed):
        write(app)
    disk.broken = False
    for attempt in (write, read):
        with pytest.raises(DiskFailed):
            attempt(app)


def test_a_commit_of_another_process_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[int] = []
    monkeypatch.setattr(os, "fdatasync", flushed.append)
    (tmp_path / "furet.sqlite-wal").touch()
    flushes = Flushes(str(tmp_path / "furet.sqlite"))
    flushes.settle()
    assert flushed == []
    child = os.fork()
    if child == 0:
        flushes.commit_comes()
        os._exit(0)
    os.waitpid(child, 0)
    flushes.settle()
    assert len(flushed) == 1


def _committed(app: Flask) -> int:
    with app.app_context():
        count: int = db.session.execute(select(func.count()).select_from(AuditEntry)).scalar_one()
        return count

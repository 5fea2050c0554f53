"""Radicale and Xandikos from the Python index: tools of this benchmark, in processes and a folder of their own."""

import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.field_api.server import free_port

ROOT = Path(__file__).parent.parent.parent
VERSIONS = ("radicale==3.9.0", "xandikos==0.4.10")
WAIT_S = 60
INSTALL_S = 300

# Radicale reads a file when it is first asked for it, and flushes what it remembers of each: the same by its own
# parts, but for the flushes.
_REMEMBER = """
import sys
from radicale import config, storage
settings = config.load()
told = {"filesystem_folder": sys.argv[1], "_filesystem_fsync": "False"}
settings.update({"storage": told}, "bench", privileged=True)
kept = storage.load(settings)
with kept.acquire_lock("w", "bench"):
    next(iter(kept.discover("/bench/calendar/"))).sync()
"""

# Xandikos keeps each calendar in a git repository: the files are committed as it would do itself, but all at once.
_COMMIT = """
import sys
from pathlib import Path
from dulwich import porcelain
folder = Path(sys.argv[1])
porcelain.add(str(folder), paths=[str(path) for path in sorted(folder.glob("*.ics"))])
who = b"Bench <bench@example.org>"
porcelain.commit(str(folder), message=b"Filled", author=who, committer=who)
"""


@dataclass(frozen=True)
class Served:
    """A calendar that is served somewhere."""

    name: str
    url: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)


def installed(folder: Path) -> Path | None:
    """The programs of both, or None, with a line that says why, where they cannot be had."""
    uv = next(iter(sorted(ROOT.glob(".tools/uv/*/bin/uv"))), None)
    if uv is None:
        print("Skipped: Radicale and Xandikos, for uv is not installed below .tools.")
        return None
    for command in (
        ["venv", "--quiet", str(folder)],
        ["pip", "install", "--quiet", "--python", str(folder), *VERSIONS],
    ):
        done = subprocess.run([str(uv), *command], capture_output=True, text=True, timeout=INSTALL_S, check=False)
        if done.returncode != 0:
            print(f"Skipped: Radicale and Xandikos cannot be installed: {done.stderr.strip()[-200:]}")
            return None
    return folder / "bin"


@contextmanager
def radicale(programs: Path, folder: Path, texts: Mapping[str, bytes]) -> Iterator[Served]:
    """Radicale with a calendar of these objects; it takes any user by Basic."""
    own = folder / "collection-root" / "bench" / "calendar"
    own.mkdir(parents=True)
    (own / ".Radicale.props").write_text('{"tag": "VCALENDAR"}')
    for name, text in texts.items():
        (own / name).write_bytes(text)
    subprocess.run([str(programs / "python"), "-c", _REMEMBER, str(folder)], check=True)
    port = free_port()
    options = ["--server-hosts", f"127.0.0.1:{port}", "--storage-filesystem-folder", str(folder), "--auth-type", "none"]
    command = [str(programs / "python"), "-m", "radicale", "--config", "", *options, "--logging-level", "error"]
    served = Served("Radicale", f"http://127.0.0.1:{port}", "/bench/calendar/", {"Authorization": "Basic YmVuY2g6eA=="})
    with _running(command, served):
        yield served


@contextmanager
def xandikos(programs: Path, folder: Path, texts: Mapping[str, bytes]) -> Iterator[Served]:
    """Xandikos with a calendar of these objects; it asks nobody who they are."""
    port = free_port()
    served = Served("Xandikos", f"http://127.0.0.1:{port}", "/user/calendars/calendar/")
    command = [str(programs / "xandikos"), "serve", "-d", str(folder), "--defaults", "--port", str(port)]
    command += ["--listen-address", "127.0.0.1"]
    with _running(command, served):
        pass
    own = folder / "user" / "calendars" / "calendar"
    for name, text in texts.items():
        (own / name).write_bytes(text)
    subprocess.run([str(programs / "python"), "-c", _COMMIT, str(own)], check=True, stdout=subprocess.DEVNULL)
    with _running(command, served):
        yield served


@contextmanager
def _running(command: list[str], served: Served) -> Iterator[None]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + WAIT_S
        while not _answers(served):
            if time.monotonic() > until or process.poll() is not None:
                raise RuntimeError(f"{served.name} does not answer.")
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(WAIT_S)


def _answers(served: Served) -> bool:
    try:
        headers = {"Depth": "0", **served.headers}
        answer = httpx.request("PROPFIND", served.url + served.path, headers=headers, timeout=WAIT_S)
    except httpx.TransportError:
        return False
    return answer.status_code < 500

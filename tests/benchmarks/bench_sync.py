"""Sync: first replication, deltas, pushes, bytes, streams; beside a floor and a peer in the same run.

The floor is the same rows by one SELECT and orjson under the same gunicorn; the peer is express-pouchdb with PouchDB,
from the npm registry, where node is present.
"""

import gzip
import http.client
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from field_api.store.columns import new_id
from tests.benchmarks.served import cpu_s, processes_below, resident_mb
from tests.benchmarks.sync_company import SIZES, Rep, make_company
from tests.field_api.server import Server, environ_for, free_port, running

CLIENTS = Path(__file__).parent.parent / "clients"
POUCHDB = Path(__file__).parent / "pouchdb"
PAGE = 1000
STREAMS = 200
LIMITS = {"FURET_PROCESSES": "1", "FURET_FLOOD_LIMIT": "100000000/minute", "FURET_STREAMS": str(STREAMS)}


def main() -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as folder:
        environ = environ_for(Path(folder), f"sqlite:///{folder}/furet.sqlite", **LIMITS)
        reps = make_company(environ)
        with running(environ) as ours, _floor(environ) as floor:
            _first_replication(ours, floor, reps[10_000])
            for size in SIZES:
                _deltas(ours, reps[size], size)
            _push(ours, reps[1_000])
            _streams(ours, reps[1_000])
    _peer()


class Client:
    """One kept connection; knows its token and the bytes it received."""

    def __init__(self, server: Server, rep: Rep, *, packed: bool = True) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", int(server.environ["PORT"]), timeout=120)
        self._headers = {"Authorization": f"Bearer {rep.token}", "Content-Type": "application/json"}
        self._headers |= {"Accept-Encoding": "gzip"} if packed else {}
        self.received = 0
        self.took_ms = 0.0

    def ask(self, method: str, target: str, body: Any = None) -> Any:
        began = time.perf_counter()
        self._connection.request(method, target, None if body is None else json.dumps(body), self._headers)
        answer = self._connection.getresponse()
        content = answer.read()
        self.took_ms = (time.perf_counter() - began) * 1000
        self.received += len(content)
        if answer.status >= 300:
            raise RuntimeError(f"{method} {target} answered {answer.status}: {content[:300]!r}")
        return json.loads(gzip.decompress(content) if answer.headers["Content-Encoding"] == "gzip" else content)

    def pull_all(self, limit: int = PAGE) -> tuple[str, int]:
        """Follow the feed from its start to its end: the last position, and how many documents came."""
        position, count = "", 0
        while True:
            page = self.ask("GET", f"/v1/sync/customers/pull?limit={limit}{position}")
            count += len(page["documents"])
            position = f"&checkpoint={quote(page['checkpoint']['position'])}"
            if len(page["documents"]) < limit:
                return position, count


def _first_replication(ours: Server, floor: Server, rep: Rep) -> None:
    print(f"first replication of 10,000 customers in pages of {PAGE}, SQLite, one gunicorn process")
    for packed in (True, False):
        client = Client(ours, rep, packed=packed)
        before = cpu_s(_processes(ours))
        client.pull_all()
        used = cpu_s(_processes(ours)) - before
        how = "gzip" if packed else "plain"
        print(f"  server alone, {how:5}   {used:6.2f} s of CPU   {client.received / 1e6:6.2f} MB received")
    bare = Client(floor, rep)
    before = cpu_s(processes_below(floor.process.pid))
    rows = bare.ask("GET", f"/rows?territory={rep.territory_id}&limit=100000")
    used = cpu_s(processes_below(floor.process.pid)) - before
    raw = json.dumps(rows, separators=(",", ":")).encode()
    print(f"  floor, one SELECT     {used:6.2f} s of CPU   {bare.received / 1e6:6.2f} MB received")
    smallest = len(gzip.compress(raw)) / 1e6
    print(f"  the floor's JSON      {len(raw) / len(rows):6.0f} B a document   {smallest:6.2f} MB by gzip -9")
    if shutil.which("node") and (CLIENTS / "node_modules").is_dir():
        mine = statistics.median(_rxdb(ours.url, rep.token) for _ in range(5))
        bares = statistics.median(_rxdb(floor.url, f"floor:{rep.territory_id}") for _ in range(5))
        print(f"  RxDB client           {mine:6.0f} ms   from the floor {bares:6.0f} ms   ratio {mine / bares:.2f}")


def _rxdb(url: str, who: str) -> float:
    done = subprocess.run(
        ["node", "replicate.mjs", url, who, str(PAGE)], cwd=CLIENTS, capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout.splitlines()[-1])
    if told["documents"] != 10_000:
        raise RuntimeError(f"RxDB holds {told['documents']} documents.")
    return float(told["ms"])


def _deltas(ours: Server, rep: Rep, size: int) -> None:
    client, office = Client(ours, rep), Client(ours, rep)
    position, _ = client.pull_all(2000)
    for count in (1, 100):
        taken = []
        for _ in range(15):
            _edit(office, count)
            page = client.ask("GET", f"/v1/sync/customers/pull?limit=500{position}")
            taken.append(client.took_ms)
            if len(page["documents"]) != count:
                raise RuntimeError(f"A delta of {count} brought {len(page['documents'])} documents.")
            position = f"&checkpoint={quote(page['checkpoint']['position'])}"
        print(f"delta of {count:3} in a portfolio of {size:7,}: median {statistics.median(taken):6.1f} ms")


def _edit(office: Client, count: int) -> None:
    """Edit the first customers of the portfolio by a push, as another phone would."""
    page = office.ask("GET", f"/v1/sync/customers/pull?limit={count}")
    rows = [
        {"newDocumentState": {**one, "name": f"Edited {time.time_ns()}"}, "assumedMasterState": one}
        for one in page["documents"]
    ]
    office.ask("POST", "/v1/sync/customers/push", rows)


def _push(ours: Server, rep: Rep) -> None:
    client, taken = Client(ours, rep), []
    for _ in range(9):
        documents = [rep.document(new_id(), f"Pushed {number}") for number in range(100)]
        rows = [{"newDocumentState": {**one, "_deleted": False}} for one in documents]
        conflicts = client.ask("POST", "/v1/sync/customers/push", rows)
        taken.append(client.took_ms)
        if conflicts:
            raise RuntimeError(f"{len(conflicts)} of 100 were not stored as pushed.")
    print(f"push of 100 new customers, durable: median {statistics.median(taken):.0f} ms, best {min(taken):.0f} ms")


def _streams(ours: Server, rep: Rep) -> None:
    pids = _processes(ours)
    memory, files = resident_mb(pids), _database_files(ours, pids)
    opened = []
    for _ in range(STREAMS):
        connection = http.client.HTTPConnection("127.0.0.1", int(ours.environ["PORT"]), timeout=60)
        connection.request("GET", "/v1/sync/stream", headers={"Authorization": f"Bearer {rep.token}"})
        answer = connection.getresponse()
        answer.read(10)
        opened.append((connection, answer))
    time.sleep(2)
    grown, more = resident_mb(pids) - memory, _database_files(ours, pids) - files
    print(f"{STREAMS} open streams: {grown:+.1f} MB on {memory:.0f} MB, {more:+d} open database files")
    for connection, answer in opened:
        answer.close()
        connection.close()


def _processes(server: Server) -> list[int]:
    """The gunicorn processes, without the job worker beside them."""
    below = processes_below(server.process.pid)
    return [pid for pid in below if b"worker" not in Path(f"/proc/{pid}/cmdline").read_bytes()][1:]


def _database_files(server: Server, pids: list[int]) -> int:
    database = f"{server.environ['FURET_HOME']}/furet.sqlite"
    links = (os.readlink(link) for pid in pids for link in Path(f"/proc/{pid}/fd").iterdir())
    return sum(link == database for link in links)


@contextmanager
def _floor(environ: dict[str, str]) -> Iterator[Server]:
    own = environ | {"PORT": str(free_port()), "FLOOR_DATABASE": f"{environ['FURET_HOME']}/furet.sqlite"}
    gunicorn = (sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--threads", "8", "--preload")
    quiet = ("--log-level", "warning", "--bind", f"127.0.0.1:{own['PORT']}", "tests.benchmarks.floor_sync:app()")
    with running(own, *gunicorn, *quiet) as server:
        yield server


def _peer() -> None:
    if shutil.which("node") is None or shutil.which("npm") is None:
        print("express-pouchdb: there is no node here.")
        return
    if not (POUCHDB / "node_modules").is_dir():
        quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        subprocess.run(["npm", "ci", *quiet], cwd=POUCHDB, check=True)
    port = str(free_port())
    server = subprocess.Popen(["node", "bench.mjs", "serve", port], cwd=POUCHDB, stdout=subprocess.DEVNULL)
    try:
        time.sleep(4)
        run = ["node", "bench.mjs", "run", f"http://127.0.0.1:{port}", "10000"]
        told = json.loads(subprocess.run(run, cwd=POUCHDB, capture_output=True, text=True, check=True).stdout)
        print(
            "express-pouchdb in memory, same run: " + ", ".join(f"{name} {value:.0f}" for name, value in told.items())
        )
    finally:
        server.terminate()
        server.wait()

"""Sync: first replication, deltas, pushes, bytes, streams; beside a floor and a peer in the same run.

The floor is the same rows by one SELECT and orjson under the same gunicorn; the peer is express-pouchdb with PouchDB,
from the npm registry, where node is present.
"""

import gzip
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from field_api.store.columns import new_id
from tests.benchmarks.served import cpu_s, resident_mb
from tests.benchmarks.sync_client import PAGE, Client, server_processes, spent
from tests.benchmarks.sync_company import SIZES, Rep, make_company
from tests.benchmarks.sync_peer import packages_stand, peer
from tests.field_api.server import Server, environ_for, free_port, running

CLIENTS = Path(__file__).parent.parent / "clients"
DOCUMENTS = 10_000
STREAMS = 200
LIMITS = {"FURET_PROCESSES": "1", "FURET_FLOOD_LIMIT": "100000000/minute", "FURET_STREAMS": str(STREAMS)}


def main() -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as folder:
        environ = environ_for(Path(folder), f"sqlite:///{folder}/furet.sqlite", **LIMITS)
        reps = make_company(environ)
        with running(environ) as ours, _floor(environ) as floor:
            _first_replication(ours, floor, reps[DOCUMENTS])
            for size in SIZES:
                _deltas(ours, reps[size], size)
            _push(ours, reps[1_000])
            _streams(ours, reps[1_000])
    peer(DOCUMENTS)


def _first_replication(ours: Server, floor: Server, rep: Rep) -> None:
    print(f"first replication of {DOCUMENTS:,} customers in pages of {PAGE}, SQLite, one gunicorn process")
    rows = []
    for how, packed in (("gzip", True), ("plain", False)):
        mine, bare = Client(ours, rep.token, packed=packed), Client(floor, rep.token, packed=packed)
        print(f"  server alone, {how:5}   {spent(ours, mine, mine.pull_all)}")
        cost = spent(floor, bare, lambda client=bare: rows.append(client.pull_rows(rep.territory_id)))
        print(f"  the floor, {how:5}      {cost}")
    raw = json.dumps(rows[0], separators=(",", ":")).encode()
    smallest = len(gzip.compress(raw)) / 1e6
    print(f"  the floor's JSON      {len(raw) / len(rows[0]):6.0f} B a document   {smallest:6.2f} MB by gzip -9")
    if packages_stand(CLIENTS):
        mine = statistics.median(_rxdb(ours.url, rep.token) for _ in range(5))
        bares = statistics.median(_rxdb(floor.url, f"floor:{rep.territory_id}") for _ in range(5))
        print(f"  RxDB client           {mine:6.0f} ms   from the floor {bares:6.0f} ms   ratio {mine / bares:.2f}")


def _rxdb(url: str, who: str) -> float:
    done = subprocess.run(
        ["node", "replicate.mjs", url, who, str(PAGE)], cwd=CLIENTS, capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout.splitlines()[-1])
    if told["documents"] != DOCUMENTS:
        raise RuntimeError(f"RxDB holds {told['documents']} documents.")
    return float(told["ms"])


def _deltas(ours: Server, rep: Rep, size: int) -> None:
    client, office = Client(ours, rep.token), Client(ours, rep.token)
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
    client, pids = Client(ours, rep.token), server_processes(ours)
    taken, began_s = [], cpu_s(pids)
    for _ in range(15):
        documents = [rep.document(new_id(), f"Pushed {number}") for number in range(100)]
        rows = [{"newDocumentState": {**one, "_deleted": False}} for one in documents]
        conflicts = client.ask("POST", "/v1/sync/customers/push", rows)
        taken.append(client.took_ms)
        if conflicts:
            raise RuntimeError(f"{len(conflicts)} of 100 were not stored as pushed.")
    used_ms = (cpu_s(pids) - began_s) * 1000 / len(taken)
    times = f"median {statistics.median(taken):.0f} ms, best {min(taken):.0f} ms, worst {max(taken):.0f} ms"
    print(f"push of 100 new customers, durable: {times}, {used_ms:.0f} ms of CPU")


def _streams(ours: Server, rep: Rep) -> None:
    pids = server_processes(ours)
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

"""List, read, create and search by the API, beside bare Flask and SQLAlchemy Core on the same file, in the same run."""

import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.benchmarks.served import Call, Cost, cost, processes_below, resident_mb
from tests.field_api.server import Server, environ_for, free_port, running

CUSTOMERS = 100_000
ROUNDS = 7
CALLS = 300
LIMITS = {"FURET_PROCESSES": "1", "FURET_FLOOD_LIMIT": "100000000/minute"}


def main() -> None:
    """Print the table, with the ratio of CPU to the floor for each operation."""
    with tempfile.TemporaryDirectory() as folder:
        environ = environ_for(Path(folder), **LIMITS)
        _fill(environ, CUSTOMERS)
        with running(environ) as ours, _floor(environ) as floor:
            measure(ours, floor)
            print(f"resident memory of one API process: {resident_mb(_processes(ours)):.0f} MB")
    _print_start()


def measure(ours: Server, floor: Server) -> None:
    """Alternate between the two, so that what the machine does meanwhile falls on both."""
    token, territory, ids = _sign_in(ours)
    bearer = {"Authorization": f"Bearer {token}"}
    operations = {
        "list of 20": (_gets(["/v1/customers?limit=20"], bearer), _gets([f"/customers?territory={territory}"], {})),
        "read": (_gets([f"/v1/customers/{i}" for i in ids], bearer), _gets([f"/customers/{i}" for i in ids], {})),
        "create": (_posts("/v1/customers", territory, bearer), _posts("/customers", territory, {})),
        "search by prefix": (_gets([f"/v1/customers?q={q}" for q in ("mar", "du", "lef", "bern")], bearer), None),
        "360 view": (_gets([f"/v1/customers/{i}/360" for i in ids], bearer), None),
    }
    print(f"{CUSTOMERS:,} customers, SQLite, one gunicorn process; median of {ROUNDS} rounds of {CALLS} requests")
    print(f"{'':18}{'CPU ms':>8}{'floor':>8}{'ratio':>7}{'median ms':>11}{'p95 ms':>8}{'x read':>8}")
    read_ms = 0.0
    for name, (mine, bare) in operations.items():
        costs, floors = [], []
        for _ in range(ROUNDS):
            costs.append(_spend(ours, mine))
            if bare is not None:
                floors.append(_spend(floor, bare))
        read_ms = _median(costs, "median_ms") if name == "read" else read_ms
        _print_row(name, costs, floors, read_ms)


def _print_row(name: str, costs: list[Cost], floors: list[Cost], read_ms: float) -> None:
    cpu, bare = _median(costs, "cpu_ms"), _median(floors, "cpu_ms") if floors else None
    floor = f"{bare:8.2f}{cpu / bare:7.2f}" if bare else f"{'':15}"
    times_read = f"{_median(costs, 'median_ms') / read_ms:8.2f}" if read_ms else ""
    print(
        f"{name:18}{cpu:8.2f}{floor}{_median(costs, 'median_ms'):11.2f}{_median(costs, 'p95_ms'):8.2f}{times_read}",
        flush=True,
    )


def _median(costs: list[Cost], name: str) -> float:
    return statistics.median(getattr(one, name) for one in costs)


def _spend(server: Server, calls: Iterator[Call]) -> Cost:
    return cost(server.url, server.process.pid, [next(calls) for _ in range(CALLS)])


def _gets(targets: list[str], headers: dict[str, str]) -> Iterator[Call]:
    while True:
        for target in targets:
            yield Call("GET", target, headers)


def _posts(target: str, territory: str, headers: dict[str, str]) -> Iterator[Call]:
    rng, number = random.Random(1), 0
    while True:
        number += 1
        customer = {"kind": "person", "name": f"Durand{rng.random():.6f}".replace("0.", ""), "given_name": "Zoé"}
        body = customer | {"territory_id": territory, "first_touch_source": "phone"}
        keyed = headers | {"Content-Type": "application/json", "Idempotency-Key": f"bench-{time.time_ns()}-{number}"}
        yield Call("POST", target, keyed, json.dumps(body).encode())


def _fill(environ: dict[str, str], customers: int) -> None:
    began = time.perf_counter()
    for command in (("db", "upgrade"), ("demo", "--customers", str(customers))):
        done = subprocess.run(
            [sys.executable, "-m", "field_api", *command], env=environ, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(done.stderr)
    print(f"furet demo --customers {customers}: {time.perf_counter() - began:.0f} s")


def _sign_in(server: Server) -> tuple[str, str, list[str]]:
    """A rep's token, one of the rep's territories, and ids of customers there."""
    logins = json.loads((Path(server.environ["FURET_HOME"]) / "first-logins.json").read_bytes())
    rep = next(login for login in logins if login["role"] == "rep")
    sent = {"email": rep["email"], "password": rep["password"], "device": "bench"}
    token = httpx.post(f"{server.url}/v1/login", json=sent).json()["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}
    customers = httpx.get(f"{server.url}/v1/customers?limit=100", headers=bearer).json()["items"]
    return token, customers[0]["territory_id"], [customer["id"] for customer in customers]


@contextmanager
def _floor(environ: dict[str, str]) -> Iterator[Server]:
    database = str(Path(environ["FURET_HOME"]) / "furet.sqlite")
    own = environ | {"PORT": str(free_port()), "FLOOR_DATABASE": database}
    threads = (
        "--workers",
        "1",
        "--worker-class",
        "gthread",
        "--threads",
        "8",
        "--preload",
        "--log-level",
        "warning",
        "--keep-alive",
        "15",
    )
    command = (
        sys.executable,
        "-m",
        "gunicorn",
        *threads,
        "--bind",
        f"127.0.0.1:{own['PORT']}",
        "tests.benchmarks.floor:app()",
    )
    with running(own, *command) as server:
        yield server


def _processes(server: Server) -> list[int]:
    """The gunicorn processes, without the job worker beside them."""
    below = processes_below(server.process.pid)
    return [pid for pid in below if b"worker" not in Path(f"/proc/{pid}/cmdline").read_bytes()][1:]


LIBRARIES = (
    "alembic, argon2, flask, flask_smorest, flask_sqlalchemy, flask_swagger_ui, geopy.geocoders, limits, marshmallow, "
    "orjson, phonenumbers, prometheus_client, psycopg, sqlalchemy.dialects.postgresql, sqlalchemy.dialects.sqlite, "
    "webargs.flaskparser"
)


def _print_start() -> None:
    """CPU of create_app beside the CPU of importing its libraries, each in a fresh process."""
    with tempfile.TemporaryDirectory() as folder:
        # Compiled modules may be kept, as in any installation; the first run, which compiles, is never the best.
        environ = environ_for(Path(folder)) | {"PYTHONDONTWRITEBYTECODE": ""}
        peak_mb = "resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024"
        told = f"import time, resource; {{}}; print(time.process_time(), {peak_mb})"
        libraries = _best(told.format(f"import {LIBRARIES}"), environ)
        service = _best(told.format("from field_api.app import create_app; create_app()"), environ)
    ratio = service[0] / libraries[0]
    print(f"create_app: {service[0]:.2f} s of CPU, its libraries alone {libraries[0]:.2f} s, ratio {ratio:.2f}")
    print(f"resident after create_app: {service[1]:.0f} MB")


def _best(program: str, environ: dict[str, str]) -> tuple[float, float]:
    runs = [
        subprocess.run([sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=True)
        for _ in range(5)
    ]
    figures = [tuple(map(float, run.stdout.split())) for run in runs]
    return min(figures)[0], min(figures)[1]

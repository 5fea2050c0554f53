"""A client of the feed for bench_sync that knows what it sent and received, and what the server spent on it."""

import gzip
import http.client
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.benchmarks.served import cpu_s, peak_growth_mb, processes_below
from tests.field_api.server import Server

PAGE = 1000


@dataclass(frozen=True)
class Spent:
    """What some work cost: CPU of the server and how much its memory grew at the most, bytes received by the client."""

    cpu_s: float
    peak_mb: float
    received_mb: float

    def __str__(self) -> str:
        return f"{self.cpu_s:6.2f} s of CPU {self.peak_mb:+7.1f} MB at the peak {self.received_mb:6.2f} MB received"


class Client:
    """One kept connection; knows its token and the bytes it received, headers and all."""

    def __init__(self, server: Server, token: str, *, packed: bool = True) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", int(server.environ["PORT"]), timeout=120)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._headers |= {"Accept-Encoding": "gzip" if packed else "identity"}
        self.received = 0
        self.took_ms = 0.0

    def ask(self, method: str, target: str, body: Any = None) -> Any:
        """The answer's document. Raises RuntimeError for anything but success."""
        began = time.perf_counter()
        self._connection.request(method, target, None if body is None else json.dumps(body), self._headers)
        answer = self._connection.getresponse()
        content = answer.read()
        self.took_ms = (time.perf_counter() - began) * 1000
        self.received += len(content) + sum(len(name) + len(value) + 4 for name, value in answer.getheaders())
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

    def pull_rows(self, territory_id: str, limit: int = PAGE) -> list[Any]:
        """The same from the floor, which answers bare rows."""
        found: list[Any] = []
        while True:
            after = f"&after={found[-1]['id']}" if found else ""
            rows = self.ask("GET", f"/rows?territory={territory_id}&limit={limit}{after}")
            found += rows
            if len(rows) < limit:
                return found


def spent(server: Server, client: Client, work: Callable[[], object]) -> Spent:
    """Do the work, and tell what it cost."""
    pids, before = server_processes(server), client.received
    began_s = cpu_s(pids)
    peak_mb = peak_growth_mb(pids, work)
    return Spent(cpu_s(pids) - began_s, peak_mb, (client.received - before) / 1e6)


def server_processes(server: Server) -> list[int]:
    """The gunicorn processes, without the job worker beside them."""
    below = processes_below(server.process.pid)
    return [pid for pid in below if b"--with-parent" not in Path(f"/proc/{pid}/cmdline").read_bytes()]

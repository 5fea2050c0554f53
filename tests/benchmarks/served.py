"""What a request costs a gunicorn process: CPU by the kernel's own account, and latency at the client."""

import http.client
import os
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Call:
    """One request: method, target, headers, body."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes | None = None


@dataclass(frozen=True)
class Cost:
    """What one kind of request costs: server CPU and client latency, in milliseconds."""

    cpu_ms: float
    median_ms: float
    p95_ms: float


def processes_below(pid: int) -> list[int]:
    """The process and all that it started."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, front = [pid], [pid]
    while front:
        front = [child for parent in front for child in children.get(parent, [])]
        found += front
    return found


def cpu_s(pids: Iterable[int]) -> float:
    """CPU seconds, user and system, that these processes have used."""
    total = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS_PER_S


def resident_mb(pids: Iterable[int]) -> float:
    """Proportional resident memory (PSS, which counts shared pages once), in MB."""
    texts = (Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in pids)
    return sum(int(line.split()[1]) for text in texts for line in text.splitlines() if line.startswith("Pss:")) / 1024


def peak_growth_mb(pids: Iterable[int], work: Callable[[], object]) -> float:
    """How much more memory than before these processes held at the most while the work was done, in MB."""
    held = {pid: _status_mb(pid, "VmRSS") for pid in pids}
    for pid in held:
        # Begins the account of the peak anew (proc(5), clear_refs).
        Path(f"/proc/{pid}/clear_refs").write_text("5")
    work()
    return sum(_status_mb(pid, "VmHWM") - before for pid, before in held.items())


def _status_mb(pid: int, name: str) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) / 1024


def cost(
    url: str, pid: int, calls: Iterable[Call], expected: Callable[[int], bool] = lambda status: status < 300
) -> Cost:
    """Send the calls one after the other on one kept connection, and tell what each cost on the average."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname or "127.0.0.1", address.port or 80, timeout=30)
    pids = processes_below(pid)
    before_s = cpu_s(pids)
    taken_ms = [_send(connection, call, expected) for call in calls]
    used_s = cpu_s(pids) - before_s
    connection.close()
    return Cost(used_s * 1000 / len(taken_ms), statistics.median(taken_ms), statistics.quantiles(taken_ms, n=20)[-1])


def _send(connection: http.client.HTTPConnection, call: Call, expected: Callable[[int], bool]) -> float:
    began = time.perf_counter()
    connection.request(call.method, call.target, call.body, call.headers)
    answer = connection.getresponse()
    body = answer.read()
    took_ms = (time.perf_counter() - began) * 1000
    if not expected(answer.status):
        raise RuntimeError(f"{call.method} {call.target} answered {answer.status}: {body[:300]!r}")
    return took_ms

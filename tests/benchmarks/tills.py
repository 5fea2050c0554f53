"""Tills that redeem coupons over HTTP as fast as they are answered, in a process and a thread of their own.

Small on purpose: on two cores the clients are the server's rivals. `python -m tests.benchmarks.tills` reads what to do
as JSON from its input and writes what it saw.
"""

import asyncio
import json
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Task:
    """Where the tills call, with which token and codes, how many of them, and for how long."""

    url: str
    token: str
    codes: list[str]
    tills: int
    seconds: float


@dataclass
class Seen:
    """The milliseconds of every redemption, and how often the server was too busy and was asked again."""

    took_ms: list[float] = field(default_factory=list)
    busy: int = 0


async def redeem_for_a_while(task: Task) -> Seen:
    """All tills side by side. Raises RuntimeError for an answer that is neither done nor busy."""
    seen, codes, until = Seen(), iter(task.codes), time.monotonic() + task.seconds
    await asyncio.gather(*(_till(task, codes, until, seen) for _ in range(task.tills)))
    return seen


async def _till(task: Task, codes: Iterator[str], until: float, seen: Seen) -> None:
    address = urlsplit(task.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    while time.monotonic() < until:
        request = _request(task.token, next(codes))
        began = time.perf_counter()
        writer.write(request)
        while (status := await _status(reader)) == 503:
            seen.busy += 1
            writer.write(request)
        if status != 201:
            raise RuntimeError(f"A redemption was answered with {status}.")
        seen.took_ms.append((time.perf_counter() - began) * 1000)
    writer.close()


def _request(token: str, code: str) -> bytes:
    own = str(uuid.uuid4())
    body = json.dumps({"id": own, "code": code, "channel": "shop"}).encode()
    head = (
        "POST /v1/coupons/redemptions HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: {token}",
        f"Idempotency-Key: {own}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


async def _status(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower().split("\r\n")
    length = next(line for line in head if line.startswith("content-length:"))
    await reader.readexactly(int(length.partition(":")[2]))
    return int(head[0].split()[1])


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(redeem_for_a_while(Task(**json.load(sys.stdin)))))))

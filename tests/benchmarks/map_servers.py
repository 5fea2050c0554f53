"""A PostgreSQL with PostGIS and a Redis of their own for a benchmark, where the machine has them; as nobody special."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tests.field_api.server import free_port

WAIT_S = 20
POSTGRESQL = "-c fsync=off -c shared_buffers=512MB -c jit=off -c max_wal_size=4GB"


@contextmanager
def postgis() -> Iterator[str | None]:
    """The URL of a fresh database with PostGIS; None where PostgreSQL or PostGIS is not installed."""
    programs = _postgresql_programs()
    if programs is None:
        yield None
        return
    with _folder() as folder:
        port, data = free_port(), folder / "data"
        _run([*_unprivileged(), str(programs / "initdb"), "-D", str(data), "-U", "bench", "-A", "trust", "-E", "UTF8"])
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} {POSTGRESQL}".split()
        command = [*_unprivileged(), str(programs / "postgres"), "-D", str(data), *options]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        url = f"postgresql://bench@127.0.0.1:{port}/postgres"
        try:
            yield url if _has_postgis(url) else None
        finally:
            # The command may be runuser, which does not hand every signal on: the server's own pid stands in its file.
            os.kill(int((data / "postmaster.pid").read_text().split()[0]), 2)
            server.wait(WAIT_S)


@contextmanager
def redis() -> Iterator["Redis | None"]:
    """A connection to a fresh Redis; None where there is none."""
    program = shutil.which("redis-server")
    if program is None:
        yield None
        return
    with _folder() as folder:
        port = free_port()
        options = ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", "", "--daemonize", "no"]
        server = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield Redis(port)
        finally:
            server.terminate()
            server.wait(WAIT_S)


class Redis:
    """As much of the Redis protocol (RESP 2) as a benchmark needs, with as little in between as any client has."""

    def __init__(self, port: int) -> None:
        began = time.monotonic()
        while True:
            try:
                self._socket = socket.create_connection(("127.0.0.1", port))
                break
            except ConnectionRefusedError:
                if time.monotonic() > began + WAIT_S:
                    raise
                time.sleep(0.05)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self._socket.makefile("rb")

    def ask(self, *words: str | bytes) -> Any:
        """One command, one answer."""
        self._socket.sendall(_command(words))
        return self._answer()

    def tell(self, commands: list[tuple[str | bytes, ...]]) -> None:
        """Many commands at once."""
        self._socket.sendall(b"".join(map(_command, commands)))
        for _ in commands:
            self._answer()

    def _answer(self) -> Any:
        line = self._file.readline()
        kind, rest = line[:1], line[1:-2]
        if kind == b"*":
            return [self._answer() for _ in range(int(rest))]
        if kind == b"$":
            return None if rest == b"-1" else self._file.read(int(rest) + 2)[:-2]
        if kind == b"-":
            raise RuntimeError(rest.decode())
        return int(rest) if kind == b":" else rest


def _command(words: tuple[str | bytes, ...]) -> bytes:
    parts = [word if isinstance(word, bytes) else word.encode() for word in words]
    return b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)


def _postgresql_programs() -> Path | None:
    config = shutil.which("pg_config")
    found = shutil.which("postgres")
    if found is None and config is not None:
        folder = Path(subprocess.run([config, "--bindir"], capture_output=True, text=True, check=True).stdout.strip())
        found = shutil.which("postgres", path=str(folder))
    return Path(found).parent if found else None


def _unprivileged() -> list[str]:
    # PostgreSQL refuses to run as root.
    return ["runuser", "-u", "nobody", "--"] if os.geteuid() == 0 else []


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="furet-bench-") as name:
        folder = Path(name)
        if os.geteuid() == 0:
            shutil.chown(folder, "nobody")
        yield folder


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")


def _has_postgis(url: str) -> bool:
    began = time.monotonic()
    while True:
        try:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("CREATE EXTENSION postgis")
                return True
        except psycopg.errors.FeatureNotSupported:
            return False
        except psycopg.OperationalError:
            if time.monotonic() > began + WAIT_S:
                raise
            time.sleep(0.1)

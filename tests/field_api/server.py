"""The real server in a process of its own, as an operator would start it."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import httpx
from click.testing import CliRunner, Result

from field_api import cli
from field_api.app import CODE_LISTS, create_app
from field_api.code_lists.actions import reconcile
from field_api.first_start import DEMO_SEED, fill
from field_api.settings import read_settings
from field_api.store import schema
from field_api.store.base import db

# A test that goes wrong takes so long; a busy machine is not wrong.
START_S = 120
END_S = 120

# Read once: a client of httpx reads them for 25 ms, also for plain HTTP.
CERTIFICATES = httpx.create_ssl_context()


@dataclass(frozen=True)
class Server:
    """A running server: its address, its process, and what it was started with."""

    url: str
    process: subprocess.Popen[bytes]
    environ: Mapping[str, str]

    def kill_at_once(self) -> None:
        """kill -9 of the whole group: no handler runs, nothing is flushed."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def environ_for(home: Path, database_url: str | None = None, **more: str) -> dict[str, str]:
    """The environment of one installation; its home and its database are its own."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("FURET_", "PROMETHEUS_", "DATABASE_", "PORT", "PYTHONDONTWRITE"))
    }
    # gunicorn kills what does not end in time; with so much of it, a test sees what does not end by itself.
    patient = {"GUNICORN_CMD_ARGS": f"--graceful-timeout={2 * END_S}"}
    environ = (
        kept | patient | {"FURET_HOME": str(home), "FURET_SECRET": secrets.token_hex(32), "PORT": str(free_port())}
    )
    return environ | ({"DATABASE_URL": database_url} if database_url else {}) | more


def furet(*arguments: str, environ: Mapping[str, str], **options: Any) -> subprocess.CompletedProcess[str]:
    """Run the command line to its end."""
    command = [sys.executable, "-m", "field_api", *arguments]
    return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=120, check=False, **options)


def furet_here(*arguments: str, environ: Mapping[str, str]) -> Result:
    """The same in this process, which is two seconds quicker."""
    return CliRunner().invoke(cli.furet, arguments, env={"DATABASE_URL": None, **environ}, catch_exceptions=False)


def install(environ: Mapping[str, str], customers: int = 0) -> None:
    """`furet db upgrade` and, with customers, `furet demo`, here and not in a process of their own each."""
    settings = read_settings(environ)
    with create_app(settings).app_context():
        schema.upgrade(db.engine)
        reconcile(db.session, CODE_LISTS)
        if customers:
            fill(settings, customers, DEMO_SEED)
        db.session.remove()
        db.engine.dispose()


def gunicorn(application: str) -> tuple[str, ...]:
    """The command that serves a WSGI application as the service is served, but without the job worker."""
    return (sys.executable, "-m", "gunicorn", "--config", "python:tests.field_api.alone", application)


@contextmanager
def running(environ: Mapping[str, str], *command: str) -> Iterator[Server]:
    """Start a server (`furet serve` unless told otherwise), wait until it answers, and end it afterwards."""
    command = command or (sys.executable, "-m", "field_api", "serve")
    # A file and not a pipe: nobody reads while the server runs, and a full pipe would stop it.
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, env=environ, start_new_session=True, stdout=output, stderr=output)
        server = Server(f"http://127.0.0.1:{environ['PORT']}", process, environ)
        try:
            _wait_until_it_answers(server, output)
            yield server
        finally:
            _end(server)


def _end(server: Server) -> None:
    if server.process.poll() is not None:
        return
    server.process.send_signal(signal.SIGINT)
    try:
        server.process.wait(END_S)
    except subprocess.TimeoutExpired:
        server.kill_at_once()
        raise RuntimeError(f"The server did not end within {END_S} s.") from None


def _wait_until_it_answers(server: Server, output: IO[bytes]) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        if server.process.poll() is not None:
            output.seek(0)
            raise RuntimeError(f"The server ended with {server.process.returncode}: {output.read().decode()}")
        try:
            httpx.get(f"{server.url}/healthz", timeout=10, verify=CERTIFICATES)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"The server did not answer within {START_S} s.")

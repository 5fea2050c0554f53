"""The process that answers requests ends when it is told to, whatever its clients do, and waits for none of them."""

import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.field_api.server import Server, environ_for, running

SMALL = ("--config", "python:tests.field_api.kit.small_server", "tests.field_api.kit.small_server:app")
LONG_S = 120


@contextmanager
def serving(home: Path, **more: str) -> Iterator[Server]:
    """The small server; fails when it does not end by itself."""
    with running(environ_for(home, **more), sys.executable, "-m", "gunicorn", *SMALL) as server:
        yield server


def connected(server: Server, path: str | None = None, *headers: str) -> socket.socket:
    """A client that asks for a path, or says nothing yet; it hangs up only when it is closed."""
    host, port = server.url.removeprefix("http://").split(":")
    client = socket.create_connection((host, int(port)), LONG_S)
    if path:
        client.sendall("\r\n".join((f"GET {path} HTTP/1.1", "Host: here", *headers, "", "")).encode())
    return client


def eventually(holds: Callable[[], bool]) -> bool:
    until = time.monotonic() + LONG_S
    while not holds() and time.monotonic() < until:
        time.sleep(0.02)
    return holds()


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_when_told_while_it_starts_a_thread(tmp_path: Path, told: signal.Signals) -> None:
    with serving(tmp_path, SLOW_THREADS="1") as server:
        (tmp_path / "starting").unlink()
        with connected(server, "/stream"), connected(server, "/stream"):
            assert eventually((tmp_path / "starting").exists)
            server.process.send_signal(told)
            server.process.wait(LONG_S)


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_although_clients_listen_to_streams_are_kept_or_say_nothing(
    tmp_path: Path, told: signal.Signals
) -> None:
    with serving(tmp_path) as server, ExitStack() as clients:
        for path in ("/stream", "/stream", "/", "/", None, None):
            client = clients.enter_context(connected(server, path))
            if path:
                assert client.recv(100)
        server.process.send_signal(told)
        server.process.wait(LONG_S)


def test_a_process_that_is_told_before_it_can_listen_ends(tmp_path: Path) -> None:
    with serving(tmp_path, FIRST_IS_TOLD="1"):
        assert eventually((tmp_path / "ended-1").exists)


def test_without_its_server_it_ends_although_a_client_listens_to_a_stream(tmp_path: Path) -> None:
    with serving(tmp_path) as server, connected(server, "/stream") as client:
        assert client.recv(100)
        server.process.kill()
        server.process.wait()
        assert eventually(lambda: not group_lives(server.process.pid))


def group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_clients_that_do_not_hang_up_keep_nobody_waiting(tmp_path: Path) -> None:
    with serving(tmp_path) as server, ExitStack() as clients:
        began = time.monotonic()
        for _ in range(40):
            client = clients.enter_context(connected(server, "/", "Connection: close"))
            assert client.recv(100)
        # Two seconds for each, were they waited for where requests are taken.
        assert time.monotonic() - began < 40

"""A small application and gunicorn's settings for it; the environment says what makes the end of this server hard."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from gunicorn.workers import gthread

from field_api.serving import Worker, hold_signals_while_forking

bind = f"127.0.0.1:{os.environ['PORT']}"
workers = 1
worker_class = Worker
threads = 24
loglevel = "error"
control_socket_disable = True
# Far longer than any test waits: one that ends before was not killed.
graceful_timeout = 300
keepalive = 300

over = threading.Event()
gthread.DEFAULT_WORKER_DATA_TIMEOUT = 0.1


def on_starting(_server: Any) -> None:
    """As the service does."""
    hold_signals_while_forking()


def post_fork(_server: Any, worker: Worker) -> None:
    """FIRST_IS_TOLD: the first process is told to end before it can listen."""
    if "FIRST_IS_TOLD" in os.environ and worker.age == 1:
        os.kill(os.getpid(), signal.SIGTERM)


def child_exit(_server: Any, worker: Worker) -> None:
    """Leave a sign that a process ended by itself."""
    Path(os.environ["FURET_HOME"], f"ended-{worker.age}").touch()


def post_worker_init(worker: Worker) -> None:
    """As the service does; and SLOW_THREADS: each thread takes a second to start, while the pool's lock is held."""
    worker.farewell = over.set
    if "SLOW_THREADS" in os.environ:
        threading.Thread.start = _start_slowly(threading.Thread.start)  # type: ignore[method-assign]


def _start_slowly(start: Callable[[threading.Thread], None]) -> Callable[[threading.Thread], None]:
    def slowly(thread: threading.Thread) -> None:
        Path(os.environ["FURET_HOME"], "starting").touch()
        time.sleep(1)
        start(thread)

    return slowly


def app(environ: dict[str, Any], respond: Callable[..., Any]) -> Iterator[bytes]:
    """Say something; below /stream, until the end."""
    respond("200 OK", [("Content-Type", "text/plain")])
    yield b"something\n"
    while environ["PATH_INFO"] == "/stream" and not over.wait(0.1):
        yield b"and more\n"

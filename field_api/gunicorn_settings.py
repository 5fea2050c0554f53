"""What gunicorn reads: bind, processes, threads, and the hooks that keep one job worker beside the server."""

import gc
import os
import subprocess
import sys
from typing import Any

from prometheus_client import multiprocess

from field_api.serving import Worker, hold_signals_while_forking
from field_api.settings import read_settings
from field_api.store.base import db
from field_api.store.engine import share_flushes
from field_api.sync.routes import switchboard
from field_api.web.measures import log_as_json

_settings = read_settings()

bind = f"{_settings.host}:{_settings.port}"
workers = _settings.processes
worker_class = Worker
# An open stream keeps a thread. However many are open, as many again, and those meant for requests, are left.
threads = max(_settings.threads + _settings.streams, 2 * _settings.streams)
# Loaded once and forked: the second process costs little memory, and a mistake shows before anything is served.
preload_app = True
timeout = 60
graceful_timeout = 10
keepalive = 15
limit_request_line = 8190
accesslog = None
loglevel = "warning"
control_socket_disable = True

_WORKER_FAREWELL_S = 10
_job_worker: subprocess.Popen[bytes] | None = None


def on_starting(server: Any) -> None:
    """Write logs as JSON lines, let no process miss a signal, and prepare what all processes are forked with."""
    log_as_json()
    hold_signals_while_forking()
    with server.app.wsgi().app_context():
        share_flushes(db.engine)
    # What the application is made of stays to the end; looking through it for garbage again and again took
    # eight percent of the time of every request.
    gc.collect()
    gc.freeze()


def when_ready(_server: Any) -> None:
    """Start the job worker, and say where to look."""
    global _job_worker
    command = [sys.executable, "-m", "field_api", "worker", "--with-parent", str(os.getpid())]
    _job_worker = subprocess.Popen(command)  # noqa: S603 - our own interpreter and module
    address = f"http://{_settings.host}:{_settings.port}"
    print(f"Furet serves at {address} (docs: {address}/docs/). Ctrl-C ends it.", flush=True)


def post_worker_init(worker: Worker) -> None:
    """Let open streams end first when their process is asked to: it would wait for them."""
    worker.farewell = switchboard(worker.wsgi).end


def child_exit(_server: Any, worker: Any) -> None:
    """Fold the figures of a process that ended."""
    multiprocess.mark_process_dead(worker.pid)


def on_exit(_server: Any) -> None:
    """End the job worker with the server."""
    if _job_worker is None:
        return
    _job_worker.terminate()
    try:
        _job_worker.wait(_WORKER_FAREWELL_S)
    except subprocess.TimeoutExpired:
        _job_worker.kill()

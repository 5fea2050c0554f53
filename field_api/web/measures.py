"""What operators watch: /healthz, /readyz, /metrics, and one JSON log line a request without personal data."""

import logging
import os
import re
import sys
import time
from datetime import UTC, datetime

import orjson
from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from field_api.store.base import db
from field_api.store.engine import reachable
from field_api.web.identity import open_to_all
from field_api.web.replies import json_reply

log = logging.getLogger("furet.access")

SECONDS = Histogram(
    "furet_request_seconds",
    "Time from the first line of our code to the answer.",
    ["method", "route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
REQUESTS = Counter("furet_requests", "Requests answered.", ["method", "route", "status"])

ACCEPTABLE_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


def install(app: Flask) -> None:
    """Count, time and log every request, and answer the operators' questions."""
    app.before_request(_start)
    app.after_request(_finish)
    app.add_url_rule("/healthz", "healthz", open_to_all(_healthz))
    app.add_url_rule("/readyz", "readyz", open_to_all(_readyz))
    app.add_url_rule("/metrics", "metrics", open_to_all(_metrics))


def _start() -> None:
    g.started_at_s = time.perf_counter()
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if ACCEPTABLE_REQUEST_ID.fullmatch(given) else f"{time.time_ns():x}-{id(request):x}"


def _finish(answer: Response) -> Response:
    took_s = time.perf_counter() - g.get("started_at_s", time.perf_counter())
    # The rule, not the path, and never the query: a path may one day hold a name, a query string does hold positions.
    route = request.url_rule.rule if request.url_rule else "(none)"
    SECONDS.labels(request.method, route).observe(took_s)
    REQUESTS.labels(request.method, route, answer.status_code).inc()
    answer.headers["X-Request-Id"] = g.get("request_id", "")
    principal = g.get("principal")
    log.info(
        "",
        extra={
            "facts": {
                "request_id": g.get("request_id"),
                "method": request.method,
                "route": route,
                "status": answer.status_code,
                "ms": round(took_s * 1000, 2),
                "caller": principal.id if principal else None,
            }
        },
    )
    return answer


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The time, the logger, the message, and the facts given as `extra`."""
        line = {"at": datetime.fromtimestamp(record.created, UTC), "level": record.levelname, "from": record.name}
        if message := record.getMessage():
            line["message"] = message
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return orjson.dumps(line | getattr(record, "facts", {}), option=orjson.OPT_UTC_Z).decode()


def log_as_json() -> None:
    """Send every log line of the process to standard error as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("furet").setLevel(logging.INFO)


def _healthz() -> Response:
    """The process runs."""
    return json_reply({"status": "ok"})


def _readyz() -> Response:
    """The process runs and its database answers; 503 when it does not."""
    reachable(db.engine)
    return json_reply({"status": "ready"})


def _metrics() -> Response:
    """Prometheus text; summed over all processes when several serve."""
    registry: CollectorRegistry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

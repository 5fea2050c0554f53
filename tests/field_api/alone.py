"""What gunicorn reads where a test has no use for the job worker, which is one more interpreter to start."""

from typing import Any

from field_api.gunicorn_settings import *  # noqa: F403


def when_ready(_server: Any) -> None:
    """Start nothing."""

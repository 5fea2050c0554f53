"""What the sections pick out of the report: its drivers by level, and whether moving them may be spoken of."""

from collections.abc import Iterator, Mapping
from typing import Any

from research.drivers.target import Level
from research.reports import Report

Row = Mapping[str, Any]


def has_target(report: Report) -> bool:
    return "target" in report and bool(report["drivers"])


def tells_moves(report: Report) -> bool:
    """Whether there are answers enough to say what moving a driver would do."""
    return has_target(report) and report["drivers"][0]["do"]["effect"] is not None


def drivers_at(report: Report, level: Level) -> list[Row]:
    return [row for row in report["drivers"] if row["level"] == level]


def headline_drivers(report: Report) -> list[Row]:
    """Those of the constructs, or of the items where there are no constructs; the strongest first."""
    return drivers_at(report, report["drivers"][0]["level"])


def levels(report: Report) -> Iterator[Level]:
    """The levels that have drivers, the headline's first."""
    yield from dict.fromkeys(row["level"] for row in report["drivers"])


def includes_nothing(figures: Mapping[str, Any]) -> bool:
    """Whether the interval holds zero, so that nothing is claimed."""
    return bool(figures["low"] <= 0 <= figures["high"])

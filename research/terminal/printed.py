"""A fit as a page of text for a terminal: how surely what goes with what, and what to beware of."""

from collections.abc import Sequence

from research.reports import Report

_EDGES_SHOWN = 15
_DRIVERS_SHOWN, _STAKES = 6, 3


def fit_text(report: Report) -> str:
    """The strongest edges of constructs and of items, validation, and the warnings last."""
    survey = report["survey"]
    blocks = [
        f"{survey['respondents']:,} respondents, worth {survey['n_eff']:,.0f} after weighting; "
        f"{survey['missing_share']:.1%} of answers missing.",
        _edges(report, "construct"),
        _edges(report, "item"),
        _drivers(report),
        _held_out(report),
        _warnings(report["warnings"]),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _edges(report: Report, level: str) -> str:
    edges = [edge for edge in report["network"]["edges"] if edge["level"] == level]
    if not edges:
        return ""
    lines = [f"Between {level}s, strength and direction as shares of resamples:"]
    for edge in edges[:_EDGES_SHOWN]:
        direction = "open" if edge["direction"] is None else f"{edge['direction']:.2f}"
        lines.append(f"  {edge['from']} - {edge['to']}: {edge['strength']:.2f}, direction {direction}")
    if len(edges) > _EDGES_SHOWN:
        lines.append(f"  and {len(edges) - _EDGES_SHOWN} more in report.json")
    return "\n".join(lines)


def _drivers(report: Report) -> str:
    if "drivers" not in report:
        return ""
    rows = [row for row in report["drivers"] if row["level"] == report["drivers"][0]["level"]]
    told = [f"  {row['name']}: {row['sentence']}" for row in rows[:_DRIVERS_SHOWN]]
    stakes = [] if report["stakes"] is None else [f"  {row['sentence']}" for row in report["stakes"]["rows"][:_STAKES]]
    agreement = [f"  {level['sentence']}" for level in report["agreement"][:1]]
    return "\n".join([f"Drivers of {report['target']['name']}, the strongest first:", *told, *agreement, *stakes])


def _held_out(report: Report) -> str:
    scored = report["validation"]["held_out"]
    if scored is None:
        return ""
    gain, over = scored["over_independence"], scored["over_saturated"]
    return (
        f"On unseen answers the network gains {gain['value']:.2f} [{gain['low']:.2f}, {gain['high']:.2f}] nats a "
        f"respondent over independence, {over['value']:.2f} [{over['low']:.2f}, {over['high']:.2f}] over free tables."
    )


def _warnings(warnings: Sequence[str]) -> str:
    return "\n".join(["Warnings:", *(f"  - {warning}" for warning in warnings)]) if warnings else "No warnings."

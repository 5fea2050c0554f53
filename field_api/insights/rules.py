"""What an insight may claim, how far it has come, and what of a gesture may still change: pure decisions."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from field_api.errors import Clash, Fault

# A draft is its researcher's, a submitted one an admin's to publish or to turn down. What has ended stays ended.
LEADS_TO = {
    "draft": ("submitted", "withdrawn"),
    "submitted": ("published", "withdrawn"),
    "published": ("superseded", "withdrawn"),
    "superseded": (),
    "withdrawn": (),
}
GESTURE_LEADS_TO = {"draft": ("draft", "live", "ended"), "live": ("live", "ended"), "ended": ("ended",)}

# Who notes a visit first, which ends a suggestion, may say within so long that it was the gesture itself.
TOLD_AFTER_CONTACT = timedelta(days=1)
CLOCKS_APART = timedelta(days=1)


def is_carried(driver: Mapping[str, Any]) -> bool:
    """Whether the data carry that more of this driver means more of the target.

    Neither its interval nor the range over all networks that fit as well reaches zero; where these differ, which way
    ties point is open, and that range is what is carried.
    """
    ends = driver["low"], driver["class_low"], driver["class_high"]
    return all(end is not None and end > 0 for end in ends)


def next_state(state: str, wanted: str) -> str:
    """The state wanted. Raises Clash where the present one does not lead there."""
    if wanted not in LEADS_TO[state]:
        what = f"; it can become {' or '.join(LEADS_TO[state])}" if LEADS_TO[state] else ", and stays so"
        raise Clash(f"An insight that is {state} cannot become {wanted}{what}.")
    return wanted


def check_open_to_scores(state: str) -> None:
    """Raises Clash once an insight is submitted: what an admin reads is what is published."""
    if state != "draft":
        raise Clash(f"Scores belong to a draft; this insight is {state}. Fit anew and send another insight.")


def check_gesture_change(before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Raises Clash for a step back, and for a change of a gesture that was live: figures compare like with like."""
    if after["state"] not in GESTURE_LEADS_TO[before["state"]]:
        raise Clash(f"A gesture that is {before['state']} cannot become {after['state']}.")
    changed = sorted(name for name in after if name != "state" and after[name] != before[name])
    if changed and before["state"] != "draft":
        told = f"This gesture is {before['state']}, so its {changed[0]} stays as it is"
        raise Clash(f"{told}: its figures would be those of two gestures. End it and make another.")


def check_may_be_told(
    outcome: str, suggested_at: datetime, ended_at: datetime | None, ended_by: str | None, at: datetime
) -> None:
    """Raises Clash for what cannot have become of a suggestion at that moment: it was not made yet, or had ended.

    A phone without a network does not know of the end: what was done before it counts.
    """
    if at < suggested_at - CLOCKS_APART:
        raise Clash(f"It was suggested on {suggested_at.isoformat()}; what was done before stands in the timeline.")
    if ended_at is None:
        return
    until = ended_at + TOLD_AFTER_CONTACT if ended_by == "contact" and outcome == "done" else ended_at
    if at > until:
        raise Clash(
            f"This suggestion has ended ({ended_by}) on {ended_at.isoformat()}; note a contact in the timeline."
        )


def faults_of(told: Mapping[str, Any], known: Collection[str]) -> Iterator[Fault]:
    """Where an insight contradicts itself, or speaks of what the codebook does not know.

    `known` are the names of the codebook's items and constructs.
    """
    if told["target"] not in known:
        yield Fault("/target", f"The survey's codebook knows no {told['target']!r}.")
    drivers: Sequence[Mapping[str, Any]] = told["drivers"]
    names = [driver["name"] for driver in drivers]
    for place, driver in enumerate(drivers):
        if driver["name"] in names[:place]:
            yield Fault(f"/drivers/{place}/name", f"Two drivers are named {driver['name']!r}.")
        if driver["name"] not in known:
            yield Fault(f"/drivers/{place}/name", f"The survey's codebook knows no {driver['name']!r}.")
        elif driver["name"] == told["target"]:
            yield Fault(f"/drivers/{place}/name", "Nothing drives itself.")
        yield from (Fault(f"/drivers/{place}/{member}", detail) for member, detail in _faults_of_figures(driver))


def _faults_of_figures(driver: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    figures = {name: driver[name] for name in ("rank", "effect", "low", "high", "class_low", "class_high")}
    untold = [name for name, value in figures.items() if value is None]
    if untold and not driver["open"]:
        yield untold[0], "It may be null only where the direction is open."
    yield from _faults_of_interval("", figures["low"], figures["effect"], figures["high"])
    yield from _faults_of_interval("class_", figures["class_low"], None, figures["class_high"])
    for name in ("dissatisfied", "step_up_minor"):
        if (told := driver[name]) is not None:
            yield from _faults_of_interval(f"{name}/", told["low"], told["value"], told["high"])
    if (driver["step_up_minor"] is None) != (driver["currency"] is None):
        yield "currency", "Money has a currency, and a currency money."


def _faults_of_interval(
    where: str, low: float | None, value: float | None, high: float | None
) -> Iterator[tuple[str, str]]:
    inside = [one for one in (low, value, high) if one is not None]
    if inside != sorted(inside):
        yield f"{where}low", f"It is not an interval around its value: {', '.join(map(str, inside))}."

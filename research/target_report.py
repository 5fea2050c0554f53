"""What the report says of the target: its drivers, how far methods agree on them, and what is at stake."""

from collections.abc import Sequence
from dataclasses import fields

from research.drivers import Driver, Drivers
from research.drivers.summary import observed_sentence
from research.drivers.target import own_items
from research.fit import Fit
from research.learning.bands import BANDS, MOST_STATES
from research.notices import Notice

_NEAR_ZERO = Notice(
    "items_near_zero",
    "Items of one construct reflect it: moving a single one of them moves next to nothing else, so their "
    "interventional effects are near zero by nature. Read the constructs; an item matters by what it says of its own.",
)
_BANDED = Notice(
    "items_banded",
    f"Items of more than {MOST_STATES} states enter the effects of single items in {BANDS} bands of about equal size.",
    most_states=MOST_STATES,
    bands=BANDS,
)
_FEW = Notice(
    "few_for_drivers",
    "So few answers cannot tell what moving a driver would do: what goes with what is told, and no ranks are given.",
)


def about_target(fit: Fit) -> dict[str, object]:
    """The keys `target`, `drivers`, `agreement`, `importance_performance` and `stakes`; none without a target."""
    found = fit.drivers
    if found is None:
        return {}
    names, target = fit.answers.codebook.names, found.target
    return {
        "target": {
            "name": target.name,
            "level": target.level,
            "items": [names[column] for column in target.columns],
            "left_out": [names[column] for column in sorted(own_items(fit.answers.codebook, target))],
            "explained": found.explained,
        },
        "drivers": _rows(found.drivers, target.name, fit.evidence.directions),
        "agreement": found.agreement if fit.evidence.directions else (),
        "importance_performance": fit.importance if fit.evidence.directions else None,
        "stakes": fit.stakes if fit.evidence.directions else None,
    }


def validation_report(fit: Fit) -> dict[str, object]:
    """The key `validation`: of the whole network, and of the target where there is one."""
    own = {field.name: getattr(fit.validation, field.name) for field in fields(fit.validation)}
    if fit.prediction is None:
        return own
    return own | {field.name: getattr(fit.prediction, field.name) for field in fields(fit.prediction)}


def target_warnings(fit: Fit) -> list[Notice]:
    """Sentences on what the drivers may not be read as."""
    if fit.drivers is None:
        return []
    if not fit.evidence.directions:
        return [_FEW]
    reflected = [_NEAR_ZERO] if fit.drivers.constructs is not None and fit.drivers.items is not None else []
    groups = [group for group in (fit.by_segment, fit.by_wave) if group is not None]
    few = [refusal for group in groups for refusal in group.refusals]
    if (fit.answers.n_states > MOST_STATES).any():
        reflected.append(_BANDED)
    return [
        *_weak(fit),
        *reflected,
        *_fragile(fit.drivers),
        *few,
        *(fit.stakes.refusals if fit.stakes is not None else ()),
    ]


def _rows(drivers: Sequence[Driver], target: str, directions: bool) -> list[dict[str, object]]:
    """The drivers as JSON rows; without directions nothing is said of interventions, and observation sorts them."""
    if directions:
        return [_fields(driver) for driver in drivers]
    untold = {"effect": None, "low": None, "high": None, "class_low": None, "class_high": None, "open": True}
    hidden = {"do": untold, "rank": None, "direct": None, "path_model": None, "hidden_cause": None}
    hidden |= {"units": None, "curve": None}
    ordered = sorted(drivers, key=lambda driver: (driver.level != "construct", -abs(driver.observe.effect)))
    return [
        _fields(driver) | hidden | {"sentence": observed_sentence(driver.name, target, driver.observe)}
        for driver in ordered
    ]


def _fields(driver: Driver) -> dict[str, object]:
    return {field.name: getattr(driver, field.name) for field in fields(driver)}


def _weak(fit: Fit) -> list[Notice]:
    """What is said of a network that foretells the target badly."""
    found = fit.prediction
    if found is None or (found.better_than_margin and found.as_good_as_logit):
        return []
    code = "logit_better" if found.better_than_margin else "not_foretold"
    return [Notice(code, found.sentence, item=found.predicted_item, **found.over_baselines)]


def _fragile(found: Drivers) -> list[Notice]:
    """Of the level that is the headline, the effects that a hidden cause of known strength would undo."""
    level = found.levels[0].level if found.levels else None
    return [
        Notice(
            "fragile_driver",
            f"{driver.name}: {driver.hidden_cause.sentence}",
            driver=driver.name,
            robustness=driver.hidden_cause.robustness,
            known=driver.hidden_cause.known,
            known_name=driver.hidden_cause.known_name,
        )
        for driver in found.drivers
        if driver.level == level and driver.hidden_cause.fragile and driver.do.low > 0
    ]

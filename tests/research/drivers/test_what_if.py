"""What-if answers are the network's own, for one or several drivers, for sure or by a distribution."""

import numpy as np
import pytest

from research.drivers import LevelEffects
from research.errors import SettingsError
from research.what_if import on_state, steps_up, what_if
from tests.research.drivers.surveys import reflective_fit


@pytest.fixture(scope="module")
def level() -> LevelEffects:
    return reflective_fit().drivers.constructs


def test_a_driver_in_one_state_gives_the_point_of_its_curve(level: LevelEffects) -> None:
    place = level.names.index("satisfaction")
    for how, curves in (("act", level.responses.forced_units), ("see", level.responses.observed_units)):
        found = what_if(level, {"satisfaction": on_state(level, "satisfaction", 5)}, how)
        np.testing.assert_allclose(found.then.value, np.median(curves[:, place, 5]), rtol=1e-9)


def test_a_distribution_is_the_mean_of_its_states(level: LevelEffects) -> None:
    half = (on_state(level, "quality", 2) + on_state(level, "quality", 6)) / 2
    place = level.names.index("quality")
    for how, curves in (("act", level.responses.forced_units), ("see", level.responses.observed_units)):
        means = (curves[:, place, 2] + curves[:, place, 6]) / 2
        np.testing.assert_allclose(what_if(level, {"quality": half}, how).then.value, np.median(means), rtol=1e-9)


def test_todays_distribution_seen_changes_nothing(level: LevelEffects) -> None:
    found = what_if(level, {"quality": steps_up(level, "quality", 0.0)}, "see")
    assert abs(found.change.value) < 0.02


def test_two_drivers_together_do_more_than_either_alone(level: LevelEffects) -> None:
    both = {name: steps_up(level, name, 0.5) for name in ("satisfaction", "image")}
    together = what_if(level, both).change.value
    assert together > max(what_if(level, {name: shares}).change.value for name, shares in both.items()) > 0


def test_seeing_says_more_than_doing_where_something_stands_behind_both(level: LevelEffects) -> None:
    top = {"value": on_state(level, "value", 6)}
    assert what_if(level, top, "see").change.value > what_if(level, top, "act").change.value + 0.1


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"prise": np.eye(7)[0]}, "'prise' is no driver of the target: choose from"),
        ({"quality": np.ones(3)}, "'quality' needs 7 shares"),
        ({"quality": np.zeros(7)}, "not all 0"),
        ({}, "Nothing is set"),
    ],
)
def test_what_cannot_be_set_is_refused(level: LevelEffects, settings: dict[str, np.ndarray], told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        what_if(level, settings)

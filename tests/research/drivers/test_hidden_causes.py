"""An effect that only a hidden cause makes is flagged; one that stands off every known cause is not."""

import numpy as np
import pytest

from research.drivers.hidden_causes import HiddenCause, hidden_causes
from research.learning.hidden_causes import partial_r2, robustness_value

KNOWN, DRIVER, GOAL = 0, 1, 2
NAMES = ("known", "driver", "goal")


def judged(direct: float, hidden: float) -> HiddenCause:
    """The driver's hidden-cause figure where a known cause of strength .5 and a hidden one stand behind both."""
    rng = np.random.default_rng(4)
    matrices = []
    for _ in range(60):
        noise = rng.normal(size=(1_000, 4))
        known, unseen = noise[:, 0], noise[:, 1]
        driver = 0.5 * known + hidden * unseen + 0.7 * noise[:, 2]
        goal = 0.5 * known + hidden * unseen + direct * driver + 0.7 * noise[:, 3]
        matrices.append(np.corrcoef([known, driver, goal]))
    parents = np.tile([0, 1 << KNOWN, (1 << KNOWN) | (1 << DRIVER)], (60, 1))
    return hidden_causes(np.stack(matrices), parents, (DRIVER,), (GOAL,), NAMES)[0]


def test_a_planted_hidden_cause_is_flagged() -> None:
    found = judged(direct=0.0, hidden=0.4)
    assert found.fragile
    assert found.known_name == "known"
    assert "easily imagined" in found.sentence


def test_a_strong_effect_of_its_own_is_not_flagged() -> None:
    found = judged(direct=0.9, hidden=0.0)
    assert not found.fragile
    assert found.robustness.low > found.known.high


def test_no_effect_at_all_is_flagged() -> None:
    assert judged(direct=0.0, hidden=0.0).fragile


@pytest.mark.parametrize("partial", [0.02, 0.3, 0.8])
def test_a_hidden_cause_of_just_that_strength_undoes_the_effect(partial: float) -> None:
    value = robustness_value(np.array([partial]))[0]
    # The bias of such a cause, in partial correlations: sqrt(RV * RV / (1 - RV)) against sqrt(f2), equation 8 there.
    assert value**2 / (1 - value) == pytest.approx(partial / (1 - partial))


def test_partial_correlations_are_those_of_residuals() -> None:
    answers = np.random.default_rng(2).normal(size=(400, 4)) @ np.random.default_rng(3).normal(size=(4, 4))
    design = np.column_stack([np.ones(400), answers[:, 2:]])
    left = answers[:, :2] - design @ np.linalg.lstsq(design, answers[:, :2], rcond=None)[0]
    expected = np.corrcoef(left.T)[0, 1] ** 2
    assert partial_r2(np.corrcoef(answers.T)[None], 0, 1, [2, 3])[0] == pytest.approx(expected)

"""Levers learned alone are the same, to the last bit, as those of a whole fit; too few answers have none."""

from dataclasses import replace

import numpy as np
import pytest

from research.errors import SettingsError, TooFewAnswers
from research.fit import FitSettings
from research.levers import learn_levers
from tests.research.drivers.surveys import answers_of, reflective_fit, reflective_survey


def test_levers_are_those_of_the_fit() -> None:
    fit = reflective_fit()
    assert fit.drivers is not None
    assert fit.drivers.constructs is not None
    alone = learn_levers(answers_of(reflective_survey()), fit.settings)
    assert alone.names == fit.drivers.constructs.names
    np.testing.assert_array_equal(alone.do, fit.drivers.constructs.do)
    np.testing.assert_array_equal(alone.networks.cells, fit.drivers.constructs.networks.cells)


def test_too_few_answers_move_nothing() -> None:
    few = answers_of(reflective_survey()).rows(np.arange(200))
    with pytest.raises(TooFewAnswers, match="at least 300"):
        learn_levers(few, FitSettings(target="loyalty", replicates=5))


def test_without_a_target_or_constructs_there_is_a_sentence() -> None:
    answers = answers_of(reflective_survey())
    with pytest.raises(SettingsError, match="name one"):
        learn_levers(answers, FitSettings(replicates=5))
    lone = tuple(replace(item, construct=None) for item in answers.codebook.items)
    apart = replace(answers, codebook=replace(answers.codebook, items=lone))
    with pytest.raises(SettingsError, match="No construct of two or more items"):
        learn_levers(apart, FitSettings(target="loyalty1", replicates=2))

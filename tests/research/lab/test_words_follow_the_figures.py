"""What notebooks say of answers, drivers and moves changes with the figures, in both languages."""

import json
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from research.charts import draw_drivers
from research.drivers import LevelEffects
from research.lab import (
    called,
    moves_panel,
    show,
    tabulate_indices,
    tabulate_moves,
    tell_drivers,
    tell_moves,
    tell_trust,
)
from research.output import canonical_json
from research.quality import check_quality
from research.reports import labels_of, quality_report, report
from research.scales import Estimate
from research.what_if import WhatIf, each_step_up
from tests.research.drivers.surveys import answers_of, reflective_fit, reflective_survey


@pytest.fixture(scope="module")
def trusted() -> dict[str, Any]:
    answers = answers_of(reflective_survey())
    content: dict[str, Any] = json.loads(canonical_json(quality_report(answers, check_quality(answers))))
    for own in content["reliability"].values():
        own["omega"] = {"value": 0.81, "low": 0.79, "high": 0.83}
    return content


@pytest.fixture(scope="module")
def fitted() -> dict[str, Any]:
    return report(reflective_fit())


@pytest.fixture(scope="module")
def level() -> LevelEffects:
    found = reflective_fit().drivers
    assert found is not None
    assert found.constructs is not None
    return found.constructs


def test_good_answers_are_trusted_with_the_worst_reliability_named(trusted: dict[str, Any]) -> None:
    found = deepcopy(trusted)
    found["reliability"]["value"]["omega"]["value"] = 0.74
    assert "Yes: " in str(tell_trust(found, "en"))
    assert "0.74 (0.79 to 0.83), for “value”" in str(tell_trust(found, "en"))
    assert "Oui : " in str(tell_trust(found, "fr")).replace("\u00a0", " ")


def test_a_weak_construct_and_careless_customers_are_told_first(trusted: dict[str, Any]) -> None:
    weak, careless = deepcopy(trusted), deepcopy(trusted)
    weak["reliability"]["value"]["omega"]["value"] = 0.6
    careless["quality"]["straight_lining"]["share"] = 0.2
    assert "the questions on “value” do not go together" in str(tell_trust(weak, "en"))
    assert "20% of the customers ticked one column" in str(tell_trust(careless, "en"))


def test_answers_without_constructs_are_not_judged(trusted: dict[str, Any]) -> None:
    assert "Nobody can say" in str(tell_trust(trusted | {"reliability": {}, "indices": {}}, "en"))


def test_the_table_of_indices_has_a_line_for_every_construct(trusted: dict[str, Any]) -> None:
    lines = str(tabulate_indices(trusted, "en")).splitlines()
    assert lines[1].startswith("Topic | Index, 0 to 100")
    assert [line.split(" | ")[0] for line in lines[2:]] == list(trusted["indices"])


def test_the_answer_on_drivers_is_the_headline_of_the_page(fitted: dict[str, Any]) -> None:
    told = str(tell_drivers(fitted, "en"))
    first = fitted["drivers"][0]
    assert f"“{first['name']}”: it comes first in {first['rank']['first']:.0%}" in told
    assert "step" in told


def test_moves_are_named_by_their_figures(level: LevelEffects) -> None:
    labels = labels_of(reflective_survey().codebook)
    results = each_step_up(level, 0.5)
    assert list(results) == sorted(results, key=lambda name: -results[name].change.value)
    first, *_ = results
    told = str(tell_moves(results, 0.5, "loyalty", labels, "en"))
    assert f"Move “{first}” first: if 50%" in told
    idle = {name: _without_change(found) for name, found in results.items()}
    assert "No driver surely moves “loyalty”" in str(tell_moves(idle, 0.5, "loyalty", labels, "en"))
    table = str(tabulate_moves(level, labels, "fr")).splitlines()
    assert len(table) == 2 + len(level.names)
    assert called(results, {first: {"en": "First"}}, "en")["First"] is results[first]


def test_a_slider_moves_the_target(level: LevelEffects, capsys: pytest.CaptureFixture[str]) -> None:
    panel = moves_panel(level, {}, "en")
    assert "Nobody is moved" in capsys.readouterr().out
    panel.children[0].value = 50
    expected = each_step_up(level, 0.5)[level.names[0]].then.value
    assert f"These moves together {expected:.2f}" in capsys.readouterr().out


def test_a_chart_has_a_form_for_every_reader(fitted: dict[str, Any]) -> None:
    bundle = show(draw_drivers(fitted, "en"))._repr_mimebundle_()
    assert set(bundle) == {"application/vnd.vegalite.v5+json", "image/svg+xml", "text/plain"}
    assert "nothing to draw" in str(show(None))


def _without_change(found: WhatIf) -> WhatIf:
    return replace(found, change=Estimate(0.0, -0.1, 0.1))

"""How often intervals of item effects cover the truth of a simulated network, by what the answers can know of it."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from research.drivers.among_items import item_effects
from research.drivers.summary import Driver, summarise
from research.drivers.target import find_target
from research.fit import item_rules
from research.learning.class_effects import class_ranges
from research.learning.class_walk import class_members
from research.learning.families import as_masks
from research.learning.network_tables import TabledNetworks
from research.learning.replicates import learn
from research.learning.responses import driver_responses, outcome_of_items, quartile_moves
from research.simulate import NetworkTruth, SimulatedSurvey, SurveyPlan, simulate_survey
from tests.research.drivers.surveys import answers_of, no_hidden_causes

ITEMS = 12
CLASS_DRAWS = 300  # Members of the truth's class, enough to see every direction it leaves open.
SMALL = 1e-9


@dataclass(frozen=True)
class Truth:
    """The true effects of some drivers, by the definition of the report, and what their class leaves open."""

    observe: NDArray[np.float64]
    do: NDArray[np.float64]
    open: NDArray[np.bool_]


def true_effects(truth: NetworkTruth, drivers: tuple[int, ...], target: int, plan_rules: object) -> Truth:
    masks = as_masks(truth.parents)[None]
    network = TabledNetworks.of(masks, [truth.tables], np.full(len(truth.parents), truth.n_states))
    outcome = outcome_of_items(network, (target,))
    responses = driver_responses(network, drivers, outcome)
    do = quartile_moves(responses, responses.forced)
    members = class_members(masks[0], plan_rules, CLASS_DRAWS, np.random.default_rng(0))
    both = np.concatenate([masks, members])[None]
    units = quartile_moves(responses, responses.forced_units)
    ranges = class_ranges(network, both, drivers, outcome, responses, do, units)
    observe = quartile_moves(responses, responses.observed)
    return Truth(observe[0], do[0], (ranges.high - ranges.low)[0] > SMALL)


def estimated(survey: SimulatedSurvey, replicates: int, seed: int) -> tuple[tuple[Driver, ...], Truth]:
    """The drivers of the last item as the report gives them, and the truth in the same order."""
    answers = answers_of(survey)
    rules = item_rules(answers.codebook, 2)
    learned = learn(answers.codes, answers.n_states, None, rules, replicates=replicates, seed=seed)
    target = find_target(answers.codebook, rules, answers.codebook.names[-1])
    effects = item_effects(answers, (answers.codes,), learned, target, seed=seed)
    rows = summarise(effects, no_hidden_causes(len(effects.names)), None, target.name)
    order = tuple(answers.codebook.names.index(row.name) for row in rows)
    return rows, true_effects(survey.truths[0], order, target.columns[0], rules)


def coverage(respondents: int, simulations: int, replicates: int, kind: str = "monotone") -> dict[str, Counter[bool]]:
    """Covered or not, by kind of effect; "zero" counts claims that an effect of zero is none as covered."""
    found = {name: Counter() for name in ("observe", "identified", "open", "zero")}
    for seed in range(simulations):
        survey = simulate_survey(SurveyPlan(kind, respondents, ITEMS, seed=1_000 + seed))
        rows, truth = estimated(survey, replicates, seed)
        for row, observe, do, is_open in zip(rows, truth.observe, truth.do, truth.open, strict=True):
            if abs(observe) > SMALL:
                found["observe"][row.observe.low <= observe <= row.observe.high] += 1
            if is_open:
                found["open"][row.do.class_low <= do <= row.do.class_high] += 1
            elif abs(do) > SMALL:
                found["identified"][row.do.low <= do <= row.do.high] += 1
            else:
                found["zero"][row.do.low <= 0 <= row.do.high] += 1
    return found


def share(counted: Counter[bool]) -> float:
    return counted[True] / max(counted.total(), 1)

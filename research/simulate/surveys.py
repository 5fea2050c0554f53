"""A whole simulated survey: respondents of one or more segments, gaps, weights, turnover, careless answers."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from research.codebook import Codebook, Item
from research.simulate.gaps import Mechanism, remove_answers
from research.simulate.networks import NetworkTruth, network_truth
from research.simulate.questionnaires import QuestionnaireTruth, questionnaire_truth
from research.simulate.reflective import ReflectiveTruth, reflective_truth

Codes = npt.NDArray[np.int8]
Values = npt.NDArray[np.generic]
Truths = tuple[NetworkTruth, ...] | tuple[ReflectiveTruth, ...] | tuple[QuestionnaireTruth, ...]
KINDS = ("monotone", "not_additive", "tables", "mixed", "reflective")
TITLE = "A simulated survey"


class Truth(Protocol):
    """What every generator knows of itself: see `NetworkTruth`, `ReflectiveTruth` and `QuestionnaireTruth`."""

    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def tiers(self) -> tuple[int, ...]: ...
    @property
    def constructs(self) -> tuple[str | None, ...]: ...
    def draw(self, respondents: int, rng: np.random.Generator) -> Codes: ...
    def facts(self) -> dict[str, object]: ...


@dataclass(frozen=True)
class SurveyPlan:
    """What to simulate.

    Attributes
    ----------
    kind : one of `KINDS`
    respondents, items : int
    codebook : Codebook, optional
        The questions answered; the truth is reflective then, and `kind` and `items` say nothing.
    missing_share : float in [0, 1)
        Share of the answers of every item after the first two that go missing.
    mechanism : "random" or "answers"
        Whether gaps fall at random or depend on the answers to the first two items.
    weights : bool
        Add unequal weights (gamma of shape 4, mean 1, so that n_eff is about .8 of the respondents).
    segments : int
        Number of equally likely segments; each follows the same edges in another way.
    turnover : bool
        Add a yearly turnover in euros that grows with the answer to the last item.
    careless_share : float in [0, 1)
        Share of respondents who hurry through and give every question the same answer.
    """

    kind: str = "monotone"
    respondents: int = 1_000
    items: int = 24
    missing_share: float = 0.0
    mechanism: Mechanism = "random"
    weights: bool = False
    segments: int = 1
    turnover: bool = False
    careless_share: float = 0.0
    seed: int = 0
    codebook: Codebook | None = None


@dataclass(frozen=True, eq=False)
class SimulatedSurvey:
    """Answers with the truth they came from.

    Attributes
    ----------
    truths : one truth a segment
    codes : int8 array, shape (respondents, items)
        State numbers, -1 where the answer went missing.
    complete : int8 array, shape (respondents, items)
        The same answers before any went missing.
    columns : dict of arrays of shape (respondents,)
        id, duration_s and, when asked for, segment, weight, turnover.
    """

    plan: SurveyPlan
    truths: Truths
    codes: Codes
    complete: Codes
    columns: dict[str, Values]

    @property
    def codebook(self) -> Codebook:
        """The codebook answered; where none was given states 1 to 5, the truth's tiers and constructs."""
        if self.plan.codebook is not None:
            return self.plan.codebook
        return Codebook({"en": TITLE}, ("",), (), _items(self.truths[0]), ignore=tuple(self.columns))


def simulate_survey(plan: SurveyPlan) -> SimulatedSurvey:
    """Draw a survey; the same plan gives the same survey, and adding a column changes no other column."""
    streams = np.random.SeedSequence([20_262, plan.seed]).spawn(6)
    answering, gaps, weighing, grouping, spending, hurrying = (np.random.default_rng(stream) for stream in streams)
    segment = grouping.integers(plan.segments, size=plan.respondents)
    truths = _truths(plan)
    items = _items(truths[0])
    complete = _draw(truths, segment, answering)
    careless = hurrying.random(plan.respondents) < plan.careless_share
    n_states = np.array([len(item.states) for item in items])
    same_place = hurrying.integers(n_states.max(), size=plan.respondents)
    complete[careless] = same_place[careless, None] * n_states // n_states.max()
    columns: dict[str, Values] = {
        "id": np.array([f"R{number:06d}" for number in range(1, plan.respondents + 1)]),
        "duration_s": _durations(careless, len(items), hurrying),
    }
    if plan.segments > 1:
        columns["segment"] = np.array([chr(ord("A") + number) for number in range(plan.segments)])[segment]
    if plan.weights:
        columns["weight"] = weighing.gamma(4.0, 0.25, plan.respondents).round(4).clip(1e-4)
    if plan.turnover:
        columns["turnover"] = _turnover(_liking(complete[:, -1], items[-1]), spending)
    codes = remove_answers(complete, plan.missing_share, plan.mechanism, gaps)
    return SimulatedSurvey(plan, truths, codes, complete, columns)


def _truths(plan: SurveyPlan) -> Truths:
    if plan.codebook is not None:
        questionnaire = questionnaire_truth(plan.codebook, seed=plan.seed)
        return tuple(questionnaire.for_segment(number) for number in range(plan.segments))
    if plan.kind == "reflective":
        reflective = reflective_truth(n_items=plan.items, seed=plan.seed)
        return tuple(reflective.for_segment(number) for number in range(plan.segments))
    network = network_truth(plan.kind, n_items=plan.items, seed=plan.seed)  # type: ignore[arg-type] # a kind but one
    return tuple(network.for_segment(number) for number in range(plan.segments))


def _items(truth: NetworkTruth | ReflectiveTruth | QuestionnaireTruth) -> tuple[Item, ...]:
    if isinstance(truth, QuestionnaireTruth):
        return truth.codebook.items
    states = tuple(range(1, truth.n_states + 1))
    return tuple(
        Item(name, construct, tier, states, "up", {"en": f"Question {name}", "fr": f"Question {name}"})
        for name, construct, tier in zip(truth.names, truth.constructs, truth.tiers, strict=True)
    )


def _draw(truths: tuple[Truth, ...], segment: npt.NDArray[np.int64], rng: np.random.Generator) -> Codes:
    codes = np.zeros((len(segment), len(truths[0].names)), np.int8)
    for number, truth in enumerate(truths):
        members = segment == number
        codes[members] = truth.draw(int(members.sum()), rng)
    return codes


def _durations(careless: npt.NDArray[np.bool_], items: int, rng: np.random.Generator) -> Values:
    """About eight seconds a question; the careless need a quarter of that."""
    usual = 8.0 * items * rng.lognormal(0.0, 0.35, len(careless))
    return np.where(careless, 0.25 * usual, usual).round(1)


def _liking(answers: Codes, item: Item) -> npt.NDArray[np.float64]:
    """Answers to an item from 0, the worst, to 4, whatever its scale."""
    last = len(item.states) - 1
    return 4.0 * (last - answers if item.direction == "down" else answers) / last


def _turnover(liking: npt.NDArray[np.float64], rng: np.random.Generator) -> Values:
    """Lognormal around 800 euros, a fifth more for every quarter of the last item's scale."""
    return (800.0 * 1.2 ** (liking - 2.0) * rng.lognormal(0.0, 0.6, len(liking))).round(2)

"""Surveys from a generator written down here, so that the truth is known; the same plan gives the same survey."""

from research.simulate.files import truth_facts, write_survey
from research.simulate.gaps import Mechanism, remove_answers
from research.simulate.networks import Dependence, NetworkTruth, network_truth
from research.simulate.questionnaires import QuestionnaireTruth, questionnaire_truth
from research.simulate.reflective import ReflectiveTruth, reflective_truth
from research.simulate.surveys import KINDS, SimulatedSurvey, SurveyPlan, simulate_survey

__all__ = [
    "KINDS",
    "Dependence",
    "Mechanism",
    "NetworkTruth",
    "QuestionnaireTruth",
    "ReflectiveTruth",
    "SimulatedSurvey",
    "SurveyPlan",
    "network_truth",
    "questionnaire_truth",
    "reflective_truth",
    "remove_answers",
    "simulate_survey",
    "truth_facts",
    "write_survey",
]

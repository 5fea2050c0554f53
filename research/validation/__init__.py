"""Whether learned networks hold for answers they were not learned from, and reproduce every pair of items."""

from research.validation.fitted import FoldLearner, Validation, fold_learner, validate
from research.validation.held_out import HeldOut, fold_numbers, held_out
from research.validation.networks import TabledNetwork
from research.validation.predictive import PairCheck, PredictiveCheck, pairwise_tables, predictive_check

__all__ = [
    "FoldLearner",
    "HeldOut",
    "PairCheck",
    "PredictiveCheck",
    "TabledNetwork",
    "Validation",
    "fold_learner",
    "fold_numbers",
    "held_out",
    "pairwise_tables",
    "predictive_check",
    "validate",
]

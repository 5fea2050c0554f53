"""Whether learned networks hold for answers they were not learned from, and reproduce every pair of items."""

from research.validation.fitted import Validation, validate
from research.validation.held_out import HeldOut, held_out
from research.validation.networks import TabledNetwork
from research.validation.predictive import PairCheck, PredictiveCheck, pairwise_tables, predictive_check

__all__ = [
    "HeldOut",
    "PairCheck",
    "PredictiveCheck",
    "TabledNetwork",
    "Validation",
    "held_out",
    "pairwise_tables",
    "predictive_check",
    "validate",
]

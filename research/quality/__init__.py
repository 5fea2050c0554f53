"""Can these answers be trusted: gaps, careless respondents, distributions, reliability, common method."""

from research.quality.distributions import Distribution, Recommendation, distributions, state_values
from research.quality.findings import Quality, check_quality
from research.quality.measurement import CommonMethod, ConstructReliability, common_method, construct_reliability
from research.quality.missingness import Missingness, missingness
from research.quality.respondents import duplicate_ids, straight_lining, too_fast
from research.quality.summary import quality_text

__all__ = [
    "CommonMethod",
    "ConstructReliability",
    "Distribution",
    "Missingness",
    "Quality",
    "Recommendation",
    "check_quality",
    "common_method",
    "construct_reliability",
    "distributions",
    "duplicate_ids",
    "missingness",
    "quality_text",
    "state_values",
    "straight_lining",
    "too_fast",
]

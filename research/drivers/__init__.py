"""Why the target is as it is: drivers at construct and item level, with intervals, beside the usual methods."""

from research.drivers.agreement import Agreement, RankCorrelation
from research.drivers.all_levels import Drivers, find_drivers
from research.drivers.levels import LevelEffects
from research.drivers.summary import Driver
from research.drivers.target import Target, find_target

__all__ = ["Agreement", "Driver", "Drivers", "LevelEffects", "RankCorrelation", "Target", "find_drivers", "find_target"]

"""What ships with the package: questions to ask, and a simulated survey that answers them."""

from research.shipped.folders import SHIPPED, shipped_folder

__all__ = ["SHIPPED", "shipped_folder"]

"""The food-safety index: 0 to 100, higher is safer, and always able to say why."""

from scoring.index.index import FoodSafetyIndex
from scoring.index.result import Dimension, IndexResult, Indicator, Move

__all__ = ["Dimension", "FoodSafetyIndex", "IndexResult", "Indicator", "Move"]

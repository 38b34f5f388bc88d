"""Rules as rows: what is in force, where it comes from, and how it is changed."""

from scoring.rules.checks import WrongRule
from scoring.rules.defaults import default_bodies, defaults
from scoring.rules.model import LimitRule, Rule, Rules
from scoring.rules.store import change, ensure_defaults, load, load_versions, one, reset

__all__ = [
    "LimitRule", "Rule", "Rules", "WrongRule", "change", "default_bodies", "defaults", "ensure_defaults", "load",
    "load_versions", "one", "reset",
]  # fmt: skip

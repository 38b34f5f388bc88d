"""The one way facts get stored: each once, with what follows from it, in one transaction."""

from streaming.intake.accept import Accepted, Intake, NotStored
from streaming.intake.facts import store_facts

__all__ = ["Accepted", "Intake", "NotStored", "store_facts"]

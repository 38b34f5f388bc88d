"""The log: the one road between processes. Two roads, one interface (`base.py`)."""

from streaming.log.base import Batch, Log, Start

__all__ = ["Batch", "Log", "Start"]

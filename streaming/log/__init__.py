"""The log: the one road between processes. Two roads, one interface (`base.py`); only `open_log` knows which."""

from streaming.log.base import Batch, Log, Start

__all__ = ["Batch", "Log", "Start", "open_log"]


def open_log(database: str) -> Log:
    """The road in force, for the house whose database this is. Connects at first use."""
    from streaming.log.postgres import PostgresLog

    return PostgresLog(database)

"""The database: connections, migrations, and the schema as plain SQL in `migrations/`."""

from streaming.database.connect import open_pool, wait_for_database
from streaming.database.migrate import migrate, pending
from streaming.database.seen import open_viewers, seeing

__all__ = ["migrate", "open_pool", "open_viewers", "pending", "seeing", "wait_for_database"]

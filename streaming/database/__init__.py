"""The database: connections, migrations, and the schema as plain SQL in `migrations/`."""

from streaming.database.connect import open_pool, wait_for_database
from streaming.database.migrate import migrate, pending

__all__ = ["migrate", "open_pool", "pending", "wait_for_database"]

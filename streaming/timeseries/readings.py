"""Questions about readings."""

from psycopg import Connection


class Readings:
    def __init__(self, connection: Connection):
        self._connection = connection

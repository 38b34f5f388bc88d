"""A page's questions to the database, answered over HTTP on a Flask application."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import msgspec
from flask import Response
from psycopg import Connection, DataError, OperationalError
from psycopg_pool import ConnectionPool, PoolTimeout

Question = Callable[[Connection], Any]
JSON = "application/json"


Opener = Callable[[ConnectionPool], AbstractContextManager[Connection]]


def answer(
    pool: ConnectionPool, question: Question, kind: str = JSON, opened: Opener = ConnectionPool.connection
) -> Response:
    """What the question finds, as JSON or, where it finds bytes, as they are. Never kept by a browser."""
    try:
        with opened(pool) as connection:
            found = question(connection)
    except (PoolTimeout, OperationalError):
        return _sorry("the database does not answer", 503)
    except DataError:  # a NUL, say: nothing in the database is called so
        found = None
    if found is None:
        return _sorry("not found", 404)
    body = found if isinstance(found, bytes) else msgspec.json.encode(found)
    return Response(body, content_type=kind, headers={"Cache-Control": "no-store"})


def _sorry(why: str, status: int) -> Response:
    return Response(
        msgspec.json.encode({"error": why}), status, content_type=JSON, headers={"Cache-Control": "no-store"}
    )

"""Who did what: rows that are only ever added, each sealing the one before (migration 0014).

A row is written in the transaction of its deed, as its last step: if it cannot be written, the deed did not happen.
"""

from typing import Any

import msgspec
from psycopg import Connection

from records.accounts.model import Viewer

WRITE = """
    INSERT INTO audit (account_id, account_name, address, protocol, action, subject, subject_id, detail)
    VALUES (%(account)s, %(name)s, %(address)s, %(protocol)s, %(action)s, %(subject)s, %(subject_id)s,
            %(detail)s::jsonb)
"""


def record(
    connection: Connection,
    viewer: Viewer | None,
    action: str,
    subject: str = "",
    subject_id: str = "",
    address: str = "",
    protocol: str = "http",
    **detail: Any,
) -> None:
    """Write down a deed. `viewer`: who did it, None for nobody signed in. `detail` never holds a secret."""
    values = {"account": viewer.account if viewer else "", "name": viewer.name if viewer else ""}
    if viewer is not None and viewer.session:
        detail = {"session": viewer.session, **detail}
    values |= {"address": address, "protocol": protocol, "action": action, "subject": subject}
    values |= {"subject_id": subject_id[:300], "detail": _json(detail)}
    connection.execute(WRITE, values)


def _json(detail: dict[str, Any]) -> str:
    return msgspec.json.encode(detail).decode().replace("\\u0000", "")  # the one character that jsonb refuses

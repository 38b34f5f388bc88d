"""Reading the audit log: searched, a page at a time; and checking that no row was changed behind its back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import dict_row

COLUMNS = "id, at, account_id, account_name, address, protocol, action, subject, subject_id, detail"
WHERE = """
     WHERE (%(account)s = '' OR account_id = %(account)s
            OR (account_id = '' AND subject = 'account' AND subject_id = %(account)s))
       AND (%(action)s = '' OR action = %(action)s)
       AND (%(subject)s = '' OR subject = %(subject)s)
       AND (%(subject_id)s = '' OR subject_id = %(subject_id)s)
       AND (%(address)s = '' OR starts_with(address, %(address)s))
       AND (%(since)s::timestamptz IS NULL OR at >= %(since)s)
       AND (%(until)s::timestamptz IS NULL OR at < %(until)s)
       AND (%(text)s = '' OR account_name ILIKE %(like)s OR subject_id ILIKE %(like)s OR detail::text ILIKE %(like)s)
"""
PAGE = f"SELECT {COLUMNS} FROM audit_all {WHERE} ORDER BY id DESC OFFSET %(offset)s LIMIT %(limit)s"  # noqa: S608  our own text
COUNT = f"SELECT count(*) FROM (SELECT FROM audit_all {WHERE} LIMIT %(most)s) AS found"  # noqa: S608  our own text
ACTIONS = "SELECT DISTINCT action FROM audit_all ORDER BY action"
COUNTED = 100_000  # more are told as "more than"

# Each row must carry the seal of what it says and of the row before it; the first one continues where audit_start says.
CHECK = """
    WITH linked AS (
        SELECT audit AS row, id, at, seal,
               coalesce(lag(seal) OVER (ORDER BY id), (SELECT seal FROM audit_start)) AS previous,
               coalesce(lag(id) OVER (ORDER BY id), (SELECT id FROM audit_start)) AS previous_id
          FROM audit)
    SELECT count(*), min(at), max(at), (SELECT encode(seal, 'hex') FROM audit ORDER BY id DESC LIMIT 1),
           min(id) FILTER (WHERE id <> previous_id + 1 OR seal <> audit_seal(previous, row))
      FROM linked
"""


@dataclass(frozen=True)
class Wanted:
    """What is looked for; empty: anything."""

    account: str = ""
    action: str = ""
    subject: str = ""
    subject_id: str = ""
    address: str = ""
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def values(self) -> dict[str, Any]:
        plain = self.text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
        return {**vars(self), "like": f"%{plain}%"}


@dataclass(frozen=True)
class Checked:
    """`broken`: the id of the first row that does not fit the one before it. `head`: the newest row's seal."""

    rows: int
    since: datetime | None
    until: datetime | None
    head: str
    broken: int | None


def find(connection: Connection, wanted: Wanted, offset: int = 0, limit: int = 100) -> list[dict[str, Any]]:
    """The newest first."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(PAGE, wanted.values() | {"offset": offset, "limit": limit}).fetchall()


def count(connection: Connection, wanted: Wanted) -> int:
    """How many, COUNTED + 1 when there are more than COUNTED."""
    row = connection.execute(COUNT, wanted.values() | {"most": COUNTED + 1}).fetchone()
    return row[0] if row else 0


def actions(connection: Connection) -> list[str]:
    """Those that happened."""
    return [row[0] for row in connection.execute(ACTIONS).fetchall()]


def check(connection: Connection) -> Checked:
    row = connection.execute(CHECK).fetchone()
    assert row is not None
    return Checked(row[0], row[1], row[2], row[3] or "", row[4])


def holds(connection: Connection, head: str) -> bool:
    """Is the seal that somebody noted down still in the log? If not, its end was cut off since."""
    row = connection.execute("SELECT EXISTS (SELECT FROM audit_all WHERE encode(seal, 'hex') = %s)", (head,)).fetchone()
    return bool(row and row[0])

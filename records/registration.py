"""How entries get into the registry: staged, checked against it, saved and told, all in one transaction.

Sets, not rows: a file is copied into a temporary table and every question is asked once for all of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg import Connection
from psycopg.sql import SQL, Composed, Identifier, Literal

from records.sheet import ImportRefused, Parsed, Rejected, Report, Sheet
from records.spreadsheets import Table
from streaming.events import Event
from streaming.intake.facts import insert_facts
from streaming.log import Log

CHANNEL = "sunshine_registry"
TOLD_AT_ONCE = 1_000  # a batch of the log that readers take in one go
Key = tuple[str, ...]


def _nothing(connection: Connection) -> list[Rejected]:
    return []


def _nothing_before(connection: Connection, now: datetime) -> list[Event]:
    return []


def _nothing_after(connection: Connection, saved: list[Key], now: datetime) -> tuple[list[Key], list[Event]]:
    return [], []


@dataclass(frozen=True, kw_only=True)
class Room:
    """What is particular to one registry table. The staged rows are in the temporary table `incoming`."""

    sheet: Sheet
    events: Callable[[Connection, list[Key], datetime], list[Event]]  # what the entries now say
    derived: tuple[tuple[str, str], ...] = ()  # (name, SQL type) of columns of the table that are worked out, not given
    touch: str = ""  # set when a known row changes
    identify: tuple[str, ...] = ()  # statements that name rows which came without an id
    complete: tuple[str, ...] = ()  # statements that work out the derived columns
    checks: tuple[str, ...] = ()  # questions that answer (row_no, field, value, reason) for every wrong row
    inspect: Callable[[Connection], list[Rejected]] = _nothing  # checks that SQL says badly
    before: Callable[[Connection, datetime], list[Event]] = _nothing_before  # facts that the old entries still know
    # what follows from the saved rows: keys of more rows that changed, and facts about other things
    after: Callable[[Connection, list[Key], datetime], tuple[list[Key], list[Event]]] = _nothing_after


def register(
    connection: Connection, room: Room, table: Table, now: datetime, log: Log, accept_valid: bool = False
) -> Report:
    """Take the rows of a table. Raises ImportRefused, with nothing taken, unless all are good or `accept_valid`."""
    parsed = room.sheet.parse(table)
    with connection.transaction():
        # One writer at a time: two imports of the same rows would wait for each other for ever.
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('sunshine_registry'))")
        _stage(connection, room, parsed)
        rejected = sorted(parsed.rejected + _check(connection, room, parsed), key=lambda one: one.row)
        refused_rows = {one.row for one in rejected}
        if rejected and (not accept_valid or 1 in refused_rows):
            raise ImportRefused(Report(rejected=rejected, ignored_columns=parsed.ignored))
        connection.execute("DELETE FROM incoming WHERE row_no = ANY (%s)", (list(refused_rows),))
        told = room.before(connection, now)
        new, changed = _save(connection, room)
        also_changed, more = room.after(connection, new + changed, now)
        changed += [key for key in also_changed if key not in {*new, *changed}]
        unchanged = _count(connection) - len(new) - len(changed)
        tell(connection, [*told, *room.events(connection, new + changed, now), *more], log)
        connection.execute("DROP TABLE incoming")
    return Report(len(new), len(changed), unchanged, rejected, parsed.ignored)


def _stage(connection: Connection, room: Room, parsed: Parsed) -> None:
    """Copy the rows; columns that the file does not have keep what the registry says."""
    sheet = room.sheet
    columns = [SQL("{} {}").format(Identifier(column.field), SQL(column.type)) for column in sheet.columns]
    extra = [SQL("{} {}").format(Identifier(name), SQL(kind)) for name, kind in room.derived]
    create = SQL("CREATE TEMP TABLE incoming (row_no int, {}) ON COMMIT DROP")
    connection.execute(create.format(SQL(", ").join(columns + extra)))
    names = SQL(", ").join(Identifier(name) for name in ("row_no", *parsed.fields))
    bad = {one.row for one in parsed.rejected}
    with connection.cursor().copy(SQL("COPY incoming ({}) FROM STDIN").format(names)) as copy:
        for row, values in parsed.rows:
            if row not in bad:
                copy.write_row([row, *(values[name] for name in parsed.fields)])
    connection.execute("ANALYZE incoming")
    _run(connection, room.identify)
    for column in sheet.columns:
        if column.field not in (*parsed.fields, *sheet.key) and not column.elsewhere:
            _fill(connection, sheet, column.field, column.empty)
    _run(connection, room.complete)


def _run(connection: Connection, statements: Sequence[str]) -> None:
    for statement in statements:
        connection.execute(statement.encode())


def _fill(connection: Connection, sheet: Sheet, field: str, empty: object) -> None:
    keep = SQL("UPDATE incoming i SET {field} = t.{field} FROM {table} t WHERE {same}")
    connection.execute(keep.format(field=Identifier(field), table=Identifier(sheet.table), same=_same(sheet, "i", "t")))
    if empty is not None:
        default = SQL("UPDATE incoming SET {field} = {empty} WHERE {field} IS NULL")
        connection.execute(default.format(field=Identifier(field), empty=Literal(empty)))


def _check(connection: Connection, room: Room, parsed: Parsed) -> list[Rejected]:
    wrong = []
    for column in room.sheet.columns:
        if column.required and column.field not in parsed.fields:
            lacking = SQL("SELECT row_no FROM incoming WHERE {} IS NULL").format(Identifier(column.field))
            reason = f"the file has no column {column.field}, which a new entry needs"
            wrong += [Rejected(row, column.field, "", reason) for (row,) in connection.execute(lacking)]
    for question in (_told_twice(room.sheet), *room.checks):
        rows = connection.execute(question.encode()).fetchall()
        wrong += [Rejected(row, field, value or "", reason) for row, field, value, reason in rows]
    return wrong + room.inspect(connection)


def _told_twice(sheet: Sheet) -> str:
    """Rows that name the same thing: the first one counts."""
    key = ", ".join(sheet.key)
    return f"""
        SELECT row_no, '{sheet.key[-1]}', {sheet.key[-1]}, 'the same as in row ' || first || ' of this file'
          FROM (SELECT *, min(row_no) OVER (PARTITION BY {key}) AS first FROM incoming) named WHERE row_no > first
    """  # noqa: S608 (names from the code above, nothing from outside)


def _save(connection: Connection, room: Room) -> tuple[list[Key], list[Key]]:
    """Insert or update, and answer the keys of new and of changed rows."""
    rows = connection.execute(_upsert(room)).fetchall()
    new = [tuple(key) for *key, is_new in rows if is_new]
    return new, [tuple(key) for *key, is_new in rows if not is_new]


def _upsert(room: Room) -> Composed:
    sheet = room.sheet
    fields = [column.field for column in sheet.columns if not column.elsewhere]
    fields += [name for name, _kind in room.derived]
    given = [name for name in fields if name not in sheet.key]
    return SQL(
        "INSERT INTO {table} AS t ({fields}) SELECT {fields} FROM incoming ORDER BY {key} "
        "ON CONFLICT ({key}) DO UPDATE SET {sets}{touch} WHERE ({old}) IS DISTINCT FROM ({new}) "
        "RETURNING {back}, (t.xmax = 0)"
    ).format(
        table=Identifier(sheet.table),
        fields=_names(fields),
        key=_names(sheet.key),
        sets=SQL(", ").join(SQL("{0} = excluded.{0}").format(Identifier(name)) for name in given),
        touch=SQL(room.touch),
        old=_names(given, "t"),
        new=_names(given, "excluded"),
        back=_names(sheet.key, "t"),
    )


def tell(connection: Connection, events: Sequence[Event], log: Log) -> None:
    """Store the facts and wake everybody who keeps the registry in memory, in the caller's transaction."""
    new = insert_facts(connection, events)
    for start in range(0, len(new), TOLD_AT_ONCE):
        log.append(connection, new[start : start + TOLD_AT_ONCE])
    if new:
        connection.execute(f"NOTIFY {CHANNEL}")


def _count(connection: Connection) -> int:
    row = connection.execute("SELECT count(*) FROM incoming").fetchone()
    return int(row[0]) if row else 0


def _same(sheet: Sheet, one: str, other: str) -> Composed:
    pairs = [SQL("{} = {}").format(Identifier(one, part), Identifier(other, part)) for part in sheet.key]
    return SQL(" AND ").join(pairs)


def _names(fields: Sequence[str], table: str = "") -> Composed:
    return SQL(", ").join(Identifier(table, name) if table else Identifier(name) for name in fields)

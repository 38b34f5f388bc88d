"""Rule rows in the database: versions are only ever added."""

from collections.abc import Mapping
from typing import Any

from psycopg import Connection
from psycopg.types.json import Jsonb

from scoring.rules.checks import WrongRule, check
from scoring.rules.defaults import default_bodies
from scoring.rules.model import Rule, Rules
from streaming.events import RuleChanged
from streaming.intake import store_facts
from streaming.log import Log, open_log

_NOW = "SELECT key, version, body FROM rule_now"
_ALL = "SELECT key, version, body FROM rule"
_ONE = "SELECT key, version, body FROM rule WHERE key = %s AND version = %s"
_DEFAULT = "INSERT INTO rule (key, version, body, why) VALUES (%s, 1, %s, 'as shipped') ON CONFLICT DO NOTHING"
_CHANGE = """
    INSERT INTO rule (key, version, body, changed_by, why, changed_at)
    SELECT %(key)s, coalesce(max(version), 0) + 1, %(body)s, %(by)s, %(why)s, clock_timestamp()
      FROM rule WHERE key = %(key)s
    RETURNING version, changed_at
"""


def ensure_defaults(connection: Connection) -> int:
    """Add the shipped rows that the database lacks; rows that are there stay. Returns how many were added."""
    with connection.cursor() as cursor:
        cursor.executemany(_DEFAULT, [(key, Jsonb(body)) for key, body in default_bodies().items()])
        return cursor.rowcount


def load(connection: Connection) -> Rules:
    """The rules in force now."""
    return _rules(connection.execute(_NOW).fetchall())


def load_versions(connection: Connection, versions: Mapping[str, int]) -> Rules:
    """The rules as they were when these versions were in force; rows not named are not in force."""
    rows = connection.execute(_ALL).fetchall()
    return _rules([row for row in rows if versions.get(row[0]) == row[1]])


def one(connection: Connection, key: str, version: int) -> Rule | None:
    row = connection.execute(_ONE, (key, version)).fetchone()
    return _rule(*row) if row else None


def change(connection: Connection, key: str, body: Mapping[str, Any], by: str, why: str, log: Log | None = None) -> int:
    """Put a new version in force and tell the judges. Raises WrongRule; returns the version."""
    checked = check(key, _completed(body, default_bodies().get(key.partition("@")[0], {})))
    with connection.transaction():
        # Two people changing one row at the same moment get two versions, one after the other.
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('rule'))")
        values = {"key": key, "body": Jsonb(checked), "by": by, "why": why}
        row = connection.execute(_CHANGE, values).fetchone()
        assert row is not None
        version, changed_at = row
        told = RuleChanged(unit="", at=changed_at, id=f"rule_changed:{key}:{version}", rule=key, version=version, by=by)
        store_facts(connection, [told], log or open_log(connection.info.dsn))
    return int(version)


def reset(connection: Connection, key: str, by: str, why: str, log: Log | None = None) -> int:
    """Put the shipped body back, as a new version; a row of one business type gets what is shipped for all."""
    shipped = default_bodies().get(key.partition("@")[0])
    if shipped is None:
        raise WrongRule("key", key, "the key of a shipped rule")
    return change(connection, key, shipped, by, why, log)


def _rules(rows: list[tuple[str, int, dict]]) -> Rules:
    shipped = default_bodies()
    return Rules({key: _rule(key, version, body, shipped) for key, version, body in rows})


def _rule(key: str, version: int, body: dict, shipped: Mapping[str, Any] | None = None) -> Rule:
    """A row as it counts: what a newer product asks beyond what is stored is as shipped."""
    base = (default_bodies() if shipped is None else shipped).get(key.partition("@")[0], {})
    return Rule(key, version, _completed(body, base))


def _completed(body: Any, shipped: Mapping[str, Any]) -> Any:
    """The body with every field of the shipped one; what it says itself stays."""
    if not isinstance(body, Mapping):
        return body
    more = {name: value for name, value in shipped.items() if name not in body}
    deeper = {
        name: _completed(value, shipped[name]) if isinstance(shipped.get(name), Mapping) else value
        for name, value in body.items()
    }
    return {**deeper, **more}

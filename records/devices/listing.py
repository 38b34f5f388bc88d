"""Devices as a list: filtered, sorted, counted; and how many of them are online, by area, type, kind and unit."""

from dataclasses import dataclass
from typing import Any, LiteralString

from psycopg import Connection
from psycopg.rows import dict_row

from sensors.catalogue import CATALOGUE

Row = dict[str, Any]
PAGE = 100
GROUPS = {"refrigerator": ("fridge_temp_humidity", "freezer_temp_humidity")}  # several kinds under one word
FAMILIES = ("sensor", "camera", "terminal", "gateway", "screen")
STATES = ("online", "offline", "never", "fault")

_FROM: LiteralString = """
      FROM device
      JOIN unit ON unit.id = device.unit_id
      LEFT JOIN device_state state ON state.device_id = device.id
     WHERE device.removed_at IS NULL AND unit.status = 'active'
       AND (%(kinds)s::text[] IS NULL OR device.kind = ANY (%(kinds)s))
       AND (%(area)s::text IS NULL OR unit.banner_id = %(area)s OR unit.street_id = %(area)s)
       AND (%(type)s::text IS NULL OR unit.business_type = %(type)s)
       AND (%(unit)s::text IS NULL OR device.unit_id = %(unit)s)
       AND (%(q)s::text IS NULL OR strpos(lower(concat_ws(' ', device.id, device.name, device.room, device.serial,
                                                          unit.name, unit.name_en)), lower(%(q)s)) > 0)
"""
_FAULTY: LiteralString = """
    SELECT device_id FROM alarm WHERE state <> 'cleared' AND level < 4 AND device_id IS NOT NULL
       AND rule <> 'alarm/offline/device'
"""
_STATE: dict[str, LiteralString] = {
    "": "",
    "online": " AND state.online",
    "offline": " AND NOT state.online",
    "never": " AND state.online IS NULL",
    "fault": f" AND device.id IN ({_FAULTY})",
}
_SORTS: dict[str, LiteralString] = {
    "id": "device.id",
    "name": "device.name",
    "kind": "device.kind",
    "unit": "unit.name",
    "area": "unit.area_path",
    "state": "(CASE WHEN state.online THEN 2 WHEN state.online IS NULL THEN 1 ELSE 0 END)",
    "seen": "state.seen_at",
    "since": "state.changed_at",
}
_ROWS: LiteralString = """
    SELECT device.id, device.kind, device.name, device.room, device.interval_seconds, state.online, state.seen_at,
           state.changed_at, coalesce(state.readings, '{}') AS readings, unit.id AS unit, unit.name AS unit_name,
           unit.name_en AS unit_name_en, unit.street_id AS street, unit.banner_id AS banner
"""
GROUPED: dict[str, LiteralString] = {
    "area": "unit.banner_id",
    "street": "unit.street_id",
    "type": "unit.business_type",
    "kind": "device.kind",
    "unit": "device.unit_id",
}


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to; empty: all. `kind`: a kind, a family or a group of kinds."""

    kind: str = ""
    area: str = ""
    type: str = ""
    unit: str = ""
    state: str = ""
    q: str = ""

    @property
    def values(self) -> dict[str, Any]:
        return {
            "kinds": kinds_of(self.kind), "area": self.area or None, "type": self.type or None,
            "unit": self.unit or None, "q": self.q or None,
        }  # fmt: skip


def kinds_of(word: str) -> list[str] | None:
    """The kinds of the catalogue that a word means; None for all of them, empty for a word nobody knows."""
    if not word:
        return None
    if word in GROUPS:
        return list(GROUPS[word])
    return [kind.key for kind in CATALOGUE.values() if word in (kind.key, kind.family)]


def page(connection: Connection, wanted: Wanted, sort: str, down: bool, number: int) -> Row:
    """One page of the list, with the count of all; what is offline comes first unless something else was asked."""
    order: LiteralString = _SORTS.get(sort, _SORTS["state"])
    way: LiteralString = "DESC NULLS LAST" if down else "ASC NULLS LAST"
    narrowed: LiteralString = _FROM + _STATE.get(wanted.state, "")
    values = {**wanted.values, "skip": number * PAGE, "most": PAGE}
    with connection.cursor(row_factory=dict_row) as cursor:
        count = cursor.execute("SELECT count(*) AS n" + narrowed, values).fetchone()
        rows = cursor.execute(
            _ROWS + narrowed + f" ORDER BY {order} {way}, device.id LIMIT %(most)s OFFSET %(skip)s", values
        ).fetchall()
    assert count is not None
    return {"count": count["n"], "page": number, "size": PAGE, "rows": rows}


def everything(connection: Connection, wanted: Wanted) -> Any:
    """All rows of the list by id, for an export."""
    with connection.cursor(row_factory=dict_row) as cursor:
        yield from cursor.execute(
            _ROWS + _FROM + _STATE.get(wanted.state, "") + " ORDER BY device.id", wanted.values
        ).fetchall()


def rates(connection: Connection, by: str, wanted: Wanted) -> list[Row]:
    """Of each group: devices, how many are online, offline, never heard of. The lowest rate first."""
    group = GROUPED[by]
    names: LiteralString = ", min(unit.name) AS name, min(unit.name_en) AS name_en" if by == "unit" else ""
    query = f"""
        SELECT {group} AS key{names}, count(*) AS devices, count(*) FILTER (WHERE state.online) AS online,
               count(*) FILTER (WHERE NOT state.online) AS offline,
               count(*) FILTER (WHERE state.online IS NULL) AS never,
               (count(*) FILTER (WHERE state.online))::float8 / count(*) AS rate
        {_FROM} GROUP BY 1 ORDER BY rate, devices DESC, 1 LIMIT 500
    """
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, wanted.values).fetchall()


def totals(connection: Connection, wanted: Wanted) -> Row:
    """The same of all that is listed, whatever the state asked for, and how many stand with an open fault."""
    query = f"""
        SELECT count(*) AS devices, count(*) FILTER (WHERE state.online) AS online,
               count(*) FILTER (WHERE NOT state.online) AS offline,
               count(*) FILTER (WHERE state.online IS NULL) AS never,
               count(*) FILTER (WHERE device.id IN ({_FAULTY})) AS fault
        {_FROM}
    """
    with connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(query, wanted.values).fetchone()
    assert row is not None
    return row

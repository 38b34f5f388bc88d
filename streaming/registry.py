"""Which devices exist, in memory: what ingest must know of a device to store its readings.

Loaded once, then kept level by `NOTIFY sunshine_registry` (records sends it with every change) and by looking up a
device the moment something unknown speaks.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from psycopg import Connection

from sensors.catalogue import CATALOGUE, metric_of
from sensors.facts import DeviceName

CHANNEL = "sunshine_registry"
MOST_METRICS = 5_000  # a device that invents names must not fill the table of metrics
LONGEST_METRIC = 64

_COLUMNS = "SELECT no, id, unit_id, kind, interval_seconds FROM device WHERE removed_at IS NULL"
_NAMED = _COLUMNS + " AND id = ANY(%s)"
_ALIASES = "SELECT dialect, alias, device_id FROM device_alias"
_ALIASED = _ALIASES + " WHERE alias = ANY(%s)"
_NEW_METRICS = "INSERT INTO metric (key) SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING"
_METRICS = "SELECT key, no FROM metric WHERE key = ANY(%s)"
_METRIC_COUNT = "SELECT count(*) FROM metric"


@dataclass(frozen=True, slots=True)
class Device:
    no: int
    id: str
    unit_id: str
    kind: str
    interval_seconds: int = 0


class Registry:
    """Devices by id, their other names, and the numbers of metrics."""

    def __init__(self) -> None:
        self.devices: dict[str, Device] = {}
        self.metrics: dict[str, int] = {}
        self.by_name: dict[DeviceName, Device] = {}  # what `name` has found, for the hot path
        self._aliases: dict[tuple[str, str], str] = {}
        self._names: dict[tuple[str, str], str] = {}

    @classmethod
    def loaded(cls, connection: Connection) -> "Registry":
        registry = cls()
        registry.load(connection)
        return registry

    def load(self, connection: Connection) -> None:
        """Everything afresh. Metrics of the catalogue get their numbers here, before anybody needs them."""
        devices = {row[1]: Device(*row) for row in connection.execute(_COLUMNS)}
        aliases = {(row[0], row[1]): row[2] for row in connection.execute(_ALIASES)}
        self.devices, self._aliases = devices, aliases
        self.by_name = {}
        self.number_metrics(connection, {metric.key for kind in CATALOGUE.values() for metric in kind.metrics})

    def find(self, dialect: str, name: str) -> Device | None:
        """The device that goes by this name; in the native dialect the name is its id."""
        device = self.devices.get(name) if dialect == "native" else None
        if device is None:
            device = self.devices.get(self._aliases.get((dialect, name), ""))
        return device

    def name(self, name: DeviceName) -> Device | None:
        """Like `find`, remembered in `by_name`; None as well when the device is in another unit than it says."""
        device = self.find(name.dialect, name.name)
        if device is None or name.unit not in ("", device.unit_id):
            return None
        self.by_name[name] = device
        return device

    def look_up(self, connection: Connection, names: Iterable[tuple[str, str]]) -> None:
        """Ask the database for devices that were not known when they spoke."""
        wanted = list({name for _, name in names})
        aliased = connection.execute(_ALIASED, (wanted,)).fetchall()
        for row in connection.execute(_NAMED, (wanted + [row[2] for row in aliased],)):
            self.devices[row[1]] = Device(*row)
        for dialect, alias, device_id in aliased:
            self._aliases[dialect, alias] = device_id

    def metric(self, kind: str, name: str) -> str:
        """The catalogue's name for what a device of this kind calls `name`; a name it does not know stays."""
        key = self._names.get((kind, name))
        if key is None:
            known = metric_of(kind, name)
            key = known.key if known else name
            if len(self._names) < MOST_METRICS:
                self._names[kind, name] = key
        return key

    def number_metrics(self, connection: Connection, keys: Iterable[str]) -> None:
        """Give numbers to metrics that have none yet, as many as there is room for."""
        missing = [key for key in keys if key not in self.metrics and len(key) <= LONGEST_METRIC]
        if not missing:
            return
        self.metrics.update(connection.execute(_METRICS, (missing,)).fetchall())
        new = sorted(key for key in missing if key not in self.metrics)
        row = connection.execute(_METRIC_COUNT).fetchone() if new else None
        if row and row[0] + len(new) <= MOST_METRICS:
            connection.execute(_NEW_METRICS, (new,))
            self.metrics.update(connection.execute(_METRICS, (new,)).fetchall())

    def forget_metrics(self) -> None:
        """After a transaction that failed: numbers it gave out never existed."""
        self.metrics = {}

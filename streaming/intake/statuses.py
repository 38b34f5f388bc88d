"""Which statuses are news: a device that says again what is known of it says nothing."""

from collections.abc import Iterable
from datetime import datetime

from psycopg import Connection

from streaming.events import DeviceCameOnline, DeviceWentOffline, Event
from streaming.registry import Device

_KNOWN = "SELECT device_id, online, changed_at FROM device_state WHERE device_id = ANY(%s) AND online IS NOT NULL"

Told = tuple[Device, bool, datetime, bool]  # online, at, retained


class Statuses:
    """Remembers what it has told, because the judged state follows a little later."""

    def __init__(self) -> None:
        self._told: dict[str, tuple[bool, datetime]] = {}

    def forget(self) -> None:
        """After a transaction that failed."""
        self._told = {}

    def news(self, connection: Connection, told: Iterable[Told]) -> list[Event]:
        """The events these statuses amount to, in their order."""
        statuses = list(told)
        if not statuses:
            return []
        known = self._known(connection, {device.id for device, *_ in statuses})
        events: list[Event] = []
        for device, online, at, retained in statuses:
            before = known.get(device.id)
            if before is not None and (before[0] == online or (before[1] is not None and at <= before[1])):
                continue
            if before is not None and retained and online:
                continue  # the broker repeats an old greeting; what we know since then is newer
            known[device.id] = self._told[device.id] = online, at
            if online:
                events.append(DeviceCameOnline(unit=device.unit_id, device=device.id, at=at))
            else:
                events.append(DeviceWentOffline(unit=device.unit_id, device=device.id, at=at, reason="last_will"))
        return events

    def _known(self, connection: Connection, device_ids: set[str]) -> dict[str, tuple[bool, datetime | None]]:
        """The judged state, or what we told ourselves where that is newer."""
        known: dict[str, tuple[bool, datetime | None]] = {}
        for device_id, online, changed_at in connection.execute(_KNOWN, (list(device_ids),)):
            known[device_id] = online, changed_at
        for device_id in device_ids & self._told.keys():
            judged = known.get(device_id)
            if judged is None or judged[1] is None or judged[1] <= self._told[device_id][1]:
                known[device_id] = self._told[device_id]
        return known

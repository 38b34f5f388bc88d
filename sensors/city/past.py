"""The hours before the start: physics and faults find their rhythm, and readings are kept for a late batch."""

from collections.abc import Sequence

from sensors.city import damage
from sensors.city.dialects import Native, Outgoing
from sensors.city.field import Field
from sensors.city.registry import Device
from sensors.city.troubles import Troubles

WARM_UP, BACKLOG, INTERVAL = 3 * 3600, 3 * 3600, 300


def begins_at(start: float) -> float:
    """Where the field must begin so that it is in rhythm at the start."""
    return start - WARM_UP - BACKLOG


def live_through(field: Field, troubles: Troubles, start: float, devices: Sequence[Device]) -> list[Outgoing]:
    """Let the past happen up to `start`. Answers with one late batch for each of `devices` (none: no batches)."""
    troubles.begin(field.now)
    series: dict[str, list[tuple[float, dict[str, float]]]] = {device.id: [] for device in devices}
    while field.now + 60 <= start:
        troubles.advance(field.now + 60)
        field.advance(field.now + 60)
        if start - BACKLOG < field.now <= start - INTERVAL and field.now % INTERVAL == 0:
            moment = field.moment()
            for id, points in series.items():
                if not damage.is_silent(troubles.of(id)):
                    points.append((field.now, field.reading(id, moment)))
    native = Native()
    return [native.batch(device, points) for device in devices if (points := series.pop(device.id))]

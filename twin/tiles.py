"""Which of thousands of readings a wall shows first: those beyond or nearest their limits, then the newest."""

from collections.abc import Iterable

from sensors.catalogue import CATALOGUE, Metric, metric_of
from twin.state import Device

# Numbers about the device itself; nobody hangs them on a wall.
SILENT_METRICS = frozenset({"battery", "linkquality", "latitude", "longitude"})

Tile = tuple[Device, str]


def worth_a_tile(devices: Iterable[Device], count: int) -> list[Tile]:
    """Half of the places go to the most worrying readings, the rest to the most recent ones."""
    tiles = [(device, metric) for device in devices for metric in device.readings if metric not in SILENT_METRICS]
    if len(tiles) <= count:
        return sorted(tiles, key=_worry, reverse=True)
    tiles.sort(key=_worry, reverse=True)
    worrying, rest = tiles[: count // 2], tiles[count // 2 :]
    rest.sort(key=_at, reverse=True)
    return worrying + rest[: count - len(worrying)]


def nearness(metric: Metric | None, value: float) -> float:
    """0 in the middle of what is normal, 1 at a limit, more beyond it. Without limits the usual range counts half."""
    if metric is None:
        return 0.0
    lows = [limit.low for limit in metric.limits if limit.low is not None]
    highs = [limit.high for limit in metric.limits if limit.high is not None]
    low, high, weight = max(lows, default=None), min(highs, default=None), 1.0
    if low is None and high is None:
        if metric.usual is None:
            return 0.0
        (low, high), weight = metric.usual, 0.5
    usual_low, usual_high = metric.usual or (low, high)
    low = usual_low if low is None else low
    high = usual_high if high is None else high
    if low is None or high is None or high <= low:
        good = high if high is not None else low
        return weight * (1.0 if good is not None and value != good else 0.0)
    middle, half = (low + high) / 2, (high - low) / 2
    return weight * abs(value - middle) / half


def _worry(tile: Tile) -> tuple:
    device, name = tile
    reading = device.readings[name]
    known = metric_of(device.kind, name) if device.kind in CATALOGUE else None
    return nearness(known, reading.value), reading.at


def _at(tile: Tile) -> tuple:
    device, name = tile
    return device.readings[name].at, device.id

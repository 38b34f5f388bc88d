"""Counters of an area, kept by adding and taking away the shares of units, so that a figure never costs a walk."""

from datetime import date

from msgspec import Struct
from msgspec.structs import astuple

COLOURS = ("green", "blue", "yellow", "red", "none")


class Tally(Struct, frozen=True, array_like=True):
    """Sums over units. The index is summed in thousandths, so that taking away gives back exactly what was added."""

    units: int = 0
    green: int = 0
    blue: int = 0
    yellow: int = 0
    red: int = 0
    none: int = 0
    index_milli: int = 0
    indexed: int = 0
    devices: int = 0
    devices_known: int = 0
    devices_online: int = 0
    cameras: int = 0
    cameras_known: int = 0
    cameras_online: int = 0
    alarms_1: int = 0
    alarms_2: int = 0
    alarms_3: int = 0
    alarms_4: int = 0
    rectifications: int = 0
    rectified: int = 0
    inspected: int = 0  # units whose newest daily control was on `inspected_on`
    inspected_on: date | None = None  # the newest day anybody here finished one

    @property
    def index_mean(self) -> float | None:
        return self.index_milli / 1000 / self.indexed if self.indexed else None

    @property
    def open_alarms(self) -> int:
        """Those that somebody must act on: level 4 is information."""
        return self.alarms_1 + self.alarms_2 + self.alarms_3

    @property
    def worst_level(self) -> int | None:
        """Level of the most serious alarm that is not cleared; information is none."""
        counts = (self.alarms_1, self.alarms_2, self.alarms_3)
        return next((level for level, count in enumerate(counts, 1) if count), None)

    @property
    def online_rate(self) -> float | None:
        """Share of all registered devices and cameras that are online; None when nothing was ever heard of any.

        One that was registered and never spoke counts against the rate: a regulator wants it found.
        """
        if not self.devices_known + self.cameras_known:
            return None
        return (self.devices_online + self.cameras_online) / (self.devices + self.cameras)

    @property
    def rectification_rate(self) -> float | None:
        """Share of ordered rectifications that are closed."""
        return self.rectified / self.rectifications if self.rectifications else None

    def inspected_by(self, day: date) -> int | None:
        """Units that finished their daily control on the day. None when it is not known: nobody ever did, or the
        day lies before the newest one that is counted."""
        if self.inspected_on is None or day < self.inspected_on:
            return None
        return self.inspected if day == self.inspected_on else 0


NOTHING = Tally()


def plus(tally: Tally, share: Tally) -> Tally:
    inspected, day = tally.inspected, tally.inspected_on
    if share.inspected_on is not None:
        if day is None or share.inspected_on > day:
            inspected, day = share.inspected, share.inspected_on
        elif share.inspected_on == day:
            inspected += share.inspected
    sums = (a + b for a, b in zip(astuple(tally)[:-2], astuple(share)[:-2], strict=True))
    return Tally(*(*sums, inspected, day))


def minus(tally: Tally, share: Tally) -> Tally:
    inspected = tally.inspected
    if share.inspected_on is not None and share.inspected_on == tally.inspected_on:
        inspected -= share.inspected
    sums = (a - b for a, b in zip(astuple(tally)[:-2], astuple(share)[:-2], strict=True))
    return Tally(*(*sums, inspected, tally.inspected_on))

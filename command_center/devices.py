"""The device page and the lists of devices."""

from command_center.house import House


def add(house: House) -> None:
    """Its questions under /data/devices/."""

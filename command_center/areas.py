"""Statistics of an area, rankings, boundaries."""

from command_center.house import House


def add(house: House) -> None:
    """Its questions under /data/areas/."""

"""The unit page: who they are, what is known, and comparing units."""

from command_center.house import House


def add(house: House) -> None:
    """Its questions under /data/units/."""

"""What a passer-by may see of a kitchen: its sensors' numbers, never a person's and never where a vehicle is."""

from sensors.catalogue import CATALOGUE
from twin.state import Device

PRIVATE_KINDS = frozenset({"gps_locator"})
PRIVATE_METRICS = frozenset({"battery", "linkquality"})  # of use to those who maintain it, noise to others
OPEN_KINDS = frozenset(kind.key for kind in CATALOGUE.values() if kind.family == "sensor") - PRIVATE_KINDS


def shows_device(device: Device) -> bool:
    """Sensors always; cameras and the rest when their entry says that they are public."""
    return device.kind in OPEN_KINDS or (device.public and device.is_camera)


def shows_metric(device: Device, metric: str) -> bool:
    return device.kind in OPEN_KINDS and metric not in PRIVATE_METRICS

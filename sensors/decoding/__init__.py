"""Dialects of MQTT devices, one file each, behind one `Decoder`."""

from sensors.decoding.decoder import SUBSCRIPTIONS, Decoder
from sensors.facts import BadPayload

__all__ = ["SUBSCRIPTIONS", "BadPayload", "Decoder"]

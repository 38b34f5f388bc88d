"""What comes from the field, before it meets the registry: messages, and the facts decoded from them.

A wire (MQTT, OPC UA) yields `Message`s, or facts at once where the wire is already typed. `Decoder.decode(message)`
answers with a list of three kinds of items:

- `Reading`: one number of one device,
- `Status`: a device, or its gateway, says whether it is there,
- `Problem`: a part of the message that could not be understood. Its whole payload belongs in the quarantine with this
  code and these words, AND the readings beside it in the same list are good and must be stored. One bad field never
  costs the good ones.

A message of which nothing can be used raises `BadPayload`. A message that is understood and says nothing gives [].
"""

from datetime import datetime

import msgspec


class DeviceName(msgspec.Struct, frozen=True, cache_hash=True):
    """What a device is called on its wire. In dialect `native` it is the registered id, else an alias of one.

    `unit`: where it says it is; empty where its wire does not say.
    """

    dialect: str
    name: str
    unit: str = ""


class Message(msgspec.Struct, frozen=True, gc=False):
    """Bytes as they came. `retained`: the broker kept it for us, so it may be old."""

    topic: str
    payload: bytes
    received_at: datetime
    source: str = "mqtt"
    retained: bool = False


class Reading(msgspec.Struct, frozen=True, gc=False):
    """`at` is aware, in UTC; None: the device did not say, the time of arrival counts."""

    device: DeviceName
    metric: str
    value: float
    at: datetime | None = None


class Status(msgspec.Struct, frozen=True, gc=False):
    """The device, or somebody who must know (a last will, its gateway), says that it is there or not."""

    device: DeviceName
    online: bool
    at: datetime | None = None


class Problem(msgspec.Struct, frozen=True, gc=False):
    """A part of a message that could not be understood; `detail` names the field, its value and what is allowed."""

    code: str
    detail: str
    device: DeviceName | None = None


Fact = Reading | Status | Problem


class BadPayload(Exception):
    """Nothing in this message can be used. `detail` is a sentence for a person."""

    def __init__(self, code: str, detail: str, device: DeviceName | None = None):
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.device = device

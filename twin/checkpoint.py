"""The city as bytes, and the table of checkpoints: where a fold may begin without reading the whole log."""

import logging
import zlib
from datetime import datetime

import msgspec
from immutables import Map
from msgspec import Struct
from psycopg import Connection

from twin.state import Area, City, Device, Unit
from twin.tally import Tally

log = logging.getLogger(__name__)

KEEPER = "twin"
FORM = 2  # raise it when the shape of the state changes: older checkpoints are then passed over, not misread

_SAVE = """
    INSERT INTO checkpoint (keeper, log_offset, recorded_at, state)
    VALUES (%(keeper)s, %(log_offset)s, %(recorded_at)s, %(state)s)
    ON CONFLICT (keeper, log_offset) DO NOTHING
"""
_NEWEST = """
    SELECT state FROM checkpoint
     WHERE keeper = %(keeper)s AND (%(moment)s::timestamptz IS NULL OR recorded_at <= %(moment)s)
     ORDER BY recorded_at DESC, log_offset DESC
     LIMIT 5
"""


class UnknownForm(ValueError):
    """The checkpoint was written by another version of the product."""


class _Saved(Struct, array_like=True):
    form: int
    timezone: str
    offset: int
    recorded_at: datetime | None
    areas: list[Area]
    units: list[Unit]
    devices: list[Device]
    tallies: dict[str, Tally]


class _Form(Struct, array_like=True):
    form: int


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_Saved)
_form_decoder = msgspec.msgpack.Decoder(_Form)


def dump(city: City) -> bytes:
    saved = _Saved(
        FORM, city.timezone, city.offset, city.recorded_at, list(city.areas.values()), list(city.units.values()),
        list(city.devices.values()), dict(city.tallies),
    )  # fmt: skip
    return zlib.compress(_encoder.encode(saved), 1)


def load(raw: bytes) -> City:
    """The city that `dump` was given. Raises UnknownForm when another version wrote it."""
    packed = zlib.decompress(raw)
    form = _form_decoder.decode(packed).form
    if form != FORM:
        raise UnknownForm(f"a checkpoint of form {form}, this version reads form {FORM}")
    saved = _decoder.decode(packed)
    return City(
        areas=Map((area.id, area) for area in saved.areas),
        units=Map((unit.id, unit) for unit in saved.units),
        devices=Map((device.id, device) for device in saved.devices),
        alarms=Map((alarm, unit.id) for unit in saved.units for alarm in unit.alarms),
        tallies=Map(saved.tallies),
        timezone=saved.timezone,
        offset=saved.offset,
        recorded_at=saved.recorded_at,
    )


def save(connection: Connection, city: City) -> None:
    """Keep the city in the caller's transaction. A city that has read nothing is not worth a row."""
    if city.recorded_at is None:
        return
    values = {"keeper": KEEPER, "log_offset": city.offset, "recorded_at": city.recorded_at, "state": dump(city)}
    connection.execute(_SAVE, values)


def newest(connection: Connection, moment: datetime | None = None) -> City | None:
    """The newest checkpoint, or the newest one recorded at or before the moment."""
    for (raw,) in connection.execute(_NEWEST, {"keeper": KEEPER, "moment": moment}, binary=True):
        try:
            return load(bytes(raw))
        except (UnknownForm, msgspec.MsgspecError, zlib.error) as error:
            log.warning("a checkpoint is passed over: %s", error)
    return None

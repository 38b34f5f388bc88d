"""From bytes to checked values, the same for every JSON dialect."""

import json
import math
import re
from datetime import UTC, datetime, tzinfo
from typing import Any

import msgspec

from sensors.catalogue import KINDS
from sensors.facts import BadPayload, DeviceName, Fact, Problem, Reading

MAX_BYTES = 256 * 1024
MAX_NAME = 128
_EARLIEST, _LATEST = -62_135_596_800_000, 253_402_300_799_999  # years 1 to 9999 in milliseconds

# A text under one of these names is an error worth telling. Any other text (a serial number, a firmware version, the
# button pressed on a remote) is understood and says nothing.
METRIC_NAMES = {name for kind in KINDS for metric in kind.metrics for name in (metric.key, *metric.aliases)}
good_names: set[str] = set()  # metric names already checked: a city has few, a message has several
_parse = msgspec.json.Decoder().decode
_fromisoformat = datetime.fromisoformat
_fromtimestamp = datetime.fromtimestamp
_NOT_FINITE = re.compile(rb"[\[:,]\s*-?(?:NaN|Infinity)\b")
_DIGITS = re.compile(r"\s*-?\d+(?:\.\d+)?\s*")
_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def parse(payload: bytes, device: DeviceName | None = None) -> Any:
    """The JSON value in the payload."""
    try:
        return _parse(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return _parse_again(payload, error, device)


def _parse_again(payload: bytes, error: Exception, device: DeviceName | None) -> Any:
    """Find out what is wrong; NaN, Infinity and 1e999 pass here, so that the fields beside them are not lost."""
    if not payload.strip():
        raise BadPayload("empty", "the payload is empty; allowed: JSON", device)
    if isinstance(error, RecursionError):
        raise BadPayload("too_deep", "the payload is nested too deep; allowed: an object of plain values", device)
    try:
        text = payload.decode()
    except UnicodeDecodeError as wrong:
        detail = f"byte {wrong.start} is {payload[wrong.start]:#04x}; allowed: UTF-8"
        raise BadPayload("bad_utf8", detail, device) from None
    if isinstance(error, msgspec.ValidationError) or _NOT_FINITE.search(payload):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            pass  # it is malformed as well, and the first error says where
    detail = f"{excerpt(text)} is not JSON: {str(error)[:120]}"
    raise BadPayload("bad_json", detail, device) from None


def text_of(payload: bytes, device: DeviceName | None = None) -> str:
    """The payload as a word, without the blanks around it."""
    try:
        return payload.decode().strip()
    except UnicodeDecodeError as wrong:
        detail = f"byte {wrong.start} is {payload[wrong.start]:#04x}; allowed: UTF-8"
        raise BadPayload("bad_utf8", detail, device) from None


def number(value: Any) -> float:
    """A finite number; true and false are 1 and 0. Raises BadPayload with what is wrong with the value."""
    if value is True:
        return 1.0
    if value is False:
        return 0.0
    if isinstance(value, int):
        try:
            return float(value)
        except OverflowError:
            raise BadPayload("not_finite", f"{excerpt(value)}; allowed: a number below 1.8e308") from None
    if isinstance(value, float):
        if math.isfinite(value):
            return value
        raise BadPayload("not_finite", f"{value}; allowed: a finite number")
    raise BadPayload("wrong_type", f"{excerpt(value)} is {kind_of(value)}; allowed: a number, true, false or null")


def moment(value: Any, zone: tzinfo | None = None) -> datetime | None:
    """The time a device states: RFC 3339, or epoch milliseconds; None where it states none.

    A time without an offset is refused unless the dialect says in which `zone` its clocks run.
    """
    if value is None:
        return None
    if type(value) is str and not _DIGITS.fullmatch(value):
        return _clock_time(value, zone)
    if type(value) in (int, float, str):
        try:
            millis = float(value)
            if _EARLIEST <= millis <= _LATEST:
                return _fromtimestamp(millis / 1000, UTC)
        except (OverflowError, ValueError):
            pass
    raise BadPayload("bad_time", f"{excerpt(value)}; allowed: RFC 3339 with an offset, or epoch milliseconds")


def _clock_time(text: str, zone: tzinfo | None) -> datetime:
    try:
        at = _fromisoformat(text.strip())
        if at.tzinfo is UTC:
            return at
        if at.tzinfo is None:
            if zone is None:
                raise BadPayload("bad_time", f"{excerpt(text)} has no offset; allowed: RFC 3339 such as 2026-01-31T08:00:00+08:00")  # fmt: skip # noqa: E501
            at = at.replace(tzinfo=zone)
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadPayload("bad_time", f"{excerpt(text)}; allowed: RFC 3339, or epoch milliseconds") from None


def check_name(text: Any, what: str) -> str:
    """A name that can be stored and shown: not empty, not endless, no control characters, no half characters."""
    if not isinstance(text, str):
        raise BadPayload("wrong_type", f"{what} is {excerpt(text)}; allowed: text")
    if not text.strip() or len(text) > MAX_NAME or _UNWRITABLE.search(text):
        raise BadPayload("bad_name", f"{what} is {excerpt(text)}; allowed: 1 to {MAX_NAME} characters, no control ones")
    return text


def problem(error: BadPayload, device: DeviceName | None, field: str = "") -> Problem:
    """The same error as an item that stands beside good readings."""
    detail = f"{excerpt(field)}: {error.detail}" if field else error.detail
    return Problem(error.code, detail, error.device or device)


def excerpt(value: Any) -> str:
    """A value as it can be shown in one line; the rest of a long one is left out."""
    try:
        shown = repr(value[:80] if isinstance(value, str) else value)
    except (ValueError, RecursionError):  # an integer of thousands of digits, a nest of lists
        shown = f"a {type(value).__name__}"
    return shown if len(shown) <= 80 else f"{shown[:77]}..."


def kind_of(value: Any) -> str:
    """What JSON calls it."""
    names = {str: "text", dict: "an object", list: "a list", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def take(facts: list[Fact], device: DeviceName, metric: str, value: Any, at: datetime | None) -> None:
    """Append the reading, or the problem with it; null is a missing value and nothing."""
    if value is None:
        return
    try:
        facts.append(Reading(device, metric_name(metric), number(value), at))
    except BadPayload as error:
        facts.append(problem(error, device, metric))


def metric_name(name: Any) -> str:
    """A checked metric name; those seen before pass at once."""
    if type(name) is str and name in good_names:
        return name
    check_name(name, "the name of a metric")
    if len(good_names) < 10_000:
        good_names.add(name)
    return str(name)


def object_of(payload: bytes, device: DeviceName | None = None) -> dict[str, Any]:
    """The JSON object in the payload."""
    raw = parse(payload, device)
    if type(raw) is not dict:
        raise BadPayload("wrong_type", f"{excerpt(raw)} is {kind_of(raw)}; allowed: an object", device)
    return raw


def celsius(value: Any, unit: str) -> Any:
    """A temperature in degrees Celsius where its unit says that it is in another; everything else as it is."""
    if type(value) not in (int, float) or unit.strip("° ") not in ("F", "K"):
        return value
    try:
        return (float(value) - 32) * 5 / 9 if unit.strip("° ") == "F" else float(value) - 273.15
    except OverflowError:
        return value  # refused as a number a moment later, in its own words


def snake(name: str) -> str:
    """`DewPoint` as `dew_point`."""
    return _WORD_START.sub("_", name).replace("-", "_").replace(".", "_").lower()

"""Home Assistant's discovery messages: short and long names of their fields, and the entities they announce."""

from dataclasses import dataclass, field
from typing import Any

from sensors.decoding.payload import check_name, excerpt, snake
from sensors.decoding.template import Pick, compile_template
from sensors.facts import BadPayload, DeviceName

SHORT = {
    "avty": "availability", "avty_mode": "availability_mode", "avty_t": "availability_topic",
    "avty_tpl": "availability_template", "cmps": "components", "cns": "connections", "dev": "device",
    "dev_cla": "device_class", "ids": "identifiers", "obj_id": "object_id", "p": "platform",
    "pl_avail": "payload_available", "pl_not_avail": "payload_not_available", "pl_off": "payload_off",
    "pl_on": "payload_on", "stat_cla": "state_class", "stat_t": "state_topic", "t": "topic", "uniq_id": "unique_id",
    "unit_of_meas": "unit_of_measurement", "val_tpl": "value_template",
}  # fmt: skip
SENSOR_METRICS = {"temperature": "temperature", "humidity": "humidity", "battery": "battery"}
FLAG_METRICS = {
    "door": "door", "opening": "door", "window": "door", "garage_door": "door", "smoke": "smoke", "heat": "smoke",
    "gas": "gas_detected", "moisture": "water_leak", "motion": "occupancy", "occupancy": "occupancy",
    "presence": "occupancy", "problem": "fault", "battery": "battery_low", "tamper": "tamper",
}  # fmt: skip
NOT_NUMBERS = ("timestamp", "date", "enum")


@dataclass(frozen=True)
class Availability:
    """A topic that says whether the device is there."""

    topic: str
    wants_json: bool
    pick: Pick
    yes: str
    no: str


@dataclass(frozen=True)
class Entity:
    """One value of one device: where it speaks and how to read it."""

    device: DeviceName
    object_id: str
    metric: str
    flag: bool
    topic: str
    wants_json: bool
    pick: Pick
    unit: str
    surely_number: bool
    payload_on: str
    payload_off: str
    availability: tuple[Availability, ...] = ()
    mode: str = field(default="latest")


def entities_of(component: str, object_id: str, raw: dict[str, Any]) -> list[Entity | BadPayload]:
    """What a configuration announces. Components that measure nothing announce nothing to us."""
    config = _long(raw)
    if component != "device":
        return _one(component, object_id, config)
    shared = {key: value for key, value in config.items() if key != "components"}
    components = config.get("components")
    if type(components) is not dict:
        raise BadPayload("missing_field", f"components is {excerpt(components)}; allowed: an object of components")
    found: list[Entity | BadPayload] = []
    for key, part in components.items():
        if type(part) is dict:
            own = {**shared, **_long(part, config.get("~"))}
            found += _one(str(own.get("platform", "")), str(key), own)
    return found


def _one(component: str, object_id: str, config: dict[str, Any]) -> list[Entity | BadPayload]:
    if component not in ("sensor", "binary_sensor") or config.get("device_class") in NOT_NUMBERS:
        return []
    try:
        return [_entity(component, object_id, config)]
    except BadPayload as error:
        return [BadPayload(error.code, f"{excerpt(object_id)}: {error.detail}", error.device)]


def _entity(component: str, object_id: str, config: dict[str, Any]) -> Entity:
    device = _device(object_id, config)
    wants_json, pick = compile_template(_text(config, "value_template"))
    flag = component == "binary_sensor"
    named = (FLAG_METRICS if flag else SENSOR_METRICS).get(_text(config, "device_class"))
    return Entity(
        device=device,
        object_id=check_name(snake(object_id), "the object id"),
        metric=named or check_name(snake(object_id), "the object id"),
        flag=flag,
        topic=_topic(config.get("state_topic"), "state_topic"),
        wants_json=wants_json,
        pick=pick,
        unit=_text(config, "unit_of_measurement"),
        surely_number=bool(config.get("unit_of_measurement") or config.get("state_class") or named),
        payload_on=str(config.get("payload_on", "ON")),
        payload_off=str(config.get("payload_off", "OFF")),
        availability=tuple(_availabilities(config)),
        mode=_text(config, "availability_mode") or "latest",
    )


def _device(object_id: str, config: dict[str, Any]) -> DeviceName:
    """Its first identifier, else a connection such as the MAC, else what makes the entity unique."""
    about = _long(config["device"]) if type(config.get("device")) is dict else {}
    identifiers = about.get("identifiers")
    if type(identifiers) is list:
        identifiers = identifiers[0] if identifiers else None
    if identifiers is None and type(about.get("connections")) is list:
        identifiers = next((pair[1] for pair in about["connections"] if type(pair) is list and len(pair) == 2), None)
    name = identifiers if identifiers is not None else config.get("unique_id", object_id)
    return DeviceName("homeassistant", check_name(str(name), "the identifier of the device"))


def _availabilities(config: dict[str, Any]) -> list[Availability]:
    listed = config.get("availability")
    if "availability_topic" in config:
        listed = [{"topic": config["availability_topic"], "value_template": config.get("availability_template", "")}]
    found = []
    for entry in [listed] if type(listed) is dict else listed or []:
        if type(entry) is dict:
            own = {**config, "value_template": "", **_long(entry, config.get("~"))}
            wants_json, pick = compile_template(_text(own, "value_template"))
            yes, no = str(own.get("payload_available", "online")), str(own.get("payload_not_available", "offline"))
            found.append(Availability(_topic(own.get("topic"), "availability topic"), wants_json, pick, yes, no))
    return found


def _long(raw: dict[str, Any], base: Any = None) -> dict[str, Any]:
    """The fields by their long names, with `~` in topics filled in."""
    config = {SHORT.get(name, name): value for name, value in raw.items()}
    base = config.get("~", base)
    if type(base) is str:
        for name, value in config.items():
            if name.endswith("topic") and type(value) is str:
                config[name] = base + value[1:] if value.startswith("~") else value
                if value.endswith("~"):
                    config[name] = value[:-1] + base
        config["~"] = base
    if type(config.get("availability")) is list:
        config["availability"] = [_long(a, base) if type(a) is dict else a for a in config["availability"]]
    return config


def _text(config: dict[str, Any], name: str) -> str:
    value = config.get(name)
    if value is None:
        return ""
    if type(value) is not str:
        raise BadPayload("wrong_type", f"{name} is {excerpt(value)}; allowed: text")
    return value


def _topic(value: Any, what: str) -> str:
    """A topic one may subscribe to: a wildcard would bring the messages of others."""
    if type(value) is not str or not value or any(sign in value for sign in "+#\0") or len(value) > 512:
        raise BadPayload("bad_topic", f"{what} is {excerpt(value)}; allowed: a topic without + and #")
    return value

"""Mapping files: which node of which OPC UA server is which metric of which device. `kitchen.toml` shows the form."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from sensors.facts import DeviceName

SHIPPED = Path(__file__).parent
DIALECTS = ("native", "opcua")
_HOLE = re.compile(r"\{(\w*)\}")


class WrongMapping(ValueError):
    """A mapping file that cannot be used; the message names the file, the entry and what is allowed."""


@dataclass(frozen=True)
class Target:
    """What a node means. `scale` and `offset` turn a raw count into the metric's unit, a contact into its reverse."""

    device: DeviceName
    metric: str
    scale: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True)
class PathRule:
    """Every variable whose browse path from `Objects` has this form. Names captured in the path fill the target."""

    steps: tuple[re.Pattern[str], ...]
    dialect: str
    device: str
    metric: str
    scale: float
    offset: float

    def target(self, captured: Mapping[str, str]) -> Target:
        name = DeviceName(self.dialect, self.device.format_map(captured))
        return Target(name, self.metric.format_map(captured), self.scale, self.offset)


@dataclass(frozen=True)
class ServerMapping:
    """One file: the servers it is for (patterns of their address), how to listen, and the nodes."""

    name: str
    servers: tuple[str, ...] = ("*",)
    publishing_ms: float = 250
    sampling_ms: float = 1000
    report: str = "timestamp"
    look_again_seconds: float = 300
    nodes: tuple[tuple[str, Target], ...] = ()
    rules: tuple[PathRule, ...] = ()
    file: str = field(default="", compare=False)

    def is_for(self, url: str) -> bool:
        return any(fnmatchcase(url, pattern) for pattern in self.servers)


def load_all(more: Path | None = None) -> list[ServerMapping]:
    """The operator's files (`more`: a file or a folder) first, then ours: the first that names a server is used."""
    files: list[Path] = []
    if more is not None:
        if not more.exists():
            raise WrongMapping(f"{more} does not exist; allowed: a mapping file or a folder of them")
        files += sorted(more.glob("*.toml")) if more.is_dir() else [more]
    return [load(file) for file in [*files, *sorted(SHIPPED.glob("*.toml"))]]


def load(file: Path) -> ServerMapping:
    """The mapping in a file, checked whole."""
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongMapping(f"{file.name} is not TOML: {error}") from None
    known = {"name", "servers", "publishing_ms", "sampling_ms", "report", "look_again_seconds", "node", "rule"}
    _only(raw, known, file.name)
    plain = {key: raw[key] for key in raw if key not in ("node", "rule", "servers")}
    for key in ("publishing_ms", "sampling_ms", "look_again_seconds"):
        if key in raw and (type(raw[key]) not in (int, float) or raw[key] <= 0):
            raise WrongMapping(f"{file.name}: {key} is {raw[key]!r}; allowed: a number above 0")
    if raw.get("report", "timestamp") not in ("timestamp", "value"):
        raise WrongMapping(f"{file.name}: report is {raw['report']!r}; allowed: timestamp, value")
    plain.setdefault("name", file.stem)
    return ServerMapping(
        **plain,
        servers=tuple(_texts(raw.get("servers", ["*"]), f"{file.name}: servers")),
        nodes=tuple(_node(entry, f"{file.name}: node {i}") for i, entry in enumerate(raw.get("node", ()), 1)),
        rules=tuple(
            rule for i, entry in enumerate(raw.get("rule", ()), 1) for rule in _rules(entry, f"{file.name}: rule {i}")
        ),
        file=str(file),
    )


def _node(entry: dict[str, Any], where: str) -> tuple[str, Target]:
    _only(entry, {"node", "device", "metric", "dialect", "scale", "offset"}, where)
    target = Target(
        device=DeviceName(_dialect(entry, where), _text(entry, "device", where)),
        metric=_text(entry, "metric", where),
        scale=_number(entry, "scale", 1, where),
        offset=_number(entry, "offset", 0, where),
    )
    return _text(entry, "node", where), target


def _rules(entry: dict[str, Any], where: str) -> list[PathRule]:
    """One rule, or one for each variable that its `metrics` name."""
    metrics = entry.get("metrics")
    if metrics is None:
        return [_rule(entry, where)]
    if not isinstance(metrics, dict) or not metrics or "metric" in entry:
        raise WrongMapping(f"{where}: metrics is {metrics!r}; allowed: a table of metrics, and then no metric")
    rest = {key: value for key, value in entry.items() if key != "metrics"}
    path = _text(entry, "path", where)
    return [_rule({**rest, "path": f"{path}/{name}", "metric": metric}, where) for name, metric in metrics.items()]


def _rule(entry: dict[str, Any], where: str) -> PathRule:
    _only(entry, {"path", "device", "metric", "dialect", "scale", "offset"}, where)
    path = _text(entry, "path", where)
    names = _HOLE.findall(path)
    if len(set(names)) != len(names) or "" in names:
        raise WrongMapping(f"{where}: path is {path!r}; allowed: each {{name}} once")
    device, metric = str(entry.get("device", "{device}")), _text(entry, "metric", where)
    for what, template in (("device", device), ("metric", metric)):
        missing = set(_HOLE.findall(template)) - set(names)
        if missing:
            raise WrongMapping(f"{where}: {what} is {template!r}, but the path has no {{{missing.pop()}}}")
    return PathRule(
        steps=tuple(_step(step) for step in path.strip("/").split("/")),
        dialect=_dialect(entry, where),
        device=device,
        metric=metric,
        scale=_number(entry, "scale", 1, where),
        offset=_number(entry, "offset", 0, where),
    )


def _step(text: str) -> re.Pattern[str]:
    """A browse name, in which `{name}` stands for any text."""
    pattern, end = "", 0
    for hole in _HOLE.finditer(text):
        pattern += re.escape(text[end : hole.start()]) + f"(?P<{hole[1]}>.+)"
        end = hole.end()
    return re.compile(pattern + re.escape(text[end:]))


def _only(entry: Mapping[str, Any], known: Iterable[str], where: str) -> None:
    unknown = sorted(set(entry) - set(known))
    if unknown:
        raise WrongMapping(f"{where}: {unknown[0]!r} is not known; allowed: {', '.join(sorted(known))}")


def _text(entry: Mapping[str, Any], key: str, where: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value:
        raise WrongMapping(f"{where}: {key} is {value!r}; allowed: text")
    return value


def _texts(value: Any, where: str) -> list[str]:
    if not isinstance(value, list) or not value or not all(isinstance(one, str) for one in value):
        raise WrongMapping(f"{where} is {value!r}; allowed: a list of addresses such as opc.tcp://10.1.2.*")
    return value


def _number(entry: Mapping[str, Any], key: str, usual: float, where: str) -> float:
    value = entry.get(key, usual)
    if type(value) not in (int, float):
        raise WrongMapping(f"{where}: {key} is {value!r}; allowed: a number")
    return float(value)


def _dialect(entry: Mapping[str, Any], where: str) -> str:
    dialect = entry.get("dialect", "native")
    if dialect not in DIALECTS:
        allowed = "native (device is a registered id), opcua (device is an alias of one)"
        raise WrongMapping(f"{where}: dialect is {dialect!r}; allowed: {allowed}")
    return str(dialect)

"""The device page and the list of devices: their questions under /data/devices/."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, request
from psycopg import Connection

from command_center import exports
from command_center.curves import Asked, chart
from command_center.exports import Export, download
from command_center.house import House
from command_center.visits import Refused
from layouts.texts import Words
from records.devices import failures, file, listing, table
from records.devices.curves import RAW, RESOLUTIONS
from sensors.catalogue import CATALOGUE, metric_of

PERIODS = {"1d": timedelta(days=1), "7d": timedelta(days=7), "30d": timedelta(days=30)}
LONGEST = timedelta(days=1100)  # hours are kept so long
OLDEST = datetime(2000, 1, 1, tzinfo=UTC)
LAST_PAGE = 100_000

Row = dict[str, Any]


def add(house: House) -> None:
    server, ask = house.site.server, house.visits.ask
    zone = ZoneInfo(house.settings.city_timezone)

    def one(id: str) -> Response:
        return ask(lambda connection: file.find(connection, id, _now()))

    def curve(id: str) -> Response:
        since, until = _stretch()
        asked = Asked(_metric(), since, until, _resolution())
        return ask(lambda connection: chart(connection, id, asked, _now(), zone))

    def rows(id: str) -> Response:
        since, until = _stretch()
        return ask(lambda connection: _rows(connection, id, since, until))

    def days(id: str) -> Response:
        since, until = _stretch()
        return ask(lambda connection: _days(connection, id, since, until))

    def many() -> Response:
        wanted, sort, down, page = _wanted(), request.args.get("sort", ""), "down" in request.args, _page()
        return ask(lambda connection: listing.page(connection, wanted, sort, down, page))

    def rates() -> Response:
        wanted, by = _wanted(), _one_of("by", listing.GROUPED, "area")
        return ask(
            lambda connection: {
                "total": listing.totals(connection, wanted), "rows": listing.rates(connection, by, wanted),
            }
        )  # fmt: skip

    def failed() -> Response:
        wanted, until = _wanted(), _now()
        since = until - PERIODS[_one_of("period", PERIODS, "7d")]
        return ask(lambda connection: failures.failures(connection, wanted, since, until))

    routes: dict[str, Callable[..., Response]] = {
        "/data/devices.json": many,
        "/data/devices/rates.json": rates,
        "/data/devices/failures.json": failed,
        "/data/devices/export": lambda: _export_list(house),
        "/data/devices/<path:id>/chart.json": curve,
        "/data/devices/<path:id>/readings.json": rows,
        "/data/devices/<path:id>/days.json": days,
        "/data/devices/<path:id>/export": lambda id: _export_readings(house, id),
        "/data/devices/<path:id>.json": one,
    }
    for path, answer in routes.items():
        server.add_url_rule(path, path, answer)


# --- what was asked


def _now() -> datetime:
    return datetime.now(UTC)


def _one_of(name: str, allowed: Any, otherwise: str) -> str:
    asked = request.args.get(name, otherwise)
    if asked not in allowed:
        raise Refused(422, f"{name} = {asked!r} is not known; allowed are {', '.join(allowed)}")
    return asked


def _metric() -> str:
    return request.args.get("metric", "")[:100]


def _resolution() -> str | None:
    return _one_of("resolution", RESOLUTIONS, RAW) if "resolution" in request.args else None


def _moment(name: str) -> datetime:
    try:
        return OLDEST + timedelta(milliseconds=int(request.args[name]) - OLDEST.timestamp() * 1000)
    except (KeyError, ValueError, OverflowError):
        raise Refused(422, f"{name} must be a moment in milliseconds") from None


def _stretch() -> tuple[datetime, datetime]:
    since, until = _moment("since"), _moment("until")
    if not timedelta(seconds=1) <= until - since <= LONGEST or since < OLDEST or until.year > 2200:
        raise Refused(422, f"from since to until may be one second to {LONGEST.days} days")
    return since, until


def _page() -> int:
    asked = request.args.get("page", "0")
    return min(int(asked), LAST_PAGE) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 0


def _wanted() -> listing.Wanted:
    text = {name: request.args.get(name, "").strip()[:100] for name in ("kind", "area", "type", "unit", "q")}
    return listing.Wanted(**text, state=_one_of("state", ("", *listing.STATES), ""))


# --- answers


def _metrics(device: Row) -> list[str]:
    """Those of its kind, then whatever else it told."""
    kind = CATALOGUE.get(device["kind"])
    known = [metric.key for metric in kind.metrics] if kind else []
    return known + sorted(set(device["readings"]) - set(known))


def _rows(connection: Connection, id: str, since: datetime, until: datetime) -> Row | None:
    device = file.brief(connection, id)
    if device is None:
        return None
    metrics = _metrics(device)
    found = table.page(connection, device["no"], metrics, until, since)
    more = len(found) > table.PAGE
    shown = [[round(at.timestamp() * 1000), *(values.get(name) for name in metrics)] for at, values in found]
    return {"metrics": metrics, "rows": shown[: table.PAGE], "more": more}


def _days(connection: Connection, id: str, since: datetime, until: datetime) -> Row | None:
    device = file.brief(connection, id)
    if device is None:
        return None
    metrics = [metric for metric in _metrics(device) if metric in device["readings"]]
    found = table.buckets(connection, device["no"], metrics, since, until, "1d")
    return {"metrics": metrics, "rows": [[round(at.timestamp() * 1000), values] for at, values in found]}


# --- exports


def _export_readings(house: House, id: str) -> Response:
    """The chosen stretch of all metrics or one, reading by reading or by buckets."""
    house.visits.require("export")
    kind = _one_of("form", exports.KINDS, "csv")
    since, until = _stretch()
    resolution = _resolution() or RAW
    words = Words(exports.language(house))
    most = exports.CSV_ROWS if kind == "csv" else exports.XLSX_ROWS
    with house.visits.seen() as connection:
        device = file.brief(connection, id)
        if device is None:
            raise Refused(404, "not found")
        metrics = [_metric()] if _metric() else _metrics(device)
        raw = resolution == RAW
        count = table.count(connection, device["no"], metrics, since, until, most) if raw else None

    def rows(connection: Connection) -> Iterator[list[Any]]:
        if raw:
            yield from table.everything(connection, device["no"], metrics, since, until)
            return
        for at, values in reversed(table.buckets(connection, device["no"], metrics, since, until, resolution)):
            yield [at, *(cell for name in metrics for cell in values.get(name, (None, None, None, None)))]

    titles = [_title(device["kind"], name, words.language) for name in metrics]
    parts = ("device.least", "device.mean", "device.greatest", "device.readings")
    headings = titles if raw else [f"{title} {words(part)}" for title in titles for part in parts]
    name = f"{id}_{resolution}_{since.astimezone(ZoneInfo(house.settings.city_timezone)):%Y%m%d}"
    export = Export(name, [words("device.time"), *headings], rows, subject="device", subject_id=id, count=count)
    return download(house, export, kind)


def _title(kind: str, name: str, language: str) -> str:
    metric = metric_of(kind, name)
    if metric is None:
        return name
    title = metric.zh if language == "zh" else metric.en
    return f"{title} ({metric.unit})" if metric.unit else title


def _export_list(house: House) -> Response:
    wanted = _wanted()
    words = Words(exports.language(house))
    names = {kind.key: kind.zh if words.language == "zh" else kind.en for kind in CATALOGUE.values()}
    states = {True: words("device.online"), False: words("device.offline"), None: words("device.never")}

    def rows(connection: Connection) -> Iterator[list[Any]]:
        for row in listing.everything(connection, wanted):
            yield [
                row["id"], row["name"], names.get(row["kind"], row["kind"]), row["room"], row["unit"],
                (words.language == "en" and row["unit_name_en"]) or row["unit_name"], row["street"],
                states[row["online"]], row["changed_at"], row["seen_at"],
            ]  # fmt: skip

    keys = ("id", "name", "kind", "room", "unit_id", "unit", "street", "state", "since", "seen")
    headings = [words(f"device.{key}") for key in keys]
    export = Export("devices", headings, rows, subject="devices", subject_id=wanted.kind or wanted.unit)
    return download(house, export, _one_of("form", exports.KINDS, "csv"))

"""What a device measured."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.filters import Id, moment
from api.house import Database, Now
from api.paging import Cursor, Limit, page, place
from api.problems import Problem, answers, wrong
from records.devices.reading import Devices
from sensors.catalogue import CATALOGUE, metric_of
from streaming.events import millis
from streaming.timeseries.readings import MADE_OF, Readings

router = APIRouter(tags=["devices"])
MOST_BUCKETS = 20_000
Width = Literal["1m", "5m", "15m", "1h", "6h", "1d"]
SECONDS = {"1m": 60, "5m": 300, "15m": 900, "1h": 3600, "6h": 21_600, "1d": 86_400}
assert set(SECONDS) == set(MADE_OF)


class Reading(BaseModel):
    id: str = Field(description="For `GET /facts/{id}`", examples=["reading:U000001-FR1:temperature:1781755200000"])
    at: datetime
    value: float
    quality: int = Field(description="0: good")


class Bucket(BaseModel):
    at: datetime = Field(description="Its beginning; days and quarters of a day begin at the city's midnight")
    min: float
    max: float
    avg: float
    count: int


class ReadingPage(BaseModel):
    device_id: str
    metric: str
    unit: str = Field(description="Unit of measure", examples=["°C"])
    bucket: Width | None
    items: list[Reading] | list[Bucket]
    next: str | None


@router.get(
    "/devices/{id}/readings",
    response_model=ReadingPage,
    responses=answers(404, 422, 503),
    summary="What a device measured",
)
def readings(
    id: Id,
    connection: Database,
    now: Now,
    metric: Annotated[str | None, Query(max_length=64, description="Absent: the first metric of its kind")] = None,
    since: Annotated[datetime | None, Query(alias="from", description="Absent: 24 hours before `to`")] = None,
    until: Annotated[datetime | None, Query(alias="to", description="Absent: now; itself not included")] = None,
    bucket: Annotated[Width | None, Query(description="Absent: single readings")] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """Oldest first. With `bucket` all buckets of the stretch come at once, those without a reading left out."""
    device = Devices(connection).one(id)
    if device is None:
        raise Problem(404, f"no device {id!r} is registered")
    named = _metric(device["kind"], metric)
    last = moment("to", until) or now + timedelta(minutes=5)  # a device's clock may be a little ahead
    first = moment("from", since) or last - timedelta(days=1)
    if first > last:
        raise wrong("from", first.isoformat(), "later than `to`")
    known = metric_of(device["kind"], named)
    head = {"device_id": id, "metric": named, "unit": known.unit if known else "", "bucket": bucket}
    if bucket:
        return {**head, "items": _buckets(connection, device["no"], named, first, last, bucket), "next": None}
    (start,) = place(cursor, [datetime], [first])
    rows = Readings(connection).raw(device["no"], named, start, last, limit + 1)
    named_rows = [{"id": f"reading:{id}:{named}:{millis(row.at)}", **vars(row)} for row in rows]
    found = page(named_rows, limit, lambda row: [row["at"] + timedelta(microseconds=1)])
    return {**head, **found}


def _metric(kind: str, name: str | None) -> str:
    """The name under which the metric is stored."""
    if name is None:
        metrics = CATALOGUE[kind].metrics if kind in CATALOGUE else ()
        if not metrics:
            raise wrong("metric", None, f"a {kind} measures nothing by itself: name the metric")
        return metrics[0].key
    if "\x00" in name:
        raise wrong("metric", name, "no such metric")
    known = metric_of(kind, name)
    return known.key if known else name


def _buckets(
    connection: Database, device_no: int, metric: str, since: datetime, until: datetime, bucket: str
) -> list[dict[str, Any]]:
    if (until - since).total_seconds() / SECONDS[bucket] > MOST_BUCKETS:
        raise wrong("bucket", bucket, f"more than {MOST_BUCKETS:,} buckets: ask for wider ones or a shorter stretch")
    rows = Readings(connection).buckets(device_no, metric, since, until, bucket)
    return [{"at": row.start, "min": row.min, "max": row.max, "avg": row.avg, "count": row.count} for row in rows]

"""Readings and their roll-ups: hypertables where TimescaleDB is at hand, native partitions everywhere else."""

from pathlib import Path

from yoyo import step

from streaming.settings import Settings

SCHEMA = Path(__file__).parents[2] / "timeseries" / "schema"

TIMESCALE_AT_HAND = """
    SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'timescaledb')
       AND current_setting('shared_preload_libraries') LIKE '%timescaledb%'
"""


def build(connection) -> None:
    cursor = connection.cursor()
    cursor.execute((SCHEMA / "readings.sql").read_text())
    cursor.execute(TIMESCALE_AT_HAND)
    kind = "hypertables" if cursor.fetchone()[0] else "partitions"
    if kind == "hypertables":
        cursor.execute("CREATE EXTENSION IF NOT EXISTS timescaledb")
    # The zone is checked by the settings: a name of the tz database, which has no quotes in it.
    zone = f"'{Settings().city_timezone}'"
    cursor.execute((SCHEMA / f"{kind}.sql").read_text().replace(":zone", zone))


step(build)

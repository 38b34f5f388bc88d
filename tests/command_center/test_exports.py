"""What a person takes along opens in an office program, as it stood on the screen, and runs nothing there."""

import csv
import io
from datetime import UTC, datetime, time, timedelta

import pytest
from python_calamine import CalamineWorkbook

from command_center import devices, exports
from command_center.house import House
from command_center.visits import Visits
from layouts.shell import Site
from layouts.texts import Words
from streaming.settings import Settings
from tests.few_devices import register
from tests.people import headers, signed_in
from tests.records.test_curves import stored

MIDNIGHT = datetime.now(UTC).replace(hour=16, minute=0, second=0, microsecond=0)  # the city's
EVIL = '=HYPERLINK("http://evil")'


@pytest.fixture
def asking(database, connection):
    """GETs a path as somebody; the house is not served."""
    register(connection, "FR1")
    settings = Settings(database_url=database, _env_file=None)
    site = Site("command_center", language="zh")
    visits = Visits(site.server, settings)
    devices.add(House(site, visits, None, settings, Words("zh")))

    def get(path, secret=None):
        known = headers(secret or signed_in(database))
        return site.server.test_client(use_cookies=False).get(path, headers=known, buffered=True)

    yield get
    visits.service.close()
    visits.viewers.close()


def range_of(at):
    return f"since={at.timestamp() * 1000 - 3_600_000:.0f}&until={at.timestamp() * 1000 + 3_600_000:.0f}"


def test_a_csv_has_a_mark_headings_in_the_asked_language_and_the_citys_time(asking, connection):
    stored(connection, "FR1", [MIDNIGHT], [-0.00001])
    answer = asking(f"/data/devices/FR1/export?form=csv&lang=en&metric=temperature&{range_of(MIDNIGHT)}")
    assert answer.status_code == 200 and answer.data.startswith(b"\xef\xbb\xbf")
    head, row = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert head == ["Time", "Temperature (°C)"]
    assert row[0].endswith(" 00:00:00") and float(row[1]) == -0.00001
    assert "attachment" in answer.headers["Content-Disposition"]


def test_a_workbook_has_moments_and_numbers_as_such(asking, connection):
    stored(connection, "FR1", [MIDNIGHT + timedelta(seconds=90)], [4.25])
    answer = asking(f"/data/devices/FR1/export?form=xlsx&lang=zh&metric=temperature&{range_of(MIDNIGHT)}")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert rows[0] == ["时间", "温度 (°C)"]
    assert rows[1][0].time() == time(0, 1, 30) and rows[1][1] == 4.25


def test_the_list_as_a_file_runs_no_formula_and_keeps_a_long_name_whole(asking, connection):
    long = "冷" * 60
    connection.execute("UPDATE device SET name = %s, room = %s", (EVIL, long))
    text = asking("/data/devices/export?form=csv&lang=en").data.decode("utf-8-sig")
    row = list(csv.reader(io.StringIO(text)))[1]
    assert row[1] == f"'{EVIL}" and row[3] == long
    raw = asking("/data/devices/export?form=xlsx&lang=en").data
    cells = CalamineWorkbook.from_filelike(io.BytesIO(raw)).get_sheet_by_index(0).to_python()[1]
    assert cells[1] == EVIL  # a text in a cell of text
    assert b"<f>" not in raw


def test_an_export_is_written_down_and_needs_its_permission(asking, database, connection):
    path = f"/data/devices/FR1/export?form=csv&{range_of(MIDNIGHT)}"
    assert asking(path, signed_in(database, "kitchen", roles=("kitchen",))).status_code == 403
    assert connection.execute("SELECT FROM audit WHERE action = 'exported'").fetchone() is None
    assert asking(path).status_code == 200
    written = connection.execute("SELECT account_id, subject, subject_id FROM audit WHERE action = 'exported'")
    assert written.fetchall() == [("somebody", "device", "FR1")]


def test_what_lies_outside_the_grid_is_not_there_to_take_along(asking, database):
    clerk = signed_in(database, "clerk", areas=("kangbashi",))
    assert asking(f"/data/devices/FR1/export?form=csv&{range_of(MIDNIGHT)}", clerk).status_code == 404
    assert asking("/data/devices/FR1.json", clerk).status_code == 404
    assert asking(f"/data/devices/FR1/chart.json?metric=temperature&{range_of(MIDNIGHT)}", clerk).status_code == 404
    assert asking("/data/devices.json", clerk).json["count"] == 0


def test_more_rows_than_fit_are_refused_in_words(asking, connection, monkeypatch):
    monkeypatch.setattr(exports, "XLSX_ROWS", 1)
    stored(connection, "FR1", [MIDNIGHT, MIDNIGHT.replace(minute=5)], [4, 5])
    answer = asking(f"/data/devices/FR1/export?form=xlsx&{range_of(MIDNIGHT)}")
    assert answer.status_code == 413 and "more than the 1" in answer.json["error"]
    for _ in range(3):  # a refused one leaves its turn to others
        assert asking(f"/data/devices/FR1/export?form=csv&{range_of(MIDNIGHT)}").status_code == 200

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records import cells
from records.devices.model import aliases
from records.sheet import Wrong
from records.units.model import credit_code

CODE = "91110000600037341L"


@pytest.mark.parametrize(
    "written", [CODE, CODE.lower(), "９１１１００００６０００３７３４１Ｌ", "9111 0000 6000 3734 1L", f" {CODE} "]
)
def test_a_credit_code_is_kept_in_its_plain_form(written):
    assert credit_code(written) == CODE


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("91110000600037341", "17 characters"),
        (f"{CODE}0", "19 characters"),
        ("91110000600037341X", "after 91110000600037341 comes L, not X"),
        ("A1110000600037341L", "8 digits"),
        ("9111000060003734IL", "other than I, O, S, V and Z"),
    ],
)
def test_a_wrong_credit_code_says_what_is_wrong(written, reason):
    with pytest.raises(Wrong, match=reason):
        credit_code(written)


@given(st.text())
def test_no_text_breaks_a_reader(text):
    readers = [
        credit_code, aliases, cells.identifier, cells.day, cells.time_of_day, cells.polygon, cells.yes_or_no,
        cells.LATITUDE, cells.whole_number(0, 9), cells.choice({"a": ("甲",)}), cells.text(10),
    ]  # fmt: skip
    for read in readers:
        try:
            read(text)
        except Wrong as reason:
            assert str(reason)


@pytest.mark.parametrize(
    ("written", "meant"), [("2026-06-18", "2026-06-18"), ("2026/6/8", "2026-06-08"), ("2026年6月18日", "2026-06-18")]
)
def test_days_are_read_as_people_write_them(written, meant):
    assert cells.day(written).isoformat() == meant


@pytest.mark.parametrize("written", ["2026-02-30", "18.6.2026", "tomorrow", "2026-13-01"])
def test_what_is_no_day_is_refused(written):
    with pytest.raises(Wrong):
        cells.day(written)


@pytest.mark.parametrize(
    ("written", "meant"), [("8:30", "08:30"), ("08：30", "08:30"), ("24:00", "00:00"), ("08:30:00", "08:30")]
)
def test_times_are_read_as_people_write_them(written, meant):
    assert cells.time_of_day(written).strftime("%H:%M") == meant


@pytest.mark.parametrize("written", ["nan", "inf", "91", "-90.1", "north"])
def test_a_latitude_off_the_globe_is_refused(written):
    with pytest.raises(Wrong, match="-90 to 90"):
        cells.LATITUDE(written)


NO_POLYGONS = [
    '{"type":"Point","coordinates":[1,2]}',
    "[]",
    '{"type":"Polygon","coordinates":[[[1,NaN]]]}',
    '{"type":"Polygon","coordinates":[[[999,0]]]}',
    '{"type":"Polygon"}',
]


@pytest.mark.parametrize("written", NO_POLYGONS)
def test_what_is_no_polygon_on_the_globe_is_refused(written):
    with pytest.raises(Wrong):
        cells.polygon(written)

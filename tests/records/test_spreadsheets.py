from datetime import date, time
from io import BytesIO

import pytest
import xlsxwriter

from records.spreadsheets import UnreadableTable, read_table, write_csv, write_xlsx

TEXT = "编号,名称\nU1,老绥元烧麦\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_in_every_encoding_that_people_send(encoding):
    table = read_table(TEXT.encode(encoding))
    assert (table.header, table.rows) == (["编号", "名称"], [(2, ["U1", "老绥元烧麦"])])


@pytest.mark.parametrize("sign", [";", "\t"])
def test_other_separators_are_noticed(sign):
    assert read_table(TEXT.replace(",", sign).encode()).rows == [(2, ["U1", "老绥元烧麦"])]


def test_rows_keep_the_numbers_that_a_spreadsheet_shows():
    table = read_table(b'id,name\n\nU1,"two\nlines"\n,\nU2,b\n')
    assert table.rows == [(3, ["U1", "two\nlines"]), (5, ["U2", "b"])]


def test_cells_of_a_workbook_become_the_text_that_was_meant():
    raw = BytesIO()
    book = xlsxwriter.Workbook(raw)
    sheet = book.add_worksheet()
    day, clock = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "hh:mm"})
    sheet.write_row(0, 0, ["a", "b", "c", "d", "e"])
    sheet.write_number(1, 0, 13800138000)
    sheet.write_datetime(1, 1, date(2026, 6, 18), day)
    sheet.write_datetime(1, 2, time(8, 30), clock)
    sheet.write_boolean(1, 3, True)
    sheet.write_number(1, 4, 39.82)
    book.close()
    assert read_table(raw.getvalue()).rows == [(2, ["13800138000", "2026-06-18", "08:30", "true", "39.82"])]


@pytest.mark.parametrize(
    "raw", [b"", b"\n\n", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0broken", b"\x80\xff\x80\xff", b'a,b\n"x']
)
def test_what_is_no_table_is_refused_in_words(raw):
    with pytest.raises(UnreadableTable, match=r"\w+ \w+"):
        read_table(raw)


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_what_is_written_is_read_again(write):
    rows = [["=1+1", "00123", None, date(2026, 6, 18), time(8, 30), True, 0.1, '逗号,引号"换行\n']]
    table = read_table(write([f"c{n}" for n in range(8)], rows))
    assert table.rows == [(2, ["=1+1", "00123", "", "2026-06-18", "08:30", "true", "0.1", '逗号,引号"换行'])]


@pytest.mark.parametrize(
    "cell", ["=HYPERLINK(1)", "+86 477 1", "-1+cmd", "@SUM(1)", "'=x", "''-y", "+8613800138000", "-3.5"]
)
def test_no_cell_of_a_csv_file_is_run_as_a_formula_and_each_is_read_as_it_was(cell):
    raw = write_csv(["name"], [[cell]])
    written = raw.decode("utf-8-sig").splitlines()[1].strip('"')
    assert written[0] not in "=+-@" or float(written)
    assert read_table(raw).rows == [(2, [cell])]

"""The workbook beside a brief: what the page's tables say, laid out so that a screen reader can follow."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from urllib.parse import unquote

import pandas as pd
import pytest
from lxml import html
from markupsafe import Markup
from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

from asn_analysis.pages.gate import PersonalData, write_whole
from asn_analysis.pages.spreadsheet import table_address, table_as_csv
from asn_analysis.pages.workbook import HEADER_ROW, brief_workbook
from asn_analysis.words.language import LANGUAGES, Words
from asn_analysis.words.tables import Table

HEAD = {
    **{"scope": "city", "quarter": "2026Q3", "city": "Kota X", "producer": None, "licence": "CC0-1.0"},
    **{"package_version": "0.1.0", "data": {"simulated": False}},
    "dates": {"start": "2023-01-01", "end": "2026-09-30"},
}


def book_of(page: str, language: str = "en"):
    return load_workbook(BytesIO(brief_workbook(page, HEAD, language)))


def page_with(*headers: str, rows: str) -> str:
    heads = "".join(f"<th>{header}</th>" for header in headers)
    table = f"<caption>Effect</caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody>"
    return f"<html><head><title>Brief</title></head><body><table>{table}</table></body></html>"


@pytest.fixture(scope="module", params=LANGUAGES)
def city_book(request, made):
    path = made.folder("city") / f"brief.{request.param}.xlsx"
    return request.param, html.fromstring(made.page("city", request.param)), load_workbook(path)


def test_every_table_of_the_page_has_a_sheet_of_its_own(city_book):
    language, page, book = city_book
    first = {"id": ["Sampul", "Daftar isi", "Catatan"], "en": ["Cover", "Contents", "Notes"]}[language]
    assert book.sheetnames[:3] == first
    captions = [" ".join(table.find("caption").text_content().split()) for table in page.iter("table")]
    assert [sheet["A1"].value for sheet in book.worksheets[3:]] == captions
    told = [(row[0].value, row[1].value) for row in book.worksheets[1].iter_rows(min_row=HEADER_ROW + 2)]
    assert told == [(sheet.title, sheet["A1"].value) for sheet in book.worksheets[3:]]
    links = [row[0].hyperlink.location for row in book.worksheets[1].iter_rows(min_row=HEADER_ROW + 2)]
    assert links == [f"'{sheet.title}'!A1" for sheet in book.worksheets[3:]]


def test_numbers_are_the_records_and_not_their_roundings(city_book, made):
    language, page, book = city_book
    words, wanted, found = Words(made.record("city"), language), [], []
    for table, sheet in zip(page.iter("table"), book.worksheets[3:], strict=True):
        for row, cells in enumerate(table.findall("./tbody/tr"), start=HEADER_ROW + 1):
            for column, cell in enumerate(cells, start=1):
                number = cell.find("data")
                if number is not None and number.text_content() == cell.text_content():
                    value = words.at(number.get("data-from"))
                    if isinstance(value, int | float):
                        wanted.append(value * float(number.get("data-times", 1)))
                        found.append(sheet.cell(row, column).value)
    assert len(wanted) > 300
    assert found == pytest.approx(wanted)


def test_the_layout_is_what_the_guidance_asks_for(city_book):
    language, _page, book = city_book
    assert book.properties.language == language and book.properties.title
    assert book.properties.created == book.properties.modified == datetime(2000, 1, 1)
    for sheet in book.worksheets[1:]:
        assert not sheet.merged_cells.ranges
        (table,) = sheet.tables.values()
        assert table.ref == f"A{HEADER_ROW}:{sheet.cell(sheet.max_row, sheet.max_column).coordinate}"
        assert sheet.freeze_panes == f"A{HEADER_ROW + 1}"
        assert all(cell.value not in (None, "") for row in sheet[table.ref] for cell in row)
        headers = [cell.value.casefold() for cell in sheet[HEADER_ROW]]
        assert len(set(headers)) == len(headers)


def test_the_same_page_gives_the_same_bytes_and_the_page_leads_to_it(made):
    for scope in ("city", made.units[0]):
        for language in LANGUAGES:
            page, record = made.page(scope, language), made.record(scope)
            kept = (made.folder(scope) / f"brief.{language}.xlsx").read_bytes()
            assert kept == brief_workbook(page, record, language)
            assert f'href="brief.{language}.xlsx"' in page


def test_headers_that_repeat_are_told_apart_by_the_last_that_did_not():
    page = page_with("unit", "scale", "low", "points", "Low", rows="<tr>" + "<td>x</td>" * 5 + "</tr>")
    headers = [cell.value for cell in book_of(page).worksheets[3][HEADER_ROW]]
    assert headers == ["unit", "scale", "low", "points", "points: Low"]


@pytest.mark.parametrize(
    ("cell", "value", "style"),
    [
        ('<data value="0.23456">23%</data>', 0.23456, "#,##0%"),
        ('<data value="0.0004">&lt;1%</data>', 0.0004, '"<1%"'),
        ('<data value="0.0123" data-times="100">+1.2</data>', 1.23, "+#,##0.0;-#,##0.0;#,##0.0"),
        ('<data value="12853000">Rp 12.9 million</data>', 12853000, '"Rp "#,##0'),
        ('<data value="1234">1,234</data>', 1234, "#,##0"),
        ('<data value="2025">2025</data>', 2025, "0"),
        ('<data value="2026-08-17">17 August 2026</data>', datetime(2026, 8, 17), "d mmm yyyy"),
        ('<data value="2026Q3">Q3 2026</data>', "Q3 2026", "General"),
        ("–", "[x]", "General"),
        ("withheld", "[c]", "General"),
        ('<data value="1">1.0</data> to <data value="2">2.0</data>', "1.0 to 2.0", "General"),
        ("=HYPERLINK(1)", "=HYPERLINK(1)", "General"),
    ],
)
def test_cells_hold_numbers_days_and_shorthand(cell, value, style):
    sheet = book_of(page_with("name", "it", rows=f"<tr><th>a</th><td>{cell}</td></tr>")).worksheets[3]
    shown = sheet.cell(HEADER_ROW + 1, 2)
    assert shown.value == (pytest.approx(value) if isinstance(value, float) else value)
    assert shown.number_format == style
    assert shown.data_type != "f"


def test_what_wraps_is_shown_whole_and_numbers_stand_below_their_headers():
    """LibreOffice shows one line of a cell in a row without a height, and prints nothing beyond a table."""
    long, number = "kata " * 30, '<data value="1">1</data>'
    page = page_with(
        "it", "n", rows=f"<tr><th>{long}</th><td>{number}</td></tr><tr><th>a</th><td>–</td></tr>"
    )
    sheet = book_of(page.replace("Effect", long)).worksheets[3]
    lines = len(long) / sheet.column_dimensions["A"].width
    assert sheet.row_dimensions[HEADER_ROW + 1].height >= 15 * lines
    assert not sheet.row_dimensions[HEADER_ROW + 2].height
    aligned = {sheet.cell(HEADER_ROW + row, 2).alignment.horizontal for row in range(3)}
    assert aligned == {"right"}
    assert not next(iter(sheet.tables.values())).autoFilter  # whose button would hide a header's end
    printed = range_boundaries(sheet.print_area.split("!")[-1])[2]
    assert 8 * (printed - 2) + sum(sheet.column_dimensions[name].width for name in "AB") > len(long)
    assert sheet.page_setup.orientation == "landscape"


def test_a_table_that_the_page_does_not_show_is_in_the_workbook_too():
    page = page_with("a", rows="<tr><td>1</td></tr>").replace("<table>", "<template><table>")
    assert book_of(page.replace("</table>", "</table></template>")).worksheets[3]["A1"].value == "Effect"


def test_a_workbook_that_holds_personal_data_is_not_written(tmp_path):
    page = page_with("name", "it", rows="<tr><th>a</th><td>NIK 3673011203900001</td></tr>")
    with pytest.raises(PersonalData):
        write_whole(tmp_path / "brief.id.xlsx", brief_workbook(page, HEAD, "id"))
    numbers = "".join(f'<tr><th>a</th><td><data value="{n}">1</data></td></tr>' for n in (36730112, 3900001))
    write_whole(tmp_path / "brief.id.xlsx", brief_workbook(page_with("name", "it", rows=numbers), HEAD, "id"))


def test_indonesian_excel_reads_the_pages_download_as_it_stands():
    record = {"value": 82.125, "share": 0.25, "moved": 0.0123, "quarter": "2026Q3"}
    for language, mark, between in (("id", ",", ";"), ("en", ".", ",")):
        words = Words(record, language)
        shares = [words.percent("share"), words.percent_points("moved")]
        row = [Markup("Loket, 1"), words.number("value", 2), *shares, words.quarter("quarter")]
        table = Table(Markup("t"), [Markup(name) for name in "abcde"], [row])
        found = pd.read_csv(BytesIO(table_as_csv(table, words).encode()), sep=between, decimal=mark)
        assert found.loc[0].tolist() == ["Loket, 1", 82.125, "25%", 1.23, "2026Q3"]
        assert unquote(table_address(table, words)).split(",", 1)[1].startswith("\ufeffa" + between)

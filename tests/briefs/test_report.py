"""The official report: its chapters, the record's numbers in page and file, nobody given away."""

from __future__ import annotations

import re
import shutil
from io import BytesIO

import duckdb
import pandas as pd
import pytest
from click.testing import CliRunner
from docx import Document
from markupsafe import Markup

from asn_analysis.briefs.inputs import choose_quarter, city_inputs
from asn_analysis.briefs.report import _profile, report_record
from asn_analysis.cli.report import report
from asn_analysis.measures.suggestions import Suggestions, suggestions
from asn_analysis.pages.report import report_docx, report_page
from asn_analysis.pages.report_chapters import sections
from asn_analysis.record.inputs import Inputs
from asn_analysis.records.intake import read_dataset
from asn_analysis.records.review import HIDDEN, write_review
from asn_analysis.words.followup import of_register
from asn_analysis.words.language import LANGUAGES, Words, plain
from asn_analysis.words.wording import elements_sentence, trend_sentence

UNIT = "36.73.01"


@pytest.fixture(scope="module")
def city(small_dataset) -> Inputs:
    return city_inputs(small_dataset, choose_quarter(small_dataset))


@pytest.fixture(scope="module")
def record(city: Inputs) -> dict:
    return report_record(city, UNIT)


def docx_text(package: bytes) -> str:
    document = Document(BytesIO(package))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_the_chapters_are_those_of_the_official_outline(record):
    headings = [plain(section.heading) for section in sections(Words(record, "id")) if section.level == 2]
    assert headings == [
        "BAB I. Pendahuluan", "BAB II. Metode", "BAB III. Hasil", "BAB IV. Analisis", "BAB V. Kesimpulan",
        "Lampiran",
    ]  # fmt: skip
    assert "Rencana tindak lanjut" in report_page(record, "id")
    for chapter in ("Chapter I. Introduction", "Chapter V. Conclusion", "Attachments"):
        assert chapter in docx_text(report_docx(record, "en"))


def test_page_and_file_carry_the_records_numbers(record):
    for language in LANGUAGES:
        page, text = report_page(record, language), docx_text(report_docx(record, language))
        words = Words(record, language)
        for place in re.findall(r'data-from="([^"]+)"', page):
            assert f'value="{words.at(place)}"' in page
        for place in range(9):
            for number in (
                words.number(f"elements.{place}.value", 2),
                words.number(f"scores.{place}.mean", 3),
            ):
                assert str(number) in page
                assert plain(number) in text
        assert plain(words.number("ikm.value", 2)) in text


def test_scores_and_tabulation_add_up_to_the_index(record):
    for element, score, answers in zip(record["elements"], record["scores"], record["answers"], strict=True):
        counts = [answers[f"n_{answer}"] for answer in (1, 2, 3, 4)]
        assert sum(counts) == element["n"]
        mean = sum(answer * n for answer, n in enumerate(counts, start=1)) / sum(counts)
        assert mean == pytest.approx(score["mean"], abs=1e-6)
    assert 25 * sum(score["weighted"] for score in record["scores"]) == pytest.approx(
        record["ikm"]["unrounded"], abs=1e-4
    )


def test_the_same_record_gives_the_same_bytes(city, record):
    again = report_record(city, UNIT)
    for language in LANGUAGES:
        assert report_page(again, language) == report_page(record, language)
        assert report_docx(again, language) == report_docx(record, language)


def test_small_groups_are_withheld_and_cannot_be_subtracted_back():
    cells = pd.DataFrame(
        {"sex: L": [3], "sex: P": [20], "age: 0-25": [9], "age: 26-35": [7], "age: 56+": [4]}
    )
    assert _profile(cells, 5) == {
        "sex": [{"group": "L", "n": None}, {"group": "P", "n": None}],
        "age": [{"group": "0-25", "n": 9}, {"group": "26-35", "n": None}, {"group": "56+", "n": None}],
    }


def test_hostile_text_stays_text_in_both_files(city, record):
    bad = "<script>x</script>\x00\u202e{0} \U0001f600"
    hostile = {**record, "unit": {**record["unit"], "name": bad, "kecamatan": None}, "city": bad}
    assert "<script>x" not in report_page(hostile, "id")
    assert "<script>x</script>{0} \U0001f600" in docx_text(report_docx(hostile, "id"))


def test_the_command_writes_both_files_and_refuses_unknown_units(small_city, tmp_path):
    made = CliRunner().invoke(report, [str(small_city), "--unit", UNIT, "--out", str(tmp_path)])
    assert made.exit_code == 0, made.output
    folder = tmp_path / "2026Q3" / "units" / UNIT
    names = {f"report.{language}.{kind}" for language in LANGUAGES for kind in ("html", "docx")}
    assert {path.name for path in folder.iterdir()} == names
    unknown = CliRunner().invoke(report, [str(small_city), "--unit", "nowhere", "--out", str(tmp_path)])
    assert unknown.exit_code == 2
    assert "nowhere" in unknown.output


def test_figures_stand_in_page_and_file_with_their_text(record):
    page = report_page(record, "id")
    assert len(re.findall(r'<img src="data:image/svg[^>]+ alt="[^"]{20,}"', page)) == 2
    document = Document(BytesIO(report_docx(record, "id")))
    told = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert told == [plain(elements_sentence(Words(record, "id"))), plain(trend_sentence(Words(record, "id")))]


def test_suggestions_are_counted_and_name_nobody(tmp_path, small_city):
    data = shutil.copytree(small_city, tmp_path / "city")
    written = ["Antrean lama", "antrean lama ", "Terima kasih Bapak Sutrisno sudah membantu"]
    with duckdb.connect() as con:
        answers = con.read_parquet(str(data / "responses.parquet")).df()
        mine = answers.index[(answers["unit_id"] == UNIT) & (answers["date"] >= "2026-07-01")]
        answers.loc[mine, "comment"] = None
        answers.loc[mine[:3], "comment"] = written
        con.from_df(answers).write_parquet(str(data / "responses.parquet"))
    dataset = read_dataset(data)
    quarter = choose_quarter(dataset)
    assert suggestions(dataset, "nobody", quarter) == Suggestions()  # nobody wrote anything
    found = suggestions(dataset, UNIT, quarter)
    assert [(row.text.casefold(), row.n) for row in found.shown] == [("antrean lama", 2)]
    assert [entry.text for entry in found.waiting] == ["Terima kasih Bapak [nama] sudah membantu"]
    page = report_page(report_record(city_inputs(dataset, quarter), UNIT, found), "id")
    assert "Antrean lama" in page
    assert "sudah membantu" not in page and "review.csv" in page
    write_review(data, dataset.review, found.waiting)
    ticked = (data / "review.csv").read_text(encoding="utf-8").replace("\n;", "\ny;")
    (data / "review.csv").write_text(ticked, encoding="utf-8")
    again = suggestions(read_dataset(data), UNIT, quarter)
    assert [row.text for row in again.shown][1:] == ["Terima kasih Bapak [nama] sudah membantu"]
    assert again.n_waiting == 0


def test_a_table_of_the_register_tells_what_its_marks_stand_for():
    words, caption = Words({}, "id"), Markup("Rencana")
    assert of_register(words, caption, [[Markup("Menambah kursi")]]) == caption
    assert "review.csv" in of_register(words, caption, [[Markup(f"Menugaskan {HIDDEN}")]])


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ((1, 1, 20, 30), (None, None, None, 30)),  # two people together are still too few
        ((3, 20, 30, 0), (None, None, 30)),
        ((5, 20, 30, 6), (5, 20, 30, 6)),
    ],
)
def test_groups_withheld_in_the_profile_are_a_crowd(counts, shown):
    columns = {f"education: {name}": [n] for name, n in zip(("SD", "SMP", "SMA", "S1"), counts, strict=True)}
    rows = _profile(pd.DataFrame(columns), 5)["education"]
    assert tuple(row["n"] for row in rows) == shown

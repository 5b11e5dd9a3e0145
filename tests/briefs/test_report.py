"""The official report: its chapters, the record's numbers, the office's own template, nobody given away."""

from __future__ import annotations

import shutil
from io import BytesIO
from types import SimpleNamespace

import duckdb
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from docx import Document
from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from markupsafe import Markup

from asn_analysis.briefs.inputs import choose_quarter, city_inputs
from asn_analysis.briefs.report import _answers, _profile, report_record
from asn_analysis.cli.report import report, say_what_waits
from asn_analysis.measures.suggestions import Suggestions, suggestions
from asn_analysis.pages.report import PICTURES, contents, report_docx, shipped_template
from asn_analysis.record.inputs import Inputs
from asn_analysis.records.intake import read_dataset
from asn_analysis.records.review import HIDDEN, Entry, Review, write_review
from asn_analysis.words.followup import follow_up_sentence, of_register
from asn_analysis.words.language import LANGUAGES, Words, plain
from asn_analysis.words.satisfaction import elements_sentence, index_sentence, trend_sentence
from asn_analysis.words.texts import GRADES
from asn_analysis.words.wording import place_name

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


def template(*paragraphs: str) -> bytes:
    document, out = Document(), BytesIO()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(out)
    return out.getvalue()


def test_the_chapters_are_those_of_the_official_outline(record):
    paragraphs = Document(BytesIO(report_docx(record, "id"))).paragraphs
    headings = [paragraph.text for paragraph in paragraphs if paragraph.style.name == "Heading 1"]
    assert headings == [
        "BAB I. Pendahuluan", "BAB II. Metode", "BAB III. Hasil", "BAB IV. Analisis", "BAB V. Kesimpulan",
        "Lampiran",
    ]  # fmt: skip
    for chapter in ("Chapter I. Introduction", "Chapter V. Conclusion", "Attachments"):
        assert chapter in docx_text(report_docx(record, "en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_carries_the_records_numbers(record, language):
    text, words = docx_text(report_docx(record, language)), Words(record, language)
    for place in range(9):
        assert plain(words.number(f"elements.{place}.value", 2)) in text
        assert plain(words.number(f"scores.{place}.mean", 3)) in text
        assert all(n in text for n in contents(words)["elements"][place]["answers"].values())
    for sentence in (index_sentence(words), elements_sentence(words), follow_up_sentence(words)):
        assert plain(sentence) in text
    assert "{" not in text and "}" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_rows_do_not_split_headers_repeat_and_no_table_is_empty(record, language):
    bare = {**record, "suggestions": [], "promised": [], "profile": {}}
    for one in (record, bare):
        document = Document(BytesIO(report_docx(one, language)))
        *tables, signature, tabulation = document.tables
        for table in document.tables:
            assert all(row._tr.trPr.findall(qn("w:cantSplit")) for row in table.rows)
        for table in [*tables, tabulation]:
            assert len(table.rows) > 1
            assert table.rows[0]._tr.trPr.findall(qn("w:tblHeader"))
        place = signature.cell(0, 1).text
        assert plain(place_name(Words(record, language))) in place and "NIP" in place
    assert len(document.tables) == 5  # grades, elements, trend, signature, tabulation


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_column_of_words_is_as_narrow_as_those_of_numbers(language):
    """Names of elements once stood on four lines beside empty columns."""
    tables = Document(BytesIO(shipped_template(language))).tables
    widths = [
        [cell.width.mm for cell in table.rows[0].cells]
        for table in tables
        if table.style.name == "Table Grid"
    ]
    assert all(sum(row) == pytest.approx(160, abs=0.5) for row in widths)  # A4 between its margins
    assert all(row[0] > max(row[1:]) for row in widths if len(row) != 5 or max(row) != row[1])
    actions = next(row for row in widths if len(row) == 5 and max(row) == row[1])
    assert min(actions) >= 24  # "direncanakan", "Triwulan IV 2026"


def test_education_stands_from_the_shortest_to_the_longest():
    names = ("S2/S3", "SMA", "D1-D3", "SD", "D4/S1", "SMP")
    cells = pd.DataFrame({f"education: {name}": [10] for name in sorted(names)})
    assert [row["group"] for row in _profile(cells, 5)["education"]] == [
        "SD", "SMP", "SMA", "D1-D3", "D4/S1", "S2/S3"
    ]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_grade_has_the_word_of_its_answer_on_the_questionnaire(record, language):
    words = [Words(record, language).say(GRADES[grade]) for grade in "DCBA"]
    answers = ", ".join(f"{answer} {word}" for answer, word in enumerate(words, 1))
    assert answers in docx_text(report_docx(record, language))


def test_both_templates_ask_for_the_same_and_for_all_that_there_is(record):
    asked = [DocxTemplate(BytesIO(shipped_template(name))) for name in LANGUAGES]
    first, second = (one.get_undeclared_template_variables() for one in asked)
    assert first == second == {*contents(Words(record, "id")), *PICTURES} - {"city"}


def test_an_office_may_edit_the_template(bare_city, tmp_path):
    data = shutil.copytree(bare_city, tmp_path / "city")
    runner = CliRunner()
    copied = runner.invoke(report, [str(data), "--copy-template", "--language", "id"])
    assert copied.exit_code == 0, copied.output
    assert (data / "report.id.docx").read_bytes() == shipped_template("id")
    assert runner.invoke(report, [str(data), "--copy-template", "--language", "id"]).exit_code == 2
    kop = "PEMERINTAH {{ city }}, Telp. 0812 3456 7890"  # the office's own number, and its own word
    (data / "report.id.docx").write_bytes(template(kop, "{{ index_sentence }}"))
    asked = [str(data), "--unit", UNIT, "--out", str(tmp_path / "out")]
    made = runner.invoke(report, asked)
    assert made.exit_code == 0, made.output
    folder = tmp_path / "out" / "2026Q3" / "units" / UNIT
    assert "PEMERINTAH Kota Serang, Telp." in docx_text((folder / "report.id.docx").read_bytes())
    assert "Chapter I." in docx_text((folder / "report.en.docx").read_bytes())
    for spoilt, why in ((template("{{ nothing }}"), "'nothing' is undefined"), (b"no Word", "no Word file")):
        (tmp_path / "own.docx").write_bytes(spoilt)
        refused = runner.invoke(
            report, [*asked, "--language", "id", "--template", str(tmp_path / "own.docx")]
        )
        assert refused.exit_code == 2
        assert why in refused.output and "index_sentence" in refused.output


def test_a_template_runs_no_code(record):
    with pytest.raises(ValueError, match="no Word file that can be filled"):
        report_docx(record, "id", template("{{ city.__class__.__mro__ }}"))


def test_scores_and_tabulation_add_up_to_the_index(record):
    for element, answers in zip(record["elements"], record["answers"], strict=True):
        assert None in answers.values() or sum(answers.values()) == element["n"]
    assert 25 * sum(score["weighted"] for score in record["scores"]) == pytest.approx(
        record["ikm"]["unrounded"], abs=1e-4
    )


def test_the_same_record_gives_the_same_bytes(city, record):
    again = report_record(city, UNIT)
    for language in LANGUAGES:
        assert report_docx(again, language) == report_docx(record, language)


def test_small_groups_are_withheld_and_cannot_be_subtracted_back():
    cells = pd.DataFrame(
        {"sex: L": [3], "sex: P": [20], "age: 0-25": [9], "age: 26-35": [7], "age: 56+": [4]}
    )
    assert _profile(cells, 5) == {
        "sex": [{"group": "L", "n": None}, {"group": "P", "n": None}],
        "age": [{"group": "0-25", "n": 9}, {"group": "26-35", "n": None}, {"group": "56+", "n": None}],
    }


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ((0, 6, 40, 2), (6, 42)),
        ((0, 0, 9, 40), (0, 49)),  # nobody is no group
        ((1, 3, 20, 30), (None, None)),  # what is left of all who answered would be the four
        ((3, 3, 4, 0), (None, None)),
    ],
)
def test_few_answers_are_withheld_as_few_people_are(given, told):
    """With the mean beside them, two counts of four give away the others: 1 and 2 are told together."""
    assert tuple(_answers(np.array(given), 5).values()) == told


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_says_what_withheld_stands_for_and_only_then(record, language):
    told = {"id": "kurang dari 5 orang", "en": "fewer than 5 people"}[language]
    answers = [{"n_low": 6, "n_high": 50}] * 9
    few = {**record, "answers": [{"n_low": None, "n_high": None}, *answers[1:]]}
    assert docx_text(report_docx(few, language)).count(told) == 2  # below profile and tabulation
    assert told not in docx_text(report_docx({**record, "answers": answers, "profile": {}}, language))


def test_hostile_text_stays_text(record):
    bad = "<script>x</script>\x00\u202e{{ 1 + 1 }} & \U0001f600"
    hostile = {**record, "unit": {**record["unit"], "name": bad, "kecamatan": None}, "city": bad}
    assert "<script>x</script>{{ 1 + 1 }} & \U0001f600" in docx_text(report_docx(hostile, "id"))


def test_the_command_writes_a_file_a_language_and_refuses_unknown_units(bare_city, tmp_path):
    data = shutil.copytree(bare_city, tmp_path / "city")  # the command lays review.csv beside the data
    made = CliRunner().invoke(report, [str(data), "--unit", UNIT, "--out", str(tmp_path)])
    assert made.exit_code == 0, made.output
    folder = tmp_path / "2026Q3" / "units" / UNIT
    names = {f"report.{language}.docx" for language in LANGUAGES}
    assert {path.name for path in folder.iterdir()} == names
    unknown = CliRunner().invoke(report, [str(data), "--unit", "nowhere", "--out", str(tmp_path)])
    assert unknown.exit_code == 2
    assert "nowhere" in unknown.output


def test_figures_stand_in_the_file_with_their_text(record):
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
    text = docx_text(report_docx(report_record(city_inputs(dataset, quarter), UNIT, found), "id"))
    assert "Antrean lama" in text
    assert "sudah membantu" not in text and "review.csv" in text
    write_review(data, dataset.review, found.waiting)
    ticked = (data / "review.csv").read_text(encoding="utf-8").replace("\n;", "\ny;")
    (data / "review.csv").write_text(ticked, encoding="utf-8")
    again = suggestions(read_dataset(data), UNIT, quarter)
    assert [row.text for row in again.shown][1:] == ["Terima kasih Bapak [nama] sudah membantu"]
    assert again.n_waiting == 0


@pytest.mark.parametrize(
    ("n_waiting", "texts", "told"),
    [
        (1, 0, "Left out until somebody has read them: suggestions of 1 respondent. They stand in"),
        (0, 2, "Left out until somebody has read them: words in 2 texts of the follow-up register. They"),
        (1240, 1, "suggestions of 1,240 respondents and words in 1 text of the follow-up register. They"),
        (0, 0, "Left out as the office decided: suggestions of 1 respondent.\n"),
    ],
)
def test_what_waits_is_told_as_a_person_would(tmp_path, capsys, n_waiting, texts, told):
    dataset = SimpleNamespace(folder=tmp_path, review=Review(), waiting=(Entry("a", 1, "K1"),) * texts)
    nothing_waits = not n_waiting and not texts
    waiting = () if nothing_waits else (Entry("b", 1, "K1"),)
    say_what_waits(dataset, Suggestions((), waiting, n_waiting, n_refused=int(nothing_waits)))
    assert told in capsys.readouterr().out


def test_an_action_past_its_quarter_is_overdue_in_the_report_as_in_the_brief(record):
    row = {"element": "u9", "action": "Menambah kursi", "owner": "Lurah", "status": "running"}
    due = [{**row, "due_quarter": quarter} for quarter in ("2020Q1", record["quarter"])]
    rows = contents(Words({**record, "promised": due}, "en"))["plan"]
    assert [told["state"] for told in rows] == ["overdue", "running"]


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

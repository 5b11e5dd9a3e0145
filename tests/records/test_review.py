"""Free text is printed when it holds everyday words alone, or when the office has ticked that very text."""

from __future__ import annotations

import pytest

from asn_analysis.records.intake import check_dataset, read_dataset
from asn_analysis.records.review import HASH, HIDDEN, TICK, Entry, Review, key_of, read_review, write_review

STRANGE = "Wagiyem melayani dengan baik"


def ticked(folder, text: str, tick: str, where=write_review) -> Review:
    path = write_review(folder, read_review(folder)[0], [Entry(text, 1, "K1 2026Q3")])
    path.write_text(path.read_text("utf-8-sig").replace(f"\n;{text}", f"\n{tick};{text}"), "utf-8-sig")
    return read_review(folder)[0]


def test_everyday_words_are_printed_and_strange_ones_wait(tmp_path):
    review, faults = read_review(tmp_path)
    assert not faults
    assert review.lets_print("Antrean lama, petugasnya ramah") and not review.waits("Antrean lama")
    assert not review.lets_print(STRANGE) and review.waits(STRANGE)
    assert review.shown(STRANGE) == f"{HIDDEN} melayani dengan baik"


@pytest.mark.parametrize("tick", ["y", "Y", " ya ", "x", "1"])
def test_a_tick_lets_that_text_out_and_a_changed_one_waits_again(tmp_path, tick):
    review = ticked(tmp_path, STRANGE, tick)
    assert review.lets_print(STRANGE) and review.shown(STRANGE) == STRANGE
    assert review.lets_print(STRANGE.upper() + " ")  # the same words
    assert not review.lets_print(STRANGE + " sekali") and review.waits(STRANGE + " sekali")


def test_what_the_office_refuses_is_left_out_even_if_its_words_are_everyday(tmp_path):
    review = ticked(tmp_path, "Antrean lama", "n")
    assert not review.lets_print("Antrean lama") and not review.waits("Antrean lama")
    assert review.shown("Antrean lama") == HIDDEN


def test_decisions_outlive_a_list_that_is_written_again(tmp_path):
    review = ticked(tmp_path, STRANGE, "y")
    write_review(tmp_path, review, [Entry(STRANGE, 2, "K1 2026Q4"), Entry("Ponijan lambat", 1, "K2 2026Q4")])
    again = read_review(tmp_path)[0]
    assert again.lets_print(STRANGE) and again.waits("Ponijan lambat")


@pytest.mark.parametrize(("delimiter", "encoding"), [(";", "cp1252"), (",", "utf-8"), ("\t", "utf-8-sig")])
def test_the_list_is_read_as_a_spreadsheet_saves_it(tmp_path, delimiter, encoding):
    rows = [[TICK, HASH], ["y", key_of("Ponijan ramah")]]
    (tmp_path / "review.csv").write_text("\n".join(map(delimiter.join, rows)), encoding)
    assert read_review(tmp_path)[0].lets_print("Ponijan ramah")


def test_no_text_is_worked_out_by_a_spreadsheet(tmp_path):
    path = write_review(tmp_path, Review(), [Entry("=HYPERLINK(1)", 1, "K1")])
    assert path.read_bytes().startswith(b"\xef\xbb\xbf") and ";'=HYPERLINK" in path.read_text("utf-8-sig")
    assert not key_of("1").isdigit()


@pytest.mark.parametrize(("tick", "key"), [("mungkin", key_of("a")), ("y", "123"), ("y", "")])
def test_a_row_that_cannot_be_understood_is_a_fault_by_file_and_row(city, tick, key):
    folder = city.write()
    (folder / "review.csv").write_text(f"{TICK};{HASH}\n{tick};{key}\n", "utf-8")
    (fault,) = check_dataset(folder)
    assert (fault.file, fault.row) == ("review.csv", 2)


def test_the_register_goes_through_the_same_door(city):
    city.add("follow_ups").put("follow_ups", 2, "owner", "Wagiyem Prawiro").put(
        "follow_ups", 2, "action", "Menugaskan Pak Budi di loket Sukawana"
    )
    folder = city.put("follow_ups", 2, "evidence", "foto_wagiyem.jpg").write()
    dataset = read_dataset(folder)
    row = dataset.follow_ups.iloc[0]
    assert row["owner"] == f"{HIDDEN} {HIDDEN}"
    assert row["action"] == "Menugaskan Pak [nama] di loket Sukawana"  # a unit's name names nobody
    assert row["evidence"] == "[nama berkas]"
    assert {entry.text for entry in dataset.waiting} >= {"Wagiyem Prawiro"}
    ticked(folder, "Wagiyem Prawiro", "y")
    assert read_dataset(folder).follow_ups["owner"].tolist() == ["Wagiyem Prawiro"]


@pytest.mark.parametrize(
    "content", [b"a" * 300_000, b'"' * 3, b"\xff\xfe\0", b"cetak (y/n);sidik\r\r\n\0;\x00"]
)
def test_a_list_of_any_bytes_is_read_or_is_a_fault(tmp_path, content):
    (tmp_path / "review.csv").write_bytes(content)
    assert isinstance(read_review(tmp_path)[1], tuple)

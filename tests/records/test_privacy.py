"""Personal data are found in whatever form they are written, and ordinary words are left alone."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
import yaml

from asn_analysis.records.privacy import HINT, find_identifying, personal_column, personal_header, redact
from tests.records.personal_texts import ordinary_texts, personal_texts

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "privacy.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("written", "shown"), CASES["shown"])
def test_personal_data_are_shown_as_their_kind(written, shown):
    assert redact(str(written)) == shown


@pytest.mark.parametrize("text", CASES["kept"])
def test_ordinary_words_are_kept(text):
    assert redact(text) == text


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        *(
            ("Nama", "name"),
            ("NamaLengkap", "name"),
            ("No HP", "phone"),
            ("WhatsApp", "phone"),
            ("nik", "NIK"),
        ),
        *(
            ("nik", "NIK"),
            ("Alamat", "address"),
            ("IP Address", "address"),
            ("Email", "e-mail"),
            ("No. Telp", "phone"),
        ),
        *((header, None) for header in ("nama_layanan", "Nama Unit", "Alamat Kantor", "Usia", "Program")),
        *((header, None) for header in ("Saran/Masukan", "Unsur 1", "Timestamp", "Kelurahan", "Pendidikan")),
    ],
)
def test_a_personal_column_is_known_by_its_header(header, kind):
    assert personal_header(header) == kind


def test_a_personal_column_is_known_by_its_cells():
    assert personal_column("kolom 7", ["081234567890", None, "0813 1111 2222", "-"]) == "phone"
    assert personal_column("saran", ["cepat"] * 99 + ["hubungi 081234567890"]) is None


def test_the_hint_by_which_rows_are_passed_over_misses_nothing():
    texts = [str(written) for written, _ in CASES["shown"]]
    found = [text for text in texts if find_identifying(text)]
    hinted = duckdb.execute(
        "SELECT list_filter(?, lambda x: regexp_matches(x, ?))", [texts, HINT]
    ).fetchall()[0][0]
    assert set(found) <= set(hinted)


def test_a_thousand_made_up_persons_are_all_found_and_blotted_whole():
    missed = [
        (kind, text)
        for kind, part, text in personal_texts(1000)
        if kind not in {finding.kind for finding in find_identifying(text)} or part in redact(text)
    ]
    assert not missed, f"{len(missed)} of 1000: {missed[:20]}"


def test_fewer_than_one_ordinary_comment_in_a_hundred_raises_an_alarm():
    texts = ordinary_texts(10_000)
    refused = [text for text in texts if find_identifying(text)]
    changed = [text for text in texts if redact(text) != text]
    assert len(refused) < 100, refused[:20]
    assert len(changed) < 100, changed[:20]

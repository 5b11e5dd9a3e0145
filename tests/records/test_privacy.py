"""Personal data are found in whatever form they are written, and ordinary words are left alone."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
import yaml

from asn_analysis.records.privacy import (
    HINT,
    find_identifying,
    names_nobody,
    personal_header,
    redact,
    without_control,
)
from asn_analysis.records.vocabulary import words_of
from tests.records.personal_texts import ordinary_texts, personal_texts
from tests.records.planted import planted

ORDINARY = (Path(__file__).parents[1] / "cases" / "ordinary_comments.txt").read_text("utf-8").splitlines()
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


def test_of_three_thousand_people_planted_in_thirty_ways_hardly_one_is_left_and_none_printed():
    left = [one for seed in (1, 2, 3) for one in planted(1000, seed) if one.part in redact(one.text)]
    assert len(left) <= 3, left  # names that no list holds, in small letters
    assert not [one for one in left if names_nobody(redact(one.text))]


def test_of_ordinary_comments_written_by_hand_few_are_changed_and_most_need_no_look():
    changed = [text for text in ORDINARY if redact(text) != text]
    assert len(changed) <= len(ORDINARY) / 100, changed
    quoted = [text for text in ORDINARY if names_nobody(text)]
    assert len(quoted) >= 0.95 * len(ORDINARY)


@pytest.mark.parametrize(
    "text",
    [
        *("Pak Jujur", "Pak Jujur sangat ramah", "Bu Tertib lama", "mbak melati judes", "Indah melayani"),
        *(
            "INDAH MELAYANI",
            "Terima kasih Melati",
            "makasih bunga",
            "dilayani oleh bunga",
            "Kata Indah tunggu",
        ),
        *("Saya dilayani Melati dengan baik", "Antre lama. Setia membantu", "Petugas Mawar ramah"),
    ],
)
def test_an_everyday_word_that_names_people_too_waits_where_a_name_would_stand(text):
    assert not names_nobody(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Petugas sabar melayani",
            "dilayani dengan sabar",
            "Terima kasih, sehat selalu",
            "Bagus pelayanannya",
        ),
        *(
            "Ibu Hamil didahulukan",
            "Pak Lurah ramah",
            "Terima Kasih atas bantuannya",
            "Puskesmas Melati bersih",
        ),
        *("PELAYANAN BAGUS", "Sukses selalu", "Ruang tunggu indah dan sejuk", "Bapak Ibu petugas ramah"),
    ],
)
def test_the_same_words_pass_where_no_name_would_stand(text):
    assert names_nobody(text)


@pytest.mark.parametrize(
    ("given", "kept"),
    [("a\u202eb\u2066c\x00\x1b[31m", "abc[31m"), ("baik\tsekali\n", "baik sekali "), ("é 👍", "é 👍")],
)
def test_characters_that_steer_a_terminal_or_the_direction_are_taken_out(given, kept):
    assert without_control(given) == kept


def test_fewer_than_one_ordinary_comment_in_a_hundred_raises_an_alarm():
    texts = ordinary_texts(10_000)
    refused = [text for text in texts if find_identifying(text)]
    changed = [text for text in texts if redact(text) != text]
    assert len(refused) < 100, refused[:20]
    assert len(changed) < 100, changed[:20]


def test_names_of_units_and_places_name_nobody_though_people_bear_them_too():
    known = words_of(["Kelurahan Banjar Agung", "Puskesmas Ciracas"])
    assert redact("Kelurahan Banjar Agung ramai", known) == "Kelurahan Banjar Agung ramai"
    assert names_nobody("Antrean di Puskesmas Ciracas lama", known)
    assert redact("Pak Agung di Banjar Agung", known) == "Pak [nama] di Banjar Agung"

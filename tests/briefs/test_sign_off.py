"""A review of a quarter: kept beside it, told on its pages, and out of date once a brief changes."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from asn_analysis.run.sign_off import brief_hashes, latest, show_reviews
from tests.briefs.conftest import UNITS, Made, asn

ASKED = ("--role", "Sekretaris Daerah", "--checked", "angka & kalimat", "--date", "2026-10-05")


@pytest.fixture
def out(made: Made, tmp_path: Path) -> Path:
    shutil.copytree(made.out, tmp_path / "reports")
    return tmp_path / "reports"


def review_on(path: Path) -> str:
    return re.search("<!--review-->(.*?)<!--/review-->", path.read_text(encoding="utf-8"), re.DOTALL)[1]


def test_a_review_is_kept_and_shown_and_counts_in_no_hash_of_a_brief(made, out):
    quarter = out / "2026Q3"
    before = brief_hashes(quarter)
    result = asn("sign", quarter, *ASKED)
    assert result.exit_code == 0, result.output
    (kept,) = json.loads((quarter / "sign-off.json").read_text(encoding="utf-8"))
    assert (kept["role"], kept["date"], kept["checked"]) == (
        "Sekretaris Daerah",
        "2026-10-05",
        ["angka & kalimat"],
    )
    assert kept["briefs"] == before == brief_hashes(quarter)
    assert set(before) == {"city", *(f"units/{unit}" for unit in UNITS)}
    for language, line in (
        ("id", 'Ditinjau oleh Sekretaris Daerah, <data data-from="date" value="2026-10-05">5 Oktober 2026'),
        ("en", 'Reviewed by Sekretaris Daerah, <data data-from="date" value="2026-10-05">5 October 2026'),
    ):
        assert line in review_on(quarter / "city" / f"brief.{language}.html")
        assert "angka &amp; kalimat" in review_on(quarter / "units" / UNITS[0] / f"brief.{language}.html")
    assert "Ditinjau oleh" in review_on(quarter / "index.html")
    for path in made.quarter.rglob("*.html"):  # nothing else of a page has moved
        now = (quarter / path.relative_to(made.quarter)).read_text(encoding="utf-8")
        assert now.replace(review_on(quarter / path.relative_to(made.quarter)), "") == path.read_text(
            encoding="utf-8"
        )


def test_the_quarter_still_verifies_and_stands_and_its_bundle_holds_the_review(made, out):
    quarter = out / "2026Q3"
    assert asn("sign", quarter, *ASKED).exit_code == 0
    verified = asn("verify", quarter)
    assert verified.exit_code == 0, verified.output
    assert latest(quarter)[0].sha256 in verified.output
    again = asn("briefs", "--data", made.data, "--out", out, "--units", ",".join(UNITS))
    assert "0 briefs made" in again.output
    assert "Ditinjau oleh" in review_on(quarter / "city" / "brief.id.html")
    assert asn("bundle", quarter, "--to", out / "b.zip").exit_code == 0
    (out / "b").mkdir()
    shutil.unpack_archive(out / "b.zip", out / "b")
    assert (out / "b" / "2026Q3" / "sign-off.json").exists()


def test_a_brief_that_changed_since_says_so_and_the_others_do_not(out):
    quarter = out / "2026Q3"
    assert asn("sign", quarter, *ASKED).exit_code == 0
    path = quarter / "city" / "record.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    record["ikm"]["value"] += 1
    path.write_text(json.dumps(record), encoding="utf-8")
    show_reviews(quarter)
    assert "perlu ditinjau kembali" in review_on(quarter / "city" / "brief.id.html")
    assert "to be reviewed again" in review_on(quarter / "city" / "brief.en.html")
    assert "perlu ditinjau kembali" not in review_on(quarter / "units" / UNITS[0] / "brief.id.html")
    assert re.search(
        r">1</data> dari <data[^>]*>3</data> ringkasan berubah", review_on(quarter / "index.html")
    )
    assert "changed since: city" in asn("verify", quarter).output
    assert asn("sign", quarter, *ASKED[:4], "--date", "2026-10-09").exit_code == 0  # reviewed again
    assert "9 Oktober 2026" in review_on(quarter / "city" / "brief.id.html")
    assert review_on(quarter / "city" / "brief.id.html").count("<p>") == 1
    assert len(json.loads((quarter / "sign-off.json").read_text(encoding="utf-8"))) == 2


def test_the_sheet_has_a_place_for_a_signature_and_the_hash_as_a_code(out):
    quarter = out / "2026Q3"
    assert asn("sign", quarter, *ASKED).exit_code == 0
    for language, words in (("id", "Lembar peninjauan"), ("en", "Review of the policy briefs")):
        sheet = (quarter / f"sign-off.{language}.html").read_text(encoding="utf-8")
        assert words in sheet and "NIP" in sheet and latest(quarter)[0].sha256 in sheet
        assert 'src="data:image/svg+xml' in sheet
    pytest.importorskip("weasyprint", reason="WeasyPrint is not on this machine", exc_type=OSError)
    assert (quarter / "sign-off.id.pdf").read_bytes().startswith(b"%PDF-")


def test_what_is_not_as_its_run_left_it_is_not_reviewed_and_nobody_is_named(out):
    quarter = out / "2026Q3"
    named = asn("sign", quarter, "--role", "NIP 198507122010011003", "--checked", "x")
    assert named.exit_code == 3, named.output
    assert not (quarter / "sign-off.json").exists()
    (quarter / "index.html").write_text("altered")
    altered = asn("sign", quarter, *ASKED)
    assert altered.exit_code == 2 and "index.html: changed since the run" in " ".join(altered.output.split())

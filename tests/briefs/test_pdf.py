"""PDF of a brief: on request, the same bytes each time, from the same run as the page."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.briefs.conftest import UNITS, asn

pytest.importorskip(
    "weasyprint", reason="WeasyPrint needs Pango, which is not on this machine", exc_type=OSError
)


@pytest.fixture(scope="module")
def with_pdf(bare, tmp_path_factory) -> Path:
    """The shared run, asked again with --pdf for one unit."""
    out = tmp_path_factory.mktemp("pdf")
    shutil.copytree(bare.out, out, dirs_exist_ok=True)
    result = asn("briefs", "--data", bare.data, "--out", out, "--units", UNITS[0], "--pdf")
    assert result.exit_code == 0, result.output
    return out / "2026Q3"


def test_a_pdf_is_added_to_pages_that_stay_as_they_were(bare, with_pdf):
    for folder in ("city", f"units/{UNITS[0]}"):
        for language in ("id", "en"):
            page = with_pdf / folder / f"brief.{language}.html"
            assert page.read_bytes() == (bare.quarter / folder / page.name).read_bytes()
            assert page.with_suffix(".pdf").read_bytes().startswith(b"%PDF-")


def test_the_same_page_gives_the_same_bytes(with_pdf):
    from asn_analysis.pages.pdf import pdf_of

    page = with_pdf / "units" / UNITS[0] / "brief.id.html"
    assert pdf_of(page.read_text(encoding="utf-8")) == page.with_suffix(".pdf").read_bytes()


def test_a_brief_that_stands_keeps_its_pdf_and_the_hashes_cover_it(bare, with_pdf):
    again = asn("briefs", "--data", bare.data, "--out", with_pdf.parent, "--units", UNITS[0])
    assert "0 briefs made" in again.output
    assert asn("verify", with_pdf).exit_code == 0
    pdf = with_pdf / "city" / "brief.id.pdf"
    pdf.write_bytes(pdf.read_bytes() + b" ")
    assert "city/brief.id.pdf" in asn("verify", with_pdf).output


def test_a_page_that_asks_for_something_from_outside_is_refused():
    from asn_analysis.pages.pdf import pdf_of

    with pytest.raises(ValueError, match="holds all that it shows"):
        pdf_of('<html lang="en"><title>x</title><img alt="x" src="https://example.org/x.png"></html>')


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler is not on this machine")
def test_the_pdf_says_what_the_page_says(bare, with_pdf):
    pdf = with_pdf / "units" / UNITS[0] / "brief.en.pdf"
    text = subprocess.run(
        ["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True
    ).stdout
    record = bare.record(UNITS[0])
    assert f"{record['ikm']['value']:.2f}" in text
    assert "Simulated data" in text
    assert re.search(r"1 ?/ ?\d", text)

"""Pages in a real browser, from a file: address: accessible, silent, whole at every size, printable."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from asn_analysis.pages.axes import DOTS, PIXELS, WIDTH
from asn_analysis.pages.signed import sheet_page
from asn_analysis.words.language import LANGUAGES
from tests.briefs.conftest import asn
from tests.briefs.test_province import pooled, sent
from tests.browser.chromium import Chromium, Page

PAGES = (
    *("city/brief.id.html", "city/brief.en.html", "index.html", "index.en.html"),
    *("units/36.73.01/brief.id.html", "units/36.73.01/brief.en.html"),
)
BRIEFS = tuple(name for name in PAGES if "brief" in name)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPEN_ALL = "document.querySelectorAll('details').forEach(part => part.open = true)"


def address(quarter: Path, name: str) -> str:
    return (quarter / name).as_uri()


def complaints(page: Page) -> dict[str, list[str]]:
    """What axe-core finds wrong, and what it cannot decide."""
    rules = json.dumps(
        {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations", "incomplete"]}
    )
    script = f"""axe.run(document, {rules}).then(found => Object.fromEntries(
        ['violations', 'incomplete'].map(kind => [kind, found[kind].map(
            rule => rule.id + ': ' + rule.nodes.map(node => node.html.slice(0, 200)).join(' | '))])))"""
    return page.run(script)


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_light_or_dark_closed_or_open(
    chromium: Chromium, axe: str, quarter: Path, name: str
):
    with chromium.open(address(quarter, name)) as page:
        page.run(axe + ";0")
        assert complaints(page) == {"violations": [], "incomplete": []}
        page.run(OPEN_ALL)
        page.prefer(dark=True)
        assert complaints(page) == {"violations": [], "incomplete": []}
        page.prefer(dark=False)
        page.resize(390, 844)  # cells that must be scrolled to cannot be judged here
        assert complaints(page)["violations"] == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_nobody_for_anything_and_complains_of_nothing(
    chromium: Chromium, quarter: Path, name: str
):
    with chromium.open(address(quarter, name)) as page:
        page.run(OPEN_ALL)
        page.run("new Promise(done => setTimeout(done, 200))")
        page.listen()
        assert [url for url in page.requests if not url.startswith("data:")] == [address(quarter, name)]
        assert page.messages == []


@pytest.mark.parametrize("size", [(1280, 720), (390, 844)])
@pytest.mark.parametrize("name", BRIEFS)
def test_the_first_screen_is_seen_without_scrolling(chromium: Chromium, quarter: Path, name: str, size):
    with chromium.open(address(quarter, name), width=size[0], height=size[1]) as page:
        last = ".contents" if size[0] > 1000 else ".tasks"  # on a phone the picture follows the tasks
        bottom = page.run(f"document.querySelector('{last}').getBoundingClientRect().bottom")
        assert bottom <= size[1]


@pytest.mark.parametrize("name", PAGES)
def test_nothing_scrolls_sideways_at_320_px_and_at_400_per_cent(chromium: Chromium, quarter: Path, name: str):
    for height, scale in ((640, 1), (180, 4)):  # 180 px is a window of 720 at 400 %
        with chromium.open(address(quarter, name), width=320, height=height, scale=scale) as page:
            page.run(OPEN_ALL)
            assert page.run("document.scrollingElement.scrollWidth") <= 320


@pytest.mark.parametrize("width", [320, 360, 412, 600, 760])
@pytest.mark.parametrize("name", BRIEFS)
def test_no_number_of_the_first_screen_leaves_its_column(
    chromium: Chromium, quarter: Path, name: str, width: int
):
    with chromium.open(address(quarter, name), width=width, height=800) as page:
        page.run(
            "document.querySelector('.facts div:last-child b').textContent = 'Rp\u00a013.3\u00a0million'"
        )
        spilt = "[...document.querySelectorAll('.facts dd')].filter(one => one.scrollWidth > one.clientWidth)"
        assert page.run(f"{spilt}.map(one => one.textContent)") == []


def test_the_keyboard_reaches_the_skip_link_first_and_opens_the_annex(chromium: Chromium, quarter: Path):
    with chromium.open(address(quarter, "city/brief.en.html")) as page:
        for kind in ("keyDown", "keyUp"):
            page.call("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)
        assert page.run("document.activeElement.className") == "skip"
        assert page.run("document.activeElement.getBoundingClientRect().left") >= 0
        page.run("document.querySelector('details.annex summary').focus()")
        for kind in ("keyDown", "keyUp"):
            page.call(
                "Input.dispatchKeyEvent",
                type=kind,
                key="Enter",
                code="Enter",
                text="\r",
                windowsVirtualKeyCode=13,
            )
        assert page.run("document.querySelector('details.annex').open")


A4 = 665  # px of the text's width on paper: 210 mm less two margins of 17


@pytest.mark.parametrize("name", BRIEFS)
def test_lettering_of_figures_is_at_least_8_points_on_paper(chromium: Chromium, quarter: Path, name: str):
    wide = "[...document.querySelectorAll('main figure img')].map(one => one.getBoundingClientRect().width)"
    with chromium.open(address(quarter, name), width=A4, height=1000) as page:
        page.prefer(medium="print")
        widths = [width for width in page.run(wide) if width]
    assert widths and min(widths) * PIXELS / (WIDTH * DOTS) * 0.75 >= 8


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_the_sheet_to_sign(chromium: Chromium, axe: str, made, tmp_path, language: str):
    review = {"role": "Kepala Bagian Organisasi", "date": "2026-10-20", "checked": ["angka"], "briefs": 3}
    sheet = sheet_page(made.record("city"), {**review, "sha256": "0" * 64}, language)
    (tmp_path / "sheet.html").write_text(sheet, encoding="utf-8")
    with chromium.open((tmp_path / "sheet.html").as_uri()) as page:
        page.run(axe + ";0")
        assert complaints(page) == {"violations": [], "incomplete": []}


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_a_provinces_page_or_on_two_runs_side_by_side(
    chromium: Chromium, axe: str, quarter: Path, tmp_path, language: str
):
    province = [sent(place, estimate) for place, estimate in enumerate((2.0, 3.1, 2.6, 3.5, 2.9))]
    assert pooled(tmp_path, province, "--name", "Provinsi Contoh").exit_code == 0
    copy = shutil.copytree(quarter, tmp_path / "copy")
    page = copy / "city" / f"brief.{language}.html"
    html = page.read_text(encoding="utf-8")
    page.write_text(re.sub(r"(<h1[^>]*>).*?(</h1>)", r"\1Lain\2", html, flags=re.DOTALL), encoding="utf-8")
    side_by_side = tmp_path / "diff.html"
    assert asn("diff", quarter, copy, "--html", side_by_side, "--language", language).exit_code == 0
    assert "<ins>" in side_by_side.read_text(encoding="utf-8")
    for made in (tmp_path / "out" / "2026Q3" / f"brief.{language}.html", side_by_side):
        with chromium.open(made.as_uri()) as page:
            page.run(axe + ";0")
            page.run(OPEN_ALL)
            assert complaints(page) == {"violations": [], "incomplete": []}, made.name


SHEETS = {"city": 4, "units": 2}  # before the annex, at most
ANNEX = {"id": "Lampiran", "en": "Annex"}
SEEN = (
    """[...document.querySelector('main').innerText.matchAll(/[\\p{L}\\p{N}]\\S*/gu)].map(word => word[0])"""
)


@pytest.mark.parametrize("name", BRIEFS)
def test_printed_pages_are_numbered_and_carry_the_title(
    chromium: Chromium, quarter: Path, tmp_path, name: str
):
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext (poppler-utils) is not on this machine")
    with chromium.open(address(quarter, name)) as page:
        (tmp_path / "brief.pdf").write_bytes(page.pdf())
    text = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "brief.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    sheets = text.split("\f")[:-1]
    scope, language = name.split("/")[0], name.split(".")[-2]
    annex = next(place for place, sheet in enumerate(sheets) if sheet.split()[0] == ANNEX[language])
    assert annex <= SHEETS[scope]  # and the annex begins on a sheet of its own; a small city needs one less
    for number, sheet in enumerate(sheets, start=1):
        foot = " ".join(sheet.split()[-40:])
        assert re.search(rf"\b{number} ?/ ?{len(sheets)}\b", foot)
        assert {"id": "Data simulasi: ", "en": "Simulated data: "}[language] in foot


@pytest.mark.parametrize("name", BRIEFS)
def test_a_brief_is_read_in_five_minutes(chromium: Chromium, quarter: Path, name: str):
    """What is not folded: at most 1,000 words, one in five of them a number at most."""
    with chromium.open(address(quarter, name)) as page:
        page.run("document.querySelectorAll('.hidden').forEach(heard => heard.remove())")
        words = page.run(SEEN)
    assert 200 < len(words) <= 1000
    assert sum(any(letter.isdigit() for letter in word) for word in words) <= len(words) / 5


def test_the_catalogue_filters_and_sorts_and_is_a_plain_table_without_scripts(
    chromium: Chromium, quarter: Path
):
    first_cells = (
        "[...document.querySelectorAll('.units tbody tr:not([hidden]) th')].map(cell => cell.innerText)"
    )
    with chromium.open(address(quarter, "index.en.html")) as page:
        names = page.run(first_cells)
        assert names == sorted(names)
        page.run("document.querySelectorAll('.units thead button')[2].click()")
        up = page.run(first_cells)
        page.run("document.querySelectorAll('.units thead button')[2].click()")
        assert page.run(first_cells) == up[::-1]
        assert page.run("document.querySelector('.units caption').innerText") == (
            "Service units by index (25-100), the largest first"
        )
        assert page.run("document.querySelectorAll('.units th')[2].getAttribute('aria-sort')") == "descending"
        page.run(f"let box = document.querySelector('input'); box.value = {json.dumps(names[1].upper())}; 0")
        page.run("box.dispatchEvent(new Event('input'))")
        assert page.run(first_cells) == [names[1]]
        assert page.run("document.querySelector('[role=status]').innerText") == "1 of 2 units are shown."
        page.run("box.value = 'nowhere'; box.dispatchEvent(new Event('input'))")
        assert page.run("document.querySelector('[role=status]').innerText") == "No unit fits this choice."
        assert page.run("getComputedStyle(document.querySelector('.units')).display") == "none"
        page.run("document.querySelector('.controls button').click()")
        assert len(page.run(first_cells)) == 2


def test_the_catalogue_is_sorted_on_a_phone_too_and_a_unit_takes_few_lines(chromium: Chromium, quarter: Path):
    with chromium.open(address(quarter, "index.html"), width=390, height=844) as page:
        page.run("let chosen = document.querySelector('.sort select'); chosen.value = '2 true'; 0")
        page.run("chosen.dispatchEvent(new Event('input'))")
        assert page.run("document.querySelector('.units caption').innerText") == (
            "Unit layanan menurut indeks (25-100), mulai dari yang terbesar"
        )
        heights = page.run("[...document.querySelectorAll('.units tbody tr')].map(row => row.offsetHeight)")
        assert max(heights) < 100  # it was 275 a unit


def test_the_catalogue_is_a_plain_table_without_scripts(chromium: Chromium, quarter: Path):
    with chromium.open(address(quarter, "index.html"), scripts=False) as page:
        assert page.messages == []
        assert page.run("document.querySelectorAll('.units tbody tr').length") == 2
        assert page.run("document.querySelectorAll('.units button').length") == 0
        assert page.run("getComputedStyle(document.querySelector('.controls')).display") == "none"

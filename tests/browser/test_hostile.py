"""Hostile text in every free field: nothing runs, nothing breaks the page, no cell starts a formula."""

from __future__ import annotations

import csv
import json
import re
from io import StringIO
from pathlib import Path
from urllib.parse import unquote

import pytest

from asn_analysis.simulate.simulation import simulate
from tests.briefs.conftest import asn
from tests.browser.chromium import Chromium
from tests.browser.hostile import TEXTS, make_hostile
from tests.browser.test_pages import OPEN_ALL, address, complaints

FORMULA = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2066-\u2069]*[=+\-@|]")
NUMBER = re.compile(r"-?\d+(\.\d+)?(e-?\d+)?")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One run over such a city: the city's brief and those of four units with the worst names."""
    data = make_hostile(
        simulate(tmp_path_factory.mktemp("hostile"), units=12, quarters=8, respondents=20, seed=7)
    )
    with (data / "units.csv").open(encoding="utf-8", newline="") as file:
        units = [row["unit_id"] for row in csv.DictReader(file)]
    out = tmp_path_factory.mktemp("hostile-reports")
    made = asn("briefs", "--data", data, "--out", out, "--units", ",".join(units[i] for i in (0, 1, 2, 5)))
    assert made.exit_code == 0, made.output
    return next(path for path in out.iterdir() if path.is_dir())


def pages(quarter: Path) -> list[str]:
    found = [path.relative_to(quarter).as_posix() for path in sorted(quarter.rglob("*.html"))]
    assert len(found) == 2 + 2 + 8
    return found


def cells_in(link: str, name: str) -> list[str]:
    """The cells of a table as the language of its page writes them, numbers with a point."""
    between, mark = (",", ".") if ".en." in name else (";", ",")
    rows = csv.reader(StringIO(unquote(link.split(",", 1)[1]).lstrip("\ufeff")), delimiter=between)
    return [cell.replace(mark, ".").removesuffix("%") for row in rows for cell in row]


def test_nothing_runs_and_nothing_breaks_the_page(chromium: Chromium, axe: str, hostile: Path):
    for name in pages(hostile):
        with chromium.open(address(hostile, name), width=320, height=640) as page:
            page.run(OPEN_ALL)
            assert page.run("document.scrollingElement.scrollWidth") <= 320, name
            page.resize(1280, 720)
            assert page.run("window.ran") is None, name
            assert page.run("document.scripts.length") == ("index" in name), name
            links = page.run("[...document.links].map(link => link.getAttribute('href'))")
            tables = [link for link in links if link.startswith("data:text/csv")]
            assert not [link for link in set(links) - set(tables) if re.match(r"\s*\w+:|//", link)], name
            cells = [cell for link in tables for cell in cells_in(link, name)]
            assert not [cell for cell in cells if FORMULA.match(cell) and not NUMBER.fullmatch(cell)], name
            assert page.run("document.querySelectorAll('main h1').length") == 1, name
            assert page.run("document.querySelectorAll('footer').length") == 1, name
            assert page.run("document.querySelectorAll('style').length") == 1, name
            assert page.run("[...document.images].every(image => image.src.startsWith('data:'))"), name
            if ".en." in name:
                page.run(axe + ";0")
                assert complaints(page)["violations"] == [], name
            page.listen()
            assert [url for url in page.requests if not url.startswith("data:")] == [address(hostile, name)]
            assert page.messages == [], name


def test_the_text_itself_is_shown_as_it_was_written(chromium: Chromium, hostile: Path):
    with chromium.open(address(hostile, "index.en.html")) as page:
        text = page.run("document.querySelector('.units').textContent")
    with (hostile / "tables" / "units.csv").open(encoding="utf-8", newline="") as file:
        names = [row["name"].removeprefix("'") for row in csv.DictReader(file)]
    assert len(names) == 4
    for name in names:
        shown = re.sub("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", name).strip()
        assert shown in text, name
    assert "\u202e" not in text  # a mark that would turn the numbers after it around


def test_no_cell_of_a_table_starts_a_formula(hostile: Path):
    tables = sorted((hostile / "tables").glob("*.csv"))
    assert tables
    for path in tables:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                for cell in row:
                    assert NUMBER.fullmatch(cell) or not FORMULA.match(cell), (path.name, cell)


def test_printing_and_the_record_bear_it_too(chromium: Chromium, hostile: Path):
    with chromium.open(address(hostile, "city/brief.id.html")) as page:
        assert page.pdf().startswith(b"%PDF")
    record = json.loads((hostile / "city" / "record.json").read_text(encoding="utf-8"))
    assert TEXTS[1] in record["city"]

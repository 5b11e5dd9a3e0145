"""A cell of a researcher's own, from the notebook through the batch to the page in a browser."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import nbformat
import pytest

from asn_analysis.run import hashes
from asn_analysis.simulate.simulation import simulate
from tests.briefs.conftest import asn
from tests.browser.chromium import Chromium
from tests.browser.test_pages import OPEN_ALL, address, complaints
from tests.conftest import needed_alone

BOTH = """
from matplotlib import pyplot as plt
_, axes = plt.subplots()
axes.plot(sorted(panel["ikm"]))
cells = panel.groupby("quarter", as_index=False).agg(units=("unit_id", "size"))
asn.part(en=["Our own reading.", "Units a quarter", cells, "All cells, by index", axes],
         id=["Bacaan kami sendiri.", "Unit per triwulan", cells])
"""
ALONE = 'asn.part(id="Catatan untuk rapat.")'
SCRATCH = "panel.head()"
PLACE = "brief.certainty()"
SEEN = """[...document.querySelectorAll('h2, p, caption, figcaption, img')].filter(
    each => each.checkVisibility()).map(each => each.tagName == 'IMG'
    ? [each.alt, each.naturalWidth > 0 && each.complete, each.offsetWidth <= innerWidth]
    : [each.id || each.innerText.trim(), each.closest('[lang]').lang])"""


Run = tuple[Path, str, tuple[str, str]]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A quarter whose notebook has three more cells, the line on the last of them, and what two runs said."""
    folder = tmp_path_factory.mktemp("own")
    shutil.copytree(hashes.NOTEBOOKS, folder / "notebooks")
    path = folder / "notebooks" / "city_brief.ipynb"
    notebook = nbformat.read(path, as_version=4)
    place = next(number for number, cell in enumerate(notebook.cells) if cell.source == PLACE)
    own = [
        nbformat.v4.new_code_cell(source, id=f"own-{n}") for n, source in enumerate((BOTH, ALONE, SCRATCH))
    ]
    notebook.cells[place:place] = own
    nbformat.write(notebook, path)
    named = f"cell {place + 3} ({SCRATCH}): shown here alone; asn.part(id=…, en=…) puts it on the page"
    city = needed_alone(simulate(folder / "city", units=10, quarters=6, respondents=12, effect=4.0, seed=3))
    call = ("briefs", "--data", city, "--out", folder / "reports", "--units", "36.73.01")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hashes, "NOTEBOOKS", folder / "notebooks")
        first, second = asn(*call), asn(*call)
    assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output
    return folder / "reports" / "2026Q3", named, (first.output, second.output)


def test_what_no_page_shows_is_named_by_cell_and_holds_nothing_up(run: Run):
    quarter, line, (first, second) = run
    told = json.loads((quarter / "run.json").read_text(encoding="utf-8"))["made"]
    assert {each["scope"]: each.get("unshown") for each in told} == {"city": [line], "36.73.01": None}
    assert f"on no page of 1 brief: {line}" in first and f"on no page of 1 brief: {line}" in second
    assert "0 briefs made (0 pages), 2 unchanged, 0 failed" in second


@pytest.mark.parametrize("language", ["en", "id"])
def test_own_text_table_and_figure_are_seen_where_their_cell_stands(
    chromium: Chromium, axe: str, run: Run, language: str
):
    with chromium.open(address(run[0], f"city/brief.{language}.html")) as page:
        page.run(OPEN_ALL)
        seen = page.run(SEEN)
        texts = [each[0] for each in seen]
        figure = ["All cells, by index", True, True]
        expected = {
            "en": [
                ["Our own reading.", "en"],
                ["Units a quarter", "en"],
                figure,
                ["All cells, by index", "en"],
            ],
            "id": [
                ["Bacaan kami sendiri.", "id"],
                ["Unit per triwulan", "id"],
                ["Catatan untuk rapat.", "id"],
            ],
        }[language]
        start = texts.index(expected[0][0])
        assert seen[start : start + len(expected)] == expected
        assert not {"Catatan untuk rapat.", "Our own reading."} & {*texts} - {each[0] for each in expected}
        certain, satisfied = map(texts.index, ("how-sure-we-are", "satisfaction-in-the-city"))
        assert certain < start < satisfied
        page.run(axe + ";0")
        assert complaints(page) == {"violations": [], "incomplete": []}
        page.resize(390, 844)
        assert page.run("document.scrollingElement.scrollWidth") <= 390

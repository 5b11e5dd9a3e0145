"""The published notebook is the analysis: a step that is changed changes the brief, and a cell of one's own is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from matplotlib.figure import Figure
from nbformat import NotebookNode

import asn_analysis as asn
from asn_analysis.pages.own import not_published
from asn_analysis.pages.parts import PART
from asn_analysis.pages.page import brief_page, record_in
from asn_analysis.simulate.simulation import simulate
from tests.conftest import needed_alone
from tests.notebooks.running import a_shell, run_cells

BRIEF = Path(__file__).parents[2] / "notebooks" / "city_brief.ipynb"
OWN = """
from matplotlib import pyplot as plt
figure, axes = plt.subplots()
axes.plot([1, 2])
table = panel.groupby("quarter").size().reset_index(name="units < 9")
asn.part(en=["Three reasons & more.", "Units by quarter", table, "A line of my own", axes], id="Catatan kami.")
"""


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("own") / "city"
    return needed_alone(simulate(folder, units=12, quarters=10, respondents=15, effect=4.0, seed=3))


@pytest.fixture(scope="module")
def run(city: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., NotebookNode]:
    def executed(*added: tuple[int, str], replaced: tuple[str, str] = ("", "")) -> NotebookNode:
        notebook = nbformat.read(BRIEF, as_version=4)
        for cell in notebook.cells:
            cell.source = cell.source.replace(*replaced) if replaced[0] else cell.source
        for place, source in added:
            notebook.cells.insert(place, nbformat.v4.new_code_cell(source, id=f"own-{place}"))
        path = tmp_path_factory.mktemp("run") / "brief.ipynb"
        nbformat.write(notebook, path)
        with a_shell() as shell:
            shown = run_cells(shell, path, data=str(city))
        for cell in notebook.cells:
            outputs = shown.get(cell.id, []) if cell.cell_type == "code" else []
            if cell.cell_type == "code":
                cell.outputs = [nbformat.v4.new_output("display_data", data) for data in outputs]
        return notebook

    return executed


@pytest.fixture(scope="module")
def declared(city: Path) -> dict[str, Any]:
    """The record of the city as it is declared, by the verbs alone."""
    return asn.city_record(inputs := asn.read_city(city), asn.analyse_city(inputs))


def test_a_cell_of_ones_own_comes_out_where_it_stands_and_others_are_named(run, declared):
    as_it_is = nbformat.read(BRIEF, as_version=4).cells
    place = next(number for number, cell in enumerate(as_it_is) if cell.source == "brief.certainty()")
    notebook = run((place, OWN), (place + 2, "panel.head()"))
    page = {language: brief_page(notebook, language) for language in ("id", "en")}
    own = page["en"].index("<p>Three reasons &amp; more.</p>")
    certain, satisfied = (page["en"].index(f'<h2 id="{name}"') for name in ("how-sure-we-are", "satisfaction-in-the-city"))
    assert certain < own < satisfied
    assert "<th" in page["en"][own:] and "units &lt; 9" in page["en"] and ">Units by quarter</caption>" in page["en"]
    assert re.search(r'<img src="data:image/svg\+xml;base64,[^"]+" alt="A line of my own">', page["en"])
    assert "Catatan kami." in page["id"] and "Catatan kami." not in page["en"]
    assert "Three reasons" not in page["id"]
    named = f"cell {place + 3} (panel.head()): shown here alone; asn.part(id=…, en=…) puts it on the page"
    assert not_published(notebook) == (named,)
    assert record_in(notebook)["effect"] == declared["effect"]
    notebook.cells.append(nbformat.v4.new_markdown_cell("Three reasons.", metadata={"tags": ["told"]}))
    with pytest.raises(ValueError, match="Three reasons.* is no heading; asn.part"):
        brief_page(notebook, "en")


def test_a_step_that_is_changed_changes_the_brief_and_no_locked_plan_holds_for_it(run, declared):
    never = "asn.Design(**{**vars(asn.city_design()), 'comparison': 'never_treated'})"
    changed = ("asn.city_design()", never)
    told = record_in(run(replaced=changed))
    assert told["effect"]["estimate"] != declared["effect"]["estimate"]
    assert told["effect"]["comparison"] == "never_treated"
    reasons = [reason["code"] for reason in told["verdict"]["reasons"]]
    assert "plan_not_locked" in reasons


def test_a_notebook_shows_the_language_that_is_asked_for(declared):
    shown = {
        language: asn.Brief(declared, language=language).limits()._repr_mimebundle_() for language in ("id", "en")
    }
    assert shown["id"]["text/html"] != shown["en"]["text/html"]
    assert all(data["text/html"] == data[PART][language] for language, data in shown.items())


def test_what_no_page_can_show_is_said():
    with pytest.raises(ValueError, match="A brief has no language fr; it has id, en."):
        asn.part(fr="Bonjour")
    for untitled in (pd.DataFrame({"n": [1]}), Figure()):
        with pytest.raises(ValueError, match="A table or figure needs a title"):
            asn.part(en=untitled)
    with pytest.raises(ValueError, match="texts, tables and figures, and no int"):
        asn.part(en=["A number", 3])
    assert asn.part(en="<b>bold</b>").html == {"id": "", "en": "<p>&lt;b&gt;bold&lt;/b&gt;</p>"}

"""Another language is its catalogues and its names in the rules: no line of code knows which there are."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

import asn_analysis
from tests.changed import House, change_house

PACKAGE = Path(asn_analysis.__file__).parent
MARK = "jw·"  # before every text of the made-up language, which goes by the code of Javanese
INDONESIAN = re.compile(r"^(\s*)id: (.*)$", re.MULTILINE)
INLINE = re.compile(r"\{id: (\"[^\"]*\"|[^,]*), en:")


def catalogue(path: Path) -> str:
    text = path.read_text(encoding="utf-8").replace("Language: id", "Language: jv")
    head, *messages = re.split(r"\n\n(?=msg)", text)
    return "\n\n".join(
        [head, *(re.sub(r'^(msgstr[^"]*")', rf"\1{MARK}", one, flags=re.M) for one in messages)]
    )


def with_names(text: str) -> str:
    text = INLINE.sub(lambda found: f"{{jv: {_marked(found[1])}, id: {found[1]}, en:", text)
    return INDONESIAN.sub(lambda found: f"{found[1]}jv: {_marked(found[2])}\n{found[0]}", text)


def _marked(name: str) -> str:
    return f'"{MARK}{name[1:]}' if name.startswith('"') else MARK + name


CATALOGUES = {path.name: path for path in (PACKAGE / "words" / "locale" / "id").glob("*.po")}
EDITS: dict[str, str | Callable[[str], str]] = {
    **{f"words/locale/jv/{name}": catalogue(path) for name, path in CATALOGUES.items()},
    "rules/skm/permenpan_14_2017.yml": with_names,
    "rules/indicators.yml": with_names,
}
SCRIPT = """
import json, sys
from nbformat import v4
from asn_analysis import Brief
from asn_analysis.pages.catalogue import catalogue_page, catalogue_record
from asn_analysis.pages.page import brief_page
from asn_analysis.words.language import LANGUAGES

city, unit = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:])
brief = Brief(city)
shown = [brief.first_screen(), brief.satisfaction(), brief.arms(), brief.annex(), brief.numbers()]
notebook = v4.new_notebook(cells=[v4.new_markdown_cell("## Limits", metadata={"tags": ["told"]})])
for part in shown:
    output = v4.new_output("display_data", data=part._repr_mimebundle_())
    notebook.cells.append(v4.new_code_cell(outputs=[output]))
pages = [brief_page(notebook, "jv"), catalogue_page(catalogue_record(city, [unit], [], LANGUAGES), "jv")]
print(json.dumps([LANGUAGES, *pages]))
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> House:
    return change_house(tmp_path_factory.mktemp("house"), EDITS)


def test_a_third_language_is_catalogues_and_rules_only(house, made):
    assert all(name.startswith(("rules/", "words/locale/jv/")) for name in house.changed)
    records = [made.folder(scope) / "record.json" for scope in ("city", made.units[0])]
    languages, page, catalogue = json.loads(house.ask(SCRIPT, *records))
    assert languages == ["id", "en", "jv"]
    assert '<html lang="jv"' in page and '<html lang="jv"' in catalogue
    assert f"{MARK}Persyaratan" in page  # an element
    assert f"{MARK}Kompetensi dan perilaku pelaksana" in page  # an indicator
    assert f"{MARK}Keterbatasan" in page  # a heading of the notebook
    assert page.count(MARK) > 300 and catalogue.count(MARK) > 30
    assert "brief.jv.html" in catalogue

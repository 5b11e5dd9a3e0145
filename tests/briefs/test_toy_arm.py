"""Another arm of the policy: its folder, its table, its place in the list, and its catalogue."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.changed import House, after, change_house

ARM = '''"""Ideas: what citizens propose."""

from __future__ import annotations

from dataclasses import dataclass

from asn_analysis.arms.arm import Arm, Prepared, Told
from asn_analysis.words.language import _
from asn_analysis.words.messages import Counted


@dataclass(frozen=True)
class Ideas:
    """Ideas on record up to the quarter."""

    n: int
    n_units: int


SENT = Counted(
    Ideas,
    "n",
    "{n:count} idea was sent to {n_units:count} units.",
    "{n:count} ideas were sent to {n_units:count} units.",
)


def prepare(dataset, panel, quarter):
    """The city's part alone."""
    ideas = dataset.ideas[dataset.ideas["sent"] <= quarter.end_time]
    return Prepared(Ideas(len(ideas), ideas["unit_id"].nunique()))


def sentences(words, part):
    """How many, and to how many units."""
    return [words.tell(SENT, part)]


ARM = Arm("ideas", _("Ideas of citizens"), {"ideas": _("ideas")}, prepare, Told(Ideas, sentences))
'''
TABLE = """
ideas:
  row: A row is an idea.
  columns:
    unit_id: {of_unit: Unit that it was sent to}
    sent: {date: Day on which it was sent}
"""
CATALOGUE = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: id\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

msgid "{n:count} idea was sent to {n_units:count} units."
msgid_plural "{n:count} ideas were sent to {n_units:count} units."
msgstr[0] "{n:count} gagasan disampaikan kepada {n_units:count} unit."

msgid "Ideas of citizens"
msgstr "Gagasan warga"

msgid "ideas"
msgstr "gagasan"
"""
EDITS = {
    "arms/ideas/__init__.py": ARM,
    "arms/__init__.py": after("ARMS = (", "IDEAS, ", "from asn_analysis.arms.ideas import ARM as IDEAS\n\n"),
    "records/tables.yml": lambda text: text + TABLE,
    "records/intake.py": after("    follow_ups: pd.DataFrame | None\n", "    ideas: pd.DataFrame | None\n"),
    "words/locale/id/ideas.po": CATALOGUE,
}
SCRIPT = """
import sys
from asn_analysis import Brief, analyse_city, city_record, read_city
city = read_city(sys.argv[1])
brief = Brief(city_record(city, analyse_city(city)))
shown = brief.arms()
print(shown.html[sys.argv[2]], brief.numbers().record["ideas"])
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> House:
    return change_house(tmp_path_factory.mktemp("house"), EDITS)


def test_a_toy_arm_takes_five_files_and_stands_on_the_page(house, bare_city, tmp_path):
    data = shutil.copytree(bare_city, tmp_path / "data")
    manifest = (data / "dataset.yml").read_text(encoding="utf-8")
    (data / "dataset.yml").write_text(manifest.replace("tables:\n", "tables:\n  ideas: ideas.csv\n"), "utf-8")
    units = _codes(data)
    rows = [f"{unit},2026-05-0{day}" for day, unit in enumerate((units[0], units[0], units[1]), start=1)]
    (data / "ideas.csv").write_text("\n".join(["unit_id,sent", *rows, f"{units[2]},2026-12-24"]), "utf-8")
    said = house.ask(SCRIPT, data, "id")
    assert ">3</data> gagasan disampaikan kepada <data" in said and "{'n': 3, 'n_units': 2}" in said
    assert 'data-from="ideas.n_units" value="2">2</data> unit.' in said
    assert len(house.changed) <= 5


def _codes(data: Path) -> list[str]:
    lines = (data / "units.csv").read_text(encoding="utf-8").splitlines()
    return [line.split(",")[0] for line in lines[1:4]]

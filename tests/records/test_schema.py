"""The schema says for every column what a clerk needs, and data/README.md says what the schema says."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from asn_analysis.records.manifest import KNOWN_KEYS
from asn_analysis.records.schema import ITEMS, REQUIRED_TABLES, TABLES, dictionary
from asn_analysis.rules.rules import load_skm

README = Path(__file__).parents[2] / "data" / "README.md"
COLUMNS = [(table, column) for table, schema in TABLES.items() for column in schema.columns]


def test_readme_holds_the_dictionary_word_for_word():
    assert README.read_text(encoding="utf-8").endswith("\n" + dictionary() + "\n")


def test_example_manifest_of_the_readme_has_every_key_and_element():
    text = README.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    manifest = yaml.safe_load(text)
    assert set(manifest) == set(KNOWN_KEYS)
    assert set(manifest["elements"]) == {element.name for element in load_skm().elements}


def test_eight_tables_of_which_three_are_needed():
    assert len(TABLES) == 8
    assert tuple(TABLES)[:3] == REQUIRED_TABLES


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_every_column_is_described_with_allowed_values_and_remedy(table, column):
    told = TABLES[table].columns[column]
    assert told.description
    assert told.allowed
    assert told.remedy.endswith(".")


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_a_column_that_may_be_absent_may_also_be_empty(table, column):
    told = TABLES[table].columns[column]
    assert told.nullable or told.required


def test_items_must_be_in_the_file_but_may_be_empty():
    for item in ITEMS:
        told = TABLES["responses"].columns[item]
        assert (told.required, told.nullable) == (True, True)

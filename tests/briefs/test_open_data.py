"""The tables described for programs, by the rules of the Data Package and DCAT; every cell is of its type."""

from __future__ import annotations

import csv
import json
import re
from hashlib import sha256
from typing import get_type_hints

import pytest

from asn_analysis.measures.ranking import Standing
from asn_analysis.pages.catalogue import EFFECT
from asn_analysis.pages.open_data import COLUMNS, TITLES, _row_types, descriptions
from asn_analysis.pages.spreadsheet import rows_as_csv
from asn_analysis.records.schema import TABLES

TYPES = {
    "integer": int,
    "number": float,
    "string": str,
    "boolean": {"True": True, "False": False}.__getitem__,
}
HEAD = {
    **{"scope": "city", "quarter": "2026Q3", "city": "Kota X", "producer": "Bagian Organisasi"},
    **{"licence": "CC BY 4.0", "package_version": "0.1.0", "data": {"simulated": False}},
    "dates": {"start": "2023-01-01", "end": "2026-09-30"},
}


@pytest.fixture(scope="module")
def package(made) -> dict:
    return json.loads((made.quarter / "tables" / "datapackage.json").read_text(encoding="utf-8"))


def test_the_package_holds_what_its_profile_requires(package):
    assert package["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert re.fullmatch(r"[a-z0-9._-]+", package["name"])
    assert all(re.fullmatch(r"[-a-zA-Z0-9._]+", one["name"]) for one in package["licenses"])
    assert package["title"].startswith("Data simulasi: ") and "Simulated data: " in package["description"]
    names = [resource["name"] for resource in package["resources"]]
    assert names and len(set(names)) == len(names)
    for resource in package["resources"]:
        assert re.fullmatch(r"[a-z0-9._-]+", resource["name"])
        assert not resource["path"].startswith(("/", ".")) and resource["type"] == "table"
        fields = [field["name"] for field in resource["schema"]["fields"]]
        assert fields and len(set(fields)) == len(fields)


def test_every_table_is_described_and_every_cell_is_of_its_columns_type(made, package):
    folder = made.quarter / "tables"
    assert {one["path"] for one in package["resources"]} == {path.name for path in folder.glob("*.csv")}
    for resource in package["resources"]:
        content = (folder / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{sha256(content).hexdigest()}"
        header, *rows = csv.reader(content.decode().splitlines())
        assert header == [field["name"] for field in resource["schema"]["fields"]]
        for row in rows:
            for field, cell in zip(resource["schema"]["fields"], row, strict=True):
                if cell != "":
                    TYPES[field["type"]](cell)


def test_types_are_those_of_the_records_schema_and_do_not_hang_on_the_values(package):
    types = {
        one["name"]: {f["name"]: f["type"] for f in one["schema"]["fields"]} for one in package["resources"]
    }
    assert types["trend"]["value"] == "number" and types["trend"]["n"] == "integer"
    assert types["trend"]["withheld"] == "boolean" and types["trend"]["quarter"] == "string"
    text = rows_as_csv([{"quarter": "2026Q3", "value": 80, "n": None, "withheld": False}])
    fields = json.loads(descriptions(HEAD, {"trend": text})["datapackage.json"])["resources"][0]["schema"][
        "fields"
    ]
    assert [field["type"] for field in fields] == ["string", "number", "integer", "boolean"]


def test_every_column_says_what_it_holds_in_both_languages(package):
    fields = {
        f"{one['name'].removeprefix('units_')}.{field['name'].partition('.')[0]}": field
        for one in package["resources"]
        for field in one["schema"]["fields"]
    }
    assert all(field["title"] != field["description"] for field in fields.values())
    assert fields["elements.name"]["description"] == "Name of the element"
    assert fields["units.name"]["description"] == "Name of the unit"
    rows = {**_row_types(), "ranking": get_type_hints(Standing), "effect": EFFECT}
    known = {*fields, *(f"{table}.{column}" for table in TITLES for column in rows.get(table, ()))}
    assert {column.partition(".")[2] for column in known} <= {*COLUMNS, *TABLES["units"].columns, "table"}
    assert {name for name in COLUMNS if not any(f".{one}".endswith(f".{name}") for one in known)} == set()


def test_a_code_of_digits_stays_a_text():
    text = rows_as_csv([{"unit_id": "01", "name": "7", "value": 80.5, "n_overdue": 2}])
    fields = json.loads(descriptions(HEAD, {"units": text})["datapackage.json"])["resources"][0]["schema"][
        "fields"
    ]
    assert [field["type"] for field in fields] == ["string", "string", "number", "integer"]


def test_dcat_names_each_table_in_both_languages_with_its_hash(made):
    folder = made.quarter / "tables"
    found = json.loads((folder / "dcat.jsonld").read_text(encoding="utf-8"))
    prefixes = set(found["@context"])
    assert found["@type"] == "dcat:Dataset"
    assert [title["@language"] for title in found["dct:title"]] == ["id", "en"]
    assert {one["dcat:downloadURL"]["@id"] for one in found["dcat:distribution"]} == {
        path.name for path in folder.glob("*.csv")
    }
    for one in found["dcat:distribution"]:
        content = (folder / one["dcat:downloadURL"]["@id"]).read_bytes()
        assert one["spdx:checksum"]["spdx:checksumValue"] == sha256(content).hexdigest()
        indonesian, english = (title["@value"] for title in one["dct:title"])
        assert indonesian != english
        assert {name.split(":")[0] for name in one if ":" in name} <= prefixes
    assert {name.split(":")[0] for name in found if ":" in name} <= prefixes


def test_a_licence_in_words_gets_a_name_that_the_profile_takes():
    package = json.loads(descriptions(HEAD, {"units": "unit_id\n01\n"})["datapackage.json"])
    assert package["licenses"] == [{"name": "CC-BY-4.0", "title": "CC BY 4.0"}]
    assert "simulasi" not in package["title"]


def test_whole_numbers_stay_whole_where_some_are_missing():
    rows = [{"n": 3, "more": {"a": 1.5}, "list": [1]}, {"n": None, "more": {"b": True}}]
    assert rows_as_csv(rows) == "n,more.a,more.b\n3,1.5,\n,,True\n"

"""The bundle's metadata held against each MUST of RO-Crate 1.1 and of Process Run Crate 0.5."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from datetime import date
from urllib.parse import unquote

import pytest

from asn_analysis.pages.crate import CONTEXTS, PROFILE, crate
from tests.briefs.conftest import Made, asn


@pytest.fixture(scope="module")
def archive(made: Made, tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    path = tmp_path_factory.mktemp("crate") / "2026Q3.zip"
    assert asn("bundle", made.quarter, "--to", path).exit_code == 0
    return zipfile.ZipFile(path)


@pytest.fixture
def entities(archive) -> dict[str, dict]:
    """By identifier; every entity must have one, and no two the same (the graph is flattened)."""
    told = json.loads(archive.read("ro-crate-metadata.json"))
    assert told["@context"] == CONTEXTS
    found = {entity["@id"]: entity for entity in told["@graph"]}
    assert len(found) == len(told["@graph"]) and all(entity["@type"] for entity in told["@graph"])
    return found


def references(value: object) -> list[str]:
    if isinstance(value, dict):
        return [value["@id"]]
    return [one for entry in value for one in references(entry)] if isinstance(value, list) else []


def test_the_descriptor_leads_to_a_root_that_has_what_it_must_have(entities):
    descriptor, root = entities["ro-crate-metadata.json"], entities["./"]
    assert descriptor["@type"] == "CreativeWork" and descriptor["about"] == {"@id": "./"}
    assert descriptor["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    assert root["@type"] == "Dataset" and root["name"] and root["description"]
    assert date.fromisoformat(root["datePublished"]) == date(2026, 9, 30)
    licence = entities[root["license"]["@id"]]
    assert licence["name"] == "CC0-1.0" and licence["description"]


def test_every_reference_leads_to_an_entity_and_every_data_entity_hangs_on_the_root(entities):
    for entity in entities.values():
        for name, value in entity.items():
            if name != "conformsTo" or entity["@id"] != "ro-crate-metadata.json":
                assert set(references(value)) <= set(entities), (entity["@id"], name)
    parts = set(references(entities["./"]["hasPart"]))
    typed = {
        name: {kind} if isinstance(kind := one["@type"], str) else {*kind} for name, one in entities.items()
    }
    data = {name for name, kinds in typed.items() if kinds & {"File", "Dataset"}}
    assert data - {"./"} == parts


def test_each_file_is_there_with_its_hash_and_size(entities, archive):
    files = {name: entity for name, entity in entities.items() if entity["@type"] == "File"}
    for name, entity in files.items():
        content = archive.read(unquote(name))
        assert hashlib.sha256(content).hexdigest() == entity["sha256"]
        assert entity["contentSize"] == str(len(content))
    published = {name for name in archive.namelist() if name.startswith("2026Q3/")}
    assert {unquote(name) for name in files} == published | {"software/requirements.lock"}


def test_the_run_says_what_made_what_from_what(entities, made):
    root, run = entities["./"], entities["#run"]
    assert root["conformsTo"] == {"@id": PROFILE} and entities[PROFILE]["@type"] == "CreativeWork"
    assert run["@type"] == "CreateAction" and {"@id": "#run"} in root["mentions"]
    program = entities[run["instrument"]["@id"]]
    assert "SoftwareApplication" in program["@type"] and program["softwareVersion"]
    inputs = {entities[one["@id"]]["name"]: entities[one["@id"]] for one in run["object"]}
    assert {"dataset.yml", "analysis_plan.yml", "responses.parquet", "units.csv"} <= set(inputs)
    for name, entity in inputs.items():
        assert entity["sha256"] == hashlib.sha256((made.data / name).read_bytes()).hexdigest()
        assert entity["@type"] == "CreativeWork"  # no file of the crate: it holds answers of persons
    assert run["description"].startswith("asn briefs --data DATA --quarter 2026Q3 --out OUT")
    assert entities[run["agent"]["@id"]]["@type"] == "Organization"


def test_offices_that_reviewed_it_stand_as_offices_and_date_it(made):
    run = json.loads((made.quarter / "run.json").read_text(encoding="utf-8"))
    city = {**made.record("city"), "licence": ""}
    reviews = [{"role": "Inspektorat", "date": "2026-10-07"}, {"role": "Inspektorat", "date": "2026-10-05"}]
    told = crate(run, city, {"2026Q3/units/Ä~1/x.csv": b"a"}, "asn", reviews)
    found = {entity["@id"]: entity for entity in json.loads(told)["@graph"]}
    assert found["./"]["datePublished"] == "2026-10-07"
    assert found["#review-0"] | {"name": "Inspektorat", "@type": "Organization"} == found["#review-0"]
    assert "#review-1" not in found and not re.search('"@type": "Person"', told)
    assert found["#licence"]["name"] == "No licence is stated"
    assert found["2026Q3/units/%C3%84~1/x.csv"]["encodingFormat"] == "text/csv"

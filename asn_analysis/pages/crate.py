"""A bundle told to programs: RO-Crate 1.1, by the profile Process Run Crate 0.5.

https://www.researchobject.org/ro-crate/specification/1.1/ and https://w3id.org/ro/wfrun/process/0.5
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

NAME = "ro-crate-metadata.json"
SPECIFICATION = "https://w3id.org/ro/crate/1.1"
PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
CONTEXTS = [f"{SPECIFICATION}/context", "https://w3id.org/ro/terms/workflow-run/context"]
SOFTWARE, PRODUCER, LICENCE, RUN = "software/", "#producer", "#licence", "#run"
FORMATS = {
    ".html": "text/html",
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".csv": "text/csv",
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".lock": "text/plain",
}
Entity = dict[str, Any]


def crate(
    run: Mapping[str, Any],
    city: Mapping[str, Any],
    files: Mapping[str, bytes],
    command: str,
    reviews: Sequence[Mapping[str, Any]] = (),
) -> str:
    """The metadata file of a bundle.

    Parameters
    ----------
    run, city : run.json, and the city's record
    files : content of each file by its name in the bundle
    command : what makes the quarter
    reviews : who reviewed it, each with role and date

    It is dated by the last review or else by the end of the quarter, before which nothing of it can have
    been published: the day of packing would give the same content other bytes.
    """
    results = {name: content for name, content in files.items() if name.startswith(f"{run['quarter']}/")}
    others = {
        name: content
        for name, content in files.items()
        if name not in results and (not name.startswith(SOFTWARE) or name.endswith(".lock"))
    }
    described = [_file(name, content) for name, content in sorted((results | others).items())]
    inputs = [_input(name, about) for name, about in run["rerun"]["data"].items()]
    roles = sorted({review["role"] for review in reviews})
    root: Entity = {
        "@id": "./",
        "@type": "Dataset",
        "conformsTo": _to(PROFILE),
        "name": f"Policy briefs {run['quarter']}, {city['city']}",
        "description": _description(run, city),
        "datePublished": max((review["date"] for review in reviews), default=city["dates"]["end"]),
        "temporalCoverage": f"{city['dates']['start']}/{city['dates']['end']}",
        "license": _to(LICENCE),
        "author": _to(PRODUCER),
        "hasPart": [_to(SOFTWARE), *(_to(entity["@id"]) for entity in described)],
        "mentions": [_to(RUN), *(_to(f"#review-{place}") for place, _role in enumerate(roles))],
    }
    action: Entity = {
        "@id": RUN,
        "@type": "CreateAction",
        "name": f"Making the briefs of {run['quarter']}",
        "description": command,
        "instrument": _to(SOFTWARE),
        "agent": _to(PRODUCER),
        "object": [_to(entity["@id"]) for entity in inputs],
        "result": [_to(_address(name)) for name in sorted(results)],
    }
    graph = [
        {"@id": NAME, "@type": "CreativeWork", "conformsTo": _to(SPECIFICATION), "about": _to("./")},
        root,
        {"@id": PROFILE, "@type": "CreativeWork", "name": "Process Run Crate", "version": "0.5"},
        *_institutions(city, roles),
        _software(run),
        action,
        *inputs,
        *described,
    ]
    return json.dumps({"@context": CONTEXTS, "@graph": graph}, indent=1, ensure_ascii=False) + "\n"


def _description(run: Mapping[str, Any], city: Mapping[str, Any]) -> str:
    simulated = "Simulated data. " if city["data"]["simulated"] else ""
    return (
        f"{simulated}Pages and records of {run['quarter']}, the program that made them, and hashes of the "
        "data, which are not here because they hold answers of persons. `asn reproduce` makes them again."
    )


def _institutions(city: Mapping[str, Any], roles: Sequence[str]) -> list[Entity]:
    """Licence and authors; offices, never persons."""
    licence = city["licence"] or "No licence is stated"
    return [
        {"@id": LICENCE, "@type": "CreativeWork", "name": licence, "description": "As dataset.yml states."},
        {"@id": PRODUCER, "@type": "Organization", "name": city["producer"] or city["city"]},
        *(
            {"@id": f"#review-{place}", "@type": "Organization", "name": role, "description": "Reviewed it"}
            for place, role in enumerate(roles)
        ),
    ]


def _software(run: Mapping[str, Any]) -> Entity:
    return {
        "@id": SOFTWARE,
        "@type": ["Dataset", "SoftwareApplication"],
        "name": "asn-analysis",
        "description": "Source of the program; requirements.lock holds what it needs, with hashes.",
        "softwareVersion": run["versions"]["asn-analysis"],
        "sha256": (*run["made"], *run["skipped"])[0]["parts"]["package"],
        "softwareRequirements": _to(f"{SOFTWARE}requirements.lock"),
        "hasPart": [_to(f"{SOFTWARE}requirements.lock")],
    }


def _input(name: str, about: Mapping[str, str]) -> Entity:
    return {
        "@id": f"#data/{quote(name)}",
        "@type": "CreativeWork",
        "name": name,
        "description": "Kept by the city; not in this bundle.",
        "sha256": about["sha256"],
    }


def _file(name: str, content: bytes) -> Entity:
    kind = FORMATS.get(PurePosixPath(name).suffix)
    return {
        "@id": _address(name),
        "@type": "File",
        "name": name,
        "contentSize": str(len(content)),
        "sha256": sha256(content).hexdigest(),
        **({"encodingFormat": kind} if kind else {}),
    }


def _address(name: str) -> str:
    return quote(name)


def _to(address: str) -> Entity:
    return {"@id": address}

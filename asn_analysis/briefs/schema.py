"""``make schema``: the JSON schema of record.json, arms included, as ``data/record.schema.json``."""

from __future__ import annotations

import json
from dataclasses import field, make_dataclass
from typing import Any

import msgspec

from asn_analysis.arms import ARMS
from asn_analysis.record.schema import City, Unit

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def record_types() -> tuple[type, type]:
    """The records of the city and of a unit, with a part for each arm, which may be missing."""
    city = [(arm.name, arm.city.part | None, field(default=None)) for arm in ARMS]
    unit = [(arm.name, arm.unit and arm.unit.part | None, field(default=None)) for arm in ARMS]
    return (
        make_dataclass("CityRecord", city, bases=(City,), frozen=True, kw_only=True),
        make_dataclass("UnitRecord", unit, bases=(Unit,), frozen=True, kw_only=True),
    )


def record_schema() -> dict[str, Any]:
    """One schema for both, by JSON Schema's rules."""
    found, named = msgspec.json.schema_components(record_types(), ref_template="#/$defs/{name}")
    return {"$schema": DIALECT, "title": "record.json of a brief", "oneOf": list(found), "$defs": named}


def text() -> str:
    """The schema as its file holds it."""
    return json.dumps(record_schema(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    print(text(), end="")

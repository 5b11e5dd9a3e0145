"""What the tables of a quarter are, for programs: a Data Package (Frictionless 2.0) and a DCAT 3 data set.

https://datapackage.org/standard/data-package/ and https://www.w3.org/TR/vocab-dcat-3/
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import is_dataclass
from functools import cache
from hashlib import sha256
from types import NoneType
from typing import Any, get_args, get_type_hints

from asn_analysis.record.schema import City
from asn_analysis.records.schema import TABLES
from asn_analysis.words.language import LANGUAGES, Words, _, plain
from asn_analysis.words.texts import CODES
from asn_analysis.words.wording import if_simulated

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
FREQUENCY = "http://publications.europa.eu/resource/authority/frequency/QUARTERLY"
CSV = "https://www.iana.org/assignments/media-types/text/csv"
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
TITLES = {
    "units": _("Index of each unit in this quarter"),
    "units_elements": _("Index of each element in each unit"),
    "units_trend": _("Index of each unit by quarter"),
    "ranking": _("Units by their index, drawn to the mean"),
    "elements": _("Index of each element in the city"),
    "trend": _("Index of the city by quarter"),
    "effect": _("Effect of training on the index"),
    "event_study": _("Effect by quarters since the training"),
    "paths": _("Trained units, observed and expected without the training"),
    "element_effects": _("Effect of training on each element"),
    "checks": _("Checks of the effect"),
    "estimators": _("Effect by other estimators"),
    "kinds": _("Effect by kind of training"),
    "unit_types": _("Effect by type of unit"),
    "ordinal": _("Effect on the share of answers up to 1, 2 and 3"),
    "specifications": _("Effect in every way to analyse the data"),
}
COLUMNS = CODES["columns"]
TEXTS = ("unit_id", "name", "unit_type", "kecamatan", "folder", "state", "moved")  # 01 is no number there
SEEN = (("integer", r"-?\d+"), ("number", r"-?\d+(\.\d+)?(e-?\d+)?"), ("boolean", "True|False"))


def descriptions(city: Mapping[str, Any], tables: Mapping[str, str]) -> dict[str, str]:
    """Both descriptions by the names of their files, of tables that are CSV texts by name."""
    found = {"datapackage.json": _data_package(city, tables), "dcat.jsonld": _dcat(city, tables)}
    return {name: json.dumps(value, indent=1, ensure_ascii=False) + "\n" for name, value in found.items()}


def _data_package(city: Mapping[str, Any], tables: Mapping[str, str]) -> dict[str, Any]:
    titled, licence = _titles(city), city["licence"]
    return {
        "$schema": PROFILE,
        "name": f"asn-{city['quarter'].lower()}",
        "title": titled[LANGUAGES[0]],
        "description": titled["en"],
        "version": city["package_version"],
        **({"licenses": [{"name": re.sub(r"[^\w.-]+", "-", licence), "title": licence}]} if licence else {}),
        **({"sources": [{"title": city["producer"]}]} if city["producer"] else {}),
        "keywords": ["SKM", "IKM", "ASN"],
        "resources": [_resource(name, text) for name, text in sorted(tables.items())],
    }


def _resource(name: str, text: str) -> dict[str, Any]:
    header, *rows = csv.reader(text.splitlines())
    hints = {**_row_types().get(name.removeprefix("units_"), {}), **dict.fromkeys(TEXTS, str)}
    fields = [
        {
            "name": column,
            **_in_words(_meaning(name.removeprefix("units_"), column)),
            "type": _kind(hints.get(column), [row[place] for row in rows]),
        }
        for place, column in enumerate(header)
    ]
    return {
        "name": name,
        "type": "table",
        **_in_words(TITLES[name]),
        "path": f"{name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(text.encode()),
        "hash": f"sha256:{sha256(text.encode()).hexdigest()}",
        "schema": {"fields": fields, "missingValues": [""]},
    }


def _in_words(message: str) -> dict[str, str]:
    """What something is: its title in the first language, its description in English."""
    return {"title": plain(Words({}, LANGUAGES[0]).say(message)), "description": message}


def _meaning(table: str, column: str) -> str:
    """What a column holds: as the table's own, of any table, or of the units table that the city sends."""
    name = column.partition(".")[0]
    told = COLUMNS.get(f"{table}.{name}") or COLUMNS.get(name)
    return str(told or TABLES["units"].columns[name].description)


@cache
def _row_types() -> dict[str, dict[str, Any]]:
    """Table to the types of its columns, as the schema of the record has them."""
    rows = {name: next(iter(get_args(hint)), hint) for name, hint in get_type_hints(City).items()}
    return {name: get_type_hints(row) for name, row in rows.items() if is_dataclass(row)}


def _kind(hint: Any, values: Sequence[str]) -> str:
    """The type of a column: as the schema has it, else the narrowest that all its values are of."""
    types = {*(get_args(hint) or (hint,))} - {NoneType}
    for name, of in (("boolean", {bool}), ("integer", {int}), ("number", {int, float})):
        if types and types <= of:
            return name
    filled = [value for value in values if value]
    if hint is not None or not filled:
        return "string"
    fits = (name for name, form in SEEN if all(re.fullmatch(form, value) for value in filled))
    return next(fits, "string")


def _dcat(city: Mapping[str, Any], tables: Mapping[str, str]) -> dict[str, Any]:
    return {
        "@context": CONTEXT,
        "@type": "dcat:Dataset",
        "dct:identifier": f"asn-{city['quarter'].lower()}",
        "dct:title": _in_each(_titles(city)),
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": city["producer"]},
        "dct:license": {"@type": "dct:LicenseDocument", "rdfs:label": city["licence"]},
        "dct:spatial": {"@type": "dct:Location", "rdfs:label": city["city"]},
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": {"@type": "xsd:date", "@value": city["dates"]["start"]},
            "dcat:endDate": {"@type": "xsd:date", "@value": city["dates"]["end"]},
        },
        "dct:accrualPeriodicity": {"@id": FREQUENCY},
        "dcat:version": city["package_version"],
        "dcat:keyword": ["SKM", "IKM", "ASN"],
        "dcat:distribution": [_distribution(name, text) for name, text in sorted(tables.items())],
    }


def _distribution(name: str, text: str) -> dict[str, Any]:
    said = {language: plain(Words({}, language).say(TITLES[name])) for language in LANGUAGES}
    return {
        "@type": "dcat:Distribution",
        "dct:title": _in_each(said),
        "dcat:downloadURL": {"@id": f"{name}.csv"},
        "dcat:mediaType": {"@id": CSV},
        "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(len(text.encode()))},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": sha256(text.encode()).hexdigest(),
        },
    }


def _titles(city: Mapping[str, Any]) -> dict[str, str]:
    """What the data set is, in each language."""
    title = _("Satisfaction with public services and the effect of training, {city}, {quarter}")
    found = {}
    for language in LANGUAGES:
        words = Words(city, language)
        said = words.say(title, city=city["city"], quarter=words.quarter("quarter"))
        found[language] = plain(if_simulated(words, said))
    return found


def _in_each(said: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"@language": language, "@value": text} for language, text in said.items()]

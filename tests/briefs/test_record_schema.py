"""The record is what its types say: as printed for others, as made, as told, and as read again."""

from __future__ import annotations

import ast
import copy
import json
import re
from collections.abc import Iterator
from dataclasses import is_dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import jsonschema
import msgspec
import pandas as pd
import pytest

import asn_analysis
from asn_analysis.briefs.published import read_published
from asn_analysis.briefs.schema import record_schema, record_types, text
from asn_analysis.record.schema import RecordError, checked
from asn_analysis.records.left import Damaged
from tests.briefs.conftest import UNITS

PACKAGE = Path(asn_analysis.__file__).parent
OWN = (
    "catalogue.html.j2",
    "certificate.html.j2",
    "province.html.j2",
    "province.py",
    "sign_off.html.j2",
    "printed.py",
)  # tell records of their own
SAYS = "at|number|count|percent|quarter|rupiah|probability|date|year|range|percent_points|interval"
SAYING = rf"words\.({SAYS})|interval"


def test_the_printed_schema_is_that_of_the_types(root):
    assert (root / "data" / "record.schema.json").read_text(encoding="utf-8") == text()


def test_the_records_of_a_run_hold_what_the_schema_says_and_nothing_else(made):
    for scope, of in zip(("city", UNITS[0]), record_types(), strict=True):
        record = made.record(scope)
        jsonschema.validate(record, record_schema())
        assert not list(_unknown(record, msgspec.to_builtins(msgspec.convert(record, of))))


def _unknown(record: Any, typed: Any, place: str = "record") -> Iterator[str]:
    if isinstance(record, dict):
        yield from (f"{place}.{name}" for name in record.keys() - typed.keys())
        for name in record.keys() & typed.keys():
            yield from _unknown(record[name], typed[name], f"{place}.{name}")
    elif isinstance(record, list):
        for number, pair in enumerate(zip(record, typed, strict=True)):
            yield from _unknown(*pair, f"{place}.{number}")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda record: record["effect"].pop("sesoi"), "missing required field `sesoi` - at `$.effect`"),
        (lambda record: record["ikm"].update(value="86"), "got `str` - at `$.ikm.value`"),
    ],
)
def test_a_record_of_another_shape_is_never_kept(made, change, told):
    record = made.record()
    change(record)
    with pytest.raises(RecordError, match=re.escape(told)):
        checked(record)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            lambda record: {**record, "schema_version": 99},
            "has schema version 99; this program reads 1, 2.",
        ),
        (lambda record: {**record, "verdict": {}}, "missing required field `label` - at `$.verdict`"),
        (lambda record: [record], "is damaged (not what a run writes)"),
    ],
)
def test_an_earlier_quarters_record_is_read_or_refused_plainly(made, tmp_path, change, told):
    path = tmp_path / "2026Q2" / "city" / "record.json"
    path.parent.mkdir(parents=True)
    record = {**made.record(), "quarter": "2026Q2", "schema_version": 1}
    quarter = pd.Period("2026Q3", freq="Q-DEC")
    path.write_text(json.dumps(record), encoding="utf-8")
    assert read_published(tmp_path, quarter)["2026Q2"]["label"] == record["verdict"]["label"]
    path.write_text(json.dumps(change(copy.deepcopy(record))), encoding="utf-8")
    with pytest.raises(Damaged, match=re.escape(told)) as refused:
        read_published(tmp_path, quarter)
    assert str(refused.value).startswith(str(path)) and "asn briefs --quarter 2026Q2" in str(refused.value)


def test_every_place_that_prose_names_stands_in_the_record():
    """Few places are texts still; most are fields, checked where a message is defined."""
    places = sorted({*_in_code(), *_in_templates()})
    assert {"coverage.state", "n_respondents"} < {*places}
    city, unit = record_types()
    lost = [place for place in places if not (_stands(city, place) or _stands(unit, place))]
    assert not lost


def _in_code() -> Iterator[str]:
    for path in [*PACKAGE.glob("words/*.py"), *PACKAGE.glob("arms/**/*.py")]:
        if path.name in OWN:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            says = isinstance(node, ast.Call) and re.fullmatch(SAYING, ast.unparse(node.func))
            if says:
                yield from filter(None, map(_place, node.args[:2]))


def _place(node: ast.expr) -> str | None:
    """The place that an argument spells out, with * where a value stands in it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
        return "".join(part.value if isinstance(part, ast.Constant) else "*" for part in node.values)
    return None


def _in_templates() -> Iterator[str]:
    for path in PACKAGE.glob("pages/template/*.j2"):
        if path.name in OWN:
            continue
        said = re.finditer(rf'\b(?:{SAYS})\("([a-z_.]+)"', path.read_text(encoding="utf-8"))
        yield from (found[1] for found in said)


def _stands(of: Any, place: str) -> bool:
    """Whether a record of this type may hold something at the place."""
    name, _dot, rest = place.partition(".")
    return any(not rest or _stands(inner, rest) for inner in _inside(of, name))


def _inside(of: Any, name: str) -> Iterator[Any]:
    for one in get_args(of) if get_origin(of) in (Union, UnionType) else (of,):
        if is_dataclass(one):
            pattern = re.compile(name.replace("*", ".*") + "$")
            yield from (hint for field, hint in get_type_hints(one).items() if pattern.match(field))
        elif get_origin(one) in (tuple, dict) and one is not NoneType:
            yield get_args(one)[0 if get_origin(one) is tuple else 1]
        elif one is Any:
            yield Any

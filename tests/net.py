"""Everything that leaves the house, in groups of files, for `test_net.py` to hash.

What is meant to follow the code rather than the data is masked: the hash of the rules, the package's version,
and the modules that the table of sources names.
"""

from __future__ import annotations

import copy
import re
import shutil
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from asn_analysis.arms import ARMS
from asn_analysis.briefs.brief import Brief
from asn_analysis.pages.form.marked import write_marked
from asn_analysis.pages.form.template import write_template
from asn_analysis.pages.names import safe_name
from asn_analysis.words.language import LANGUAGES
from tests.briefs.conftest import asn
from tests.briefs.records import variants
from tests.briefs.workbooks import ABOUT, SMALL, write_filled

UNITS = ("36.73.01", "36.73.01.1001", "PKM-03")
MASKED = (
    (re.compile(rb"(?<=[>\"])([a-z_]+\.){1,4}[a-z_]+(?=<|\", ?\n? *\"parts\")"), b"FUNCTION"),
    (re.compile(rb'(?<="rules": \{\n  "sha256": ")[0-9a-f]{64}'), b"RULES"),
    (
        re.compile(rb"(?<=\(SHA-256\)</dt><dd><code>)[0-9a-f]{64}(?=</code></dd></div>\n<div><dt>Pa)"),
        b"RULES",
    ),
    (re.compile(rb"asn-analysis \d+\.\d+\.\d+"), b"asn-analysis"),
    (re.compile(rb'(?<="package_version": ")[^"]*'), b"VERSION"),
)
NAMES = tuple(arm.name for arm in ARMS)
PARTS = (
    "first_screen",
    "what_changed",
    "certainty",
    "satisfaction",
    "next_steps",
    "limits",
    "provenance",
)
ANSWERS = [[1 + (n * place + n // 3) % 4 for place in range(1, 10)] for n in range(1, 25)]


def digests(groups: dict[str, list[Path]]) -> dict[str, str]:
    """One hash a group, over names and contents."""
    return {name: _digest(sorted(paths)) for name, paths in groups.items()}


def _digest(paths: list[Path]) -> str:
    contents = [part for path in paths for part in (path.name.encode(), *_contents(path))]
    return sha256(b"\0".join(contents)).hexdigest()


def _contents(path: Path) -> Iterator[bytes]:
    """What a file says; of an Office file, each of its parts."""
    if path.suffix in (".docx", ".xlsx"):
        with ZipFile(path) as file:
            yield from (_masked(file.read(name)) for name in sorted(file.namelist()))
    else:
        yield _masked(path.read_bytes())


def _masked(content: bytes) -> bytes:
    for pattern, said in MASKED:
        content = pattern.sub(said, content)
    return content


def quarter(example: Path, folder: Path) -> dict[str, list[Path]]:
    """The newest quarter of the example: pages, records, tables, catalogue; then the official report."""
    _well(asn("briefs", "--data", example, "--out", folder, "--units", ",".join(UNITS)))
    made = next(folder.glob("*Q?"))
    units = [made / "units" / safe_name(unit) for unit in UNITS]
    groups = {f"city page, {name}": [made / "city" / f"brief.{name}.html"] for name in LANGUAGES}
    groups |= {f"unit pages, {name}": [unit / f"brief.{name}.html" for unit in units] for name in LANGUAGES}
    groups |= {
        "city record": [made / "city" / "record.json"],
        "unit records": [u / "record.json" for u in units],
    }
    groups |= {"tables": list((made / "tables").iterdir()), "catalogue": list(made.glob("index*.html"))}
    beside = shutil.copytree(example, folder / "data")  # the command lays review.csv beside the data
    _well(asn("report", beside, "--unit", UNITS[0], "--out", folder))
    return groups | {"report": list(units[0].glob("report.*.docx"))}


def workbooks(folder: Path) -> dict[str, list[Path]]:
    """The empty template, and the marked copy of one with faults and personal data."""
    template = write_template(folder / "empty", ABOUT)
    broken = copy.deepcopy(SMALL)
    broken["responses"][0] |= {"u1": 5, "age": 300}
    broken["responses"][1] |= {"unit_id": "99", "comment": "NIK 3673011203900001"}
    broken["units"][1]["unit_id"] = "01"
    write_filled(folder / "broken", broken)
    return {"template": list(template), "marked copy": list(write_marked(folder / "broken"))}


def imports(folder: Path) -> dict[str, list[Path]]:
    """A tabulation without dates, and one row an answer with an answer that is set aside."""
    (folder / "units.csv").write_text(
        "unit_id,name,unit_type\nK1,Kelurahan Satu,kelurahan\n", encoding="utf-8"
    )
    new = ("--units", folder / "units.csv", "--city", "Kota Kecil", "--producer", "Bagian Organisasi")
    wide = ["Jenis Kelamin,Usia," + ",".join(f"Unsur {n}" for n in range(1, 10))]
    wide += [f"Perempuan,{20 + n}," + ",".join(map(str, row)) for n, row in enumerate(ANSWERS)]
    long = ["id_responden,unit,tanggal,id_pertanyaan,nilai"]
    long += [
        f"R{n},K1,2026-04-{1 + n:02d},{question},{answer}"
        for n, row in enumerate(ANSWERS)
        for question, answer in enumerate(row, start=1)
    ]
    long[40] = long[40].rpartition(",")[0] + ",7"
    sent = (("wide", wide, ("--unit", "K1", "--quarter", "2026Q3")), ("long", long, ()))
    groups = {}
    for name, lines, options in sent:
        path = folder / f"{name}.csv"
        path.write_text("\n".join(lines), encoding="utf-8")
        into = folder / name
        told = asn("import", path, "--into", into, "--elements", "regulation", *options, *new)
        _well(told)
        (into / "told.txt").write_text(told.output.replace(str(folder), ""), encoding="utf-8")
        files = (file for file in into.rglob("*") if file.is_file())
        groups[f"import, {name}"] = [file for file in files if not file.parent.name.startswith(".")]
    return groups


def told(record: dict[str, Any], folder: Path) -> dict[str, list[Path]]:
    """What is said of doctored records of each arm, and of the made-up records of the core."""
    folder.mkdir()
    groups = {}
    for name in NAMES:
        pages = [_said(Brief.arms, _only(record, name, part)) for part in _doctored(record[name])]
        pages += [_said(Brief.annex, _only(record, name, part)) for part in _doctored(record[name])]
        groups[f"doctored, {name}"] = [_written(folder / f"{name}.html", pages)]
    for name in PARTS:
        pages = [_said(getattr(Brief, name), variant) for variant in variants(record)]
        groups[f"made-up records, {name}"] = [_written(folder / f"core-{name}.html", pages)]
    return groups


def _only(record: dict[str, Any], arm: str, part: Any) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in NAMES} | {arm: part}


def _doctored(part: Any) -> Iterator[Any]:
    """A part of a record with signs turned, numbers nothing, lists cut short or empty, entries missing."""
    yield _each(part, lambda number: -number)
    yield _each(part, lambda number: number * 0)
    for most in (2, 1, 0):
        yield _each(part, lambda number: number, most)
    yield from ({**part, name: None} for name in part or ())


def _each(value: Any, change: Callable[[Any], Any], most: int | None = None) -> Any:
    if isinstance(value, dict):
        return {name: _each(entry, change, most) for name, entry in value.items()}
    if isinstance(value, list):
        return [_each(entry, change, most) for entry in value[:most]]
    return change(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _said(show: Callable[[Brief], Any], record: dict[str, Any]) -> str:
    try:
        return "\n".join(show(Brief(record)).html.values())
    except Exception:  # a record that no run makes may be refused, but always alike
        return "refused"


def _written(path: Path, pages: list[str]) -> Path:
    path.write_text("\n<hr>\n".join(pages), encoding="utf-8")
    return path


def _well(result: Any) -> None:
    assert result.exit_code == 0, result.output

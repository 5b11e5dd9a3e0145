"""A quarter made again from its bundle and the city's data, and the certificate of what came of it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from asn_analysis.pages.gate import refuse_personal, write_whole
from asn_analysis.pages.signed import certificate_page, unsigned
from asn_analysis.record.inputs import CITY
from asn_analysis.rules.rules import in_force
from asn_analysis.run.bundle import Bundle, command, unpack
from asn_analysis.run.desk import read_record
from asn_analysis.run.difference import changes, leaves
from asn_analysis.run.environments import Environment, existing_environment, new_environment, run_program
from asn_analysis.run.hashes import folder_hashes, unlike
from asn_analysis.run.rerun import data_files
from asn_analysis.run.run_record import SIGN_OFF, certificate_path, read_run, signed_files
from asn_analysis.run.sign_off import brief_hashes
from asn_analysis.run.storage import journal_path

IDENTICAL, DIFFERS, MISSING, ADDED = OUTCOMES = ("identical", "differs", "missing", "added")


@dataclass(frozen=True)
class Compared:
    """One file: identical, differs, missing from the rerun, or added by it.

    Where it differs first: the field of a record with both values, or the line of another text.
    """

    name: str
    outcome: str
    field: str = ""
    line: int | None = None

    def summary(self) -> str:
        where = self.field or (f"line {self.line}" if self.line else "")
        return f"{self.outcome}: {self.name}{f': {where}' if where else ''}"


@dataclass(frozen=True)
class Reproduced:
    """What came of it, as the certificate says it, and the published record of the city."""

    certificate: dict[str, Any]
    city: dict[str, Any]

    @property
    def identical(self) -> bool:
        return self.certificate["result"] == IDENTICAL


def reproduce(
    path: Path,
    data: Path,
    date: str,
    *,
    environment: Path | None = None,
    sha256: str = "",
    role: str = "",
    keep: Path | None = None,
    tell: Callable[[str], None] = lambda line: None,
) -> Reproduced:
    """Make a bundle's quarter again, and say what came of it.

    Parameters
    ----------
    path, sha256 : the bundle, and the hash that it must have, if that is known from elsewhere
    data : the city's data
    date, role : when it is made again, and by which office, for the certificate
    environment : one that is there; by default a new one is made from the bundle's lock
    keep : a new folder in which the quarter that was made again stays
    tell : called with a line at each step

    Raises
    ------
    ValueError
        If the bundle or the data are not what they should be, or the rerun makes nothing.
    """
    with tempfile.TemporaryDirectory(prefix="asn-reproduce-") as scratch:
        bundle = unpack(path, Path(scratch) / "bundle")
        if sha256 and sha256.lower() != bundle.sha256:
            raise ValueError(
                f"{path} has the SHA-256 {bundle.sha256}, and not {sha256}: it is another bundle."
            )
        _refuse_other_data(bundle, data)
        used = (
            existing_environment(bundle, environment)
            if environment
            else new_environment(bundle, Path(scratch) / "environment", tell)
        )
        out = keep or Path(scratch) / "again"
        set_the_scene(bundle, out)
        tell(f"Making {bundle.quarter} again with Python {used.python}.")
        asked = command(bundle.run, str(data.absolute()), str(out.absolute()))
        if failed := run_program(used, bundle, asked):
            tell(failed)
        return _certificate(bundle, out / bundle.quarter, used, date, role)


def _refuse_other_data(bundle: Bundle, data: Path) -> None:
    then, now = bundle.run["rerun"]["data"], data_files(data, folder_hashes(data))
    tables = {name: told["table"] for name, told in (then | now).items() if told["table"]}

    def named(files: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
        return {
            f"{name} (table {tables[name]})" if name in tables else name: told["sha256"]
            for name, told in files.items()
        }

    if problems := unlike(named(then), named(now)):
        raise ValueError(
            f"{data} does not hold the data from which {bundle.quarter} was made: {'; '.join(problems)}. "
            "Take the files as they were then."
        )


def set_the_scene(bundle: Bundle, out: Path) -> None:
    """What stood in the folder of all quarters: records of others, the first day, and what was revised."""
    if out.exists() and any(out.iterdir()):
        raise ValueError(f"{out} is not empty; name a new folder.")
    needed, target = bundle.run["rerun"], out / bundle.quarter
    target.mkdir(parents=True, exist_ok=True)
    for name, then in needed["beside"].items():
        for source in (bundle.folder / "beside" / name).rglob("record.json"):
            write_whole(
                out / source.relative_to(bundle.folder / "beside"), source.read_text(encoding="utf-8")
            )
        if then["catalogue"]:
            (out / name).mkdir(exist_ok=True)
            (out / name / "index.html").touch()
    if needed["first_run"]:
        (target / "run.log").write_text(f"{needed['first_run']}\n", encoding="utf-8")
    # A journal tells the run what its pages say of changed numbers, and of nothing that stands.
    lines = [
        json.dumps({"scope": line["scope"], "parts": {}, "files": {}, "revision": line["revision"]}) + "\n"
        for line in bundle.run["made"]
        if line["revision"]
    ]
    if lines:
        journal_path(out, bundle.quarter).write_text("".join(lines), encoding="utf-8")


def _certificate(bundle: Bundle, again: Path, used: Environment, date: str, role: str) -> Reproduced:
    run, found = bundle.run, compare(bundle.published, again)
    city = read_record(bundle.published / CITY)
    where = {name: value for name, value in asdict(used).items() if name != "interpreter"}
    told = {
        "schema_version": 1,
        "quarter": bundle.quarter,
        "city": city["city"],
        "simulated": city["data"]["simulated"],
        "date": date,
        "role": role,
        "result": IDENTICAL if all(one.outcome == IDENTICAL for one in found) else "differs",
        "counts": counts(found),
        "differences": [asdict(one) for one in found if one.outcome != IDENTICAL],
        "bundle": {"sha256": bundle.sha256},
        "data": {"sha256": run["data"]["sha256"], "each": run["rerun"]["data"]},
        "program": {
            "version": run["versions"]["asn-analysis"],
            "sha256": bundle.package_sha256,
            "commit": run["commit"],
        },
        "environment": {**where, "versions": read_run(again)["versions"]},
        "then": {"python": run["rerun"]["python"], "versions": run["versions"]},
        "briefs": {"files": brief_hashes(bundle.published)},
        "files": signed_files(bundle.published),
        "languages": run["rerun"]["languages"],
    }
    return Reproduced(told, city)


def write_certificate(found: Reproduced, folder: Path) -> list[Path]:
    """The certificate for programs, and as a page a language; the paths written."""
    told = found.certificate
    path = certificate_path(folder / told["quarter"])
    with in_force(told["quarter"]):
        files = {
            path.with_suffix(f".{name}.html"): certificate_page(found.city, told, name)
            for name in told["languages"]
        }
    files[path] = json.dumps(told, indent=1, ensure_ascii=False) + "\n"
    for place, content in files.items():
        refuse_personal(place.name, content)  # all of them before any is written
    for place, content in files.items():
        write_whole(place, content)
    return list(files)


def compare(published: Path, again: Path) -> tuple[Compared, ...]:
    """Every file of two folders of one quarter, the city's first.

    What a page's foot says of its reviews, and what is kept of them, follows from no data: it does not count.
    """
    then, now = ({*signed_files(folder)} - {SIGN_OFF} for folder in (published, again))
    ordered = sorted(then | now, key=lambda name: (not name.startswith(CITY), name))
    return tuple(_compared(name, published, again) for name in ordered)


def counts(found: Sequence[Compared]) -> dict[str, int]:
    """How many files there are of each outcome, and in all."""
    return {**{kind: sum(one.outcome == kind for one in found) for kind in OUTCOMES}, "all": len(found)}


def _compared(name: str, published: Path, again: Path) -> Compared:
    if not (again / name).exists():
        return Compared(name, MISSING)
    if not (published / name).exists():
        return Compared(name, ADDED)
    before, after = _said(published / name), _said(again / name)
    if before == after:
        return Compared(name, IDENTICAL)
    if name.endswith("record.json"):
        return Compared(name, DIFFERS, field=_field(json.loads(before), json.loads(after)))
    return Compared(name, DIFFERS, line=_line(before, after))


def _said(path: Path) -> bytes:
    content = path.read_bytes()
    return unsigned(content.decode()).encode() if path.suffix == ".html" else content


def _field(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """The finding that differs most, or else what differs first of what no brief shows."""
    if found := changes(old, new):
        return found[0].summary().split(": ", 1)[1]
    for (place, then), (other, now) in zip_longest(leaves(old), leaves(new), fillvalue=("", None)):
        if (place, then) != (other, now):
            return f"{place}: {then} -> {now}" if place == other else f"{place or other}"
    return ""


def _line(before: bytes, after: bytes) -> int | None:
    """None of a file that is no text."""
    try:
        lines = zip_longest(before.decode().splitlines(), after.decode().splitlines())
    except UnicodeDecodeError:
        return None
    return next((number for number, (old, new) in enumerate(lines, 1) if old != new), None)

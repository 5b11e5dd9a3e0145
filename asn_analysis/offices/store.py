"""Imported answers into a data set: a new folder is built beside the old one, checked, and swapped in."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import yaml

from asn_analysis.offices.periods import quarter_of
from asn_analysis.offices.reading import Imported, write_rejected
from asn_analysis.offices.refusals import refused
from asn_analysis.offices.tables import COLUMNS
from asn_analysis.offices.units import About, known_units
from asn_analysis.records import hashed
from asn_analysis.records.faults import DatasetError
from asn_analysis.records.folders import built_beside
from asn_analysis.records.intake import check_dataset
from asn_analysis.records.manifest import NAME, ZONES
from asn_analysis.records.responses_store import write_quarters
from asn_analysis.records.schema import TABLES
from asn_analysis.records.source import literal
from asn_analysis.rules.rules import load_skm

RESPONSES, REJECTED, LOG = "responses", "rejected.csv", "imports.json"
MOST_REPEATED = 0.2  # of a file's rows that stand already; a cumulative export holds far more
FEWEST_COMPARED = 5
REFUSED, NEW, PASSED_OVER = "refused", "new", "passed over"  # what rows are that stand already
TYPES = {"text": "VARCHAR", "whole": "UTINYINT", "date": "DATE"}


def add(imported: list[Imported], into: Path, about: About, repeats: str = REFUSED) -> tuple[str, ...]:
    """Write the answers into the data set; what the operator should know about what stood there."""
    known = hashed.settled(into / RESPONSES)
    with built_beside(into) as folder:
        hashed.carry_over(known, folder / RESPONSES)
        if not (folder / NAME).exists():
            _begin(folder, about)
        notes = _append(folder, imported, repeats)
        _log(folder, imported)
        write_rejected(folder / REJECTED, [found for one in imported for found in one.rejected])
        faults = check_dataset(folder)
        if faults:
            raise DatasetError(faults)
    hashed.carry_over(known, into / RESPONSES)
    return notes


def _replaced(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    path.write_text(text, encoding="utf-8")


def _begin(folder: Path, about: About) -> None:
    """An empty data set: whose it is, its units, no training yet."""
    if not about.city or not about.producer:
        raise refused(NAME, "whose")
    known_units(folder, about).to_csv(folder / "units.csv", index=False)
    (folder / "trainings.csv").write_text(",".join(TABLES["trainings"].columns) + "\n", encoding="utf-8")
    manifest = {
        "city": about.city,
        "producer": about.producer,
        "licence": about.licence,
        "simulated": False,
        **({"timezone": about.zone} if about.zone != ZONES[0] else {}),
        "elements": load_skm().by_name,
        "tables": {"units": "units.csv", "responses": RESPONSES, "trainings": "trainings.csv"},
    }
    _replaced(folder / NAME, yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True))


def _append(folder: Path, imported: list[Imported], repeats: str) -> tuple[str, ...]:
    notes: list[str] = []
    names = ", ".join(f'"{name}"' for name in COLUMNS)
    with duckdb.connect() as con:
        typed = (f'"{name}" {TYPES[TABLES["responses"].columns[name].kind]}' for name in COLUMNS)
        con.execute(f"CREATE TABLE answers ({', '.join(typed)})")
        _refuse_foreign(folder)
        for path in _quarters_met(folder, imported):
            con.execute(f"INSERT INTO answers SELECT {names} FROM read_parquet({literal(path)})")
        for one in imported:
            _refuse_twice(folder, one)
            con.execute("CREATE OR REPLACE TABLE fresh AS FROM answers LIMIT 0")
            rows = one.frame  # noqa: F841
            con.execute("INSERT INTO fresh FROM rows")
            notes += _without_known(con, one) if repeats == PASSED_OVER else ()
            _refuse_known(con, one, repeats)
            con.execute("INSERT INTO answers FROM fresh")
        write_quarters(con.table("answers"), folder / RESPONSES)
    return tuple(notes)


def _quarters_met(folder: Path, imported: list[Imported]) -> list[Path]:
    """The files of the quarters that get answers; a respondent of another quarter cannot stand twice."""
    days = {day for one in imported for day in set(one.frame["date"])}
    names = sorted({f"{quarter_of(day)}.parquet" for day in days})
    return [path for name in names if (path := folder / RESPONSES / name).exists()]


def _refuse_foreign(folder: Path) -> None:
    """Only a data set that import wrote, with our own columns, can take more."""
    manifest = yaml.safe_load((folder / NAME).read_text(encoding="utf-8"))
    ours = load_skm().by_name
    if manifest["tables"]["responses"] != RESPONSES or manifest["elements"] != ours:
        raise refused(NAME, "not imported")


def _log_of(folder: Path) -> list[dict]:
    path = folder / LOG
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else []


def _refuse_twice(folder: Path, one: Imported) -> None:
    earlier = next((entry for entry in _log_of(folder) if entry["source"] == one.source), None)
    if earlier:
        raise refused(one.label, "imported before", file=earlier["file"])


def _without_known(con: duckdb.DuckDBPyConnection, one: Imported) -> list[str]:
    """Take out rows that stand already, as in exports that grow: by their own key, or else word for word.

    Of rows that are alike, as many are taken out as stood.
    """
    names = [f'"{name}"' for name in COLUMNS if name != "response_id"]
    told, alike = ", ".join(names), " AND ".join(f"f.{name} IS NOT DISTINCT FROM a.{name}" for name in names)
    con.execute(
        f"""CREATE OR REPLACE TABLE known AS
        SELECT response_id FROM fresh SEMI JOIN answers USING (response_id) UNION
        SELECT response_id
        FROM (SELECT *, row_number() OVER (PARTITION BY {told}) AS place FROM fresh) f
        JOIN (SELECT {told}, count(*) AS stood FROM answers GROUP BY ALL) a ON {alike}
        WHERE place <= stood AND NOT contains(response_id, ':')"""
    )
    con.execute("DELETE FROM fresh WHERE response_id IN (FROM known)")
    passed = len(con.execute("FROM known").fetchall())
    return [f"{one.label}: {passed:,} rows passed over, which were imported before"] if passed else []


def _refuse_known(con: duckdb.DuckDBPyConnection, one: Imported, repeats: str) -> None:
    """Refuses respondents that stand already, by their code or in what they answered."""
    same = con.execute("SELECT response_id FROM fresh SEMI JOIN answers USING (response_id)").fetchall()
    if same:
        raise refused(one.label, "stand already", n=len(same), first=min(same)[0])
    told = ", ".join(f'"{name}"' for name in COLUMNS if name != "response_id")
    alike = f"(SELECT hash({told}) AS said, count(*) AS n FROM {{}} GROUP BY said)"
    repeated = con.execute(
        f"SELECT coalesce(sum(least(f.n, a.n)), 0) "
        f"FROM {alike.format('fresh')} f JOIN {alike.format('answers')} a USING (said)"
    ).fetchone()[0]
    if repeated > MOST_REPEATED * len(one.frame) and repeated >= FEWEST_COMPARED and repeats == REFUSED:
        raise refused(one.label, "word for word", repeated=repeated, n=len(one.frame))


def _log(folder: Path, imported: list[Imported]) -> None:
    """What was imported, how it was understood, so that a number can be followed to its file."""
    entries = [
        {
            "file": one.label,
            "sheet": one.sheet,
            "source": one.source,
            "layout": one.layout,
            "elements": one.order,
            "scale": one.scale,
            "rows_read": one.rows_read,
            "kept": len(one.frame),
        }
        for one in imported
    ]
    _replaced(folder / LOG, json.dumps([*_log_of(folder), *entries], ensure_ascii=False, indent=1) + "\n")

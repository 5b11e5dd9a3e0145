"""What is asked about a city's tables: what may be right, but seldom is. Never a fault."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb

from asn_analysis.records.checks import all_of, placed, sharing
from asn_analysis.records.faults import Fault, amiss, wording
from asn_analysis.records.intake import examine
from asn_analysis.records.manifest import NAME, Decided
from asn_analysis.records.schema import TABLES
from asn_analysis.records.source import connect
from asn_analysis.records.table import Table

LEAST = {"training_budget": 1_000_000, "cost_per_form": 100}  # rupiah that are seldom meant below


def questions(folder: Path) -> tuple[Fault, ...]:
    """Questions about a data set without fault, told as faults are, in the order of its files and rows."""
    examined = examine(folder)
    with connect() as con:
        parts = (part for found in examined.tables.values() for part in found)
        asked = [one for part in parts for one in _of_table(part, con)]
    return (*asked, *_of_planning(examined.manifest.decided))


def _of_table(table: Table, con: duckdb.DuckDBPyConnection) -> Iterator[Fault]:
    schema = TABLES[table.name]
    for check in schema.asked:
        found = table.values(con).filter(check.fault)
        yield from placed(table, con, check.column, (check.problem, check.remedy), found)
    if keys := schema.asked_twice:
        yield from placed(table, con, keys[0], wording("twice", keys=all_of(keys)), sharing(table, con, keys))


def _of_planning(decided: Decided) -> Iterator[Fault]:
    for key, least in LEAST.items():
        if (amount := getattr(decided, key)) is not None and amount < least:
            yield amiss(NAME, "few rupiah", (None, f"planning.{key}", str(amount)), least=least)

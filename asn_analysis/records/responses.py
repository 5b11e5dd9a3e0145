"""The answers of all respondents, left in their files and asked there."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import pandas as pd

from asn_analysis.records import kept
from asn_analysis.records.door import blotted
from asn_analysis.records.privacy import HINT, redact, without_control
from asn_analysis.records.schema import TABLES
from asn_analysis.records.source import connect
from asn_analysis.records.table import Table

SHOWN = (*(name for name in TABLES["responses"].columns if name != "comment"), "total", "quarter")


@dataclass(frozen=True)
class Responses:
    """The answers of all respondents, left in their file or files and read where they are needed."""

    parts: tuple[Table, ...]
    rows: int
    redacts: bool = False
    known: frozenset[str] = frozenset()

    def relation(self, con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
        """All responses with canonical columns; u1..u9 are the declared elements, NULL where missing.

        Free words are left out: ``comments`` gives them.
        """
        return con.sql(self.query(con, *SHOWN))

    def query(self, con: duckdb.DuckDBPyConnection, *names: str) -> str:
        """Some of their columns, as a query of this connection: DuckDB binds them once, where it is put."""
        told = (self._query(part, con, names, f"cells{place}") for place, part in enumerate(self.parts))
        return "\nUNION ALL\n".join(told)

    def ask(self, name: str, sql: str) -> pd.DataFrame:
        """What ``sql``, on a view `responses`, says of each file, one below the other.

        What a file said is kept beside it under ``name`` until the file or the question changes.
        """
        with connect() as con:
            return pd.concat([self._answer(part, con, name, sql) for part in self.parts], ignore_index=True)

    def _answer(self, part: Table, con: duckdb.DuckDBPyConnection, name: str, sql: str) -> pd.DataFrame:
        def answer() -> pd.DataFrame:
            told = self._query(part, con, SHOWN)
            return con.execute(f"WITH responses AS NOT MATERIALIZED ({told}) {sql}").df()

        asked = "\n".join((sql, part.columns(), part.label, str(self.redacts), HINT))
        return kept.kept(part.source.path, name, asked, answer)

    def _query(
        self, part: Table, con: duckdb.DuckDBPyConnection, names: Sequence[str], cells: str = "cells"
    ) -> str:
        shown = "*"
        if self.redacts and "service" in names:
            shown += f" REPLACE (CASE WHEN NOT regexp_matches(service, '{HINT}') THEN service END AS service)"
        part.source.cells(con).create_view(cells)
        return f"SELECT {shown} FROM (SELECT {part.columns(*names)} FROM {cells})"

    def comments(self, where: str = "TRUE") -> pd.DataFrame:
        """Unit, day and words of those who wrote something, with whatever may be personal blotted.

        ``where`` is a condition on unit_id and date that spares reading what is not wanted.
        """
        with connect() as con:
            said = [part.some(con, "unit_id", "date", "comment") for part in self.parts]
            found = [part.filter(f"comment IS NOT NULL AND ({where})") for part in said]
            frame = pd.concat([part.project("unit_id, date, comment").df() for part in found])
        shown = blotted(frame["comment"], lambda text: redact(without_control(text), self.known))
        return frame.assign(comment=shown).reset_index(drop=True)

    @property
    def sha256(self) -> str:
        """Hash of the bytes of the file or files."""
        hashes = [part.source.sha256 for part in self.parts]
        return hashes[0] if len(hashes) == 1 else hashlib.sha256("".join(hashes).encode()).hexdigest()

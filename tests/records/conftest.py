"""A tiny city of three units, written to a folder in which a test may break one thing."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pandas as pd
import pytest
import yaml

MANIFEST = {
    "city": "Kota Kecil",
    "producer": "Bagian Organisasi",
    "licence": "CC0-1.0",
    "simulated": True,
    "rollout": "staggered",
    "elements": {
        "persyaratan": "u1",
        "prosedur": "u2",
        "waktu": "u3",
        "biaya": "u4",
        "produk": "u5",
        "kompetensi": "u6",
        "perilaku": "u7",
        "pengaduan": "u8",
        "sarana": "u9",
    },
    "tables": {"units": "units.csv", "responses": "responses.csv", "trainings": "trainings.csv"},
}

TABLES = {
    "units": [
        "unit_id,name,unit_type,kecamatan,annual_users,staff",
        "K1,Sukawana,kelurahan,Serang,1200,9",
        "K2,Sukawana,kelurahan,Curug,,",
        "P1,Puskesmas Kota,puskesmas,Serang,20000,45",
    ],
    "responses": [
        "response_id,unit_id,date,service,sex,age,u1,u2,u3,u4,u5,u6,u7,u8,u9,comment",
        "r1,K1,2026-07-01,KTP,L,30,3,3,2,4,3,3,3,1,4,cepat",
        "r2,K1,2026-07-02,KTP,P,,3,,3,4,,4,4,2,3,",
        "r3,K2,2026-08-31,KK,P,45,4,4,4,4,4,4,4,3,2,ramah sekali",
        "r4,P1,2026-09-30,,L,61,,,,,,,,,,",
    ],
    "trainings": [
        "unit_id,start,kind,hours,participants,cost_idr,reaction,pretest,posttest",
        "K1,2025-04-07,technical,24,12,15000000,4.2,61.5,80",
    ],
    "digital_services": [
        "unit_id,quarter,application,audience,live_since,transactions,online_started,online_completed,cost_idr",
        "K1,2026Q3,RABEG,citizens,2025-01-01,300,120,90,5000000",
    ],
    "complaints": [
        "complaint_id,unit_id,channel,class,received,verified,responded,closed,satisfaction,text",
        "c1,P1,SP4N,aspirasi,2026-07-01,2026-07-02,2026-07-05,,,antre",
    ],
    "consultations": [
        "date,kecamatan,unit_id,kind,invited,present,women,aspirations,adopted",
        "2026-02-10,Serang,,musrenbang,100,80,35,20,6",
    ],
    "staff": [
        "staff_id,unit_id,year,position_type,education,leadership_hours,functional_hours,technical_hours,"
        "seminar,performance,sanction",
        "s1,K1,2025,pelaksana,D4/S1,0,0,24,1,85,none",
    ],
    "follow_ups": [
        "unit_id,promised_quarter,element,action,owner,due_quarter,status,evidence",
        "K2,2026Q2,u3,Tambah loket,Kelurahan,2026Q4,running,",
    ],
}


@dataclass
class City:
    """The files of the tiny city; ``write`` puts them into ``folder``."""

    folder: Path
    manifest: dict = field(default_factory=lambda: copy.deepcopy(MANIFEST))
    lines: dict[str, list[str]] = field(default_factory=lambda: copy.deepcopy(TABLES))

    def add(self, *tables: str) -> City:
        """Declare optional tables too."""
        self.manifest["tables"] |= {table: f"{table}.csv" for table in tables}
        return self

    def put(self, table: str, row: int, column: str, value: str) -> City:
        """Write one cell; ``row`` as a clerk counts, the header being row 1."""
        cells = self.lines[table][row - 1].split(",")
        cells[self.lines[table][0].split(",").index(column)] = value
        self.lines[table][row - 1] = ",".join(cells)
        return self

    def write(self) -> Path:
        self.folder.mkdir(exist_ok=True)
        text = yaml.safe_dump(self.manifest, sort_keys=False, allow_unicode=True)
        (self.folder / "dataset.yml").write_text(text, encoding="utf-8")
        for table in self.manifest["tables"]:
            if table in self.lines:
                text = "\n".join(self.lines[table]) + "\n"
                (self.folder / f"{table}.csv").write_text(text, encoding="utf-8", newline="")
        return self.folder

    def write_as(self, suffix: str) -> Path:
        """The same tables as XLSX or Parquet instead of CSV."""
        self.write()
        for table in self.manifest["tables"]:
            source, target = self.folder / f"{table}.csv", self.folder / f"{table}{suffix}"
            if suffix == ".xlsx":
                pd.read_csv(source).to_excel(target, index=False)
            else:
                duckdb.sql(f"COPY (FROM read_csv('{source}')) TO '{target}' (FORMAT parquet)")
            source.unlink()
            self.manifest["tables"][table] = target.name
        (self.folder / "dataset.yml").write_text(yaml.safe_dump(self.manifest, sort_keys=False))
        return self.folder


@pytest.fixture
def city(tmp_path: Path) -> City:
    """A city without fault: three units, four respondents, one training."""
    return City(tmp_path / "kota")

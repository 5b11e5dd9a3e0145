"""CPU seconds of `asn import`, also as a ratio to DuckDB's bare read of the same file on the same machine.

    python benchmarks/import_speed.py [ROWS]

One CSV file of ROWS answers (200,000), then 50 files of 200.
"""

from __future__ import annotations

import csv
import datetime
import random
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

UNITS = [f"KEL-{n:02d}" for n in range(1, 41)]
ELEMENTS = "Persyaratan,Prosedur,Waktu,Biaya,Produk,Kompetensi,Perilaku,Pengaduan,Sarana"
HEADER = f"No,Tanggal,Unit,Jenis Kelamin,Usia,Pendidikan,{ELEMENTS},Saran".split(",")
READ = "SELECT count(*), max(COLUMNS(*)) FROM read_csv('{sys.argv[1]}')"
BARE = f'import duckdb, sys; duckdb.sql(f"{READ}").fetchall()'


def write(path: Path, rows: int, seed: int) -> Path:
    """A file of answers as a web form exports it."""
    rng, first = random.Random(seed), datetime.date(2026, 7, 1)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for n in range(rows):
            day = first + datetime.timedelta(days=rng.randrange(92))
            person = (
                rng.choice(["Laki-laki", "Perempuan"]),
                rng.randrange(17, 75),
                rng.choice(["SMA", "S1"]),
            )
            said = rng.choice(["", "", "pelayanan cepat", "antre terlalu lama", "petugas ramah"])
            answers = rng.choices(range(1, 5), k=9)
            writer.writerow([n + 1, f"{day:%d/%m/%Y}", rng.choice(UNITS), *person, *answers, said])
    return path


def seconds(*command: str | Path) -> float:
    """CPU seconds of another Python."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *map(str, command)], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(rows: int) -> None:
    """Both measurements."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = ["unit_id,name,unit_type", *(f"{code},Kelurahan {code},kelurahan" for code in UNITS)]
        (folder / "units.csv").write_text("\n".join(lines) + "\n")
        new = ("--units", folder / "units.csv", "--city", "Kota", "--producer", "Bagian Organisasi")
        one = write(folder / "one.csv", rows, 1)
        many = [write(folder / f"{n}.csv", 200, n) for n in range(2, 52)]
        bare = seconds("-c", BARE, one)
        for told, files in ((f"one file of {rows:,} rows", [one]), ("50 files of 200 rows", many)):
            into = folder / f"of {len(files)}"
            spent = seconds("-m", "asn_analysis", "import", *files, "--into", into, *new)
            print(f"{told}: {spent:.1f} s of CPU, {spent / bare:.1f} times DuckDB's bare read ({bare:.2f} s)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)

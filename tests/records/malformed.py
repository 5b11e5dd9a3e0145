"""Files as no program and no clerk should leave them: YAML of any bytes, tables of any shape.

In a folder of its own called ``rules`` lie files that are put in the place of the package's own.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

import duckdb

from asn_analysis.rules.rules import FILES

GOOD = {
    "dataset.yml": """city: Kota Kecil
producer: Bagian Organisasi
licence: CC0-1.0
simulated: true
rollout: staggered
elements: {persyaratan: u1, prosedur: u2, waktu: u3, biaya: u4, produk: u5, kompetensi: u6, perilaku: u7,
  pengaduan: u8, sarana: u9}
tables: {units: units.csv, responses: responses.csv, trainings: trainings.csv}
""",
    "analysis_plan.yml": """outcome: ikm
estimator: imputation
comparison: not_yet_treated
sesoi: 2.0
confidence: 0.95
elements_of_interest: [u3]
date: 2026-01-01
author: Bagian Organisasi
""",
    "units.csv": "unit_id,name,unit_type\nK1,Sukawana,kelurahan\nK2,Serang,kelurahan\n",
    "responses.csv": "response_id,unit_id,date,u1,u2,u3,u4,u5,u6,u7,u8,u9\n"
    + "".join(f"r{n},K{1 + n % 2},2026-0{1 + n % 6}-01,3,3,4,4,3,3,2,1,4\n" for n in range(40)),
    "trainings.csv": "unit_id,start,kind,hours,participants,cost_idr\n"
    "K1,2025-04-07,technical,24,12,15000000\n",
}
BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
VALUES = (
    *(
        "",
        "~",
        "[]",
        "{}",
        ".nan",
        ".inf",
        "-.inf",
        "9" * 5000,
        "0x" + "f" * 5000,
        "1e999",
        "-1",
        "0",
        "0o777",
    ),
    *(
        "1:60:60",
        "0000-00-00",
        "9999-99-99",
        "2026-02-30",
        "0001-01-01 99:99:99",
        "2026-01-01T00:00:00+99:99",
    ),
    *(
        "!!binary x",
        "!!set {a, b}",
        "!!omap [a: 1]",
        "!!python/object:os.system x",
        "!!timestamp x",
        "!!int x",
    ),
    *("!!float x", "!!str [1]", "&x [*x]", "<<", "*y", "[" * 2000, "{a: " * 1500, "- " * 17 + "x", '"\\0"'),
    *('"\\x1b[31m"', "'" + "a" * 300_000 + "'", "? [a, b]\n: c", "{1: 2, null: 3, true: 4, 1.5: 5}"),
    *(
        "[u3, [u4], {u5: 1}]",
        "../../etc/passwd",
        "/dev/zero",
        "CON",
        "units.csv/units.csv",
        "a" * 5000 + ".csv",
    ),
    *("\\\\host\\share", "units.csv "),
)
BYTES = (
    *(b"", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\x80" * 50, b"\xed\xa0\x80", b"PK\x03\x04", b"\t" * 100),
    *(b"%YAML 9.9\n---\n", b"---\n---\n", b"a: b\0", b"\r" * 1000, "\u2028a: b".encode(), BOMB.encode()),
    *(b"- " * 3000, b"a" * 3_000_000, b"? " * 500, b"!" * 500, b"&a " * 100, b"|\n" + b" x\n" * 100),
    *(b"'", b'"', b"[", b"{", b"%", b"@", b"`", b":", b"---"),
)


def malformed(number: int, seed: int) -> Iterator[tuple[str, Callable[[Path], None]]]:
    """A name, and what spoils the good data set that lies in a folder."""
    makers = [*_yaml_values(), *_yaml_bytes(), *_yaml_cuts(seed), *_rules(seed), *_tables(seed)]
    random.Random(seed).shuffle(makers)
    yield from makers[:number]


def good(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in GOOD.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def _put(name: str, content: bytes | str) -> Callable[[Path], None]:
    content = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content

    def spoil(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)

    return spoil


def _yaml_values() -> Iterator[tuple[str, Callable[[Path], None]]]:
    for name in ("dataset.yml", "analysis_plan.yml"):
        lines = GOOD[name].splitlines(keepends=True)
        keys = [place for place, line in enumerate(lines) if not line.startswith(" ")]
        for number, value in enumerate(VALUES):
            place = keys[number % len(keys)]
            key = lines[place].partition(":")[0]
            spoiled = [*lines[:place], f"{key}: {value}\n", *lines[place + 1 :]]
            yield f"{name}: {key}: {value[:30]!r}", _put(name, "".join(spoiled))
            if name == "dataset.yml":
                part = ("drop", "columns", "population", "published")[number % 4]
                yield f"{part}: {value[:30]!r}", _put(name, f"{GOOD[name]}{part}: {value}\n")
                yield f"{part}.units: {value[:30]!r}", _put(name, f"{GOOD[name]}{part}:\n  units: {value}\n")


def _yaml_bytes() -> Iterator[tuple[str, Callable[[Path], None]]]:
    for name in ("dataset.yml", "analysis_plan.yml", "analysis_plan.lock", "review.csv", "map.yml"):
        for content in BYTES:
            yield f"{name}: {content[:20]!r}", _put(name, content)


def _yaml_cuts(seed: int) -> Iterator[tuple[str, Callable[[Path], None]]]:
    """A good file with some bytes changed, lost or doubled."""
    rng = random.Random(seed)
    for number in range(60):
        name = ("dataset.yml", "analysis_plan.yml")[number % 2]
        yield f"{name} cut {number}", _put(name, _cut(GOOD[name].encode(), rng))


def _cut(good: bytes, rng: random.Random) -> bytes:
    content = bytearray(good)
    for _ in range(rng.randint(1, 6)):
        place = rng.randrange(len(content))
        how = rng.randrange(3)
        if how == 0:
            content[place] = rng.randrange(256)
        elif how == 1:
            del content[place : place + rng.randint(1, 9)]
        else:
            content[place:place] = bytes(rng.choice(b":-[]{}&*!|>'\"%@`#,?\0\t\n ") for _ in range(3))
    return bytes(content)


def _rules(seed: int) -> Iterator[tuple[str, Callable[[Path], None]]]:
    """Each file of rules as a bomb, as other bytes, cut, and with a value that cannot be."""
    rng = random.Random(seed)
    here = files("asn_analysis.rules")
    for name in ("skm/permenpan_14_2017.yml", *FILES):
        content = here.joinpath(name).read_bytes()
        yield f"rules/{name}: bomb", _put(f"rules/{name}", BOMB)
        other = rng.choice(BYTES)
        yield f"rules/{name}: {other[:20]!r}", _put(f"rules/{name}", other)
        for number in range(2):
            yield f"rules/{name} cut {number}", _put(f"rules/{name}", _cut(content, rng))
        for _ in range(2):
            lines = content.decode().splitlines(keepends=True)
            place = rng.choice([n for n, line in enumerate(lines) if ": " in line])
            value = rng.choice(VALUES)
            lines[place] = f"{lines[place].partition(': ')[0]}: {value}\n"
            yield f"rules/{name} row {place + 1}: {value[:30]!r}", _put(f"rules/{name}", "".join(lines))


def _tables(seed: int) -> Iterator[tuple[str, Callable[[Path], None]]]:
    yield from _odd_files()
    yield from _damaged_parquet(seed)
    rows = GOOD["responses.csv"].splitlines(keepends=True)
    for name, text in {
        "nul late": "".join(rows) + "r99,K1,2026-01-01,3\0,3,3,3,3,3,3,3,3\n",
        "nul in a text": GOOD["responses.csv"].replace("r7", "r\0" + "7"),
        "20,000 columns": ",".join(f"c{n}" for n in range(20_000)) + "\n" + ",".join("1" * 20_000) + "\n",
        "one header 20,000 times": ",".join(["u1"] * 20_000) + "\n",
        "a cell of a million letters": GOOD["responses.csv"].replace("r7", "x" * 1_000_000),
        "a number of 5,000 digits": GOOD["responses.csv"].replace(
            "r7,K2,2026-02-01,3", f"r7,K2,2026-02-01,{'9' * 5000}"
        ),
        "absurd dates": GOOD["responses.csv"].replace("2026-02-01", "99999999-99-99"),
        "only quotes": '"' * 100_000,
        "open quote": rows[0] + '"' + "".join(rows[1:]),
        "carriage returns": GOOD["responses.csv"].replace("\n", "\r"),
        "rows of one": rows[0] + "a\n" * 10_000,
        "surrogates": GOOD["responses.csv"].replace("r7", "\ud800"),
        "header alone": rows[0],
        "blank lines": "\n" * 100_000,
        "escapes": GOOD["responses.csv"].replace("r7", "\x1b[2J\u202e"),
    }.items():
        yield f"responses.csv: {name}", _put("responses.csv", text)
        yield f"units.csv: {name}", _put("units.csv", text)


def _odd_files() -> Iterator[tuple[str, Callable[[Path], None]]]:
    def replaced(name: str, make: Callable[[Path], None]) -> Callable[[Path], None]:
        def spoil(folder: Path) -> None:
            (folder / name).unlink()
            make(folder / name)

        return spoil

    def folder_of(path: Path) -> None:
        path.mkdir()
        os.mkfifo(path / "2026Q1.parquet")

    def locked(path: Path) -> None:
        path.write_text("x")
        path.chmod(0)

    for name in ("responses.csv", "units.csv", "trainings.csv", "dataset.yml", "analysis_plan.yml"):
        yield f"{name}: fifo", replaced(name, os.mkfifo)
        yield f"{name}: loop", replaced(name, lambda path: path.symlink_to(path.name))
        yield f"{name}: folder", replaced(name, Path.mkdir)
        yield f"{name}: device", replaced(name, lambda path: path.symlink_to("/dev/zero"))
        yield f"{name}: folder with fifo", replaced(name, folder_of)
        yield f"{name}: no rights", replaced(name, locked)


def _damaged_parquet(seed: int) -> Iterator[tuple[str, Callable[[Path], None]]]:
    for number in range(24):
        yield f"parquet with pages damaged {number}", _parquet(random.Random(f"{seed} {number}"), number)


def _parquet(rng: random.Random, number: int) -> Callable[[Path], None]:
    table = ("responses", "units")[number % 2]

    def spoil(folder: Path) -> None:
        path = folder / f"{table}.parquet"
        duckdb.sql(f"COPY (FROM read_csv('{folder / table}.csv')) TO '{path}' (FORMAT parquet)")
        content = bytearray(path.read_bytes())
        for _ in range(1 + number * 2):
            content[rng.randrange(4, max(5, len(content) - (0 if number % 3 else 900)))] = rng.randrange(256)
        path.write_bytes(content[: len(content) - (number % 4 == 3) * 50])
        manifest = folder / "dataset.yml"
        manifest.write_text(manifest.read_text().replace(f"{table}.csv", f"{table}.parquet"))

    return spoil

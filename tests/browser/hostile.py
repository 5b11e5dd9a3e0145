"""Text that means harm, or only trouble, for every field that somebody may fill in freely."""

from __future__ import annotations

import csv
from itertools import cycle
from pathlib import Path

import duckdb
import yaml

TEXTS = (
    "<script>window.ran = 1</script>",
    "</style></title></textarea><img src=x onerror='window.ran = 2'>",
    "[Loket](javascript:window.ran=3) ![x](https://example.org/x.png) **tebal**",
    "=cmd|' /C calc'!A0",
    "\t@SUM(1+1)*cmd|' /C calc'!A0",
    "\u202eterbalik 12,34\u202c \u2067kanan\u2069",
    "\U0001f600 \U0001f3f3\ufe0f\u200d\U0001f308 Loket \U0001f1ee\U0001f1e9",
    "$\\hat{\\beta}$ $$\\sum$$ \\(x\\)",
    "{name} {0} {{ 7 * 7 }} {% raw %} %(x)s",
    "\"'`&amp;&lt;!-- --><!--",
    "x" * 10_000,
)
FIELDS = {
    "units": ("name", "kecamatan"),
    "follow_ups": ("action", "owner", "evidence"),
    "complaints": ("channel", "text"),
    "digital_services": ("application",),
    "consultations": ("kecamatan",),
}


def make_hostile(folder: Path) -> Path:
    """Put the texts into every free field of a data set, each unit with another name."""
    for table, fields in FIELDS.items():
        _rewrite(folder / f"{table}.csv", fields)
    responses = folder / "responses.parquet"
    texts = ", ".join(f"'{text.replace(chr(39), chr(39) * 2)}'" for text in TEXTS)
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE r AS SELECT * FROM '{responses}'")
        con.execute(f"UPDATE r SET comment = [{texts}][1 + rowid % {len(TEXTS)}], service = comment")
        con.execute(f"COPY r TO '{responses}' (FORMAT parquet)")
    manifest = yaml.safe_load((folder / "dataset.yml").read_text(encoding="utf-8"))
    manifest |= {"city": f"Kota {TEXTS[1]} {TEXTS[5]}", "producer": " ".join(TEXTS), "licence": TEXTS[2]}
    (folder / "dataset.yml").write_text(yaml.safe_dump(manifest, allow_unicode=True), encoding="utf-8")
    return folder


def _rewrite(path: Path, fields: tuple[str, ...]) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    texts = cycle(TEXTS)
    for row in rows:
        row.update({field: next(texts) for field in fields if row[field]})
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)

"""The same on disk: two quarters' reports of a city and of its twin, every file read as an attacker would.

Whatever stands in the files, a dot's place in a figure or a word in a Word file included, is the same
for both, so that none of it can tell what a withheld unit's answers were.
"""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest

from tests.briefs.conftest import asn
from tests.disclosure.city import LATE, NOW, THEN, City, a_quarter_later, when_published

pytestmark = pytest.mark.slow
# Hashes of whole data sets and tables: they differ with any byte, and nobody can guess all the bytes.
HASH = re.compile(rb"\b(?:(?=[0-9a-f]*[a-f])[0-9a-f]{16,64}|[a-p]{12})\b")
CLOCKED = ("run.json", "run.log", "zip")  # with seconds and hashes; looked at apart


@pytest.fixture(scope="module")
def reports(tmp_path_factory) -> list[Path]:
    """What both cities' runs leave: briefs of two quarters, a Laporan SKM, a bundle."""
    folder = tmp_path_factory.mktemp("published")
    base = City.simulated(folder / "base")
    outs = []
    for twin in (False, True):
        out = folder / f"reports-{twin}"
        then = when_published(base, twin)
        for city, quarter in ((then, THEN), (a_quarter_later(base, then, twin), NOW)):
            data = city.write(folder / f"{twin}-{quarter}")
            run = asn("briefs", "--data", data, "--quarter", quarter, "--out", out, "--languages", "id")
            assert run.exit_code == 0, run.output
        assert asn("bundle", out / NOW).exit_code == 0
        report = asn("report", data, "--quarter", NOW, "--out", out, "--unit", base.units[LATE])
        assert report.exit_code == 0, report.output
        outs.append(out)
    return outs


def files(out: Path) -> dict[str, bytes]:
    paths = [path for path in sorted(out.rglob("*")) if path.is_file()]
    return {str(path.relative_to(out)): HASH.sub(b"#", contents(path)) for path in paths}


def contents(path: Path) -> bytes:
    """Of a workbook its parts, in which hashes can be seen."""
    if path.suffix != ".xlsx":
        return path.read_bytes()
    with zipfile.ZipFile(path) as book:
        return b"\n".join(book.read(name) for name in book.namelist())


def test_no_published_file_tells_a_city_from_its_twin(reports):
    city, twin = map(files, reports)
    assert set(city) == set(twin)
    kinds = {Path(name).suffix for name in city}
    assert {".html", ".json", ".csv", ".docx", ".xlsx", ".zip"} <= kinds
    told = [name for name in city if not name.endswith(CLOCKED)]
    assert [name for name in told if city[name] != twin[name]] == []


def test_the_bundle_holds_no_other_files(reports):
    for out in reports:
        (bundle,) = out.rglob("*.zip")
        with zipfile.ZipFile(bundle) as packed:
            inside = {
                name for name in packed.namelist() if not name.endswith(("manifest.json", "SHA256SUMS"))
            }
        assert inside and all((out / name).exists() for name in inside)


def test_the_log_says_how_many_are_withheld_and_not_which(reports):
    out = reports[0]
    city = json.loads((out / NOW / "city" / "record.json").read_text(encoding="utf-8"))
    log = city["disclosure"]
    assert (log["n_withheld"], log["n_withheld_now"], log["fewest"]) == (10, 2, 5)
    assert set(log) == {"fewest", "n_cells", "n_withheld", "n_withheld_now", "n_quarters_of_city"}
    assert all(isinstance(number, int) for number in log.values())
    page = (out / NOW / "city" / "brief.id.html").read_text(encoding="utf-8")
    (line,) = re.findall(r"Tidak ditampilkan, agar tidak ada kelompok.*?</dd>", page)
    assert "10</data> dari" in line and not any(unit["name"] in line for unit in _units(out))


def _units(out: Path):
    return [json.loads(path.read_text(encoding="utf-8"))["unit"] for path in out.rglob("units/*/record.json")]

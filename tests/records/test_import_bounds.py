"""Files made to fill the memory or to hang, and runs cut short: a bound, a reason, nothing half-written."""  # noqa: E501

from __future__ import annotations

import io
import os
import random
import shutil
import subprocess
import sys
import zipfile
from contextlib import nullcontext
from pathlib import Path

import pytest

from asn_analysis.offices import store as import_store
from asn_analysis.offices.files import open_grids
from asn_analysis.records import folders
from asn_analysis.records.faults import DatasetError
from asn_analysis.records.files import open_source
from asn_analysis.records.folders import built_beside
from asn_analysis.records.workbooks import read_workbook
from tests.records.test_import import CASES, answers, run, write
from tests.records.test_import_hostile import GOOD, HEADER, good_workbook, read, with_sheet

MOST_MIB = 350  # above what importing the package takes; a file of a million rows needs about half
SPACE = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SHEET = b"<worksheet " + SPACE + b"><sheetData>%b</sheetData></worksheet>"
STRINGS = b"<sst " + SPACE + b">%b</sst>"
LAUGHS = (
    b'<!DOCTYPE x [<!ENTITY l0 "ha">'
    + b"".join(b'<!ENTITY l%d "%b">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    + b"]>"
)
STRINGS_TYPE = (
    b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    b'spreadsheetml.sharedStrings+xml"/></Types>'
)
READS = """
import os, sys
from pathlib import Path
from asn_analysis.records.faults import DatasetError
from asn_analysis.offices.tables import Choices
from asn_analysis.offices.reading import read_office_file
def peak():
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
for path in sys.argv[1:]:
    if not os.fork():
        before = peak()
        try:
            told = f"read {len(read_office_file(Path(path), Choices(units={}, unit='K1')).records)}"
        except DatasetError as error:
            told = str(error)
        print(peak() - before, told, end=chr(0), flush=True)
        os._exit(0)
    os.wait()
"""


def changed(part: str, change) -> bytes:
    """The good workbook with one part changed, and its shared texts declared."""
    held = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(good_workbook())) as old,
        zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        parts = {name: old.read(name) for name in old.namelist()}
        if b"sharedStrings" not in parts["[Content_Types].xml"]:
            parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", STRINGS_TYPE)
        parts[part] = change(parts.get(part, b""))
        for name, content in parts.items():
            new.writestr(name, content)
    return held.getvalue()


def laughing_names(xml: bytes) -> bytes:
    return xml.replace(b"<workbook", LAUGHS + b"<workbook", 1).replace(b'name="Sheet"', b'name="&l9;"')


def thousand_sheets(xml: bytes) -> bytes:
    more = b"".join(
        b'<sheet name="S%d" sheetId="%d" r:id="rId1" xmlns:r="r"/>' % (n, n) for n in range(2, 1000)
    )  # noqa: E501
    return xml.replace(b"</sheets>", more + b"</sheets>")


def counting(n: int) -> bytes:
    """Texts that differ, so that they do not pack like a bomb."""
    return b"".join(b"<si><t>%x</t></si>" % (k * 2654435761 % 2**32) for k in range(n))


BOMBS = {  # content, what is said of it
    "a sheet of blanks": (lambda: with_sheet(b" " * 60_000_000), "would unpack"),
    "texts of a bomb": (lambda: changed("xl/sharedStrings.xml", lambda _: STRINGS % (b"<si/>" * 9_000_000)), "would unpack"),  # noqa: E501
    "styles of a bomb": (lambda: changed("xl/styles.xml", lambda xml: xml + b"<x/>" * 3_000_000), "would unpack"),  # noqa: E501
    "laughs in the sheet": (lambda: with_sheet(LAUGHS + SHEET % b'<row r="1"><c t="inlineStr"><is><t>&l9;</t></is></c></row>'), "damaged"),  # noqa: E501
    "laughs in the texts": (lambda: changed("xl/sharedStrings.xml", lambda _: LAUGHS + STRINGS % b"<si><t>&l9;</t></si>"), "damaged"),  # noqa: E501
    "laughs in the names of sheets": (lambda: changed("xl/workbook.xml", laughing_names), "damaged"),
    "a thousand sheets": (lambda: changed("xl/workbook.xml", thousand_sheets), "sheets, more than the 200"),
    "a row far below": (lambda: with_sheet(SHEET % b'<row r="99999999999"><c><v>1</v></c></row>'), "more memory or time"),  # noqa: E501
    "a row of 20,000 cells": (lambda: with_sheet(SHEET % (b"<row>%b</row>" % b"".join(b"<c><v>%d</v></c>" % n for n in range(20_000)))), "has 20,000 cells"),  # noqa: E501
    "ten thousand columns": (lambda: "\n".join(f"{line},{','.join(f'k{c}' if n == 0 else '0' for c in range(10_000))}" for n, line in enumerate(GOOD.split("\n"))).encode(), "read 20"),  # noqa: E501
    "texts of 30,000 comments": (lambda: changed("xl/sharedStrings.xml", lambda _: STRINGS % counting(30_000)), "read 20"),  # noqa: E501
    "a line of 30 MB": (lambda: GOOD.encode() + b"\n" + b"a," * 15_000_000, "million characters"),
    "an open quotation mark over 20 MB": (lambda: GOOD.encode() + b'\n"' + b"a\n" * 10_000_000, "cannot be told apart"),  # noqa: E501
}  # fmt: skip


needs_proc = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="peak memory is read from /proc"
)


def peaks_and_told(*paths: Path) -> list[tuple[float, str]]:
    """For each file read in a process of its own: the memory it took at most in MiB, and what was said."""
    call = [sys.executable, "-c", READS, *map(str, paths)]
    done = subprocess.run(call, capture_output=True, text=True, check=True, timeout=120 * len(paths))
    found = [line.partition(" ") for line in done.stdout.split("\0")[:-1]]
    return [(float(peak), said) for peak, _, said in found]


@pytest.fixture(scope="module")
def read_bombs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[float, str]]:
    folder = tmp_path_factory.mktemp("bombs")
    for number, (make, _) in enumerate(BOMBS.values()):
        (folder / f"{number}").write_bytes(make())
    return dict(zip(BOMBS, peaks_and_told(*(folder / f"{n}" for n in range(len(BOMBS)))), strict=True))


@needs_proc
@pytest.mark.parametrize("name", BOMBS)
def test_memory_is_bounded_whatever_the_file_unpacks_to(name, read_bombs):
    peak, said = read_bombs[name]
    assert BOMBS[name][1] in said
    assert peak < MOST_MIB


def full_workbook(path: Path) -> None:
    """A sheet with answers in each of Excel's rows, as programs write it that do not tell a sheet's size."""
    rng = random.Random(1)
    cells = b'<c t="inlineStr"><is><t>%b</t></is></c>'
    header = b"".join(cells % name.encode() for name in HEADER.split(","))
    block = [
        b"".join([cells % b"2026-08-01", *(cells % b"%d" % rng.randint(1, 4) for _ in range(9))])
        for _ in range(1000)
    ]
    with (
        zipfile.ZipFile(io.BytesIO(good_workbook())) as good,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as full,
    ):
        for part in good.namelist():
            if not part.endswith("sheet1.xml"):
                full.writestr(part, good.read(part))
        with full.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(b"<worksheet " + SPACE + b'><sheetData><row r="1">%b</row>' % header)
            for start in range(2, 1_048_577, 1000):
                rows = range(start, min(start + 1000, 1_048_577))
                sheet.write(b"".join(b'<row r="%d">%b</row>' % row for row in zip(rows, block, strict=False)))
            sheet.write(b"</sheetData></worksheet>")


@needs_proc
def test_a_full_excel_sheet_is_refused_before_it_is_read(tmp_path):
    full_workbook(tmp_path / "kiriman.xlsx")
    ((peak, said),) = peaks_and_told(tmp_path / "kiriman.xlsx")
    assert "is filled to Excel's last row (1,048,576), so rows were probably cut" in said
    assert peak < MOST_MIB
    with pytest.raises(DatasetError, match="1,048,576"):
        open_source(tmp_path / "kiriman.xlsx", "responses")


@pytest.mark.parametrize(
    ("last", "full"),
    [
        (b'<row r="1048576"><c><v>4</v></c></row>', True),
        (
            b'<row r="1048576" spans="1:2"><c t="inlineStr"><is><t xml:space="preserve">x</t></is></c></row>',
            True,
        ),
        (b'<row r="1048576"><c t="str"><f>IF(B1="","","x")</f><v></v></c></row>', False),
        (b'<row r="1048576"><c t="inlineStr"><is><t> </t></is></c></row>', False),
        (b'<row r="1048576" ht="15"/>', False),
        (b'<row r="1048575"><c><v>4</v></c></row>', False),
    ],
)
def test_a_sheet_is_full_where_its_last_row_holds_something(last, full, tmp_path):
    (tmp_path / "a.xlsx").write_bytes(with_sheet(SHEET % (b'<row r="1"><c><v>1</v></c></row>' + last)))
    refused = pytest.raises(DatasetError, match="1,048,576") if full else nullcontext()
    with refused:
        read_workbook(tmp_path / "a.xlsx", "a.xlsx")


def test_rows_that_do_not_tell_their_number_are_counted(tmp_path):
    row = b"<row><c><v>4</v></c></row>"
    (tmp_path / "a.xlsx").write_bytes(with_sheet(SHEET % (row + b"<row/>" * 1_048_574 + row)))
    with pytest.raises(DatasetError, match="1,048,576"):
        open_grids(tmp_path / "a.xlsx")


def test_a_pipe_or_a_folder_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipa.csv")
    (tmp_path / "map.csv").mkdir()
    (tmp_path / "putus.csv").symlink_to(tmp_path / "tidak-ada")
    for name, told in (
        ("pipa.csv", "not a file"),
        ("map.csv", "not a file"),
        ("putus.csv", "does not exist"),
    ):  # noqa: E501
        result = run(tmp_path, tmp_path / name, "--unit", "K1")
        assert result.exit_code == 2
        assert told in result.output


def test_an_encrypted_archive_and_other_programs_files_are_named(tmp_path):
    encrypted = bytearray(good_workbook())
    for place in (
        at for at in range(len(encrypted)) if encrypted[at : at + 4] in (b"PK\x03\x04", b"PK\x01\x02")
    ):  # noqa: E501
        encrypted[place + (6 if encrypted[place + 2] == 3 else 8)] |= 1
    with pytest.raises(DatasetError, match="damaged"):
        read(tmp_path, bytes(encrypted))
    for part, told in (("content.xml", "damaged"), ("word/document.xml", "Word document")):
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as archive:
            archive.writestr(part, "<x/>")
        with pytest.raises(DatasetError, match=told):
            read(tmp_path, held.getvalue())


def standing(folder: Path) -> dict[str, bytes]:
    """Every file but the hashes that reading keeps."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".kept" not in path.parts
    }


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a data set that holds a first file."""
    folder, layout = tmp_path_factory.mktemp("imported"), CASES["layouts"]["sql"]
    assert run(folder, write(folder, layout, {}), *layout["options"]).exit_code == 0
    return folder


@pytest.mark.parametrize("step", ["write_quarters", "check_dataset", "rename"])
@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_an_import_cut_short_leaves_the_data_set_as_it_was(step, failure, imported, tmp_path, monkeypatch):
    layout = CASES["layouts"]["sql"]
    shutil.copytree(imported, tmp_path, dirs_exist_ok=True)
    before = standing(tmp_path / "data")
    rename = Path.rename

    def fail(*_, **__):
        raise failure

    def fail_at_the_second(path, target):
        return fail() if path.name.endswith(".new") else rename(path, target)

    if step == "rename":
        monkeypatch.setattr(folders, "_exchange", lambda one, other: False)  # where there is no exchange
        monkeypatch.setattr(Path, "rename", fail_at_the_second)
    else:
        monkeypatch.setattr(import_store, step, fail)
    other = write(tmp_path, layout, {"edit_column": [3, "K1"]})
    result = run(tmp_path, other, *layout["options"])
    monkeypatch.undo()
    assert result.exit_code == (130 if isinstance(failure, KeyboardInterrupt) else 2)
    assert "stands as it was" in result.output + (result.stderr or "")
    assert standing(tmp_path / "data") == before
    assert list(tmp_path.glob(".data*")) == []
    assert run(tmp_path, other, *layout["options"]).exit_code == 0
    assert len(answers(tmp_path)) == 60


def test_the_same_file_twice_in_one_command_is_refused(tmp_path):
    layout = CASES["layouts"]["sql"]
    path = write(tmp_path, layout, {})
    (tmp_path / "salinan.csv").write_bytes(path.read_bytes())
    for again in (path, tmp_path / "salinan.csv"):
        result = run(tmp_path, path, again, *layout["options"], "--repeats-are-new")
        assert result.exit_code == 2
        assert "stand in the data set already" in result.output or "was imported before" in result.output
        assert not (tmp_path / "data").exists()


def test_of_two_imports_into_one_folder_the_second_is_refused(tmp_path):
    layout = CASES["layouts"]["sql"]
    path = write(tmp_path, layout, {})
    with built_beside(tmp_path / "data") as folder:
        (folder / "kept.txt").write_text("the first one's")
        result = run(tmp_path, path, *layout["options"])
        assert result.exit_code == 2
        assert "is being written by another command" in result.output
    assert [file.name for file in (tmp_path / "data").iterdir()] == ["kept.txt"]
    assert list(tmp_path.glob(".data*")) == []

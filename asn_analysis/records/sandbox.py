"""Foreign files read in a process of its own, with bounds on memory and time: a hostile one breaks nothing.

Started by ``workbooks.py`` as a script that at first imports nothing of this package: it is there at once.
A path in, one answer out: the sheets, each as its distinct texts and which of them stands where, or what the
file was refused for.
"""

from __future__ import annotations

import marshal
import os
import posixpath
import re
import struct
import sys
import zipfile
from array import array
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any
from xml.etree import ElementTree

MOST_SECONDS = 120  # of work on one file
MOST_MEMORY = 2 << 30  # bytes of addresses, some 600 MB of XML
MOST_UNPACKED = 600_000_000  # bytes
MOST_HELD = 60_000_000  # of one part that is no sheet (texts, styles)
FEWEST_BYTES = 10_000_000  # less is no bomb
MOST_SQUEEZED = 200  # times smaller packed than unpacked; tables reach some 30
MOST_COLUMNS = 16_384  # of an Excel sheet
MOST_SHEETS = 200
MOST_MERGED = 20_000  # rows of a merged cell, and cells filled from one
LAST_ROWS = {65_536, 1_048_576}  # of a sheet, in old and new workbooks
BLANK = " \t\r\n\xa0\ufeff"  # the last two come from web pages and joined files
TAIL = 1 << 20  # bytes; the last rows of any sheet
LONGEST_TAG = 10_000
LAST_FILLED = re.compile(
    rb"<(?:\w+:)?row [^>]*\br=\"1048576\"[^>]*>.*?<(?:\w+:)?(?:v|t)(?: [^>]*)?>\s*[^<\s]", re.DOTALL
)
HIDDEN = re.compile(rb"<(?:\w+:)?row [^>]*hidden=\"(?:1|true)\"")
FORMULA_OR_ERROR = re.compile(rb"<(\w+:)?f[ >/]|\bt=\"e\"")
OLD = b"\xd0\xcf\x11\xe0"
TABLES = rb"\s*(\xef\xbb\xbf)?\s*<"  # the start of a page


class Refused(Exception):
    """Why a file is not read: a word of faults.yml, and its parts."""

    def __init__(self, why: str, **told: object) -> None:
        self.answer = {"refused": why, "told": told}


def sheets_in(path: Path) -> list[dict[str, Any]]:
    """Every sheet or table of a file, by what its first bytes say it is."""
    with path.open("rb") as file:
        start = file.read(4096)
    if start.startswith((b"$FL2", b"$FL3")):
        return [coded("", *_statistics(path))]
    if re.match(TABLES, start):
        return [coded(f"table {n}", rows) for n, rows in enumerate(_html_tables(path), start=1)]
    return list(_workbook(path, zipped=not start.startswith(OLD)))


def coded(title: str, rows: Iterable[list[Any]], **told: Any) -> dict[str, Any]:
    """Rows of cells as distinct texts, the numbers of rows that hold any, and which text stands where."""
    texts, numbers, codes, lengths = {"": 0}, array("I"), array("I"), array("I")
    for number, row in enumerate(rows, start=1):
        found = [texts.setdefault(text(value), len(texts)) for value in row]
        if any(found):
            numbers.append(number)
            lengths.append(len(found))
            codes.extend(found)
    parts = {
        name: held.tobytes() for name, held in (("numbers", numbers), ("lengths", lengths), ("codes", codes))
    }
    return {"title": title, "texts": list(texts), **parts, "hidden": False, "amiss": [], "unseen": 0, **told}


def text(value: Any) -> str:
    """A cell as its text: whole numbers without a point, dates as ISO."""
    if type(value) is str:
        return value.strip(BLANK)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else "" if value != value else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds") if value.time() != datetime.min.time() else f"{value:%Y-%m-%d}"
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value).strip(BLANK)


def _workbook(path: Path, zipped: bool) -> Iterator[dict[str, Any]]:
    import python_calamine

    parts = _parts(path) if zipped else {}
    try:
        book = python_calamine.load_workbook(str(path))
    except python_calamine.CalamineError:
        raise Refused("password" if _is_encrypted(path) else "damaged workbook") from None
    names = [told for told in book.sheets_metadata if told.typ == python_calamine.SheetTypeEnum.WorkSheet]
    if len(names) > MOST_SHEETS:
        raise Refused("many sheets", n_sheets=len(names), most=MOST_SHEETS)
    for told in names:
        sheet, part = book.get_sheet_by_name(told.name), parts.get(told.name)
        if sheet.start and sheet.total_width >= MOST_COLUMNS:
            raise Refused("wide", sheet=told.name, n_columns=sheet.total_width + 1)
        rows = _filled_down(list(sheet.iter_rows()), sheet.merged_cell_ranges or ())
        if len(rows) in LAST_ROWS and any(map(text, rows[-1])) or len(rows) > max(LAST_ROWS):
            raise Refused("full", sheet=told.name, last=min(len(rows), max(LAST_ROWS)))
        hidden = told.visible != python_calamine.SheetVisibleEnum.Visible
        yield coded(told.name, rows, hidden=hidden, **(_marks(path, part) if part else {}))


def _is_encrypted(path: Path) -> bool:
    with path.open("rb") as file:
        return "EncryptedPackage".encode("utf-16-le") in file.read(2_000_000)


def _filled_down(rows: list[list[Any]], merged: Iterable[tuple]) -> list[list[Any]]:
    """The rows with what merged cells say, which a file keeps only in the first of them."""
    left = MOST_MERGED
    for (first, column), (last, _column) in merged:
        if first < last < first + MOST_MERGED and first < len(rows) and column < len(rows[first]):
            for row in rows[first + 1 : min(last + 1, first + 1 + left)]:
                left -= 1
                row[column] = row[column] if row[column] != "" else rows[first][column]
    return rows


def _parts(path: Path) -> dict[str, str]:
    """The part that holds each sheet of a workbook (.xlsx), which is no bomb and has no full sheet."""
    with zipfile.ZipFile(path) as archive:
        _refuse_bomb(archive.infolist())
        if "xl/workbook.xml" not in archive.namelist():
            return {}
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
        sheets = book.findall(".//{*}sheet")[: MOST_SHEETS + 1]
        named = {
            sheet.get("name", ""): next(v for k, v in sheet.items() if k.endswith("}id")) for sheet in sheets
        }
        found = {
            name: posixpath.normpath(posixpath.join("/xl", targets[key]))[1:] for name, key in named.items()
        }
        for name, part in found.items():
            if part in archive.namelist() and LAST_FILLED.search(_end(archive, part)):
                raise Refused("full", sheet=name, last=max(LAST_ROWS))
    return found


def _refuse_bomb(parts: list[zipfile.ZipInfo]) -> None:
    """Judged by the sizes that the archive declares; no part is read beyond its declared size."""
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    sheets = ("/worksheets/", "content.xml")
    held = max((p.file_size for p in parts if not any(name in p.filename for name in sheets)), default=0)
    squeezed = unpacked > FEWEST_BYTES and unpacked > MOST_SQUEEZED * packed
    if unpacked > MOST_UNPACKED or held > MOST_HELD or squeezed:
        raise Refused("bomb", megabytes=round(unpacked / 1e6))


def _end(archive: zipfile.ZipFile, part: str) -> bytes:
    """The last rows of a sheet: a second for a million of them, whose reading takes minutes."""
    end = b""
    with archive.open(part) as xml:
        while chunk := xml.read(TAIL):
            end = end[-TAIL:] + chunk
    return end


def _marks(path: Path, part: str) -> dict[str, Any]:
    """What a sheet's XML says beside its cells: hidden rows, formulas without a result, errors."""
    looked, unseen = False, 0
    with zipfile.ZipFile(path) as archive, archive.open(part) as xml:
        for tags in _whole_tags(xml):
            looked = looked or bool(FORMULA_OR_ERROR.search(tags))
            unseen += len(HIDDEN.findall(tags)) if b"hidden" in tags else 0
    return {"unseen": unseen, "amiss": list(_amiss(path, part)) if looked else []}


def _whole_tags(xml: IO[bytes]) -> Iterator[bytes]:
    """The part in pieces that cut no tag in two."""
    last = b""
    while chunk := xml.read(1 << 20):
        found = last + chunk
        end = max(found.rfind(b"<"), 0)
        yield found[:end]
        last = found[end:] if len(found) - end < LONGEST_TAG else b""
    yield last


def _amiss(path: Path, part: str) -> Iterator[tuple[int, str, str]]:
    """Row, column letters and text of cells that readers cannot tell from empty ones.

    Programs that do not calculate leave a formula's result out; of an error the text is told.
    """
    with zipfile.ZipFile(path) as archive, archive.open(part) as xml:
        for _event, cell in ElementTree.iterparse(xml):
            name = cell.tag.rpartition("}")[2]
            if name == "c":
                texts = {child.tag.rpartition("}")[2]: child.text for child in cell}
                uncounted = (
                    "f" in texts and not texts.get("v") and "is" not in texts and cell.get("t") != "str"
                )
                if uncounted or cell.get("t") == "e":
                    place = cell.get("r", "")
                    shown = "" if uncounted else texts.get("v") or "#N/A"
                    yield int(re.sub(r"\D", "", place) or 0), re.sub(r"\d", "", place), shown
            elif name == "row":
                cell.clear()


def _html_tables(path: Path) -> Iterator[list[list[str]]]:
    """Tables of a page that bears a workbook's name."""
    from asn_analysis.records.html_tables import tables_of

    content = path.read_bytes()
    if len(content) > MOST_HELD:
        raise Refused("bomb", megabytes=round(len(content) / 1e6))
    return tables_of(content)


def _statistics(path: Path) -> tuple[Iterable[list[Any]]]:
    """An SPSS file: questions as headers, the labels of values in the place of their numbers."""
    import pyreadstat

    frame, told = pyreadstat.read_sav(str(path), apply_value_formats=True)
    header = [label or name for name, label in zip(told.column_names, told.column_labels, strict=True)]
    return ([header, *frame.astype(object).values.tolist()],)


def _answer(path: Path) -> dict[str, Any]:
    try:
        return {"sheets": sheets_in(path)}
    except Refused as error:
        return error.answer
    except OSError as error:
        return {"refused": "unopened workbook", "told": {"error": error.strerror or str(error)}}
    except MemoryError:
        return {"refused": "heavy", "told": {}}
    except KeyboardInterrupt:
        raise
    except BaseException:  # whatever a parser says of bytes that are no table; Rust's panics are no Exception
        return {"refused": "damaged workbook", "told": {}}


def _bounded() -> None:
    """Where the system can: no more addresses than MOST_MEMORY, and MOST_SECONDS of work from now on."""
    try:
        import resource
    except ImportError:
        return
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(used) + MOST_SECONDS, hard))


def main() -> None:
    """Answers until there is no further question."""
    while line := sys.stdin.buffer.readline():
        _bounded()
        answer = marshal.dumps(_answer(Path(os.fsdecode(bytes.fromhex(line.decode())))))
        sys.stdout.buffer.write(struct.pack("<Q", len(answer)) + answer)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()

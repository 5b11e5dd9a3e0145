# ruff: noqa: E501
"""The same table in formats that nothing here writes, byte by byte as their specifications say."""

from __future__ import annotations

import io
import struct
import zipfile

Rows = list[list[str | int]]


def ods(rows: Rows) -> bytes:
    """OpenDocument 1.2, with the blank rows that LibreOffice writes to the end of a sheet."""

    def cell(value: str | int) -> str:
        if isinstance(value, int):
            return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'

    body = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    rest = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    names = {
        name: f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0" for name in ("office", "table", "text")
    }
    spaces = " ".join(f'xmlns:{name}="{uri}"' for name, uri in names.items())
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    uri = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    return archive({
        "mimetype": kind,
        "META-INF/manifest.xml": f'<m:manifest xmlns:m="{uri}"><m:file-entry m:full-path="/" m:media-type="{kind}"/></m:manifest>',
        "content.xml": f'<office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name="Data">'
        f"{body}{rest}</table:table></office:spreadsheet></office:body></office:document-content>",
    })  # fmt: skip


def archive(parts: dict[str, str | bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return held.getvalue()


def xls(rows: Rows) -> bytes:
    """BIFF8 ([MS-XLS]) in a compound file ([MS-CFB]) of three parts: FAT, directory, stream."""

    def record(kind: int, content: bytes) -> bytes:
        return struct.pack("<HH", kind, len(content)) + content

    def cell(r: int, c: int, value: str | int) -> bytes:
        if isinstance(value, int):
            return record(0x0203, struct.pack("<HHHd", r, c, 0, value))
        return record(0x0204, struct.pack("<HHHHB", r, c, 0, len(value), 1) + value.encode("utf-16-le"))

    def begin(kind: int) -> bytes:
        return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0, 0, 0, 0))

    end = record(0x000A, b"")
    name = struct.pack("<BB", 4, 0) + b"Data"
    start = len(begin(5)) + len(record(0x0085, bytes(6) + name)) + len(end)
    book = begin(5) + record(0x0085, struct.pack("<IBB", start, 0, 0) + name) + end
    cells = b"".join(cell(r, c, value) for r, row in enumerate(rows) for c, value in enumerate(row))
    stream = book + begin(0x10) + cells + end
    stream += bytes(max(4096 - len(stream), -len(stream) % 512))
    return compound(stream)


def compound(stream: bytes) -> bytes:
    free, last, n = 0xFFFFFFFF, 0xFFFFFFFE, len(stream) // 512
    fat = [0xFFFFFFFD, last, *range(3, n + 2), last]
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    head += bytes(6) + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, last, 0, last, 0)
    head += struct.pack("<109I", 0, *[free] * 108)

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        told = (name + "\0").encode("utf-16-le") if name else b""
        tree = struct.pack("<BBIII", kind, 1, free, free, child)
        return (
            told.ljust(64, b"\0")
            + struct.pack("<H", len(told))
            + tree
            + bytes(36)
            + struct.pack("<IQ", start, size)
        )

    directory = entry("Root Entry", 5, 1, last, 0) + entry("Workbook", 2, free, 2, len(stream))
    assert n + 2 <= 128
    return (
        head
        + struct.pack("<128I", *fat, *[free] * (128 - len(fat)))
        + (directory + entry("", 0, free, 0, 0) * 2)
        + stream
    )


def xlsb(rows: Rows) -> bytes:
    """BIFF12 ([MS-XLSB]): one sheet of numbers and inline texts."""

    def record(kind: int, content: bytes = b"") -> bytes:
        told = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
        size, length = b"", len(content)
        while length > 127:
            size, length = size + bytes([length & 0x7F | 0x80]), length >> 7
        return told + size + bytes([length]) + content

    def wide(text: str) -> bytes:
        return struct.pack("<I", len(text)) + text.encode("utf-16-le")

    def cell(c: int, value: str | int) -> bytes:
        if isinstance(value, int):
            return record(5, struct.pack("<IId", c, 0, value))
        return record(6, struct.pack("<II", c, 0) + wide(value))

    def row(r: int, values: list[str | int]) -> bytes:
        return record(0, struct.pack("<I", r) + bytes(21)) + b"".join(
            cell(c, v) for c, v in enumerate(values)
        )

    size = struct.pack("<IIII", 0, len(rows) - 1, 0, max(map(len, rows)) - 1)
    sheet = record(129) + record(148, size) + record(145) + b"".join(row(r, v) for r, v in enumerate(rows))
    book = record(131) + record(143) + record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide("Data"))
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    return archive({
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.bin": book + record(144) + record(132),
        "xl/_rels/workbook.bin.rels": f'<Relationships><Relationship Id="rId1" Type="{relation}" Target="worksheets/sheet1.bin"/></Relationships>',
        "xl/worksheets/sheet1.bin": sheet + record(146) + record(130),
    })  # fmt: skip

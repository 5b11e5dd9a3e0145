"""Workbooks as bytes: the same content gives the same bytes, with no clock and nobody's name in it."""

from __future__ import annotations

import re
import zipfile
from datetime import datetime
from io import BytesIO

from openpyxl import Workbook
from openpyxl.packaging.core import DocumentProperties

STAMP = datetime(2000, 1, 1)
MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
END = b"</cp:coreProperties>"


def workbook_bytes(book: Workbook) -> bytes:
    """The workbook as the bytes of an .xlsx file."""
    stamps = {"created": STAMP, "modified": STAMP}
    book.properties = DocumentProperties(creator="asn", lastModifiedBy="asn", **stamps)
    written = BytesIO()
    book.save(written)
    return timeless(written)


def timeless(written: BytesIO, language: str = "") -> bytes:
    """A written workbook without the hours of its writing, in the language that it tells programs."""
    told = f"<dc:language>{language}</dc:language>".encode() if language else b""
    kept = BytesIO()
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(kept, "w") as target:
        for part in source.infolist():
            content = source.read(part)
            if part.filename == "docProps/core.xml":  # openpyxl writes the hour of saving here
                content = MODIFIED.sub(rb"\g<1>%sZ\g<2>" % STAMP.isoformat().encode(), content)
                content = content.replace(END, told + END)
            entry = zipfile.ZipInfo(part.filename, STAMP.timetuple()[:6])
            entry.external_attr = 0o644 << 16
            target.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return kept.getvalue()

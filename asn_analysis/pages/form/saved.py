"""Workbooks as bytes: the same content gives the same bytes, with no clock and nobody's name in it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a workbook beside a page is written without it
    from openpyxl import Workbook

STAMP = datetime(2000, 1, 1)
MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


def workbook_bytes(book: Workbook) -> bytes:
    """The workbook as the bytes of an .xlsx file."""
    from openpyxl.packaging.core import DocumentProperties

    stamps = {"created": STAMP, "modified": STAMP}
    book.properties = DocumentProperties(creator="asn", lastModifiedBy="asn", **stamps)
    written = BytesIO()
    book.save(written)
    hour = rb"\g<1>%sZ\g<2>" % STAMP.isoformat().encode()
    return timeless(written, lambda about: MODIFIED.sub(hour, about))  # openpyxl writes the hour of saving


def timeless(written: BytesIO, change: Callable[[bytes], bytes] = bytes) -> bytes:
    """An Office file without the hours of its writing; ``change`` is made to what it tells of itself."""
    kept = BytesIO()
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(kept, "w") as target:
        for part in source.infolist():
            content = source.read(part)
            if part.filename == "docProps/core.xml":
                content = change(content)
            entry = zipfile.ZipInfo(part.filename, STAMP.timetuple()[:6])
            entry.external_attr = 0o644 << 16
            target.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return kept.getvalue()

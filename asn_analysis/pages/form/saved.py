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


def workbook_bytes(book: Workbook, **about: str) -> bytes:
    """The workbook as the bytes of an .xlsx file; ``about`` it, as its title and language."""
    stamps = {"created": STAMP, "modified": STAMP}
    book.properties = DocumentProperties(creator="asn", lastModifiedBy="asn", **stamps, **about)
    written, timeless = BytesIO(), BytesIO()
    book.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(timeless, "w") as target:
        for part in source.infolist():
            content = source.read(part)
            if part.filename == "docProps/core.xml":  # openpyxl writes the hour of saving here
                content = MODIFIED.sub(rb"\g<1>%sZ\g<2>" % STAMP.isoformat().encode(), content)
            entry = zipfile.ZipInfo(part.filename, STAMP.timetuple()[:6])
            entry.external_attr = 0o644 << 16
            target.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return timeless.getvalue()

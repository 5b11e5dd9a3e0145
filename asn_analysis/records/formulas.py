"""Formulas of a sheet whose result the workbook does not hold, and results that are errors.

Programs that write workbooks without calculating leave a formula's result out, and readers cannot tell
such a cell, or one with #N/A, from an empty one.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, iterparse


def uncounted(path: Path, part: str, errors: bool = False) -> Iterator[tuple[int, str]]:
    """Row and column letters of formulas without a result, with ``errors`` also of errors such as #N/A."""
    with zipfile.ZipFile(path) as archive:
        if not _holds(archive, part, rb"<(\w+:)?f[ >/]" + rb'|\bt="e"' * errors):
            return
        with archive.open(part) as xml:
            for _, element in iterparse(xml):
                if element.tag.endswith("}c") and (_is_uncounted(element) or errors and _is_error(element)):
                    place = element.get("r", "")
                    yield int(re.sub(r"\D", "", place) or 0), re.sub(r"\d", "", place)
                if element.tag.endswith("}row"):
                    element.clear()


def _is_uncounted(cell: Element) -> bool:
    """A formula whose stored result is missing; an empty text is a result, and has its type."""
    texts = {child.tag.rpartition("}")[2]: child.text for child in cell}
    return "f" in texts and not texts.get("v") and "is" not in texts and cell.get("t") != "str"


def _is_error(cell: Element) -> bool:
    return cell.get("t") == "e"


def _holds(archive: zipfile.ZipFile, name: str, pattern: bytes) -> bool:
    last = b""
    with archive.open(name) as part:
        while chunk := part.read(1 << 20):
            if re.search(pattern, last + chunk):
                return True
            last = chunk[-8:]
    return False

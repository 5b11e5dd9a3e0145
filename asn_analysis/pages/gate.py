"""The privacy gate before any write: what identifies a person goes into no file, whoever put it there."""

from __future__ import annotations

import json
import re
import zipfile
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from asn_analysis.records.folders import put_whole
from asn_analysis.records.kinds import PHONE
from asn_analysis.records.privacy import find_in_file

# Entries of JSON that are ours alone, and look like anything: hashes.
HASHES = frozenset(("sha256", "parts", "seen", "files", "outputs", "commit", "notebooks"))
# Drawings, whose words stand in the record, and whose coordinates are no one's number. Words of a page
# cannot look like these: their quotes and brackets are escaped.
DRAWN = (
    re.compile(r"\"data:image/[a-z+]+;base64,[A-Za-z0-9+/=]+"),
    re.compile(r"<style[^<]*</style>"),
    re.compile(r"<path[^>]*>"),
    re.compile(r'points="[^"]*"'),
)
TABLE = re.compile(r"data:text/csv[^\"']*")
HEXADECIMAL = re.compile(r"\b[0-9a-f]{32,}\b")
FLOAT = re.compile(r"(?<![\d.])\d{1,3}\.\d{5,}(?![\d.])")
# A sum of rupiah, or a decimal number, that is a whole cell or datum; a phone or a NIK has no fraction.
# A comma is a decimal mark only between semicolons; elsewhere it parts a NIK from the next cell's number. Nor
# has a sum 16 digits, or one that was a float of whole numbers: so a program may print a NIK.
AMOUNT = re.compile(
    r'(?m)(?:(?<=^)|(?<=[,;])|(?<=value="))(?:62\d{9,12}|-?[1-9]\d{0,12}\.\d{3,6})(?=[,;"]|$)'
    r"|(?<=;)-?[1-9]\d{0,12},\d{3,6}(?=;|$)"
)
# A phone without its nought that is a whole text, where texts and numbers are told apart: a CSV's cell may be
# a sum. Of 11 or 12 digits; ten are a village's code in the Moluccas (81, 82).
BARE_PHONE = re.compile(r"(?m)^8[1-9]\d{9,10}$")
XML_TAG = re.compile(r"<[^>]*>")
END_OF_TEXT = re.compile(r"</(w:p|si|is)>|<v>[^<]*</v>")  # the last is a sheet's number, which is no one's


class PersonalData(Exception):
    """A file that was about to be written holds personal data."""


def refuse_personal(name: str, content: str | bytes) -> None:
    """Look through a file that is about to be written.

    Raises
    ------
    PersonalData
        If something in it identifies a person; says which kind, in which file, and nothing more.
    """
    typed = isinstance(content, bytes) or name.endswith((".json", ".jsonld"))
    if kind := _kind(_text(name, content), typed):
        raise PersonalData(f"{name} would hold personal data ({kind}).")


def refuse_personal_inputs(about: Any, reason: str) -> None:
    """Look through what a run is made from, before anything is made."""
    if kind := _kind("\n".join((*_strings(about), reason)), typed=True):
        raise PersonalData(f"What the briefs would print holds personal data ({kind}).")


def _kind(text: str, typed: bool) -> str | None:
    """The kind of the first personal data in a text; a suspicion is looked at again without mere numbers.

    ``typed`` texts hold no number: one of their lines that looks like one is a text.
    """
    if typed and BARE_PHONE.search(text):
        return PHONE
    if not find_in_file(text):
        return None
    found = find_in_file(AMOUNT.sub("", FLOAT.sub("", HEXADECIMAL.sub("", text))))
    return found[0].kind if found else None


def _text(name: str, content: str | bytes) -> str:
    """What a file says, without its drawings."""
    if isinstance(content, bytes):
        return _office_text(content)
    if name.endswith((".json", ".jsonld", ".ipynb")):
        passed_over = frozenset() if name.endswith(".ipynb") else HASHES
        with suppress(ValueError):  # what is no JSON after all is read as it stands
            return "\n".join(_strings(json.loads(content), passed_over))
    for drawn in DRAWN if name.endswith(".html") else ():
        content = drawn.sub("\n", content)
    return TABLE.sub(lambda found: unquote(found[0]), content)


def _office_text(package: bytes) -> str:
    """What a Word file or a workbook says in words."""
    with zipfile.ZipFile(BytesIO(package)) as file:
        xml = "\n".join(file.read(name).decode() for name in file.namelist() if name.endswith(".xml"))
    # A paragraph may be cut into runs anywhere, so its pieces are read as one.
    return XML_TAG.sub("", END_OF_TEXT.sub("\n", xml))


def _strings(value: Any, passed_over: frozenset[str] = HASHES) -> dict[str, None]:
    """Every text in a JSON document once, names too, hashes apart; numbers there are numbers."""
    texts, waiting = [], [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            texts.append(value)
        elif isinstance(value, dict):
            texts += value
            waiting += [entry for name, entry in value.items() if name not in passed_over]
        elif isinstance(value, list | tuple):
            waiting += value
    return dict.fromkeys(texts)


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file so that it is never seen half-written, and never with personal data.

    Bytes are a Word file or a workbook.
    """
    refuse_personal(path.name, content)
    put_whole(path, content.encode() if isinstance(content, str) else content)

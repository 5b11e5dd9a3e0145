"""What leads to a person in other ways: mails, accounts, addresses, coordinates, plates, files."""

from __future__ import annotations

import re
from collections.abc import Iterator

from asn_analysis.records.kinds import ADDRESS, COORDINATES, EMAIL, FILE, HANDLE, PHONE, PLATE, Finding
from asn_analysis.records.numbers import in_small_letters
from asn_analysis.records.vocabulary import folded, vocabulary

AT = r"(?:\s*(?:[\[({<]\s*(?:at|et|a|@)\s*[\])}>]|[@\uff20])\s*|\s+(?:at|et)\s+)"
SAID_AT = r"[\W_]+(?:at|et)[\W_]+"
DOT = r"(?:\s*(?:\.|[\[({<]\s*(?:dot|titik|\.)\s*[\])}>])\s*|\s+(?:dot|titik)\s+)"
LOCAL = r"(?<![\w.+%-])[\w.+%-]{1,64}"
ENDING = r"(?:com|net|org|id|co|io|me|my|info|edu|gov)\b"
PROVIDERS = ("gmail", "yahoo", "ymail", "rocketmail", "hotmail", "outlook", "icloud", "protonmail", "proton")
PROVIDER = rf"(?:{'|'.join(PROVIDERS)})"
MAIL = re.compile(
    rf"{LOCAL}[@\uff20][\w-]+(?:\.[\w-]+)*\.[a-z]{{2,}}"
    rf"|{LOCAL}{AT}[\w-]+(?:{DOT}[\w-]+)*?{DOT}{ENDING}"
    rf"|{LOCAL}(?:{AT}|{SAID_AT}|[^\w\n]{{1,3}}){PROVIDER}[\W_]*(?:dot|titik)?[\W_]*"
    r"(?:com|co[\W_]*id|net)\b",
    re.IGNORECASE,
)
# What a text in small letters must hold for a mail to be in it that is of no provider: quick to look for.
MAIL_HINTS = tuple(
    re.compile(rf"{at}\s*[\w-]+(?:{DOT}[\w-]+)*?{DOT}{ENDING}")
    for at in (r"at(?<=\sat)\s", r"et(?<=\set)\s", r"[\[({<]\s*(?:at?|et)\s*[\])}>]")
)

NETWORK = (
    r"ig|insta|instagram|fb|facebook|tiktok|twitter|telegram|tele|id line|line id|linkedin|youtube"
    r"|username|akun"
)
HANDLES = re.compile(
    rf"(?<![\w@.])[@\uff20]\s?(?P<at>\w[\w.]{{2,29}})"
    rf"|\b(?:{NETWORK})(?:nya|ku)?\b\W{{0,3}}(?:saya\b|:|=|@)?\W{{0,3}}(?P<named>\w[\w.]{{2,29}})",
    re.IGNORECASE,
)
OFFICIAL = re.compile(
    r"kota|kab|dukcapil|disduk|pkm|puskes|kel(?!ly)|kec|pemkot|pemda|rsud|dinas|dinkes|desa|samsat|bpjs|mpp|humas|"
    r"info|admin|official|layanan|pelayanan|indonesia|lapor|smp|sman|sdn|_go_id|banten|provinsi|bkpsdm"
)

STREET = r"(?:jalan|jln|jl|gang|gg|perum(?:ahan)?|komp(?:leks?)?|kp|kampung|lingk(?:ungan)?|link)"
ADDRESSES = re.compile(
    rf"\b{STREET}\b\.?\s+(?:(?:[\w'’]{{4,}}|[\w'’]{{1,3}}\.?)\s+){{0,6}}?[\w'’]*\s*,?\s*"
    r"(?:(?:no|nomor|kav)\b[.:\s]*[a-z]?\d\w*|blok\b[.:\s]*\w+)"
    r"(?:[\s,./]*(?:no|blok|rt|rw)\b[.:\s]*\d\w*)*"
    r"|\brt\b[.:\s]*\d{1,3}\s*[/,.\s-]*\s*rw\b[.:\s]*\d{1,3}",
    re.IGNORECASE,
)

REGION = (
    r"(?:A[ABDEG]?|B[ABDEGHKLMNP]?|D[ABCDEGHKLMNPRTWS]?|E[ABD]?|F|G|H|K[BHTU]?|L|M|N|P[ABGSTY]?|R|S|T|W|Z)"
)
VEHICLE = (
    r"(?:plat|nopol|no\W{0,2}pol\w*|kendaraan|mobil|motor)\W{1,3}(?:(?:no\w*|saya|dinas|merah)\W{1,3}){0,2}"
)
PLATES = re.compile(
    rf"(?<![\w.])(?:{REGION}[ -]?\d{{3,4}}[ -]?[A-Z]{{1,3}}(?![\w])"
    rf"|(?i:{REGION}\d{{3,4}}[A-Z]{{2,3}}(?!\w))"
    rf"|(?i:{VEHICLE}{REGION}\W?\d{{1,4}}\W?[A-Z]{{1,3}}(?!\w)))"
)

PAIR = re.compile(r"(?<![\d.,])(-?\d{1,2}[.,]\d{3,})°?\s?[NS]?\s*[,;/ ]\s*(-?\d{2,3}[.,]\d{3,})(?![\d.])")
NORTH, EAST = (-11.5, 6.5), (94.5, 141.5)  # the country
ANGLE = re.compile(
    r"\d{1,3}\s*[°º]\s*\d{1,2}(?:\s*['’′]\s*[\d.,]*\s*[\"”″]?)?\s*(?:LS|LU|BT|[NSEW])?"
    r"|\b(?:lat(?:itude)?|lintang|long?(?:itude)?|bujur|koordinat|gps)\b\W{0,4}-?\d{1,3}[.,]\d{3,}"
    r"|(?:https?://)?(?:maps\.app\.goo\.gl|goo\.gl/maps|maps\.google\.\w+|(?:www\.)?google\.\w+/maps)\S*",
    re.IGNORECASE,
)
KINDS_OF_FILE = r"jpe?g|png|pdf|docx?|xlsx?|heic|mp4|zip|rar|csv|pptx?|mov|webp|gif|bmp|tiff?"
FILES = re.compile(
    rf"(?-i:\b[A-Z][\w'-]* ){{0,4}}\S*\w\.(?:{KINDS_OF_FILE})\b"
    r"|\b(?:IMG|VID|DOC|WhatsApp Image|Screenshot)[-_ ]\d{4}[-_]?\d\d[\w-]*",
    re.IGNORECASE,
)
LANDLINES = re.compile(
    r"\(0\d{2,3}\)\W{0,2}\d{3}[\W_]?\d{2,5}\b"
    r"|(?<![\d/.,-])0(?!8)\d{2,3}\s?[-–/. ]\s?\d{3,4}[-–. ]?\d{3,4}(?![\d/])"
)


def find_mails(text: str) -> Iterator[Finding]:
    if _hints_at_mail(text):
        yield from (Finding(EMAIL, *found.span()) for found in MAIL.finditer(text))


def find_places(text: str) -> Iterator[Finding]:
    """What a vehicle, a map or a file on somebody's telephone tells."""
    yield from (Finding(PLATE, *found.span()) for found in PLATES.finditer(text))
    yield from (Finding(COORDINATES, *found.span()) for found in ANGLE.finditer(text))
    yield from (
        Finding(COORDINATES, *found.span()) for found in PAIR.finditer(text) if _in_the_country(found)
    )


def find_guessed(text: str) -> Iterator[Finding]:
    """What may be an office's own as well, and is blotted in free text alone."""
    for found in HANDLES.finditer(text):
        name = found["at"] or found["named"]
        if not OFFICIAL.search(name.casefold()) and _is_strange(name):
            yield Finding(HANDLE, *found.span("at" if found["at"] else "named"))
    yield from (Finding(FILE, *found.span()) for found in FILES.finditer(text))
    yield from (Finding(ADDRESS, *found.span()) for found in ADDRESSES.finditer(text))
    yield from (Finding(PHONE, *found.span()) for found in LANDLINES.finditer(text))


def _hints_at_mail(text: str) -> bool:
    if "@" in text or "\uff20" in text:
        return True
    small = in_small_letters(text)
    return any(name in small for name in PROVIDERS) or any(hint.search(small) for hint in MAIL_HINTS)


def _is_strange(name: str) -> bool:
    return not vocabulary().knows(folded(name.strip("."))) and not name.isdigit()


def _in_the_country(found: re.Match[str]) -> bool:
    north, east = (float(found[side].replace(",", ".")) for side in (1, 2))
    return NORTH[0] <= north <= NORTH[1] and EAST[0] <= east <= EAST[1]

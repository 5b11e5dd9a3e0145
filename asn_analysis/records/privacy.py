"""Personal data in text and headers: found, told by kind and place, never repeated.

What identifies a person by itself is refused wherever it stands (``find_identifying``). Plates, coordinates,
names, addresses and the like may be an office's own or are matters of guessing, so they are only blotted out
where free text is shown; and no list of them is ever complete, so free text is printed only where it holds
everyday words alone, or the office has ticked it (``review``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from functools import lru_cache

from asn_analysis.records.kinds import ADDRESS, BLOT, EMAIL, NIK, NIP, PERSON, PHONE, Finding
from asn_analysis.records.numbers import IN_WORDS, NARROW, SIGNS, find_numbers
from asn_analysis.records.persons import all_known, find_names, is_common_name
from asn_analysis.records.places import PROVIDER, REGION, find_guessed, find_mails, find_places

FEW = 0.05  # a column with more identifying cells than this holds them by intent
# What a text must hold for anything identifying to be in it; DuckDB reads it too, to pass over the rest.
# Wider than what is looked for, since letters and digits of all scripts take DuckDB 30 times as long.
EIGHT = r"[0-9\x{80}-\x{10ffff}](?:[^a-z0-9\n]{0,3}[0-9o\x{80}-\x{10ffff}]){7}|"
HINT = (
    rf"(?i){EIGHT}"
    r"[@\x{ff20}]|[\[({<]\s*(?:at?|et)\s*[\])}>]|\s[ae]t\s"
    rf"|{PROVIDER}|paspor|passport|o8|o\W8"
    rf"|(?:(?:{IN_WORDS}|\d)[\s,.\-]{{0,3}}){{8}}"
)
PLACE_HINT = rf"(?i){REGION}\W?\d{{1,4}}\W?[A-Z]{{1,3}}|[°º]|\d[.,]\d{{3}}|goo|maps"


@lru_cache(maxsize=20_000)  # a register's texts are blotted, and then looked at for whom they wait for
def find_personal(text: str, known: frozenset[str] = frozenset()) -> tuple[Finding, ...]:
    """All in a text that may be personal, in its order, without overlaps; ``known`` words name nobody."""
    guessed = (
        *find_places(text),
        *find_guessed(text),
        *(Finding(PERSON, *span) for span in find_names(text, known)),
    )
    taken: list[Finding] = []
    for finding in (*find_identifying(text), *guessed):
        if all(finding.end <= other.start or finding.start >= other.end for other in taken):
            taken.append(finding)
    return tuple(sorted(taken, key=lambda finding: finding.start))


def find_identifying(text: str) -> tuple[Finding, ...]:
    """What identifies a person by itself: the kinds that are refused at the door."""
    return (*find_mails(text), *find_numbers(text, SIGNS))


def find_in_file(text: str) -> tuple[Finding, ...]:
    """The same before any write, where commas and quotation marks part one cell from the next."""
    return (*find_mails(text), *find_numbers(text, NARROW))


def find_in_name(text: str) -> tuple[Finding, ...]:
    """What no name of a unit, a service or a place may hold."""
    return (*find_identifying(text), *find_places(text))


def redact(text: str, known: frozenset[str] = frozenset()) -> str:
    """The text with a word for its kind in the place of everything that may be personal."""
    return _blotted(text, find_personal(text, known))


def last_words(error: BaseException) -> str:
    """The last line of what went wrong: enough to act on, without the data in a traceback."""
    lines = [line for line in str(error).strip().splitlines() if line.strip()]
    return f"{type(error).__name__}: {redact(lines[-1].strip())[:300] if lines else 'no message'}"


def without_identifying(text: str) -> str:
    """The text without what identifies a person by itself, for messages that quote a cell."""
    return _blotted(text, find_identifying(text))


def listed(codes: Iterable[str], word: str = "or") -> str:
    """Codes for a message, a word between them: digits that signs alone part are read as one number."""
    return f" {word} ".join(codes)


def without_places(text: str) -> str:
    """A name of a unit, a service or a place without what none may hold."""
    return _blotted(text, find_in_name(text))


def names_nobody(text: str, known: frozenset[str] = frozenset()) -> bool:
    """Whether a text may be printed without anybody's looking at it."""
    return all_known(text, known) and not find_personal(text, known)


def without_control(text: str) -> str:
    """The text without characters that steer a terminal or turn the direction of writing."""
    return text if text.isascii() and text.isprintable() else "".join(map(_harmless, text))


def _harmless(letter: str) -> str:
    if letter.isspace():
        return " "
    steers = unicodedata.category(letter) in ("Cc", "Cs", "Cn") or letter in DIRECTIONS
    return "" if steers else letter


# Marks, embeddings, overrides and isolates of direction, and blanks of no width that hide in words.
DIRECTIONS = frozenset(
    "\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)


def _blotted(text: str, findings: Iterable[Finding]) -> str:
    parts, end = [], 0
    for finding in sorted(findings, key=lambda finding: finding.start):
        parts += [text[end : max(end, finding.start)], BLOT[finding.kind]]
        end = max(end, finding.end)
    return "".join((*parts, text[end:]))


def looks_like_names(texts: Collection[str]) -> bool:
    """Whether a column holds people's names: short texts, and in many of them a name that is common."""
    short = [text for text in texts if len(text) <= 40 and not any(letter.isdigit() for letter in text)]
    named = sum(bool(is_common_name(text)) for text in short)
    return len(short) > len(texts) / 2 and named > max(1, len(texts) / 4)


# Headers of personal columns in exports of survey applications (Google Forms, e-SKM), whole words.
HEADERS = {
    NIK: r"nik|ktp|kk|nomor induk kependudukan|identitas|kartu keluarga|npwp",
    NIP: r"nip|nippppk|nipppk|nomor induk pegawai",
    PHONE: r"hp|no hp|handphone|telp|telpon|telepon|phone|mobile|wa|whatsapp|ponsel|kontak|contact",
    EMAIL: r"e mail|email|surel|username|instagram|facebook|akun|account",
    ADDRESS: r"alamat|address|domisili|rt|rw|ip|ip address|lokasi gps|latitude|longitude",
    PERSON: r"nama|name|tanggal lahir|tgl lahir|tempat lahir|ttl|birth date|date of birth|foto"
    r"|tanda tangan|ttd",
}
# A header that names something else than a person: nama layanan, alamat kantor.
OF_OFFICE = re.compile(
    r"\b(?:unit|layanan|pelayanan|kelurahan|kecamatan|instansi|opd|skpd|dinas|puskesmas|kantor|loket|program"
    r"|pilar|kegiatan|pelatihan|aplikasi|jenis|service|office|lembaga|kota|kabupaten|file)\b"
)


def personal_header(header: str) -> str | None:
    """The kind of personal data that a column's header announces."""
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header)  # NamaLengkap, but WhatsApp too
    words = re.sub(r"[\W_]+", " ", f"{split} {header}").strip().casefold()
    if OF_OFFICE.search(words) and not re.search(r"\b(?:nik|ktp|nip|hp|wa|telp|telepon|email)\b", words):
        return None
    return next((kind for kind, names in HEADERS.items() if re.search(rf"\b(?:{names})\b", words)), None)

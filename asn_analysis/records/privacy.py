"""Personal data in text and headers: found, told by kind and place, never repeated.

What identifies a person by itself (``IDENTIFYING``) is refused wherever it stands. Names and addresses
are matters of guessing, so they are only blotted out where free text is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from asn_analysis.records.message import _

NIK, NIP = "NIK", "NIP"
PHONE, EMAIL, ADDRESS, PERSON = _("phone"), _("e-mail"), _("address"), _("name")
IDENTIFYING = (NIK, NIP, PHONE, EMAIL)
BLOT = {
    NIK: "[NIK]",
    NIP: "[NIP]",
    PHONE: "[nomor telepon]",
    EMAIL: "[surel]",
    ADDRESS: "[alamat]",
    PERSON: "[nama]",
}
BEFORE = 25  # characters before a number that may call it by name
FEW = 0.05  # a column with more identifying cells than this holds them by intent


@dataclass(frozen=True)
class Finding:
    """Personal data of a kind between two places of a text; what stands there is not kept."""

    kind: str
    start: int
    end: int


# Between the digits of one number: blanks (also invisible ones), dots, dashes, brackets; no line breaks.
GAP = r"[ \t\u00a0\u2000-\u200f\u202f\u2060\ufeff._()\-\u2010-\u2015\u2212\u00b7]"
# From the first digit of a run on: if all of it is too short, so is whatever begins within it.
NUMBER = re.compile(rf"\d(?<!\d\d)(?:\d|{GAP}{{1,3}}+\d){{8,}}")
AT = r"(?:\s*(?:[\[({<]\s*(?:at|et|@)\s*[\])}>]|[@\uff20])\s*|\s+at\s+)"
DOT = r"(?:\s*(?:\.|[\[({<]\s*(?:dot|titik|\.)\s*[\])}>])\s*|\s+(?:dot|titik)\s+)"
LOCAL = r"(?<![\w.+%-])[\w.+%-]{1,64}"
MAIL = re.compile(
    rf"{LOCAL}[@\uff20][\w-]+(?:\.[\w-]+)*\.[a-z]{{2,}}"
    rf"|{LOCAL}{AT}[\w-]+(?:{DOT}[\w-]+)*?{DOT}(?:com|net|org|id|co|io|me|my|info|edu|gov)\b",
    re.IGNORECASE,
)
# What a text must hold for anything identifying to be in it; DuckDB reads it too, to pass over the rest.
HINT = (
    r"(?i)\p{Nd}(?:[ \t\x{a0}\x{2000}-\x{200f}\x{202f}\x{2060}\x{feff}._()\-\x{2010}-\x{2015}\x{2212}\x{b7}]"
    r"{0,3}\p{Nd}){8}|[@\x{ff20}]|[\[({<]\s*(?:at|et)\s*[\])}>]|\sat\s"
)
# The same for mails alone, each beginning with letters, which are quick to look for; of small letters.
MAIL_HINTS = (
    re.compile(r"at(?<=\sat)\s+[\w-]+(?:\s*[.\[({<]\s*|\s+)\w"),
    re.compile(r"t(?<=[ae]t)\s*[\])}>]"),
)

PROVINCES = "1[1-9]|21|3[1-6]|5[1-3]|6[1-5]|7[1-6]|8[12]|9[1-7]"
# Region (province, regency 01-79, district), day of birth (women: plus 40), month, year, number.
NIK_DIGITS = re.compile(
    rf"(?:{PROVINCES})(?!00)[0-7]\d(?!00)\d\d(?:[04][1-9]|[1256]\d|[37][01])(?:0[1-9]|1[0-2])\d\d"
    r"(?!0000)\d{4}"
)
# Day of birth, month of appointment (contract staff: 21 and up), sex, number.
NIP_DIGITS = re.compile(
    r"(?:19[3-9]|20[01])\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
    r"(?:19[5-9]|20[0-4])\d(?:0[1-9]|1[0-2]|2[1-9])[12]\d{3}"
)
MOBILE = re.compile(r"(?:0|(?:00)?62(?:0)?)8[1-9]\d{7,10}")
ABROAD = re.compile(r"62[2-9]\d{7,11}|620[2-9]\d{7,11}")  # after a plus sign
# A number that its own text calls by name needs no second proof.
CALLED = {
    NIK: (re.compile(r"\b(?:nik|ktp|e-?ktp|kk|kartu keluarga)\W{0,4}(?:no\W{0,3})?$", re.I), r"\d{16}"),
    NIP: (re.compile(r"\bnip(?:ppk|3k)?\W{0,4}(?:no\W{0,3})?$", re.I), r"\d{18}|\d{9}"),
    PHONE: (
        re.compile(r"\b(?:hp|wa|whats ?app|telp|telepon|telefon|ponsel|handphone)\W{0,4}$", re.I),
        r"\+?(?:62|0)?[2-9]\d{8,11}",
    ),
}
ISO_DATE = re.compile(r"(?<![\d-])(?:19|20)\d\d-(?:0[1-9]|1[0-2])-[0-3]\d(?![\d-])")
RUPIAH = re.compile(r"\brp\.?\s*$", re.I)
MONEY = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+")
FRACTION = re.compile(r"\d{1,2}[.,]\d{9,}")  # a mean, as programs print it
DATE = re.compile(r"(?<!\d)\d{1,2}([ .\-])(?:0?[1-9]|1[0-2])\1(?:19|20)\d\d(?!\d)")

TITLE = r"(?:bapak|bpk|ibu|sdri?|saudar[ai]|pak|bu|mas|mbak|tn|ny|hj?)"
NAME = re.compile(
    rf"\b(?:(?i:{TITLE}(?:\.?\s*/\s*{TITLE})?|a\.\s?n|atas nama|nama saya)\.?\s+)"
    r"((?:(?i:hj?|drs?|ir)\.\s*)*[A-Z][\w'’]+(?:\s+[A-Z][\w'’.]*){0,4})"
)
ROLES = re.compile(
    r"lurah|camat|kepala|ketua|sekretaris|kasi|kasie|kasubag|kasubbag|kabag|kabid|kadis|wakil|walikota|"
    r"wali|bupati|gubernur|presiden|menteri|rt|rw|petugas|pegawai|staf|staff|satpam|kader|dokter|bidan|"
    r"perawat|apoteker|guru|dosen|hamil|menyusui|dan|atau|yang|kota|negara|pertiwi|rumah|warga|"
    r"masyarakat|pemohon|pasien|pelanggan|pengunjung|lansia|loket|admin|operator|resepsionis|terima|"
    r"tolong|mohon|saya|kami|kita|sudah|semoga|agar|tidak|sangat|pelayanan|pimpinan|direktur|kelurahan|"
    r"kecamatan|dinas|puskesmas"
)
STREET = r"(?:jalan|jln|jl|gang|gg|perum(?:ahan)?|komp(?:leks?)?|kp|kampung|lingk(?:ungan)?|link)"
ADDRESSES = re.compile(
    rf"\b{STREET}\b\.?\s+(?:(?:[\w'’]{{4,}}|[\w'’]{{1,3}}\.?)\s+){{0,6}}?[\w'’]*\s*,?\s*"
    r"(?:(?:no|nomor|kav)\b[.:\s]*[a-z]?\d\w*|blok\b[.:\s]*\w+)"
    r"(?:[\s,./]*(?:no|blok|rt|rw)\b[.:\s]*\d\w*)*"
    r"|\brt\b[.:\s]*\d{1,3}\s*[/,.\s-]*\s*rw\b[.:\s]*\d{1,3}",
    re.IGNORECASE,
)


def find_personal(text: str) -> tuple[Finding, ...]:
    """Everything in a text that may be personal, in its order, without overlaps."""
    guessed = (
        *(Finding(ADDRESS, *found.span()) for found in ADDRESSES.finditer(text)),
        *(Finding(PERSON, *found.span(1)) for found in NAME.finditer(text) if not _is_role(found[1])),
    )
    taken: list[Finding] = []
    for finding in (*find_identifying(text), *guessed):
        if all(finding.end <= other.start or finding.start >= other.end for other in taken):
            taken.append(finding)
    return tuple(sorted(taken, key=lambda finding: finding.start))


def find_identifying(text: str) -> tuple[Finding, ...]:
    """What identifies a person by itself: the kinds that are refused at the door and before any write."""
    mails = MAIL.finditer(text) if _hints_at_mail(text) else ()
    numbers = (finding for run in NUMBER.finditer(text) for finding in _in_run(text, run))
    return (*(Finding(EMAIL, *found.span()) for found in mails), *numbers)


def _hints_at_mail(text: str) -> bool:
    if "@" in text or "\uff20" in text:
        return True
    small = text.lower()
    return any(hint.search(small) for hint in MAIL_HINTS)


def _in_run(text: str, run: re.Match[str]) -> Iterator[Finding]:
    """Numbers of a person in a run of digits, with the words before it in view and dates blotted out."""
    start = max(0, run.start() - BEFORE)
    near = ISO_DATE.sub(lambda date: "/" * len(date[0]), text[start : run.end() + 1])
    for part in NUMBER.finditer(near, run.start() - start):
        for found in _in_digits(near, part):
            yield Finding(found.kind, start + found.start, start + found.end)


def redact(text: str) -> str:
    """The text with a word for its kind in the place of everything that may be personal."""
    return _blotted(text, find_personal(text))


def last_words(error: BaseException) -> str:
    """The last line of what went wrong: enough to act on, without the data in a traceback."""
    lines = [line for line in str(error).strip().splitlines() if line.strip()]
    return f"{type(error).__name__}: {redact(lines[-1].strip())[:300] if lines else 'no message'}"


def without_identifying(text: str) -> str:
    """The text without what identifies a person by itself, for messages that quote a cell."""
    return _blotted(text, sorted(find_identifying(text), key=lambda finding: finding.start))


def _blotted(text: str, findings: Iterable[Finding]) -> str:
    parts, end = [], 0
    for finding in findings:
        parts += [text[end : max(end, finding.start)], BLOT[finding.kind]]
        end = max(end, finding.end)
    return "".join((*parts, text[end:]))


def _is_role(name: str) -> bool:
    return bool(ROLES.fullmatch(name.split()[0].strip(".").casefold()))


def _in_digits(text: str, run: re.Match[str]) -> Iterator[Finding]:
    """Numbers of a person in a run of digits, of which several may stand side by side."""
    groups = [found.span() for found in re.finditer(r"\d+", run[0])]
    first = 0
    while first < len(groups):
        last = next(
            (end for end in range(len(groups), first, -1) if _kind(text, run, groups[first:end])), None
        )
        if last is None:
            first += 1
            continue
        window = groups[first:last]
        start, end = run.start() + window[0][0], run.start() + window[-1][1]
        yield Finding(_kind(text, run, window) or "", start - text[:start].endswith("+"), end)
        first = last


def _kind(text: str, run: re.Match[str], groups: Sequence[tuple[int, int]]) -> str | None:
    """The kind of number that these groups of digits, written together, make up."""
    shown = run[0][groups[0][0] : groups[-1][1]]
    if not 9 <= sum(end - start for start, end in groups) <= 18:
        return None
    digits = "".join(str(int(digit)) for digit in shown if digit.isdigit())
    before = text[max(0, run.start() + groups[0][0] - BEFORE) : run.start() + groups[0][0]]
    if MONEY.fullmatch(shown) or FRACTION.fullmatch(shown) or DATE.search(shown) or RUPIAH.search(before):
        return None
    for kind, (called, form) in CALLED.items():
        if re.fullmatch(form, digits) and called.search(before.rstrip(" +(:")):
            return kind
    if NIK_DIGITS.fullmatch(digits):
        return NIK
    if NIP_DIGITS.fullmatch(digits):
        return NIP
    if before.rstrip(" (").endswith("+"):
        return PHONE if ABROAD.fullmatch(digits) else None
    return PHONE if MOBILE.fullmatch(digits) and _grouped_as_a_phone(shown) else None


def _grouped_as_a_phone(shown: str) -> bool:
    """Opening hours and dates (08.15-16.00, 08-12-2026 09.30) have short groups and several signs."""
    groups = re.split(rf"{GAP}+", shown)
    rest = groups[1:] if groups[0] in ("62", "0062") else groups
    signs = {re.sub(r"[()\s]", "", sign) for sign in re.findall(rf"{GAP}+", shown)}
    return len(signs) <= 1 or all(len(group) > 2 for group in rest[:-1])


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


def personal_column(header: str, values: Iterable[object]) -> str | None:
    """The kind of personal data in a column: by its header, or by what stands in its cells."""
    if kind := personal_header(header):
        return kind
    texts = [str(value) for value in values if value is not None and str(value).strip()]
    kinds = [finding.kind for text in texts for finding in find_identifying(text)[:1]]
    return max(sorted(set(kinds)), key=kinds.count) if len(kinds) > FEW * len(texts) else None

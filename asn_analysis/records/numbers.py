"""Numbers of a person, however they are written: by their form, by a check digit, by the word before them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from stdnum.id import nik, npwp

from asn_analysis.records.kinds import (
    BANK,
    BPJS,
    NIK,
    NIP,
    NISN,
    NPWP,
    NUPTK,
    PASSPORT,
    PHONE,
    SIM,
    Finding,
)

BEFORE = 32  # characters before a number that may call it by name
# Between the digits of one number in a text: any signs, also invisible ones, but no line break.
SIGNS = r"[^\w\n]|_"
# In a file that is about to be written, where commas, quotes and angles part cells: what people write.
NARROW = r"[ \t\u00a0\u2000-\u200f\u202f\u2060\ufeff._()\-\u2010-\u2015\u2212\u00b7]"
# An O after a digit, before one, or between two: from the letter on, which is quick to look for.
O_FOR_0 = re.compile(r"[oO](?:(?<=\d.)[oO]*(?![^\W\d_])|(?<![^\W\d_].)[oO]*(?=\d)|(?<=\d[ .-].)(?=[ .-]\d))")

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
NPWP_WRITTEN = re.compile(r"\d{2}\.\d{3}\.\d{3}\.\d[-.]\d{3}[.-]\d{3}")
NPWP_PARTED = re.compile(r"0?\d{2}\D+\d{3}\D+\d{3}\D+\d\D*\d{3}\D*\d{3}")  # then the check digit must hold
CARD_OF_BPJS = re.compile(r"000\d{10}")
# What may stand between the word that calls a number by its name, and the number.
FILLING = (
    r"(?:\W|_|\b(?:no|nomor|nomer|nmr|saya|sy|nya|ku|adalah|ini|itu|lama|baru|anak|istri|suami|ibu|bapak|kami"
    r"|an?|milik|ke|di)\b|nya\b)"
)
BANKS = r"bca|bri|bni|mandiri|btn|bsi|bjb"
LINES = r"hp|wa|whats ?app|telp?|telpon|telepon|telefon|ponsel|handphone|kontak|hubungi|call|sms"
NAMES_AND_FORMS = (
    (NUPTK, r"nuptk|nidn", r"\d{16}|\d{10}"),
    (NISN, r"nisn", r"\d{10}"),
    (NPWP, r"npwp", r"\d{15,16}"),
    (BPJS, r"bpjs|kis|jkn|jamkes\w*|askes|kpj|jamsostek", r"\d{11}|\d{13}"),
    (SIM, r"sim(?:\s[abc]\d?)?", r"\d{12,16}"),
    (BANK, rf"no\W?rek|rek|rekening|{BANKS}|bank \w+|transfer|tf|gopay|ovo|dana", r"\d{9,16}"),
    (NIK, r"nik|ktp|e-?ktp|ktp-?el|kk|kartu keluarga|kia", r"\d{16}"),
    (NIP, r"nip(?:ppk|3k)?|nrp|nrk", r"\d{18}|\d{8,9}"),
    (PHONE, LINES, r"\+?(?:62|0)?[2-9]\d{8,11}"),
)
CALLED = {
    kind: (re.compile(rf"\b(?:{words}){FILLING}{{0,9}}$", re.I), re.compile(form))
    for kind, words, form in NAMES_AND_FORMS
}
PASSPORTS = re.compile(
    rf"\b(?:paspor|passport|pasport){FILLING}{{0,9}}([a-z]\W?(?:\d\W?){{5,6}}\d)(?!\d)", re.I
)
ISO_DATE = re.compile(r"(?<![\d-])(?:19|20)\d\d-(?:0[1-9]|1[0-2])-[0-3]\d(?![\d-])")
RUPIAH = re.compile(r"\brp\.?\s*$", re.I)
MONEY = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3})+")
FRACTION = re.compile(r"\d{1,2}[.,]\d{9,}")  # a mean, as programs print it
# What a run of digits, the signs among them apart, must hold for a number to be known by its form: BY_FORM's.
FORMS = re.compile(rf"{NIK_DIGITS.pattern}|{NIP_DIGITS.pattern}|{CARD_OF_BPJS.pattern}|{MOBILE.pattern}")
PARTED = re.compile(r"\d\D+\d{3}\D+\d{3}\D+\d")
NO_DIGIT = re.compile(r"\D+")
CALLING = re.compile("|".join(words for _kind, words, _form in NAMES_AND_FORMS))  # in small letters
DATE = re.compile(r"(?<!\d)\d{1,2}([ .\-/])(?:0?[1-9]|1[0-2])\1(?:19|20)\d\d(?!\d)")

FOREIGN = re.compile(r"[^\x00-\x7f]+")
IN_WORDS = r"nol|kosong|satu|dua|tiga|empat|lima|enam|tujuh|delapan|lapan|sembilan"
SPELLED = re.compile(rf"\b(?:(?:{IN_WORDS})\b|\d)(?:[\s,.\-]{{0,3}}(?:\b(?:{IN_WORDS})\b|\d)){{8,20}}", re.I)
SPELLED_PHONE = re.compile(
    r"(?:nol|kosong|0)\W*(?:delapan|lapan|8)\b|(?:enam|6)\W*(?:dua|2)\W*(?:delapan|lapan|8)\b", re.I
)

# A word for a digit, and what of such a number stands beside at least one of its words; in small letters.
SAID = re.compile(rf"(?:{IN_WORDS})\b")
SAID_NEXT = re.compile(rf"[\s,.\-]{{0,3}}(?:{IN_WORDS}|\d)")
DIGIT_BEFORE = re.compile(r"\d[\s,.\-]{0,3}$")


def find_numbers(text: str, signs: str = SIGNS) -> Iterator[Finding]:
    """Numbers of people; ``signs`` may stand between the digits of one number."""
    digits, small = _in_our_digits(text), in_small_letters(text)
    called = "+" in small or CALLING.search(small)  # anywhere; in a table of numbers nowhere
    for run in _number(signs).finditer(digits):
        if _may_hold(run, small[max(0, run.start() - BEFORE) : run.end()] if called else ""):
            yield from _in_run(digits, run, signs)
    if "paspor" in small or "passpor" in small:
        for found in PASSPORTS.finditer(digits):
            yield Finding(PASSPORT, *found.span(1))
    if any(_is_beside_another(said, small) for said in SAID.finditer(small)):
        for found in SPELLED.finditer(text):
            yield from _spelled(found)


def in_small_letters(text: str) -> str:
    """The text, as long as it is, for a quick look at what it may hold before all capitals are looked for.

    Where case is ignored, the Turkish i are an i, and the long s is an s.
    """
    return text.replace("\u0130", "i").replace("\u0131", "i").replace("\u017f", "s").lower()


def _may_hold(run: re.Match[str], near: str) -> bool:
    """Whether a number of a person may be in a run of digits: quick, and never wrong to say no."""
    by_name = "+" in near or CALLING.search(near)
    return bool(by_name or FORMS.search(NO_DIGIT.sub("", run[0])) or PARTED.search(run[0]))


def _is_beside_another(said: re.Match[str], small: str) -> bool:
    before = small[max(0, said.start() - 4) : said.start()]
    return bool(SAID_NEXT.match(small, said.end()) or DIGIT_BEFORE.search(before))


@cache
def _number(signs: str) -> re.Pattern[str]:
    # From the first digit of a run on: if all of it is too short, so is whatever begins within it.
    return re.compile(rf"\d(?<!\d\d)(?:\d|(?:{signs}){{1,3}}+\d){{7,}}")


def _in_our_digits(text: str) -> str:
    """The text, as long as it is, with other scripts' digits as ours and O as the nought it means."""
    text = FOREIGN.sub(lambda found: "".join(str(unicodedata.digit(one, one)) for one in found[0]), text)
    return O_FOR_0.sub(lambda found: "0" * len(found[0]), text)


def _spelled(found: re.Match[str]) -> Iterator[Finding]:
    """Digits said in words; nine answers of the survey begin with no nought."""
    number = len(re.findall(rf"(?:{IN_WORDS})|\d", found[0], re.I))
    if not re.search(IN_WORDS, found[0], re.I):
        return
    if number == 16:
        yield Finding(NIK, *found.span())
    elif SPELLED_PHONE.match(found[0]):
        yield Finding(PHONE, *found.span())


def _in_run(text: str, run: re.Match[str], signs: str) -> Iterator[Finding]:
    """Numbers of a person in a run of digits, with the words before it in view and dates blotted out."""
    start = max(0, run.start() - BEFORE)
    near = ISO_DATE.sub(lambda date: "x" * len(date[0]), text[start : run.end() + 1])
    for part in _number(signs).finditer(near, run.start() - start):
        for found in _in_digits(near, part):
            yield Finding(found.kind, start + found.start, start + found.end)


def _in_digits(text: str, run: re.Match[str]) -> Iterator[Finding]:
    """Numbers of a person in a run of digits, of which several may stand side by side."""
    groups = [found.span() for found in re.finditer(r"\d+", run[0])]
    first = 0
    while first < len(groups):
        furthest = min(len(groups), first + 18)
        last = next((end for end in range(furthest, first, -1) if _kind(text, run, groups[first:end])), None)
        if last is None:
            first += 1
            continue
        window = groups[first:last]
        start, end = run.start() + window[0][0], run.start() + window[-1][1]
        yield Finding(_kind(text, run, window) or "", start - text[:start].endswith("+"), end)
        first = last


def _kind(text: str, run: re.Match[str], groups: Sequence[tuple[int, int]]) -> str | None:
    """The kind of number that these groups of digits, written together, make up."""
    if not 8 <= sum(end - start for start, end in groups) <= 18:
        return None
    shown = run[0][groups[0][0] : groups[-1][1]]
    digits = "".join(filter(str.isdigit, shown))
    before = text[max(0, run.start() + groups[0][0] - BEFORE) : run.start() + groups[0][0]]
    if MONEY.fullmatch(shown) or FRACTION.fullmatch(shown) or DATE.search(shown) or RUPIAH.search(before):
        return None
    for kind, (called, form) in CALLED.items():
        if form.fullmatch(digits) and called.search(before):
            return kind
    if before.rstrip(" (").endswith("+"):
        return PHONE if ABROAD.fullmatch(digits) else None
    found = next((kind for kind, holds in BY_FORM if holds(digits, shown)), None)
    after = text[run.start() + groups[-1][1] :][:1]
    of_a_letter = "/" in shown and "/" in (before[-1:], after)  # 470/0812/345678/2026
    return None if found == PHONE and of_a_letter else found


def _is_nik(digits: str, shown: str) -> bool:
    if not NIK_DIGITS.fullmatch(digits):
        return False
    parted_oddly = re.search(rf"(?!{NARROW})[^\d]", shown)
    return nik.is_valid(digits) if parted_oddly else True  # a day and a regency that there are


def _is_npwp(digits: str, shown: str) -> bool:
    parted = bool(NPWP_PARTED.fullmatch(shown)) and npwp.is_valid(digits)
    return parted or bool(NPWP_WRITTEN.fullmatch(shown))


BY_FORM: tuple[tuple[str, Callable[[str, str], bool]], ...] = (
    (NIK, _is_nik),
    (NIP, lambda digits, shown: bool(NIP_DIGITS.fullmatch(digits))),
    (BPJS, lambda digits, shown: bool(CARD_OF_BPJS.fullmatch(digits))),
    (PHONE, lambda digits, shown: bool(MOBILE.fullmatch(digits)) and _grouped_as_a_phone(shown)),
    (NPWP, _is_npwp),
)


def _grouped_as_a_phone(shown: str) -> bool:
    """Opening hours and dates (08.15-16.00, 08-12-2026 09.30) have short groups and several signs."""
    groups = re.split(r"\D+", shown)
    rest = groups[1:] if groups[0] in ("62", "0062") else groups
    signs = {re.sub(r"[()\s]", "", sign) for sign in re.findall(r"\D+", shown)}
    if signs & {":", "/", "."} and len(rest) > 3 and all(len(group) <= 2 for group in rest):
        return False  # 08:15, 09:30
    return len(signs) <= 1 or all(len(group) > 2 for group in rest[:-1])

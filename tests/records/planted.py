"""People planted as clerks and citizens name them, by names that no list of ours holds too."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

# Rare, foreign or accented, none of them in ``vocabulary.yml``: what a list cannot know.
STRANGE = (
    "Wagiyem", "Ponijan", "Xaverius", "Kasmirah", "Tjokorda", "Zulhamdi", "Keisha", "Ngatinem", "Oemar",
    "José", "Nguyễn", "Mbappé", "Søren", "Roekmini", "Parjiyem", "Qonita", "Wirjosukarto", "Dzakwan",
    "Tukiyem", "Legiman", "Sarinem", "Marwoto", "Kliwon", "Jumingan", "Fathiyah", "Bonaparte", "Maysaroh",
    "Cokro",
)  # fmt: skip
COMMON = ("Budi", "Siti", "Agus", "Dewi", "Sutrisno", "Ahmad", "Yuliana", "Hendra")
SECOND = ("", "", " Santoso", " Prawirodirdjo", " binti Karta", " S.")
TITLES = (
    "bidan", "dr.", "dr. ", "dokter", "suster", "perawat", "ustadz", "lurah", "camat", "guru", "teh", "kang",
    "anak saya", "Bpk.", "Bpk. ", "Pak Lurah", "Bu Camat", "pak guru", "bu bidan", "Pak RT", "kader",
    "mantri",
    "Pak", "Bu", "Ibu", "mas", "mbak", "H.", "Hj. ", "anak saya yang bernama", "Kepala Puskesmas", "sdr.",
    "a.n.",
)  # fmt: skip
AROUND = ("{} ramah", "terima kasih {}", "tadi {} marah marah", "dilayani {} cepat", "{}, tolong lebih sabar")
DOMAINS = ("gmail", "yahoo", "outlook")


@dataclass(frozen=True)
class Planted:
    """A text, and the part of it by which a person could be known."""

    kind: str
    text: str
    part: str


def planted(number: int, seed: int) -> list[Planted]:
    rng = random.Random(seed)
    kinds = list(KINDS)
    return [_one(kinds[place % len(kinds)], rng) for place in range(number)]


def _one(kind: str, rng: random.Random) -> Planted:
    text, part = KINDS[kind](rng)
    return Planted(kind, text, part)


def _name(rng: random.Random) -> tuple[str, str]:
    first = rng.choice(STRANGE if rng.random() < 0.7 else COMMON)
    whole, title = first + rng.choice(SECOND), rng.choice(TITLES)
    blank = "" if title.endswith((" ", ".")) else " "
    text = rng.choice(AROUND).format(f"{title}{blank}{whole}")
    how = rng.random()
    if how < 0.35:
        return text.lower(), first.lower()
    if how < 0.5:
        return text.upper(), first.upper()
    return text, first


def _initial(rng: random.Random) -> tuple[str, str]:
    letter, first = rng.choice("BDKMRST"), rng.choice(STRANGE)
    return rng.choice((f"Pak {letter}. {first} lambat", f"dr. {first} {letter}. teliti")), first


def _with_degree(rng: random.Random) -> tuple[str, str]:
    first = rng.choice(STRANGE)
    return (
        f"{first} Prawiro, {rng.choice(('S.Sos', 'M.Si', 'A.Md.Keb', 'S.Pd', 'SKM'))}. sangat membantu",
        first,
    )


def _handle(rng: random.Random) -> tuple[str, str]:
    name = rng.choice(STRANGE).lower() + rng.choice(("", "_77", ".oke", "99"))
    return rng.choice((f"cek ig {name} ya", f"instagram: {name}", f"lihat @{name}", f"fb saya {name}")), name


def _mail(rng: random.Random) -> tuple[str, str]:
    name, domain = rng.choice(STRANGE).lower() + str(rng.randint(1, 99)), rng.choice(DOMAINS)
    forms = (
        "{} at {} dot com",
        "{} (at) {} titik com",
        "{}[a]{}.com",
        "{} @ {} . com",
        "{}_at_{}_dot_com",
        "{} {} com",
    )
    return "kirim ke " + rng.choice(forms).format(name, domain), name


WORDS = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")


def _spelled(rng: random.Random) -> tuple[str, str]:
    digits = "08" + "".join(rng.choice("123456789") for _ in range(9))
    said = " ".join(WORDS[int(digit)] for digit in digits)
    return f"hubungi {said} ya", said


def _digits(rng: random.Random, number: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(number))


def _parted(digits: str, rng: random.Random, sign: str | None = None) -> str:
    sign = rng.choice("/|*~+#=;,. -_:'") if sign is None else sign
    return sign.join(digits[place : place + 4] for place in range(0, len(digits), 4))


def _nik(rng: random.Random) -> tuple[str, str]:
    born = f"{rng.randint(1, 28):02}{rng.randint(1, 12):02}{rng.randint(60, 99)}"
    digits = f"3673{rng.randint(1, 6):02}{born}{rng.randint(1, 9999):04}"
    return _disguised(digits, "data saya {}", rng)


def _phone(rng: random.Random) -> tuple[str, str]:
    return _disguised(f"08{rng.randint(11, 99)}{_digits(rng, 8)}", "minta dihubungi {}", rng)


def _disguised(digits: str, around: str, rng: random.Random) -> tuple[str, str]:
    how = rng.randrange(4)
    if how == 0:
        written = digits.replace("0", rng.choice("Oo"))
    elif how == 1:
        written = "".join(chr(rng.choice((0x660, 0xFF10, 0x966)) + int(digit)) for digit in digits)
    else:
        written = _parted(digits, rng)
    return around.format(written), written


def _called(words: tuple[str, ...], *lengths: int) -> Callable[[random.Random], tuple[str, str]]:
    def made(rng: random.Random) -> tuple[str, str]:
        digits = rng.choice("123456789") + _digits(rng, rng.choice(lengths) - 1)
        written = rng.choice((digits, _parted(digits, rng, rng.choice(" -."))))
        return f"{rng.choice(words)} {written}", written

    return made


def _npwp(rng: random.Random) -> tuple[str, str]:
    d = _digits(rng, 15)
    written = rng.choice((d, f"{d[:2]}.{d[2:5]}.{d[5:8]}.{d[8]}-{d[9:12]}.{d[12:]}"))
    return rng.choice(("NPWP {}", "npwp saya: {}")).format(written), written


def _passport(rng: random.Random) -> tuple[str, str]:
    written = rng.choice("ABCX") + rng.choice(("", " ")) + _digits(rng, 7)
    return rng.choice(("paspor {}", "no paspor saya {}", "passport: {}")).format(written), written


def _plate(rng: random.Random) -> tuple[str, str]:
    region, letters = rng.choice(("A", "B", "D", "AB", "BK")), rng.choice(("XY", "KLM", "FG"))
    written = f"{region} {rng.randint(1000, 9999)} {letters}"
    return f"mobil {written} menghalangi jalan", written


def _coordinates(rng: random.Random) -> tuple[str, str]:
    south, east = f"{rng.uniform(5, 8):.5f}", f"{rng.uniform(105, 112):.5f}"
    forms = (f"-{south}, {east}", f"-{south};{east}", f"lat -{south} long {east}", f"6°07'{south}\"S")
    written = rng.choice(forms)
    return f"rumah saya di {written}", written


def _line(rng: random.Random) -> tuple[str, str]:
    written = rng.choice((f"(0254) {_digits(rng, 6)}", f"021-{rng.randint(200, 899)}{_digits(rng, 4)}"))
    return f"rumah saya {written}", written


def _file(rng: random.Random) -> tuple[str, str]:
    name = rng.choice(STRANGE).lower()
    written = f"{rng.choice(('KTP', 'foto', 'KK'))}_{name}.{rng.choice(('jpg', 'pdf', 'PNG', 'heic'))}"
    return f"bukti ada di {written}", name


KINDS: dict[str, Callable[[random.Random], tuple[str, str]]] = {
    "name": _name,
    "lower or upper name": _name,
    "initial": _initial,
    "degree": _with_degree,
    "handle": _handle,
    "mail": _mail,
    "spelled": _spelled,
    "NIK": _nik,
    "phone": _phone,
    "NPWP": _npwp,
    "BPJS": _called(("BPJS", "no bpjs saya", "KIS"), 13),
    "account": _called(("rekening BCA", "norek", "transfer ke BRI"), 10, 15),
    "SIM": _called(("SIM A", "no SIM saya"), 12, 14),
    "NUPTK": _called(("NUPTK", "nuptk saya"), 16),
    "NISN": _called(("NISN", "nisn anak saya"), 10),
    "passport": _passport,
    "plate": _plate,
    "coordinates": _coordinates,
    "landline": _line,
    "file": _file,
}

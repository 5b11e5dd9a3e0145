"""Made-up personal data in the forms in which people write them, and ordinary comments full of numbers."""

from __future__ import annotations

import random
from collections.abc import Callable

AREAS = ("367301", "367304", "360412", "327508", "111111", "947101", "520304")
GAPS = ("", "", " ", "-", ".", "  ", "\u00a0", " - ", "\u200b", "\u2013")
WORDS = ("hubungi", "data saya", "a.n. pemohon", "mohon dicek", "sudah dikirim", "catat ya,", "(", "no")
NAMES = ("budi", "siti.aminah", "agus_s", "dewi99", "r.hidayat", "nur-aini")
DOMAINS = ("gmail.com", "yahoo.co.id", "serangkota.go.id", "mail.my.id", "outlook.com")


def personal_texts(number: int, seed: int = 1) -> list[tuple[str, str, str]]:
    """Kind, the personal part, and the sentence around it."""
    rng = random.Random(seed)
    makers = {"NIK": _nik, "NIP": _nip, "phone": _phone, "e-mail": _mail}
    made = []
    for place in range(number):
        kind = list(makers)[place % len(makers)]
        part = makers[kind](rng)
        made.append(
            (kind, part, f"{rng.choice(WORDS)} {part} {rng.choice(['', 'ya', ', terima kasih.', '!'])}")
        )
    return made


def _nik(rng: random.Random) -> str:
    day = rng.randint(1, 28) + rng.choice((0, 40))
    parts = [
        rng.choice(AREAS),
        f"{day:02}{rng.randint(1, 12):02}{rng.randint(0, 99):02}",
        f"{rng.randint(1, 99):04}",
    ]
    if rng.random() < 0.4:
        whole = "".join(parts)
        parts = [whole[i : i + 4] for i in range(0, 16, 4)]
    return rng.choice(GAPS).join(parts)


def _nip(rng: random.Random) -> str:
    born = f"{rng.randint(1962, 2002)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}"
    parts = [
        born,
        f"{rng.randint(1985, 2025)}{rng.randint(1, 12):02}",
        rng.choice("12"),
        f"{rng.randint(1, 99):03}",
    ]
    return rng.choice(GAPS).join(parts)


def _phone(rng: random.Random) -> str:
    start = rng.choice(("08", "+628", "628", "+62 8", "(+62) 8", "62-8", "0062 8", "+62(0)8", "+62-8", "(08"))
    rest = f"{rng.randint(11, 99)}{rng.randint(0, 10 ** rng.choice((7, 8, 9)) - 1):08}"[
        : rng.choice((9, 10, 11))
    ]
    gap = rng.choice(GAPS)
    groups = [rest[:2], *(rest[i : i + 4] for i in range(2, len(rest), 4))]
    if len(groups[-1]) == 1:
        groups[-2:] = ["".join(groups[-2:])]
    return start + gap.join(groups) + (")" if start == "(08" else "")


def _mail(rng: random.Random) -> str:
    at = rng.choice(("@", "@", "[at]", "(at)", " at ", " @ ", " [at] ", "{at}", "\uff20"))
    dot = rng.choice((".", ".", "[dot]", "(dot)", " dot ")) if at not in ("@", "\uff20") else "."
    return rng.choice(NAMES) + at + rng.choice(DOMAINS).replace(".", dot)


def ordinary_texts(number: int, seed: int = 2) -> list[str]:
    rng = random.Random(seed)
    return [" ".join(rng.choice(SENTENCES)(rng) for _ in range(rng.randint(1, 3))) for _ in range(number)]


def _of(*words: str) -> Callable[[random.Random], str]:
    return lambda rng: rng.choice(words)


def _filled(template: str, **fillings: Callable[[random.Random], object]) -> Callable[[random.Random], str]:
    return lambda rng: template.format(**{name: filling(rng) for name, filling in fillings.items()})


def _clock(rng: random.Random) -> str:
    return f"{rng.randint(7, 17):02}{rng.choice('.:')}{rng.randint(0, 59):02}"


def _date(rng: random.Random) -> str:
    day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(2019, 2026)
    sign = rng.choice("-/. ")
    months = ("Januari", "Februari", "Maret", "Mei", "Agustus", "Desember")
    forms = (
        f"{day:02}{sign}{month:02}{sign}{year}",
        f"{year}-{month:02}-{day:02}",
        f"{day} {rng.choice(months)} {year}",
    )
    return rng.choice(forms)


def _rupiah(rng: random.Random) -> str:
    amount = rng.choice((2_000, 15_000, 350_000, 1_250_000, 62_812_345_678, 81_234_567_890))
    return rng.choice(
        (
            f"Rp {amount:,}".replace(",", "."),
            f"Rp{amount:,}".replace(",", ".") + ",00",
            f"{amount // 1000} ribu",
        )
    )


def _digits(low: int, high: int) -> Callable[[random.Random], str]:
    return lambda rng: "".join(rng.choice("0123456789") for _ in range(rng.randint(low, high)))


PLACE = _of(
    "Kelurahan Serang", "Puskesmas Ciracas", "Kecamatan Taktakan", "MPP", "Disdukcapil", "RSUD Kota Serang"
)
THING = _of(
    "KTP-el", "kartu keluarga", "akta lahir", "surat pindah", "NIB", "BPJS", "KIA", "surat keterangan usaha"
)
HOW = _of("lama", "cepat", "ramah", "membingungkan", "bagus", "kurang jelas", "memuaskan", "biasa saja")
WHO = _of(
    "Bapak/Ibu petugas", "Pak Lurah", "Ibu hamil", "petugas loket", "Bapak satpam", "Ibu bidan", "Pak RT 03"
)
SENTENCES = (
    _filled("Pelayanan {thing} di {place} {how}.", thing=THING, place=PLACE, how=HOW),
    _filled("{who} {how}, terima kasih.", who=WHO, how=HOW),
    _filled("Antre dari jam {one} sampai {two}.", one=_clock, two=_clock),
    _filled("Datang tanggal {date} jam {clock}, belum selesai.", date=_date, clock=_clock),
    _filled("Dari {one} - {two} belum ada kabar", one=_date, two=_date),
    _filled("Diminta {rupiah}, padahal gratis.", rupiah=_rupiah),
    _filled("Nomor antrean {number} dipanggil pukul {clock}.", number=_digits(1, 4), clock=_clock),
    _filled("Nomor berkas {number} tidak ditemukan", number=_digits(6, 14)),
    _filled("Register {number}/{year}", number=_digits(3, 6), year=_digits(4, 4)),
    _filled("Surat 470/{number}/Kel.Srg/{year} salah ketik.", number=_digits(3, 4), year=_digits(4, 4)),
    _filled("Kode pos {number}, RT {rt} belum terlayani.", number=_digits(5, 5), rt=_digits(2, 2)),
    _filled(
        "Loket buka {one}-{two}, istirahat {three}-{four}.", one=_clock, two=_clock, three=_clock, four=_clock
    ),
    _filled("Call center {number} tidak diangkat.", number=_of("112", "119", "1500-444", "14045")),
    _filled("Skor saya {a} {b} {c} {d}, semoga lebih baik", **dict.fromkeys("abcd", _digits(1, 2))),
    _filled("Usia {age} tahun, {n} kali datang @ {place}.", age=_digits(2, 2), n=_digits(1, 1), place=PLACE),
    _filled("Follow @{name} untuk info.", name=_of("dukcapil_serang", "pkm.ciracas", "kotaserang")),
    _of("Jalan menuju kantor rusak.", "Parkir sempit.", "Toilet bersih, AC dingin.", "Mohon ditambah kursi."),
    _of(
        "Kode: 4,3,4,3,4,3,4,3,4",
        "Suhu 36.5 derajat",
        "Luas 12.5 x 3.75 m",
        "www.serangkota.go.id sulit dibuka",
    ),
)

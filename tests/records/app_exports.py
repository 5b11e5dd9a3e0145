"""What survey applications export, built as they lay it out: four people of one unit, the index 79.17.

Headers and stamps follow the applications' own manuals; no export of an office is copied.
"""

from __future__ import annotations

FOUR = ["332433342", "433434443", "232333332", "343443343"]
ELEMENTS = [
    "Persyaratan",
    "Prosedur",
    "Waktu",
    "Biaya",
    "Produk",
    "Kompetensi",
    "Perilaku",
    "Pengaduan",
    "Sarana",
]
WORDS = {"1": "Tidak baik", "2": "Kurang baik", "3": "Baik", "4": "Sangat baik"}
NAMED = {number: word.lower().replace(" ", "_") for number, word in WORDS.items()}
ASKED = [f"Bagaimana pendapat Anda tentang {name.lower()} di unit ini?" for name in ELEMENTS]
ENGLISH = [
    "Requirements",
    "Procedure",
    "Timeliness",
    "Cost",
    "Product",
    "Competence",
    "Conduct",
    "Complaint handling",
    "Facilities",
]
UUID = "8a1f6b1e-0c5d-4c3e-9b6a-2f7d1e3c4b5a"


def table(
    before: list[str], questions: list[str], after: list[str], lead, tail, words=WORDS, rows=FOUR
) -> list[list[str]]:
    """A header, then a row a person: what stands before the answers, the answers, what stands behind them."""
    told = (
        [*lead(n), *(words.get(answer, answer) for answer in row), *tail(n)]
        for n, row in enumerate(rows, start=1)
    )
    return [[*before, *questions, *after], *told]


KOBO_TAIL = [
    "_id",
    "_uuid",
    "_submission_time",
    "_validation_status",
    "_notes",
    "_status",
    "_submitted_by",
    "__version__",
    "_tags",
    "_index",
]


def kobo(questions: list[str], words=WORDS) -> list[list[str]]:
    """Its own clock (_submission_time) is Greenwich's and does not say so; those of the phone tell their offset."""  # noqa: E501
    return table(
        ["start", "end", "today", "username", "deviceid"],
        questions,
        KOBO_TAIL,
        lambda n: [
            f"2026-07-01T0{n}:05:01.120+07:00",
            f"2026-07-01T0{n}:09:41.220+07:00",
            "2026-07-01",
            "username not found",
            "collect:aB3dE5fG7hI9",
        ],
        lambda n: [
            str(300 + n),
            UUID,
            f"2026-06-30T{17 + n}:10:02",
            "",
            "",
            "submitted_via_web",
            "",
            "vQ7hS2",
            "",
            str(n),
        ],
        words,
    )


def kobo_without_clocks() -> list[list[str]]:
    return [row[5:] for row in kobo([f"skm/{name}" for name in ELEMENTS])]


def odk_central() -> list[list[str]]:
    return table(
        ["SubmissionDate", "start", "end"],
        [f"skm-u{n}_{name.lower()}" for n, name in enumerate(ELEMENTS, start=1)],
        [
            "meta-instanceID",
            "KEY",
            "SubmitterID",
            "SubmitterName",
            "AttachmentsPresent",
            "AttachmentsExpected",
            "Status",
            "ReviewState",
            "DeviceID",
            "Edits",
            "FormVersion",
        ],
        lambda n: [
            f"2026-06-30T{17 + n}:10:02.345Z",
            f"2026-07-01T0{n}:05:01.120+07:00",
            f"2026-07-01T0{n}:09:41.220+07:00",
        ],
        lambda n: [
            f"uuid:{UUID}",
            f"uuid:{UUID}",
            "12",
            "Petugas loket",
            "0",
            "0",
            "",
            "",
            "collect:aB3dE5fG7hI9",
            "0",
            "20260601",
        ],
        {number: number for number in WORDS},
    )


def google(clock: str, stamp, questions=ASKED) -> list[list[str]]:
    return table([clock], questions, ["Saran dan masukan"], lambda n: [stamp(n)], lambda n: [""])


def microsoft(before: list[str], questions: list[str], words=WORDS) -> list[list[str]]:
    return table(
        before,
        questions,
        [],
        lambda n: [str(n), f"2026-07-0{n} 10:0{n}:00", f"2026-07-0{n} 10:1{n}:00", "anonymous", "", "", ""][
            : len(before)
        ],
        lambda n: [],
        words,
    )


def lime(before: list[str], questions: list[str], words=WORDS) -> list[list[str]]:
    """With a person who went away before the end: without the day of sending, and without most answers."""
    rows = table(
        before,
        questions,
        [],
        lambda n: [
            str(n),
            f"2026-07-0{n} 10:1{n}:00",
            "9",
            "id",
            "1182736450",
            f"2026-07-0{n} 10:0{n}:00",
            f"2026-07-0{n} 10:1{n}:00",
        ],
        lambda n: [],
        words,
    )
    return [
        *rows,
        [
            "5",
            "",
            "2",
            "id",
            "1182736451",
            "2026-07-05 10:00:00",
            "2026-07-05 10:01:00",
            words["3"],
            words["1"],
            *[""] * 7,
        ],
    ]


def monkey() -> list[list[str]]:
    """Two rows of header: the questions, then what kind of answer stands below."""
    rows = table(
        ["Respondent ID", "Collector ID", "Start Date", "End Date"],
        ASKED,
        ["Saran"],
        lambda n: [f"11840{n}", "4012", f"07/1{n}/2026 10:0{n}:00 AM", f"07/1{n}/2026 10:1{n}:00 AM"],
        lambda n: [""],
    )
    return [rows[0], [*[""] * 4, *["Response"] * 9, "Open-Ended Response"], *rows[1:]]


def opensid() -> list[list[str]]:
    """The header holds each question's answers; below it stand the form's key and numbers."""
    told = " ".join(f"{number} {word}" for number, word in WORDS.items())
    rows = table(
        ["No", "NIK", "Nama", "L/P", "Dusun", "RW", "RT", "Batas"],
        [f"{n} {asked} : {told}" for n, asked in enumerate(ASKED, start=1)],
        [],
        lambda n: [str(n), f"36730{n}4107900001", "Warga", "LP"[n % 2], "Kidul", "001", "002", str(70 + n)],
        lambda n: [],
        {number: number for number in WORDS},
    )
    return [rows[0], [*[""] * 7, "AN480", *"123456789"], *rows[1:]]


LIME_CODES = ["id", "submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp"]
LIME_TEXTS = [
    "Response ID",
    "Date submitted",
    "Last page",
    "Start language",
    "Seed",
    "Date started",
    "Date last action",
]
LIME_INDONESIAN = [
    "ID respon",
    "Tanggal dikirim",
    "Halaman terakhir",
    "Bahasa awal",
    "Seed",
    "Tanggal mulai",
    "Tanggal tindakan terakhir",
]
MICROSOFT = ["ID", "Start time", "Completion time", "Email", "Name"]
MICROSOFT_INDONESIAN = ["ID", "Waktu mulai", "Waktu penyelesaian", "Email", "Nama"]
EXPORTS = {
    "KoboToolbox, names": kobo([f"skm/u{n}_{name.lower()}" for n, name in enumerate(ELEMENTS, start=1)], NAMED),  # noqa: E501
    "KoboToolbox, labels": kobo(ASKED),
    "KoboToolbox, without clocks of the phone": kobo_without_clocks(),
    "ODK Central": odk_central(),
    "Google Forms, English": google("Timestamp", lambda n: f"2026/07/0{n} 10:0{n}:00 AM GMT+7"),
    "Google Forms, Indonesian": google("Stempel waktu", lambda n: f"1{n}/07/2026 10:0{n}:00".replace("1", "2", 1)),  # noqa: E501
    "Google Forms, a grid": google("Cap waktu", lambda n: f"2{n}/07/2026 10.0{n}.00", [f"Penilaian Anda [{name}]" for name in ELEMENTS]),  # noqa: E501
    "Microsoft Forms, English": microsoft(MICROSOFT, ENGLISH, {number: number for number in WORDS}),
    "Microsoft Forms, Indonesian": microsoft(MICROSOFT_INDONESIAN, ASKED),
    "LimeSurvey, codes": lime(LIME_CODES, [f"u{n}{name.lower()}" for n, name in enumerate(ELEMENTS, start=1)]),  # noqa: E501
    "LimeSurvey, questions": lime(LIME_TEXTS, ASKED),
    "LimeSurvey, Indonesian": lime(LIME_INDONESIAN, [f"U{n}. {asked}" for n, asked in enumerate(ASKED, start=1)]),  # noqa: E501
    "SurveyMonkey": monkey(),
    "OpenSID": opensid(),
}  # fmt: skip

"""The eight tables of a data set: columns, units, allowed values, and what to do when one is wrong.

``records/checks.py`` puts them to a file as questions to DuckDB; ``dictionary()`` renders all of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from asn_analysis.records import columns
from asn_analysis.records.columns import FIRST_DATE, LAST_DATE, Column, RowCheck
from asn_analysis.records.message import _
from asn_analysis.rules.rules import load_skm

REQUIRED_TABLES = ("units", "responses", "trainings")
MAY_BE_EMPTY = ("trainings", "digital_services", "complaints", "consultations", "staff", "follow_ups")
ITEMS = load_skm().codes


@dataclass(frozen=True)
class TableSchema:
    """What a row of a table is, its columns, those that no two rows share, and checks within a row."""

    description: str
    columns: dict[str, Column]
    key: tuple[str, ...]
    checks: tuple[RowCheck, ...]


def _table(
    description: str,
    columns: dict[str, Column],
    *,
    key: tuple[str, ...] = (),
    checks: tuple[RowCheck, ...] = (),
) -> TableSchema:
    named = {name: replace(column, name=name) for name, column in columns.items()}
    return TableSchema(description, named, key, checks)


TABLES: dict[str, TableSchema] = {
    "units": _table(
        _("A row is a service unit."),
        {
            "unit_id": columns.code(_("Code of the unit; names repeat, codes do not")),
            "name": columns.text(_("Name of the unit")),
            "unit_type": columns.choice(
                _("Kind of unit"), ("kelurahan", "kecamatan", "puskesmas", "pustu", "opd", "rsud", "mpp")
            ),
            "kecamatan": columns.text(_("Kecamatan in which the unit lies"), optional=True),
            "annual_users": columns.whole(_("People served in a year"), 0, unit=_("people"), optional=True),
            "staff": columns.whole(
                _("Civil servants who work in the unit"), 0, unit=_("people"), optional=True
            ),
        },
        key=("unit_id",),
    ),
    "responses": _table(
        _("A row is a respondent of the satisfaction survey."),
        {
            "response_id": columns.text(_("Code of the questionnaire")),
            "unit_id": columns.unit(_("Unit that gave the service")),
            "date": columns.date(_("Day of the answer")),
            "service": columns.text(_("Service that was used"), optional=True),
            "channel": columns.choice(
                _("Where the form was filled"), ("counter", "online", "outreach"), optional=True
            ),
            "sex": columns.choice(
                _("Sex: L (laki-laki, male) or P (perempuan, female)"), ("L", "P"), optional=True
            ),
            "age": columns.whole(_("Age"), 10, 110, unit=_("years"), optional=True),
            "education": columns.choice(
                _("Highest completed education"),
                ("SD", "SMP", "SMA", "D1-D3", "D4/S1", "S2/S3"),
                optional=True,
            ),
            "occupation": columns.choice(
                _("Occupation"),
                ("PNS", "TNI", "POLRI", "swasta", "wirausaha", "pelajar", "lainnya"),
                optional=True,
            ),
            **{element.code: columns.item(element.name) for element in load_skm().elements},
            "comment": columns.text(_("Free comment"), optional=True),
        },
        key=("response_id",),
    ),
    "trainings": _table(
        _("A row is a training given in a unit."),
        {
            "unit_id": columns.unit(_("Unit whose staff were trained")),
            "start": columns.date(_("First day of the training")),
            "kind": columns.choice(_("Kind of training"), ("managerial", "technical", "communication")),
            "hours": columns.number(_("Length of the training"), 0, unit=_("JP (lesson hours)"), above=True),
            "participants": columns.whole(_("Civil servants who took part"), 1, unit=_("people")),
            "cost_idr": columns.whole(_("Cost of the training"), 0, unit=_("rupiah")),
            "reaction": columns.number(
                _("Mean rating by the participants"), 1, 5, unit=_("points"), optional=True
            ),
            "pretest": columns.number(_("Mean test score before"), 0, 100, unit=_("points"), optional=True),
            "posttest": columns.number(_("Mean test score after"), 0, 100, unit=_("points"), optional=True),
        },
    ),
    "digital_services": _table(
        _("A row is an application of a unit in a quarter."),
        {
            "unit_id": columns.unit(_("Unit that uses the application")),
            "quarter": columns.quarter(_("Quarter that the row counts")),
            "application": columns.text(_("Name of the application")),
            "audience": columns.choice(_("Who uses it"), ("citizens", "staff")),
            "live_since": columns.date(_("Day on which it went live")),
            "transactions": columns.whole(_("Services given, by any way"), 0, unit=_("services")),
            "online_started": columns.whole(_("Services begun online"), 0, unit=_("services"), optional=True),
            "online_completed": columns.whole(
                _("Services finished online"), 0, unit=_("services"), optional=True
            ),
            "cost_idr": columns.whole(_("Cost in the quarter"), 0, unit=_("rupiah")),
        },
        checks=(
            columns.at_most(
                "online_completed", "online_started", _("more services finished online than begun")
            ),
            columns.at_most(
                "online_completed", "transactions", _("more services finished online than given")
            ),
        ),
    ),
    "complaints": _table(
        _("A row is a complaint (SP4N-LAPOR! or the unit's own channel)."),
        {
            "complaint_id": columns.text(_("Code of the complaint")),
            "unit_id": columns.unit(_("Unit that the complaint is about")),
            "channel": columns.text(_("Channel by which it came"), optional=True),
            "class": columns.choice(
                _("Class of the complaint"),
                (
                    "pengaduan_berkadar_pengawasan",
                    "pengaduan_tidak_berkadar_pengawasan",
                    "permintaan_informasi",
                    "aspirasi",
                ),
            ),
            "received": columns.date(_("Day of receipt")),
            "verified": columns.date(_("Day of verification"), optional=True),
            "responded": columns.date(_("Day of the first response"), optional=True),
            "closed": columns.date(_("Day on which it was closed; empty while open"), optional=True),
            "satisfaction": columns.whole(
                _("Rating by the person who complained"), 1, 4, unit=_("answer"), optional=True
            ),
            "status": columns.choice(
                _("State of the complaint; only to hold the days against it"),
                ("waiting", "running", "closed", "archived"),
                optional=True,
            ),
            "text": columns.text(_("Text of the complaint"), optional=True),
        },
        key=("complaint_id",),
        checks=(
            *(columns.not_before(column, "received") for column in ("verified", "responded", "closed")),
            columns.dated("verified", "running", "closed"),
            columns.dated("responded", "closed"),
            columns.dated("closed", "closed", "archived"),
            columns.undated("closed", "waiting", "running"),
        ),
    ),
    "consultations": _table(
        _("A row is a public forum or consultation."),
        {
            "date": columns.date(_("Day of the meeting")),
            "kecamatan": columns.text(_("Kecamatan that was consulted"), optional=True),
            "unit_id": columns.unit(_("Unit that held it"), optional=True),
            "kind": columns.choice(_("Kind"), ("musrenbang", "forum_konsultasi_publik", "survei", "lainnya")),
            "invited": columns.whole(_("People invited"), 0, unit=_("people")),
            "present": columns.whole(_("People present"), 0, unit=_("people")),
            "women": columns.whole(_("Women present"), 0, unit=_("people")),
            "aspirations": columns.whole(_("Aspirations recorded"), 0, unit=_("aspirations")),
            "adopted": columns.whole(_("Aspirations adopted"), 0, unit=_("aspirations")),
        },
        checks=(
            columns.either("unit_id", "kecamatan"),
            columns.at_most("women", "present", _("more women than people present")),
            columns.at_most("adopted", "aspirations", _("more aspirations adopted than recorded")),
        ),
    ),
    "staff": _table(
        _("A row is a civil servant in a year, under a pseudonym."),
        {
            "staff_id": columns.text(_("Pseudonym, never a NIP or a name; appears once a year")),
            "unit_id": columns.unit(_("Unit in which the person works")),
            "year": columns.whole(_("Calendar year"), FIRST_DATE.year, LAST_DATE.year, unit=_("year")),
            "position_type": columns.choice(_("Kind of position"), ("struktural", "fungsional", "pelaksana")),
            "education": columns.choice(
                _("Highest completed education"), ("S3", "S2", "D4/S1", "D3", "SMA/D1/D2", "SD/SMP")
            ),
            "leadership_hours": columns.number(_("Leadership training"), 0, unit=_("JP (lesson hours)")),
            "functional_hours": columns.number(_("Functional training"), 0, unit=_("JP (lesson hours)")),
            "technical_hours": columns.number(_("Technical training"), 0, unit=_("JP (lesson hours)")),
            "seminar": columns.whole(_("Attended a seminar: 1 yes, 0 no"), 0, 1, unit=_("yes/no")),
            "performance": columns.number(_("Performance score (SKP)"), 0, 100, unit=_("points")),
            "sanction": columns.choice(
                _("Heaviest disciplinary sanction"), ("none", "light", "medium", "heavy")
            ),
        },
        key=("staff_id", "year"),
    ),
    "follow_ups": _table(
        _("A row is a promised action (rencana tindak lanjut)."),
        {
            "unit_id": columns.unit(_("Unit that promised")),
            "promised_quarter": columns.quarter(_("Quarter of the promise")),
            "element": columns.choice(_("Element that it is to improve, by the regulation's code"), ITEMS),
            "action": columns.text(_("What is to be done")),
            "owner": columns.text(_("Office that answers for it; no person's name")),
            "due_quarter": columns.quarter(_("Quarter by which it is due")),
            "status": columns.choice(_("State of the action"), ("planned", "running", "done", "cancelled")),
            "evidence": columns.text(_("Where the proof is kept"), optional=True),
        },
    ),
}


def dictionary() -> str:
    """The data dictionary: one Markdown section a table, one line a column."""
    return "\n\n".join("\n".join(_section(name, table)) for name, table in TABLES.items())


def _section(name: str, table: TableSchema) -> Iterator[str]:
    yield f"### `{name}`" + ("" if name in REQUIRED_TABLES else " (optional)")
    yield ""
    yield from _notes(table)
    yield ""
    yield "| column | what it is | unit | allowed | in the file | cells |"
    yield "|---|---|---|---|---|---|"
    for column in table.columns.values():
        yield _row(column)


def _notes(table: TableSchema) -> Iterator[str]:
    yield table.description
    if table.key:
        yield "No two rows have the same " + " and ".join(f"`{name}`" for name in table.key) + "."
    for check in table.checks:
        yield f"A fault in `{check.column}`: {check.problem}."


def _row(column: Column) -> str:
    presence = "needed" if column.required else "may be absent"
    cells = "may be empty" if column.nullable else "filled"
    parts = (f"`{column.name}`", column.description, column.unit or "-", column.allowed, presence, cells)
    return "| " + " | ".join(parts) + " |"

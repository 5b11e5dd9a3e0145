"""The list of a quarter's briefs, and the tables behind the city's figures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from asn_analysis.measures.ranking import rank_units
from asn_analysis.pages.names import safe_name
from asn_analysis.pages.page import catalogue_name, in_other_languages, template_file, whole_page
from asn_analysis.pages.spreadsheet import rows_as_csv
from asn_analysis.record.plain import plain_values
from asn_analysis.rules.rules import load_analysis, load_skm
from asn_analysis.words.language import LANGUAGES, Words, _
from asn_analysis.words.tables import Listing
from asn_analysis.words.wording import if_simulated, moved

TABLES = (
    *("elements", "trend", "event_study", "paths", "element_effects", "checks"),
    *("estimators", "kinds", "unit_types", "ordinal", "specifications"),
)
EFFECT = ("estimate", "conf_low", "conf_high", "conf_low_robust", "conf_high_robust", "sesoi")
EFFECT += ("n_units", "n_treated_units", "n_respondents")
OF_UNITS = ("elements", "trend")
QUARTER = re.compile(r"\d{4}Q[1-4]")
NAMED = 5  # units of a kind that the head of the catalogue names


def earlier_quarters(target: Path) -> list[str]:
    """Quarters before this one whose catalogues lie beside it, the newest first."""
    beside = [path.parent.name for path in target.parent.glob("*/index.html")]
    return sorted((name for name in beside if QUARTER.fullmatch(name) and name < target.name), reverse=True)


def catalogue_record(
    city: Mapping[str, Any],
    units: Sequence[Mapping[str, Any]],
    failed: Sequence[str],
    languages: Sequence[str],
    earlier: Sequence[str] = (),
) -> dict[str, Any]:
    """What the catalogue shows: the city's head and finding, and a row a unit in the order of names."""
    rows = sorted((_row(record) for record in units), key=lambda row: (row["name"], row["unit_id"]))
    # Some of the units, drawn to their own mean, would stand elsewhere than in the city's brief.
    everyone = len(rows) + len(failed) >= city["coverage"]["n_all"]
    ranking = plain_values(_ranking(rows)) if everyone else []
    head = ("scope", "quarter", "city", "unit", "data", "dates", "package_version")
    head += ("verdict", "effect", "plan", "coverage", "n_units")
    return {
        **{name: city[name] for name in head},
        "languages": list(languages),
        "failed": list(failed),
        "earlier": list(earlier),
        "units": rows,
        "n_made": len(rows),
        "ranking": ranking,
        "grades": _grades(rows),
        "attention": _attention(rows, city["lowest"]),
    }


def _grades(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """How many units have each grade, the best first, and how many show none."""
    counts = [
        {"grade": grade, "n": sum(row["grade"] == grade for row in rows)}
        for grade in (*sorted(grade.grade for grade in load_skm().grades), None)
    ]
    return [count for count in counts if count["grade"] or count["n"]]


def _attention(rows: Sequence[Mapping[str, Any]], lowest: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Which units a reader should look at first, by their places among the units.

    ``judged`` is whether it is known of any unit that it fell or did not; ``n_overdue`` needs a register.
    ``lowest`` is what the city's brief says, by the index drawn to the mean.
    """

    def places(which: Iterable[bool]) -> list[int]:
        return [place for place, true in enumerate(which) if true]

    made = {row["unit_id"] for row in rows}
    late = places(bool(row["n_overdue"]) for row in rows)
    fell = places(row["moved"] == "fell" for row in rows)
    known = [row["n_overdue"] for row in rows if row["n_overdue"] is not None]
    return {
        "judged": any(row["moved"] is not None for row in rows),
        "fell": sorted(fell, key=lambda place: rows[place]["change"]),
        "lowest": [
            {**unit, "folder": safe_name(unit["unit_id"]) if unit["unit_id"] in made else None}
            for unit in lowest
        ],
        "overdue": sorted(late, key=lambda place: -rows[place]["n_overdue"])[:NAMED],
        "n_overdue": sum(known) if known else None,
        "n_late": len(late),
        "not_surveyed": places(row["state"] == "not_surveyed" for row in rows),
    }


def catalogue_page(record: dict[str, Any], language: str, languages: Sequence[str] = LANGUAGES) -> str:
    """The list of a quarter's briefs, after what needs attention."""
    words = Words(record, language)
    title = words.say(
        "Policy briefs {quarter}, {city}", quarter=words.quarter("quarter"), city=record["city"]
    )
    script = template_file("catalogue.js")
    return whole_page(
        words,
        "catalogue.html.j2",
        if_simulated(words, title),
        in_other_languages(language, languages, lambda other: catalogue_name(other, languages)),
        style=template_file("catalogue.css"),
        script=script,
        code=script,
        index=catalogue_name(language, languages),
        table=for_a_spreadsheet(words),
    )


@dataclass(frozen=True)
class Unit:
    """What a reader's spreadsheet shows of a unit; programs read ``tables/units.csv``."""

    unit_id: str
    name: str
    kecamatan: str | None
    value: float | None
    conf_low: float | None
    conf_high: float | None
    grade: str | None
    change: float | None
    n: int | None
    n_overdue: int | None
    n_complaints: int | None


for_a_spreadsheet = Listing(
    Unit,
    _("Service units"),
    (_("code"), "unit_id:name"),
    (_("unit"), "name:name"),
    (_("kecamatan"), "kecamatan:name"),
    (_("index"), "value:.2"),
    (_("low"), "conf_low:.2"),
    (_("high"), "conf_high:.2"),
    (_("grade"), "grade:name"),
    (_("change"), "change:.2"),
    (_("respondents"), "n:count"),
    (_("overdue actions"), "n_overdue:count"),
    (_("complaints"), "n_complaints:count"),
    n_text=3,
    at="units",
)


def _row(record: Mapping[str, Any]) -> dict[str, Any]:
    unit, ikm, change = record["unit"], record["ikm"], record["change"]
    shown = ("value", "unrounded", "std_error", "conf_low", "conf_high", "grade", "n")
    return {
        **{name: unit[name] for name in ("unit_id", "name", "unit_type", "kecamatan")},
        "folder": safe_name(unit["unit_id"]),
        "state": record["coverage"]["state"],
        **{name: ikm[name] if ikm else None for name in shown},
        "grade_probability": ikm["grade_probabilities"][ikm["grade"]]
        if ikm and ikm["grade_probabilities"]
        else None,
        "change": change["difference"] if change else None,
        "moved": moved(record) if ikm else None,
        "n_overdue": record["follow_ups"]["n_overdue"] if record["follow_ups"] else None,
        "n_complaints": (record.get("complaints") or {}).get("received"),
        "n_flags": (record.get("quality") or {}).get("n_flags"),
    }


def _ranking(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The units by their shrunk index, each with its name, kecamatan and folder."""
    shown = [row for row in rows if row["value"] is not None]
    columns = ("unit_id", "unrounded", "std_error", "n")
    about = {row["unit_id"]: {name: row[name] for name in ("name", "kecamatan", "folder")} for row in shown}
    fewest = load_analysis().fewest_ranked
    standings = rank_units(*([row[name] for row in shown] for name in columns), fewest=fewest)
    return [{**asdict(standing), **about[standing.unit_id]} for standing in standings]


def data_tables(
    city: Mapping[str, Any], units: Sequence[Mapping[str, Any]], catalogue: Mapping[str, Any]
) -> dict[str, str]:
    """CSV text by name: the data behind the figures of the city and of all units."""
    tables = {name: city[name] for name in TABLES if city[name]} | {"units": catalogue["units"]}
    if catalogue["ranking"]:
        tables["ranking"] = catalogue["ranking"]
    if not city["effect"]["refusal"]:
        tables["effect"] = [{name: city["effect"][name] for name in EFFECT}]
    for name in OF_UNITS:
        rows = [{"unit_id": unit["scope"], **row} for unit in units for row in unit[name]]
        tables |= {f"units_{name}": rows} if rows else {}
    return {name: rows_as_csv(rows) for name, rows in tables.items()}

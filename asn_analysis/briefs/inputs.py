"""What a brief is made from: one small document per brief, cut from the data set once.

The batch writes these documents and the notebooks read them, so that a unit's brief touches a few
rows instead of every answer; a researcher's notebook cuts its own from the data set.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from asn_analysis import __version__
from asn_analysis.arms import ARMS
from asn_analysis.arms.arm import Prepared
from asn_analysis.arms.attempt import Attempt
from asn_analysis.arms.preparing import prepare_arms, rows_used
from asn_analysis.briefs.lot import lot_ahead
from asn_analysis.measures.context import with_context
from asn_analysis.measures.control_charts import between_quarters
from asn_analysis.measures.disclosure import (
    Release,
    Told,
    Withheld,
    changed_by_few,
    of_units,
    pooled,
    withhold,
)
from asn_analysis.measures.panel import QUARTER, build_panel, cohorts, complete, newest_complete_quarter
from asn_analysis.record.earlier import Earlier, EarlierCity, EarlierQuarter, read_earlier
from asn_analysis.record.inputs import CITY, Inputs
from asn_analysis.record.plain import plain_values
from asn_analysis.records.intake import Dataset, read_dataset
from asn_analysis.records.left import Damaged
from asn_analysis.records.plan import read_plan
from asn_analysis.records.privacy import redact, without_control
from asn_analysis.rules.rules import by_rules_of, load_analysis, rules_sha256

SHOWN_OF_EFFECT = (
    *("estimate", "conf_low", "conf_high", "conf_low_robust", "conf_high_robust", "sesoi", "refusal"),
    *("comparison", "method", "n_units", "n_treated_units", "n_never_treated_units", "robust_refusal"),
)
SHOWN_DECIMALS = 1
OPTIONAL_TABLES = (*(table for arm in ARMS for table in arm.tables), "follow_ups")


@by_rules_of(lambda dataset, quarter, *more: quarter)
def city_inputs(
    dataset: Dataset,
    quarter: pd.Period,
    published: Mapping[str, dict[str, Any]] | None = None,
    releases: Sequence[Release] = (),
    first_run: date | None = None,
) -> Inputs:
    """What the city's brief of a quarter is made from.

    Parameters
    ----------
    dataset, quarter : the data and the quarter to report
    published : earlier quarter to what its brief said (see ``read_published``), so that whatever
        later data would change is named
    releases : what the standing briefs of other quarters tell (see ``read_releases``), so that a few
        late answers cannot be had by subtraction
    first_run : the day on which briefs were first made

    Raises
    ------
    ValueError
        If nobody answered in that quarter, or too few for anything to be told.
    """
    panel = build_panel(dataset, quarter)
    if not (panel["quarter"] == quarter).any():
        raise ValueError(f"No unit was surveyed in {quarter}. {_surveyed(dataset)}")
    surveyed = panel[panel["quarter"] == quarter]
    n_units = panel.groupby("quarter").size()
    withheld = withhold(panel, load_analysis().fewest_respondents, releases, str(quarter))
    _refuse_too_few(surveyed, withheld, quarter)
    panel = pooled(with_context(panel, dataset), withheld)
    manifest = dataset.manifest
    attempt = Attempt()
    arms = prepare_arms(attempt, dataset, panel, quarter)
    arm_rows, arm_rows_of_units = rows_used(dataset)
    about = {
        "city": manifest.city,
        "producer": manifest.producer,
        "licence": manifest.licence,
        "simulated": manifest.simulated,
        "rollout": manifest.rollout,
        "data": {
            "sha256": dataset.sha256,
            # Not all rows of the file: those of a withheld quarter would follow by subtraction.
            "rows": {**dataset.row_counts, "responses": int(panel["n_respondents"].sum())},
            "simulated": manifest.simulated,
        },
        "cells_sha256": _cells_sha256(_row_hashes(panel)),
        "rules": {"sha256": rules_sha256()},
        "package_version": __version__,
        "revision": None,
        "plan": _plan(dataset, quarter, published or {}, first_run),
        "lot": lot_ahead(dataset, quarter),
        "published": dict(published or {}),
        "withheld": sorted(withheld.cells),
        "withheld_small": sorted(withheld.small),
        "withheld_of_city": sorted(withheld.city),
        "surveyed": _survey(n_units, surveyed, dataset.units),
        "between": asdict(between_quarters(of_units(panel), quarter)),
        "surveyed_quarters": [str(known) for known in n_units.index],
        "missing_tables": [name for name in OPTIONAL_TABLES if getattr(dataset, name) is None],
        "units": _rows(dataset.units),
        "trainings": _rows(_known(dataset.trainings, quarter)),
        "planned": _planned(dataset.trainings, quarter),
        "training_budget": manifest.decided.training_budget,
        "follow_ups": None if dataset.follow_ups is None else _rows(_promised(dataset.follow_ups, quarter)),
        "left_out": attempt.left_out,
        "arms": {name: plain_values(arm.city) for name, arm in arms.items()},
        "arms_of_units": {name: plain_values(arm.units) for name, arm in arms.items()},
        "asked": _asked(arms.values()),
        "arm_rows": arm_rows,
        "arm_rows_of_units": arm_rows_of_units,
    }
    return Inputs(CITY, quarter, panel, about)


def _asked(arms: Iterable[Prepared]) -> list[str] | None:
    """The units whose surveys an arm questions; None if none looked into it."""
    found = [arm.asked for arm in arms if arm.asked is not None]
    return sorted(set().union(*found)) if found else None


def _survey(n_units: pd.Series, surveyed: pd.DataFrame, units: pd.DataFrame) -> dict[str, Any]:
    """How many units were surveyed, of how many, which were not, and which quarters are complete."""
    absent = units[~units["unit_id"].isin(surveyed["unit_id"])]
    full = complete(n_units)
    return {
        "units": len(surveyed),
        "of": len(units),
        "untrained": int(surveyed["cohort"].isna().sum()),
        "absent": absent[["unit_id", "name"]].to_dict("records"),
        "by_quarter": {
            str(when): {"n_units": int(n), "complete": bool(full[when])} for when, n in n_units.items()
        },
    }


def _refuse_too_few(surveyed: pd.DataFrame, withheld: Withheld, quarter: pd.Period) -> None:
    if str(quarter) in withheld.city:
        answered, fewest = int(surveyed["n_respondents"].sum()), load_analysis().fewest_respondents
        raise ValueError(
            f"Only {answered} people answered in {quarter}, or too few of them some element; results of "
            f"fewer than {fewest} are not published."
        )


def unit_inputs(city: Inputs, unit_id: str, city_record: dict[str, Any]) -> Inputs:
    """What one unit's brief is made from, cut from the city's inputs and finding.

    It holds nothing that the brief does not show, so that an answer given elsewhere in the city
    leaves the brief as it is, unless it moves a printed digit of the city's finding.
    """
    return with_finding(cut_units(city, [unit_id])[unit_id], city_record)


def with_finding(unit: Inputs, city_record: dict[str, Any]) -> Inputs:
    """A unit's inputs with what its brief shows of the city's."""
    return replace(unit, about={**unit.about, "city_finding": _as_shown(city_record)})


def cut_units(city: Inputs, unit_ids: Iterable[str]) -> dict[str, Inputs]:
    """The units' inputs before the city's finding is known."""
    panel = city.panel
    cells, hashes = dict(iter(panel.groupby("unit_id"))), _row_hashes(panel)
    return {unit: _cut(city, unit, cells.get(unit, panel.iloc[:0]), hashes) for unit in unit_ids}


def _cut(city: Inputs, unit_id: str, cells: pd.DataFrame, row_hashes: pd.Series) -> Inputs:
    hidden, small = (
        [quarter for unit, quarter in city.about[name] if unit == unit_id]
        for name in ("withheld", "withheld_small")
    )
    cells = cells[~cells["quarter"].isin(pd.PeriodIndex(hidden, freq=QUARTER))] if hidden else cells
    of_unit = {
        name: None
        if city.about[name] is None
        else [row for row in city.about[name] if row["unit_id"] == unit_id]
        for name in ("units", "trainings", "follow_ups")
    }
    digest = _cells_sha256(row_hashes[cells.index])
    shown = {
        "published": {},
        "withheld": hidden,
        "withheld_small": small,
        "withheld_of_city": [],
        "surveyed": None,
        "planned": {unit: start for unit, start in city.about["planned"].items() if unit == unit_id},
        "data": _own_data(city, cells, [digest, of_unit]),
        "cells_sha256": digest,
        "arms": _of_unit(city.about["arms_of_units"], unit_id),
        "arms_of_units": {},
        "arm_rows": _of_unit(city.about["arm_rows_of_units"], unit_id),
        "arm_rows_of_units": {},
        "asked": None,
    }
    return Inputs(unit_id, city.quarter, cells.reset_index(drop=True), {**city.about, **of_unit, **shown})


def _row_hashes(panel: pd.DataFrame) -> pd.Series:
    return pd.util.hash_pandas_object(panel, index=False)


def _cells_sha256(row_hashes: pd.Series) -> str:
    return sha256(row_hashes.to_numpy().tobytes()).hexdigest()


def _of_unit(by_arm: Mapping[str, Mapping[str, Any]], unit_id: str) -> dict[str, Any]:
    return {name: units.get(unit_id) for name, units in by_arm.items()}


def _own_data(city: Inputs, cells: pd.DataFrame, rests_on: Sequence[Any]) -> dict[str, Any]:
    """Hash and number of the answers that the unit's brief rests on; withheld ones are not counted."""
    own = json.dumps(rests_on, sort_keys=True)
    return {
        "sha256": sha256(own.encode()).hexdigest(),
        "rows": {"responses": int(cells["n_respondents"].sum())},
        "simulated": city.about["data"]["simulated"],
    }


def _as_shown(record: dict[str, Any]) -> dict[str, Any]:
    """The city's finding to the decimals that a unit's brief prints; the rest stands in the city's record."""
    effect = {
        name: _rounded(value) if name in SHOWN_OF_EFFECT else None for name, value in record["effect"].items()
    }
    ikm = record["ikm"] and {name: _rounded(record["ikm"][name]) for name in ("value", "grade")}
    return {
        "effect": effect,
        "verdict": {name: record["verdict"][name] for name in ("label", "certainty", "reasons")},
        "ikm": ikm,
    }


def _rounded(value: Any) -> Any:
    return round(value, SHOWN_DECIMALS) if isinstance(value, float) else value


def read_city(data: str = "data/example", quarter: str = "", prepared: str = "") -> Inputs:
    """The city's inputs: from the batch's prepared document, or else cut from the data set.

    Parameters
    ----------
    data : folder of the data set
    quarter : such as "2026Q2"; empty for the newest complete one
    prepared : document cut by the batch, or empty

    Raises
    ------
    DatasetError
        If the data set has a fault.
    ValueError
        If the quarter was not surveyed, or too few units were.

    Examples
    --------
    >>> asn.read_city(city).quarter
    Period('2026Q3', 'Q-DEC')
    """
    if prepared:
        return Inputs.from_json(Path(prepared).read_text(encoding="utf-8"))
    dataset = read_dataset(data)
    return city_inputs(dataset, choose_quarter(dataset, quarter))


def choose_quarter(dataset: Dataset, quarter: str = "") -> pd.Period:
    """The quarter that was asked for, or the newest complete one.

    Raises
    ------
    ValueError
        If the text names no quarter.

    Parameters
    ----------
    dataset : what ``read_dataset`` returns
    quarter : such as "2026Q1", or empty

    Examples
    --------
    >>> asn.choose_quarter(dataset, "2026Q1")
    Period('2026Q1', 'Q-DEC')
    """
    if not quarter:
        return newest_complete_quarter(dataset)
    if not re.fullmatch(r"\d{4}Q[1-4]", quarter):
        raise ValueError(f'"{quarter}" is not a quarter; write it as 2026Q2. {_surveyed(dataset)}')
    return pd.Period(quarter, freq=QUARTER)


def _plan(
    dataset: Dataset, quarter: pd.Period, published: Iterable[str], first_run: date | None
) -> dict[str, Any]:
    """The plan as it counts for this quarter: locked before its end, and before any result was seen."""
    ends = [pd.Period(name, freq=QUARTER).end_time.date() for name in (str(quarter), *published)]
    plan = read_plan(dataset.folder).judging(*ends, *([first_run] if first_run else []))
    author = plan.content.get("author")
    return {
        "state": plan.state,
        "sha256": plan.sha256,
        "locks": list(plan.locks),
        "seen_from": plan.seen_from,
        "holds": plan.holds(load_analysis()),
        "author": author and dataset.review.shown(redact(without_control(str(author)), dataset.review.known)),
        "deviations": list(plan.deviations(load_analysis())),
    }


def read_published(out: Path, quarter: pd.Period) -> dict[str, dict[str, Any]]:
    """What the city's briefs of earlier quarters in a reports folder said, and what they rested on."""
    paths = sorted(out.glob("*Q?/city/record.json"))
    found = [read_earlier(path, EarlierCity) for path in paths if path.parent.parent.name < str(quarter)]
    return {
        then.quarter: {
            "label": then.verdict.label,
            "estimate": then.effect.estimate,
            "ikm": then.ikm and then.ikm.unrounded,
            "elements": {row.code: row.unrounded for row in then.elements},
            "method": then.method,
            "seen": then.seen,
        }
        for then in found
    }


@by_rules_of(lambda out, quarter: quarter)
def read_releases(out: Path, quarter: pd.Period) -> tuple[Release, ...]:
    """What the standing briefs of other quarters in a reports folder, later ones too, tell of the survey."""
    folders = [path.parent.parent for path in sorted(out.glob("*Q?/city/record.json"))]
    return tuple(_release(folder) for folder in folders if folder.name != str(quarter))


def changed_by_few_answers(city: Inputs, out: Path) -> tuple[str, ...]:
    """Units whose standing brief of this quarter differs from today's data by too few people's answers."""
    folder = out / str(city.quarter)
    if not (folder / "city" / "record.json").exists():
        return ()
    fewest = load_analysis().fewest_respondents
    with suppress(Damaged):  # it will be made again, and nobody can subtract from it
        return changed_by_few(city.of_units, _release(folder), str(city.quarter), fewest)
    return ()


def _release(folder: Path) -> Release:
    city = read_earlier(folder / "city" / "record.json", EarlierCity)
    alike = city.method == [rules_sha256(), __version__]  # another method moves every index

    def of(row: EarlierQuarter) -> Told:
        return Told(row.n, row.unrounded if alike else None)

    units = [read_earlier(path, Earlier) for path in sorted(folder.glob("units/*/record.json"))]
    rows = [((unit.scope, row.quarter), row) for unit in units for row in unit.trend]
    told = {cell: of(row) for cell, row in rows if not row.withheld}
    withheld = frozenset(cell for cell, row in rows if row.withheld)
    return Release(told, withheld, {row.quarter: of(row) for row in city.trend if not row.withheld})


def _surveyed(dataset: Dataset) -> str:
    quarters = build_panel(dataset)["quarter"]
    return f"The survey covers {quarters.min()} to {quarters.max()}."


def _known(trainings: pd.DataFrame, quarter: pd.Period) -> pd.DataFrame:
    return trainings[pd.PeriodIndex(trainings["start"], freq=QUARTER) <= quarter]


def _planned(trainings: pd.DataFrame, quarter: pd.Period) -> dict[str, str]:
    """Unit to the quarter of its first training, for those that lie ahead."""
    first = cohorts(trainings)
    return {unit: str(start) for unit, start in first[first > quarter].items()}


def _promised(follow_ups: pd.DataFrame, quarter: pd.Period) -> pd.DataFrame:
    return follow_ups[pd.PeriodIndex(follow_ups["promised_quarter"], freq=QUARTER) <= quarter]


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Records that JSON can hold: missing is None, dates and quarters are ISO text."""
    return [{name: _plain(value) for name, value in row.items()} for row in frame.to_dict("records")]


def _plain(value: Any) -> Any:
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return str(value.date())
    return (
        value.item()
        if isinstance(value, np.generic)
        else value
        if isinstance(value, int | float | str)
        else str(value)
    )

"""What a brief is made from: one small document per brief, cut from the data set once.

The batch writes these documents and the notebooks read them, so that a unit's brief touches a few
rows instead of every answer; a researcher's notebook cuts its own from the data set.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from asn_analysis import __version__
from asn_analysis.arms import ARMS
from asn_analysis.arms.arm import Prepared
from asn_analysis.arms.preparing import Attempt, prepare_arms, rows_used
from asn_analysis.briefs.lot import order_of_training
from asn_analysis.briefs.unit import cells_sha256, row_hashes
from asn_analysis.measures.context import with_context
from asn_analysis.measures.control_charts import between_quarters
from asn_analysis.measures.disclosure import (
    Release,
    Withheld,
    of_units,
    pooled,
    withhold,
)
from asn_analysis.measures.panel import (
    QUARTER,
    build_panel,
    cohorts,
    complete,
    newest_complete_quarter,
    silent_units,
)
from asn_analysis.record.inputs import CITY, Inputs
from asn_analysis.record.plain import plain_values
from asn_analysis.records.intake import Dataset, read_dataset
from asn_analysis.records.plan import read_plan
from asn_analysis.records.privacy import redact, without_control
from asn_analysis.records.schema import python_texts
from asn_analysis.rules.rules import by_rules_of, load_analysis, rules_sha256

OPTIONAL_TABLES = (*(table for arm in ARMS for table in arm.tables), "follow_ups")


@python_texts
@by_rules_of(lambda dataset, quarter, *more: quarter)
def city_inputs(
    dataset: Dataset,
    quarter: pd.Period,
    published: Mapping[str, dict[str, Any]] | None = None,
    releases: Sequence[Release] = (),
    first_run: date | None = None,
    ahead: Callable[[Inputs], None] = lambda known: None,
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
    ahead : is given the cells, and the order of training, as soon as they are known

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
    silent = silent_units(panel, quarter)
    panel = pooled(with_context(panel, dataset), withheld)
    manifest, promised = dataset.manifest, dataset.follow_ups
    training = order_of_training(dataset, quarter)
    ahead(Inputs(CITY, quarter, panel, training))
    attempt = Attempt()
    arms = prepare_arms(attempt, dataset, panel, quarter)
    arm_rows, arm_rows_of_units = rows_used(dataset)
    begun = cohorts(dataset.trainings)
    about = {
        **{name: getattr(manifest, name) for name in ("city", "producer", "licence", "simulated")},
        "data": {
            "sha256": dataset.sha256,
            # Not all rows of the file: those of a withheld quarter would follow by subtraction.
            "rows": {**dataset.row_counts, "responses": int(panel["n_respondents"].sum())},
            "simulated": manifest.simulated,
        },
        "cells_sha256": cells_sha256(row_hashes(panel)),
        "rules": {"sha256": rules_sha256()},
        "package_version": __version__,
        "revision": None,
        "plan": _plan(dataset, quarter, published or {}, first_run),
        **training,
        "published": dict(published or {}),
        "withheld": sorted(withheld.cells),
        "withheld_small": sorted(withheld.small),
        "withheld_of_city": sorted(withheld.city),
        "surveyed": _survey(n_units, surveyed, dataset.units),
        "between": asdict(between_quarters(of_units(panel), quarter)),
        "silent": sorted(silent),
        "surveyed_quarters": [str(known) for known in n_units.index],
        "missing_tables": _missing(dataset, arms),
        "units": _rows(dataset.units),
        "trainings": _rows(_until(dataset.trainings, "start", quarter)),
        "planned": {unit: str(start) for unit, start in begun[begun > quarter].items()},
        "training_budget": manifest.decided.training_budget,
        "follow_ups": None if promised is None else _rows(_until(promised, "promised_quarter", quarter)),
        "left_out": attempt.left_out,
        "arms": {name: plain_values(arm.city) for name, arm in arms.items()},
        "arms_of_units": {name: plain_values(arm.units) for name, arm in arms.items()},
        "asked": _asked(arms.values()),
        "arm_rows": arm_rows,
        "arm_rows_of_units": arm_rows_of_units,
    }
    return Inputs(CITY, quarter, panel, about)


def _missing(dataset: Dataset, arms: Mapping[str, Prepared]) -> list[str]:
    """Tables that the data set has not, or in which their arm finds no row of the time that it tells."""
    untold = {
        table for arm in ARMS if arm.name in arms and arms[arm.name].city is None for table in arm.tables
    }
    return [name for name in OPTIONAL_TABLES if getattr(dataset, name) is None or name in untold]


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
        "absent": _rows(absent[["unit_id", "name", "kecamatan"]]),
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


@python_texts
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


def _surveyed(dataset: Dataset) -> str:
    quarters = build_panel(dataset)["quarter"]
    return f"The survey covers {quarters.min()} to {quarters.max()}."


def _until(rows: pd.DataFrame, column: str, quarter: pd.Period) -> pd.DataFrame:
    return rows[pd.PeriodIndex(rows[column], freq=QUARTER) <= quarter]


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Records that JSON can hold: missing is None, dates and quarters are ISO text."""
    return [{name: _plain(value) for name, value in row.items()} for row in frame.to_dict("records")]


def _plain(value: Any) -> Any:
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return str(value.date())
    value = value.item() if isinstance(value, np.generic) else value
    return value if isinstance(value, int | float | str) else str(value)

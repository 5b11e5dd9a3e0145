"""What else stood beside training in a unit's quarter: who answered, what went live, which training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from asn_analysis.measures.panel import QUARTER
from asn_analysis.records.intake import Dataset

CHARACTERISTICS = ("sex", "age", "education", "occupation", "channel")
# Bands of the usual questionnaire (17-25, 26-35, 36-45, 46-55, 56 and over).
AGE_BAND = "CASE WHEN age < 26 THEN '0-25' WHEN age < 36 THEN '26-35' WHEN age < 46 THEN '36-45' \
WHEN age < 56 THEN '46-55' WHEN age >= 56 THEN '56+' END"


def with_context(panel: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """The panel with what an effect of training must be told apart from.

    Returns
    -------
    DataFrame with further columns
        unit_type; kind and hours (JP) of the unit's first training, missing for units never trained;
        digital (1 from the quarter in which an application for citizens went live, else 0);
        ``"sex: P"`` and the like, respondents by characteristic (see ``characteristics``).
    """
    units = dataset.units.set_index("unit_id")["unit_type"].astype(object)
    first = _first_trainings(dataset.trainings)
    live = panel["unit_id"].map(going_live(dataset.digital_services).astype("int64"))
    context = pd.DataFrame(
        {
            "unit_type": panel["unit_id"].map(units),
            "kind": panel["unit_id"].map(first["kind"]).where(panel["cohort"].notna()),
            "hours": panel["unit_id"].map(first["hours"]).where(panel["cohort"].notna()).astype(float),
            "digital": (panel["quarter"].astype("int64") >= live.fillna(float("inf"))).astype(float),
        }
    )
    mix = _respondents_by_characteristic(dataset).reindex([panel["unit_id"], panel["quarter"]]).fillna(0)
    return pd.concat([panel, context, mix.reset_index(drop=True)], axis=1)


def characteristics(panel: pd.DataFrame) -> Mapping[str, Sequence[str]]:
    """Characteristic to its columns, for those that anybody told."""
    found = {
        name: [column for column in panel.columns if column.startswith(f"{name}: ")]
        for name in CHARACTERISTICS
    }
    return {name: columns for name, columns in found.items() if len(columns) > 1}


def _first_trainings(trainings: pd.DataFrame) -> pd.DataFrame:
    ordered = trainings.sort_values(["start", "kind", "hours"])
    return ordered.groupby("unit_id")[["kind", "hours"]].first().astype({"kind": object})


def going_live(digital: pd.DataFrame | None, audience: str = "citizens") -> pd.Series:
    """The quarter in which each unit's first application for these users went live."""
    if digital is None:
        return pd.Series(dtype=pd.PeriodDtype(QUARTER))
    first = digital[digital["audience"] == audience].groupby("unit_id")["live_since"].min()
    return pd.Series(pd.PeriodIndex(first, freq=QUARTER), index=first.index)


def _respondents_by_characteristic(dataset: Dataset) -> pd.DataFrame:
    groups = ", ".join(f"(unit_id, quarter, {name})" for name in CHARACTERISTICS)
    counts = f"""
        SELECT unit_id, quarter, {", ".join(CHARACTERISTICS)}, count(*) AS n
        FROM (SELECT * REPLACE ({AGE_BAND} AS age) FROM responses) GROUP BY GROUPING SETS ({groups})
    """
    answers = dataset.responses.ask("characteristics", counts).melt(
        ["unit_id", "quarter", "n"], CHARACTERISTICS, "name", "answer"
    )
    answers = answers.dropna(subset="answer")  # each row told one characteristic
    answers["answer"] = answers["name"] + ": " + answers["answer"].astype(str)
    found = answers.groupby(["unit_id", "quarter", "answer"], as_index=False)["n"].sum()
    found["quarter"] = pd.PeriodIndex(found["quarter"], freq=QUARTER)
    return found.pivot(index=["unit_id", "quarter"], columns="answer", values="n").sort_index(axis=1)

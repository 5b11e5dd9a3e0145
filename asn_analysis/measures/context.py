"""What else stood beside training in a unit's quarter: who answered, what went live, which training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from asn_analysis.measures.cells import CHARACTERISTICS, ask_cells, of_characteristics
from asn_analysis.measures.panel import QUARTER
from asn_analysis.records.intake import Dataset


def with_context(panel: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """The panel with what an effect of training must be told apart from.

    Returns
    -------
    DataFrame with further columns
        unit_type; kind and hours (JP) of the unit's first training, missing for units never trained;
        digital (1 from the quarter in which an application for citizens went live, else 0);
        ``"sex: P"`` and the like, respondents by characteristic (see ``characteristics``).

    Examples
    --------
    >>> told = asn.with_context(asn.build_panel(dataset), dataset)
    >>> sorted({kind for kind in told["kind"] if isinstance(kind, str)})
    ['communication', 'managerial', 'technical']
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
    mix = _respondents_by_characteristic(dataset).reindex([panel["unit_id"], panel["quarter"]])
    mix = mix.fillna(0).astype("int64")
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
    """Counts by unit and quarter of every answer that anybody gave, in the order of their names."""
    found = ask_cells(dataset)
    found["quarter"] = pd.PeriodIndex(found["quarter"], freq=QUARTER)
    found = found.groupby(["unit_id", "quarter"])[of_characteristics(found)].sum()
    return found.loc[:, found.any()].sort_index(axis=1)

"""What else stood beside training in a unit's quarter: who answered, what went live, which training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
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
    ordered = dataset.trainings.sort_values(["start", "kind", "hours"])
    first = ordered.groupby("unit_id")[["kind", "hours"]].first().astype({"kind": object})
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


def shares_told(
    panel: pd.DataFrame, columns: Sequence[str], keys: Sequence[str] = ("unit_id", "quarter", "cohort")
) -> np.ndarray:
    """Share of each group among those who told theirs (cells x groups).

    Where nobody did it is the mean of the unit's cells of its side of the first training, or of all its
    cells, so that silence is no change of the mix (METHODS.md, *Held constant*).
    """
    told = panel[list(columns)].to_numpy(dtype=float)
    total = told.sum(axis=1)
    known = total > 0
    if not known.any():
        return np.zeros_like(told)
    share = told / np.where(known, total, 1.0)[:, None]
    if known.all():
        return share
    unit, time, cohort = (panel[name] for name in keys)
    of, trained = pd.factorize(unit)[0], (time >= cohort).to_numpy(dtype=bool)
    likely = share[known].mean(axis=0)
    for alike in (of, 2 * of + trained):
        n = np.bincount(alike, known)[alike][:, None]
        sums = np.stack([np.bincount(alike, each)[alike] for each in share.T], axis=1)
        likely = np.where(n > 0, sums / np.maximum(n, 1), likely)
    return np.where(known[:, None], share, likely)


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

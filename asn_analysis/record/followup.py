"""The follow-up register in the record: what was promised, what is overdue, and what moved since."""

from __future__ import annotations

from typing import Any

import pandas as pd

from asn_analysis.followup.movement import at_surveys, element_cells, element_moves, kept_promises
from asn_analysis.followup.register import take_stock
from asn_analysis.measures.panel import QUARTER
from asn_analysis.record.inputs import CITY, Inputs

QUARTERS = ("promised_quarter", "due_quarter")
OF_PROMISE = ("action", "element", "owner", *QUARTERS, "status")
OF_MOVE = ("difference", "conf_low", "conf_high", "reason")


def follow_up_record(inputs: Inputs) -> dict[str, Any]:
    """City: follow_ups and kept_promises. Unit: follow_ups and promises, with what moved since each."""
    rows = inputs.about["follow_ups"]
    nothing = {"follow_ups": None, "kept_promises": None, "promises": None}
    if rows is None:
        return nothing
    stock = take_stock(rows, inputs.quarter)
    units = {unit["unit_id"]: unit for unit in inputs.about["units"]}
    overdue = [{**_named(units[row["unit_id"]]), **row} for row in stock["overdue"]]
    told = {**nothing, "follow_ups": {**stock, "overdue": overdue, "n_overdue": len(overdue)}}
    part = _of_city if inputs.scope == CITY else _of_unit
    return {**told, **part(inputs)} if rows else told


def _named(unit: dict[str, Any]) -> dict[str, Any]:
    return {"unit": unit["name"], "kecamatan": unit["kecamatan"]}


def _of_city(inputs: Inputs) -> dict[str, Any]:
    hidden = [(unit, quarter) for unit, quarter in inputs.about["withheld"]]
    promises = at_surveys(_promises(inputs), inputs.surveyed)
    return {"kept_promises": kept_promises(promises, inputs.of_units, inputs.quarter, hidden)}


def _of_unit(inputs: Inputs) -> dict[str, Any]:
    hidden = [(inputs.scope, quarter) for quarter in inputs.about["withheld"]]
    promises = _promises(inputs).sort_values([*reversed(QUARTERS), "element", "action"], kind="stable")
    answered = at_surveys(promises, inputs.surveyed)
    moves = element_moves(answered, element_cells(inputs.panel), inputs.quarter, hidden)
    moves = moves.assign(promised_quarter=promises["promised_quarter"])
    late = promises["status"].isin(("planned", "running")) & (promises["due_quarter"] < inputs.quarter)
    moves = moves.assign(status=promises["status"].mask(late, "overdue"))
    return {"promises": moves[[*OF_PROMISE, *OF_MOVE]].to_dict("records")}


def _promises(inputs: Inputs) -> pd.DataFrame:
    rows = pd.DataFrame(inputs.about["follow_ups"])
    return rows.assign(**{name: pd.PeriodIndex(rows[name], freq=QUARTER) for name in QUARTERS})

"""Figures that earlier reports printed, as dataset.yml tells them: of which quarter, whose, what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from asn_analysis.records.faults import Fault, amiss
from asn_analysis.records.privacy import find_identifying
from asn_analysis.rules.rules import load_skm

KEY = "published"
CITY = "city"
QUARTER = re.compile(r"\d{4}Q[1-4]")
FIGURE = re.compile(r"\d{1,3}([.,]\d{1,4})?")


@dataclass(frozen=True)
class Printed:
    """An index as an earlier report printed it; ``scope`` is "city" or a unit's code, ``figure`` its text."""

    quarter: str
    scope: str
    figure: str


def figure_faults(file: str, printed: Printed) -> Iterator[Fault]:
    """What is wrong with a figure as it is written, whatever the data say."""
    quarter, key = f"{KEY}.{printed.quarter}", f"{KEY}.{printed.quarter}.{printed.scope}"
    kinds = [found.kind for text in (printed.scope, printed.figure) for found in find_identifying(text)]
    if kinds:
        yield amiss(file, "personal figure", (None, quarter, None), personal=True, kind=kinds[0])
        return
    if not FIGURE.fullmatch(printed.figure):
        yield amiss(file, "no index", (None, key, printed.figure))
        return
    skm = load_skm()
    low, high = (int(answer * skm.factor) for answer in (skm.lowest, skm.highest))
    # Truncated weights push a printed index below the scale's end.
    lowest = low * len(skm.codes) * min(skm.alike.values())
    if not lowest <= float(printed.figure.replace(",", ".")) <= high:
        yield amiss(file, "out of range", (None, key, printed.figure), low=low, high=high, factor=skm.factor)


def data_faults(file: str, printed: tuple[Printed, ...], answered: pd.DataFrame) -> Iterator[Fault]:
    """Figures of a unit that is not there, or of a quarter without answers.

    Parameters
    ----------
    answered : DataFrame
        unit_id (all units, also those without answers) and quarter (text; missing where there is none).
    """
    units, cells = set(answered["unit_id"]), set(zip(answered["unit_id"], answered["quarter"], strict=True))
    quarters = sorted(answered["quarter"].dropna().unique())
    for one in printed:
        key = f"{KEY}.{one.quarter}.{one.scope}"
        if one.scope != CITY and one.scope not in units:
            yield amiss(file, "no such unit", (None, key, None))
        elif one.quarter not in quarters or (one.scope != CITY and (one.scope, one.quarter) not in cells):
            why = "no answers" if one.scope == CITY else "no answers of unit"
            reach = {"first": quarters[0], "last": quarters[-1]}
            yield amiss(file, why, (None, key, None), quarter=one.quarter, **reach)

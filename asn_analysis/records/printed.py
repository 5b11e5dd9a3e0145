"""Figures that earlier reports printed, as dataset.yml tells them: of which quarter, whose, what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from asn_analysis.records.faults import Fault
from asn_analysis.records.message import _
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


def declared(raw: object) -> tuple[Printed, ...]:
    """Every figure of ``raw``, the key's value in dataset.yml, as far as it can be read."""
    return tuple(
        Printed(str(quarter), str(scope), str(figure))
        for quarter, figures in _items(raw)
        for scope, figure in _items(figures)
    )


def form_faults(file: str, raw: object) -> Iterator[Fault]:
    """What is wrong with the key as it is written, whatever the data say."""
    if raw is not None and not isinstance(raw, Mapping):
        remedy = _("Write a quarter a line and its figures under it, as data/README.md shows.")
        yield Fault(file, None, KEY, None, _("not a list of quarters"), remedy)
    for quarter, figures in _items(raw):
        key = f"{KEY}.{quarter}"
        if not QUARTER.fullmatch(str(quarter)):
            yield Fault(file, None, KEY, str(quarter), _("not a quarter"), _("Write it as 2026Q1."))
        elif not isinstance(figures, Mapping):
            remedy = _("Under the quarter write 'city: 83.12' or 'CODE: 83.12', one a line.")
            yield Fault(file, None, key, None, _("not a list of figures"), remedy)
    for printed in declared(raw):
        yield from _figure_faults(file, printed)


def _figure_faults(file: str, printed: Printed) -> Iterator[Fault]:
    quarter, key = f"{KEY}.{printed.quarter}", f"{KEY}.{printed.quarter}.{printed.scope}"
    kinds = [found.kind for text in (printed.scope, printed.figure) for found in find_identifying(text)]
    if kinds:
        problem = _("holds what looks like personal data ({kind})", kind=kinds[0])
        remedy = _("Name the unit by its code, and write the printed index alone.")
        yield Fault(file, None, quarter, None, problem, remedy, personal=True)
        return
    if not FIGURE.fullmatch(printed.figure):
        remedy = _("Write the index as it was printed, with a decimal point, such as 83.12.")
        yield Fault(file, None, key, printed.figure, _("not a printed index"), remedy)
        return
    skm = load_skm()
    low, high = (int(answer * skm.factor) for answer in (skm.lowest, skm.highest))
    # Truncated weights push a printed index below the scale's end.
    lowest = low * len(skm.codes) * min(skm.alike.values())
    if not lowest <= float(printed.figure.replace(",", ".")) <= high:
        remedy = _(
            "An index lies between {low} and {high}; multiply one of 1 to 4 by {factor}.",
            low=low,
            high=high,
            factor=skm.factor,
        )
        yield Fault(file, None, key, printed.figure, _("out of range"), remedy)


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
            remedy = _("Write city, or a code as in the units table (in quotation marks if it is a number).")
            yield Fault(file, None, key, None, _("no unit has this code"), remedy)
        elif one.quarter not in quarters or (one.scope != CITY and (one.scope, one.quarter) not in cells):
            problem = _("there are no answers of this unit in {quarter}", quarter=one.quarter)
            if one.scope == CITY:
                problem = _("there are no answers of anybody in {quarter}", quarter=one.quarter)
            remedy = _(
                "Check the quarter (answers reach from {first} to {last}), or take the figure out.",
                first=quarters[0],
                last=quarters[-1],
            )
            yield Fault(file, None, key, None, problem, remedy)


def _items(value: object) -> list[tuple[object, object]]:
    return list(value.items()) if isinstance(value, Mapping) else []

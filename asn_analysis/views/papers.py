"""Estimates as papers print them: a column an analysis, its error below, for Markdown, LaTeX and Word.

The field's conventions, but no stars: an interval says more, and a star turns it into a yes or no.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from asn_analysis.views.tables import html_table

LATEX = {"\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "_": r"\_", "#": r"\#", "$": r"\$"}
COUNTS = {"Treated units": "n_treated_units", "Units": "n_units", "Cells": "n_cells"}


@dataclass(frozen=True)
class PaperTable:
    """A table of analyses.

    Attributes
    ----------
    head : what stands above each column, the first empty; rows : label, then a cell a column
    notes : below the table
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = field(repr=False)
    notes: str = field(repr=False)

    def to_markdown(self) -> str:
        lines = [self.head, ("---", *["---:"] * (len(self.head) - 1)), *self.rows]
        table = "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)
        return f"{table}\n\n{self.notes}\n"

    def to_latex(self) -> str:
        """A tabular with booktabs, the notes in a row of their own."""
        head, *rows = (" & ".join(map(_latex, line)) + r" \\" for line in (self.head, *self.rows))
        width = len(self.head)
        notes = rf"\multicolumn{{{width}}}{{p{{\linewidth}}}}{{\footnotesize {_latex(self.notes)}}} \\"
        body = [r"\toprule", head, r"\midrule", *rows, r"\bottomrule", notes]
        return "\n".join([rf"\begin{{tabular}}{{l{'c' * (width - 1)}}}", *body, r"\end{tabular}", ""])

    def to_word(self, path: str | Path) -> Path:
        """Writes a document that holds the table alone."""
        from docx import Document

        document = Document()
        table = document.add_table(rows=0, cols=len(self.head))
        for line in (self.head, *self.rows):
            for cell, text in zip(table.add_row().cells, line, strict=True):
                cell.text = text
        document.add_paragraph(self.notes)
        document.save(str(path))
        return Path(path)

    def _repr_html_(self) -> str:
        return html_table(pd.DataFrame(self.rows, columns=self.head), notes=[self.notes])


def to_table(effects: Sequence[Any] | Mapping[str, Any], decimals: int = 3) -> PaperTable:
    """Effects side by side, as papers print them.

    Parameters
    ----------
    effects : results with an estimate and its error, by name or numbered
    decimals : of estimates, errors and intervals

    Examples
    --------
    >>> print(asn.to_table([asn.estimate_effect(panel, asn.city_design())]).to_markdown())
    |  | (1) |
    | --- | ---: |
    | Effect on the treated | 3.208 |
    ...
    """
    given = dict(effects) if isinstance(effects, Mapping) else {f"({n})": e for n, e in enumerate(effects, 1)}
    several = [name for name, effect in given.items() if not hasattr(effect, "estimate")]
    if several:
        raise ValueError(
            f"{', '.join(several)} holds no single estimate; group-time effects have aggregate()."
        )
    columns = [_column(effect, decimals) for effect in given.values()]
    labels = list(dict.fromkeys(label for column in columns for label in column))
    rows = [(label, *(column.get(label, "") for column in columns)) for label in labels]
    shown = [row for row in rows if any(row[1:])]
    level = {f"{effect.design.confidence:.0%}" for effect in given.values() if hasattr(effect, "design")}
    methods = dict.fromkeys(effect.method for effect in given.values() if hasattr(effect, "method"))
    notes = f"Standard errors in parentheses, {' and '.join(sorted(level))} intervals in brackets."
    told = tuple((label.lstrip("\0"), *cells) for label, *cells in shown)
    return PaperTable(
        ("", *given), told, " ".join([notes, *(f"{one[0].upper()}{one[1:]}." for one in methods)])
    )


def _column(effect: Any, decimals: int) -> dict[str, str]:
    """Label to cell; the error and the interval have none of their own to print."""

    def number(name: str) -> str:
        value = getattr(effect, name, None)
        return "" if value is None or value != value else f"{value:.{decimals}f}"

    robust = number("conf_low_robust")
    counted = {label: getattr(effect, name, None) for label, name in COUNTS.items()}
    return {
        "Effect on the treated": number("estimate"),
        "\0": f"({number('std_error')})",
        "\0\0": f"[{number('conf_low')}, {number('conf_high')}]",
        "Robust interval": f"[{robust}, {number('conf_high_robust')}]" if robust else "",
        **{label: "" if value is None else f"{value:,}" for label, value in counted.items()},
        **_choices(getattr(effect, "design", None)),
    }


def _choices(design: Any) -> dict[str, str]:
    if design is None:
        return {}
    return {
        "Outcome": design.outcome,
        "Compared with": design.comparison.replace("_", " "),
        "Weights": design.weight or "equal",
        "Held constant": ", ".join(design.covariates),
        "Shocks shared by": ", ".join(design.cluster),
    }


def _latex(text: str) -> str:
    return "".join(LATEX.get(letter, letter) for letter in text)

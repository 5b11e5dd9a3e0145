"""Tables of results: rows as a notebook shows them, and estimates as papers print them."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NUMBERS = ("term", "estimate", "std_error", "conf_low", "conf_high", "n_units")
DIGITS = 3  # significant ones


def html_table(table: pd.DataFrame, caption: str = "", notes: Iterable[str] = ()) -> str:
    """Rows as an HTML table with a caption above and notes below; missing values stay empty."""
    head = "".join(map(_head, table, table.dtypes))
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in table.itertuples(index=False))
    title = f'<caption style="text-align:left">{escape(caption)}</caption>' if caption else ""
    below = "".join(f"<p><small>{escape(note)}</small></p>" for note in notes)
    return f"<table>{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{below}"


def _head(name: object, kind: object) -> str:
    side = "right" if pd.api.types.is_numeric_dtype(kind) else "left"
    return f'<th scope="col" style="text-align:{side}">{escape(str(name))}</th>'


def _cell(value: object) -> str:
    side = "right" if isinstance(value, (int, float, np.number)) else "left"
    return f'<td style="text-align:{side}">{escape(said(value))}</td>'


def said(value: object) -> str:
    """A value as a table prints it."""
    if value is None or value is pd.NA or value != value:
        return ""
    if isinstance(value, (float, np.floating)):
        return f"{value:,.0f}" if abs(value) >= 1000 or float(value).is_integer() else f"{value:.{DIGITS}g}"
    return str(value)


def text_table(table: pd.DataFrame) -> str:
    """Rows as plain text, numbers at the right."""
    return table.map(said).to_string(index=False)


class ShownRows:
    """A result of several estimates: its sentence, and a row each."""

    if TYPE_CHECKING:

        def tidy(self) -> pd.DataFrame:
            """A row an estimate."""

        def summary(self) -> str:
            """One plain sentence."""

    def plot(self, ax: Axes | None = None, **options: Any) -> Any:
        """A row an estimate, with its interval."""
        from asn_analysis.views import plots

        return plots.intervals(self.tidy(), ax=ax, **options)

    def __repr__(self) -> str:
        return self.summary()

    def _repr_html_(self) -> str:
        rows = self.tidy()
        return html_table(rows[[name for name in NUMBERS if name in rows]], self.summary())


class _Drawn(pd.DataFrame):
    """A table that draws itself; what is made of it is an ordinary table."""

    @property
    def _constructor(self) -> type[pd.DataFrame]:
        return pd.DataFrame


class EventStudy(_Drawn):
    """Effects by event time."""

    def plot(self, ax: Axes | None = None, **options: Any) -> Axes:
        """Estimates by periods since the first treated one, with their intervals."""
        from asn_analysis.views import plots

        return plots.events(self, ax=ax, **options)


class Paths(_Drawn):
    """Treated cells as observed and as expected."""

    def plot(self, ax: Axes | None = None, **options: Any) -> Axes:
        """Both lines over time."""
        from asn_analysis.views import plots

        return plots.lines(self.set_index("time")[["observed", "expected"]], ax=ax, **options)

"""Tables of results that draw themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class EventStudy(pd.DataFrame):
    """Effects by event time, as a table that draws itself."""

    @property
    def _constructor(self) -> type[pd.DataFrame]:
        return pd.DataFrame

    def plot(self, ax: Axes | None = None, **options: Any) -> Axes:
        """Estimates by periods since the first treated one, with their intervals."""
        from asn_analysis.views import plots

        return plots.events(self, ax=ax, **options)


class Paths(pd.DataFrame):
    """Treated cells as observed and as expected, as a table that draws itself."""

    @property
    def _constructor(self) -> type[pd.DataFrame]:
        return pd.DataFrame

    def plot(self, ax: Axes | None = None, **options: Any) -> Axes:
        """Both lines over time."""
        from asn_analysis.views import plots

        return plots.lines(self.set_index("time")[["observed", "expected"]], ax=ax, **options)

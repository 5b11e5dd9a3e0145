"""Working days between two dates: Monday to Friday, without national holidays and joint leave.

The days come from the ``holidays`` library, whose Indonesian calendar follows the yearly joint decree
of three ministers (SKB 3 Menteri). Islamic feasts of years to come are estimates, and their joint leave
may not have been decreed yet: ``WorkingDays`` says which years those are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from holidays import country_holidays

from asn_analysis.rules.rules import load_complaints

ONE_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True)
class WorkingDays:
    """The working days of some years.

    Attributes
    ----------
    calendar : numpy's, for ``busday_count``
    years : the years covered, ascending
    uncertain : those whose days are estimated, or for which no joint leave is known
    """

    calendar: np.busdaycalendar
    years: tuple[int, ...]
    uncertain: tuple[int, ...]

    def between(self, start: pd.Series | np.ndarray, end: pd.Series | np.ndarray) -> np.ndarray:
        """Working days after ``start`` up to and including ``end``; NaN where a date is missing.

        Raises
        ------
        ValueError
            For a date outside the years covered.
        """
        days = [np.asarray(dates, "datetime64[D]") for dates in (start, end)]
        days = np.broadcast_arrays(*days)
        known = ~(np.isnat(days[0]) | np.isnat(days[1]))
        first, last = (day[known] for day in days)
        self._refuse_other_years(np.concatenate([first, last]))
        counted = np.full(known.shape, np.nan)
        counted[known] = np.busday_count(first + ONE_DAY, last + ONE_DAY, busdaycal=self.calendar)
        return counted

    def _refuse_other_years(self, days: np.ndarray) -> None:
        outside = sorted({int(year) for year in pd.DatetimeIndex(days).year} - set(self.years))
        if outside:
            raise ValueError(
                f"Working days of {outside[0]} are not covered, only {self.years[0]} to {self.years[-1]}; "
                "ask working_days() for that year too."
            )


def working_days(years: Iterable[int]) -> WorkingDays:
    """The working days of the years, as the country's calendar has them."""
    rules = load_complaints()
    covered = tuple(sorted(set(years)))
    national, leave = (
        {
            year: country_holidays(rules.country, years=year, categories=kind, language="id")
            for year in covered
        }
        for kind in (("public",), ("government",))
    )
    days = sorted({day for found in (national, leave) for year in covered for day in found[year]})
    # The library marks the name of a feast whose date it had to calculate.
    estimated = {year for year in covered if any("perkiraan" in name for name in national[year].values())}
    uncertain = [year for year in covered if not leave[year] or year in estimated]
    calendar = np.busdaycalendar(weekmask=rules.week, holidays=np.array(days, "datetime64[D]"))
    return WorkingDays(calendar, covered, tuple(uncertain))

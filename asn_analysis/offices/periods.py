"""Quarters, semesters, months and years that a text names: "TW III 2026", "Semester II", "Juli-September"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import pandas as pd

from asn_analysis.records.cells import MONTHS
from asn_analysis.records.words import plain

ORDINALS = {
    word: number
    for number, words in enumerate(
        ("1 i pertama kesatu satu first 1st", "2 ii kedua dua second 2nd", "3 iii ketiga tiga third 3rd",
         "4 iv keempat empat fourth 4th"),
        start=1,
    )
    for word in words.split()
}  # fmt: skip
ORDINAL = "(" + "|".join(sorted(ORDINALS, key=len, reverse=True)) + ")"
QUARTER = re.compile(
    rf"(?<![a-z])(?:tri ?wulan|triw|trw|tw|k[uw]artal|quarter) ?(?:ke ?)?{ORDINAL}(?![a-z0-9])"
    rf"(?: ?(?:s d|sd|dan|sampai|hingga) ?(?:tri ?wulan|tw)? ?{ORDINAL}(?![a-z0-9]))?"
)
LED = re.compile(
    rf"(?<![a-z0-9]){ORDINAL} (?:quarter|tri ?wulan|k[uw]artal)(?![a-z])(?! ?(?:iv|i{{1,3}}|[1-4])\b)"
)
SHORT = re.compile(
    r"^q([1-4])$|\b(?:20\d\d ?)q([1-4])\b|\bq([1-4]) ?(?:fy ?)?20\d\d\b|^periode (iv|i{1,3}) 20\d\d$"
)
SEMESTER = re.compile(rf"(?<![a-z])(?:semester|smtr?|sem) ?(?:ke ?)?{ORDINAL}(?![a-z0-9])")
YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
YEAR_MONTH = re.compile(
    r"(?<!\d)20\d\d (0[1-9]|1[0-2])(?! ?\d)|(?<!\d )(?<!\d)(0[1-9]|1[0-2]) 20\d\d(?!\d| \d)"
)
DAY = re.compile(
    rf"(?<!\d)\d{{1,2}} (?:{'|'.join(MONTHS)}|\d{{1,2}}) 20\d\d(?!\d)"
    r"|(?<!\d)20\d\d \d{1,2} \d{1,2}(?!\d)|(?<!\d)20\d{6}(?!\d)"
)
LAW = re.compile(r"(?:nomor|no|permen\w*|peraturan|perwal|perda|undang undang|uu)\b.*?\btahun 20\d\d")
FIRST_OF_SEMESTER = {1: (1, 2), 2: (3, 4)}


@lru_cache(maxsize=5_000)
def quarter_of(day: date) -> pd.Period:
    """The quarter of a day; a survey has few days, and files name them again and again."""
    return pd.Period(day, "Q")


@dataclass(frozen=True)
class Span:
    """Quarters that a text could mean; ``year`` and ``month`` None where it names none."""

    quarters: frozenset[int]
    year: int | None
    month: int | None = None

    def holds(self, quarter: pd.Period) -> bool:
        """Whether the quarter is one of these."""
        return quarter.quarter in self.quarters and self.year in (None, quarter.year)

    def joined(self, other: Span) -> Span | None:
        """What both say together; None if they contradict each other."""
        quarters = self.quarters & other.quarters
        if not quarters or (self.year and other.year and self.year != other.year):
            return None
        return Span(quarters, self.year or other.year)

    @property
    def quarter(self) -> pd.Period | None:
        """The one quarter, where the text leaves no other."""
        if self.year is None or len(self.quarters) != 1:
            return None
        return pd.Period(year=self.year, quarter=min(self.quarters), freq="Q")

    def last_day(self, year: int | None) -> date | None:
        """The last day of the month or the quarter; None for more than that, or where no year is known."""
        known = self.year or year
        if known is None or (self.month is None and len(self.quarters) != 1):
            return None
        if self.month:
            return pd.Period(year=known, month=self.month, freq="M").end_time.date()
        return pd.Period(year=known, quarter=min(self.quarters), freq="Q").end_time.date()


def span_in(text: str) -> Span | None:
    """What a text says of its period. Days, and years of regulations, are not periods."""
    told = LAW.sub(" ", DAY.sub(" ", plain(text)))
    years = {int(year) for year in YEAR.findall(told)}
    year = years.pop() if len(years) == 1 else None
    quarters = _quarters(told)
    months = _months(told)
    if quarters:
        return Span(quarters, year)
    if months:
        whole = range(min(months), max(months) + 1)
        return Span(
            frozenset((month + 2) // 3 for month in whole), year, months[0] if len(whole) == 1 else None
        )
    return Span(frozenset(range(1, 5)), year) if year else None


def _quarters(told: str) -> frozenset[int]:
    found = set()
    for first, last in QUARTER.findall(told):
        found |= set(range(ORDINALS[first], ORDINALS[last or first] + 1))
    found |= {ORDINALS[word] for word in LED.findall(told)} if not found else set()
    found |= {ORDINALS[word] for words in SHORT.findall(told) for word in words if word}
    if not found:
        for half in SEMESTER.findall(told):
            found |= set(FIRST_OF_SEMESTER.get(ORDINALS[half], ()))
    return frozenset(found)


def _months(told: str) -> list[int]:
    named = [MONTHS[word] for word in re.findall(r"[a-z]+", told) if word in MONTHS]
    return named or [int(one or other) for one, other in YEAR_MONTH.findall(told)]

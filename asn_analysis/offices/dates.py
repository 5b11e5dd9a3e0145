"""Days from the texts of a whole column of dates, or from columns of a month, a quarter and a year.

The day of a time stamp that says how far its clock is from Greenwich is the city's, not the server's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pandas as pd

from asn_analysis.offices.periods import span_in
from asn_analysis.offices.profile import STRAYS, empty
from asn_analysis.offices.refusals import Unreadable, refused, unread
from asn_analysis.records.cells import MONTH_FIRST, MONTHS
from asn_analysis.records.manifest import ZONES
from asn_analysis.records.schema import FIRST_DATE, LAST_DATE
from asn_analysis.records.words import plain

CLOCKS = {"z": 0, "utc": 0, "gmt": 0, "wib": 7, "wita": 8, "wit": 9}  # hours
CLOCK = re.compile(
    r"(?<!\d)(\d{1,2})[:.](\d\d)(?:[:.](\d\d)(?:[.,]\d+)?)?\s*(am|pm)?\s*"
    r"(?:(z|utc|gmt|wib|wita|wit)(?![a-z])\s*(?:([+-]\d{1,2})(?::?([0-5]\d))?)?|([+-]\d\d)(?::?([0-5]\d))?)\s*(?:\([^)]*\))?\s*$",
    re.IGNORECASE,
)


def with_offset(text: str) -> str:
    """A stamp of a clock that is Greenwich's and does not say so."""
    return f"{text}Z" if re.search(r"\d[:.]\d\d(?:[.,]\d+)?$", text) and not has_zone(text) else text


def has_zone(text: str) -> bool:
    """Whether a time stamp says how far its clock is from Greenwich."""
    return bool(CLOCK.search(text))


def day_in(zone: ZoneInfo, day: date, text: str) -> date:
    """The day in ``zone`` of a time stamp whose own clock shows ``day``; without an offset, that day."""
    found = CLOCK.search(text)
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        return day
    clock = time(int(found[1]) % 12 if found[4] else int(found[1]), int(found[2]))
    later = timedelta(hours=12 if (found[4] or "").lower() == "pm" else 0)
    stamp = datetime.combine(day, clock, timezone(_offset(found))) + later
    return stamp.astimezone(zone).date()


def _offset(found: re.Match[str]) -> timedelta:
    hours, minutes = found[6] or found[8], found[7] or found[9] or "0"
    if hours is None:
        return timedelta(hours=CLOCKS[found[5].lower()])
    sign = -1 if hours.startswith("-") else 1
    return sign * timedelta(hours=min(abs(int(hours)), 14), minutes=int(minutes))


FAR = 366  # days
WEEKDAY = r"(?:[^\W\d]+['’]?[^\W\d]*,? )?"
AFTER = r"(?:[ T,].*)?"  # a time of the day
NUMERIC = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d\d)(?!\d)")
NAMED = re.compile(rf"{WEEKDAY}(\d{{1,2}})[ /.-]([^\W\d]+)\.?,?[ /.-](\d{{4}}|\d\d){AFTER}")
MONTH_LED = re.compile(rf"{WEEKDAY}([^\W\d]+)\.? (\d{{1,2}}),? (\d{{4}}){AFTER}")  # Jotform: Jul 1, 2026
SHORT = re.compile(rf"(\d{{1,2}})[-/. ][^\W_]+[-/. ](\d\d){AFTER}")
DAY_ONE = date(1899, 12, 30)  # from which Excel numbers its days
SERIAL = re.compile(r"(\d{5})(?:[.,]\d+)?")
FEWEST = 3  # dates of either kind before they are held against each other

DayOf = Callable[[str], date | None | Unreadable]


def date_reader(
    counts: Counter[str], order: str | None, label: str, zone: str = ZONES[0], year: int | None = None
) -> DayOf:
    """Reads dates in one order of day and month: the declared one, or the only one that all dates allow.

    A period stands for its last day; ``year`` is that of periods that name none.
    """
    numeric = [found for text in counts if (found := _numeric(text))]
    first, second = (any(int(found[place]) > 12 for found in numeric) for place in (1, 2))
    if first and second and order is None:
        raise refused(label, "mixed dates")
    if numeric and not first and not second and order is None:
        raise refused(label, "open dates", date=numeric[0][0])
    if order is None:
        _refuse_short_years(counts, label)
    _refuse_turned(counts, numeric, label)
    month_first = order == MONTH_FIRST if order else second
    here = ZoneInfo(zone)
    return lambda text: None if empty(text) else _day(text, month_first, here, year)


def _numeric(text: str) -> re.Match[str] | None:
    return NUMERIC.match(re.sub(rf"^{WEEKDAY}", "", text))


def _day(text: str, month_first: bool, zone: ZoneInfo, year: int | None) -> date | Unreadable:
    found = _date(text, month_first)
    if isinstance(found, date):
        return day_in(zone, found, text)
    span = span_in(text) if _parts(text, month_first) is None else None
    if span is None:
        return found
    return span.last_day(year) or unread("long period")


def is_date(text: str) -> bool:
    """Whether a text under any header is a day: numbers of days only where they lie in this century."""
    parts = _parts(text, False) or _parts(text, True)
    return parts is not None and (not SERIAL.fullmatch(text) or 2010 <= parts[0] <= 2040)


def _refuse_short_years(counts: Counter[str], label: str) -> None:
    """26/07/05 is a day in 2026 or in 2005, unless the other dates of the file show where the year stands."""
    found = [parts for text in counts if (parts := SHORT.fullmatch(text))]
    firsts, lasts = ({parts[place] for parts in found} for place in (1, 2))
    if found and not (len(lasts) == 1 and len(firsts) > 1):
        raise refused(label, "short years", date=found[0][0])


def _refuse_turned(counts: Counter[str], numeric: list[re.Match[str]], label: str) -> None:
    """Excel set to another country turns 07/08/2026 into July 8 and leaves 13/08/2026 as it is, a text."""
    cells = [int(text[8:10]) for text in counts if re.match(r"\d{4}-\d\d-\d\d", text)]
    left = [int(found[1]) for found in numeric]
    if min(len(cells), len(left)) >= FEWEST and max(cells) <= 12 < min(left):
        raise refused(label, "turned dates", date=numeric[0][0])


def _date(text: str, month_first: bool) -> date | Unreadable:
    parts = _parts(text, month_first)
    if parts is None:
        return unread("no known date")
    try:
        found = date(*parts)
    except ValueError:
        return unread("no such day")
    if not FIRST_DATE <= found <= LAST_DATE:
        return unread("far day", first=FIRST_DATE, last=LAST_DATE)
    return found


def _parts(text: str, month_first: bool) -> tuple[int, int, int] | None:
    """Year, month and day."""
    if found := re.fullmatch(rf"{WEEKDAY}(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){AFTER}", text):
        return int(found[1]), int(found[2]), int(found[3])
    if found := re.fullmatch(WEEKDAY + NUMERIC.pattern + AFTER, text):
        day, month = (2, 1) if month_first else (1, 2)
        return _year(found[3]), int(found[month]), int(found[day])
    if (found := NAMED.fullmatch(text)) and found[2].casefold() in MONTHS:
        return _year(found[3]), MONTHS[found[2].casefold()], int(found[1])
    if (found := MONTH_LED.fullmatch(text)) and found[1].casefold() in MONTHS:
        return int(found[3]), MONTHS[found[1].casefold()], int(found[2])
    if found := SERIAL.fullmatch(text):
        when = DAY_ONE + timedelta(days=int(found[1]))
        return when.year, when.month, when.day
    return None


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def date_notes(counts: Counter[str], zone: str) -> Iterator[str]:
    """What was supposed in reading the dates."""
    if serial := next((text for text in counts if SERIAL.fullmatch(text)), None):
        yield f"dates are Excel's numbers of days: {serial} is {_date(serial, False)}"
    if stamp := next((text for text in counts if has_zone(text)), None):
        yield f"time stamps that tell their offset, such as {stamp[:40]}, were read in {zone}"
    if named := next((text for text in counts if _parts(text, False) is None and span_in(text)), None):
        yield f"some dates are only periods, such as {named[:40]}: set to the last day of each"


def usual_span(counts: Counter[date]) -> tuple[date, date] | None:
    """First and last day without the few more than a year off: mistyped years, told without a clock."""
    days = sorted(counts)
    few = max(1, int(STRAYS * counts.total())) if counts.total() > 2 else 0
    first, last = 0, len(days) - 1
    for place, (earlier, later) in enumerate(pairwise(days)):
        if (later - earlier).days > FAR:
            if sum(counts[day] for day in days[: place + 1]) <= few:
                first = place + 1
            elif sum(counts[day] for day in days[place + 1 :]) <= few:
                last = min(last, place)
    return (days[first], days[last]) if days else None


def period_end(told: dict[str, str], quarter: pd.Period | None) -> date | Unreadable:
    """The last day of the month or quarter that a row names; ``told`` holds its texts by column.

    What the row leaves open is taken from the declared ``quarter``; a day outside it is refused later.
    """
    filled = {name: plain(text) for name, text in told.items() if not empty(text)}
    words = " ".join(filled.values()).split()
    year = next((int(word) for word in words if re.fullmatch(r"20\d\d", word)), quarter and quarter.year)
    month, part = filled.get("month", ""), filled.get("part", "")
    if re.fullmatch(r"0?[1-9]|1[0-2]", month):
        month = f"{year} {int(month):02}"
    if not month and not part and quarter is not None:
        part = str(quarter.quarter)
    span = span_in(month or f"tw {part.removeprefix('q')}")
    return (span and span.last_day(year)) or unread("no period")

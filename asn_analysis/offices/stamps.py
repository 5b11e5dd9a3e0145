"""Time stamps that say how far their clock is from Greenwich: their day is the city's, not the server's."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

ZONES = {"z": 0, "utc": 0, "gmt": 0, "wib": 7, "wita": 8, "wit": 9}  # hours
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
        return timedelta(hours=ZONES[found[5].lower()])
    sign = -1 if hours.startswith("-") else 1
    return sign * timedelta(hours=min(abs(int(hours)), 14), minutes=int(minutes))

"""From the text of a cell to a value: what counts as a number, a date, a quarter; as DuckDB expressions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from asn_analysis.records.coded import BLANK

INTEGERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"}
FRACTIONS = {"FLOAT", "DOUBLE"}
INSTANT = "TIMESTAMP WITH TIME ZONE"
DATES = {"DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", INSTANT}

TYPES = {"text": "VARCHAR", "whole": "BIGINT", "number": "DOUBLE", "date": "DATE", "quarter": "VARCHAR"}

WHOLE = r"[+-]?\d{1,18}([.,]0{1,2})?"
POINT = r"[+-]?\d+(\.\d+)?"
# In a file with decimal commas, 1.250 may be a thousand or a little more than one: refused.
COMMA = r"[+-]?\d+(,\d+|\.\d{1,2}|\.\d{4,})?"
ISO_DATE = r"\d{4}-\d{1,2}-\d{1,2}([ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?)?"
NUMERIC_DATE = r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})([ T]\d{1,2}[:.]\d{2}([:.]\d{2})?)?"
NAMED_DATE = r"([^\W\d]+, ?)?(\d{1,2})[ -]([^\W\d]+)\.?[ -](\d{4})"  # 12 Oktober 2024
DAY_FIRST, MONTH_FIRST = "day-first", "month-first"
MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan januari january", "feb februari february pebruari", "mar maret march", "apr april", "mei may",
         "jun juni june", "jul juli july", "agu ags agt agustus aug august", "sep sept september",
         "okt oktober oct october", "nov november nop nopember", "des desember dec december"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
# Rp 18.500.000,- and 18.500.000: one point alone could be a decimal one, unless money is named.
THOUSANDS = (
    r"(Rp\.? ?\d{1,3}([.,]\d{3})*|\d{1,3}([.]\d{3}){2,}|\d{1,3}([,]\d{3}){2,}|Rp\.? ?\d+)([.,](0{1,2}|-))?"
)
QUARTER = r"(\d{4})[- ]?[Qq]([1-4])"


def text(cell: str, stored: str = "VARCHAR") -> str:
    """The cell's text without surrounding blanks; a blank cell, and NaN in a file of numbers, is missing."""
    given = f"nullif({cell}, CAST('nan' AS {stored}))" if stored in FRACTIONS else cell
    return tidied(f"CAST({given} AS VARCHAR)")


def tidied(text: str) -> str:
    """The text as ``coded.tidied`` makes it; a blank one is missing."""
    return f"nullif(regexp_replace(nfc_normalize({text}), '^[{BLANK}]+|[{BLANK}]+$', '', 'g'), '')"


def readable(kind: str, stored: str) -> bool:
    """Whether every cell that the file holds in this type is a value of the kind."""
    return (kind == "whole" and stored in INTEGERS) or (kind == "date" and stored in DATES)


def here(cell: str, stored: str, zone: str) -> str:
    """The cell; an instant, which a file holds in Greenwich's time, as this zone's clocks showed it."""
    return f"timezone('{zone}', {cell})" if stored == INSTANT else cell


def value(kind: str, cell: str, stored: str, text: str, comma: bool, order: str = DAY_FIRST) -> str:
    """The cell as a value of this kind; NULL where it is blank or cannot be read as one.

    ``stored`` is the type in which the file holds the cell, ``text`` its trimmed text, ``comma`` whether
    decimal commas are usual there, ``order`` that of day and month in dates such as 31/08/2026.
    """
    return _native(kind, cell, stored) or _parsed(kind, text, comma, order)


def worded(cell: str, values: Mapping[str, Iterable[str]]) -> str:
    """The value of ours that the text stands for; a text that stands for none, as it is."""
    if not values:
        return cell
    called = " ".join(
        f"WHEN regexp_full_match(said, '{'|'.join(f'({pattern})' for pattern in patterns)}') THEN '{ours}'"
        for ours, patterns in values.items()
    )
    listed = ", ".join(f"'{ours}'" for ours in values)
    # Made plain once: DuckDB takes 2 ms to learn the pattern of what is plain, wherever it stands.
    other = f"list_transform([{_plain(cell)}], lambda said: CASE {called} ELSE {cell} END)[1]"
    return f"CASE WHEN {cell} IS NULL OR {cell} IN ({listed}) THEN {cell} ELSE {other} END"


def coded(cell: str, codes: Mapping[str, str]) -> str:
    """The code of what has this plain name; a text that names nothing, and a code itself, as it is."""
    if not codes:
        return cell
    known = ", ".join(f"'{name}': {quoted(code)}" for name, code in codes.items())
    listed = ", ".join(map(quoted, sorted(set(codes.values()))))
    named = f"coalesce(MAP {{{known}}}[{_plain(cell)}], {cell})"
    return f"CASE WHEN {cell} IN ({listed}) THEN {cell} ELSE {named} END"


def _plain(cell: str) -> str:
    return f"trim(regexp_replace(lower({cell}), '[^\\p{{L}}\\p{{N}}]+', ' ', 'g'))"


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _native(kind: str, cell: str, stored: str) -> str | None:
    if kind == "whole" and stored in INTEGERS:
        return f"CAST({cell} AS BIGINT)"
    if kind == "whole" and stored in FRACTIONS:
        return f"CASE WHEN {cell} = round({cell}) THEN TRY_CAST({cell} AS BIGINT) END"
    if kind == "number" and stored in INTEGERS | FRACTIONS:
        return f"CASE WHEN isfinite(CAST({cell} AS DOUBLE)) THEN CAST({cell} AS DOUBLE) END"
    if kind == "date" and stored in DATES:
        return f"CAST({cell} AS DATE)"
    return None


def _parsed(kind: str, cell: str, comma: bool, order: str) -> str:
    if kind == "whole":
        plain = _when(cell, WHOLE, f"TRY_CAST(regexp_extract({cell}, '^[+-]?\\d+') AS BIGINT)")
        return f"coalesce({plain}, {_grouped(cell)})"
    if kind == "number":
        return _when(cell, COMMA if comma else POINT, f"TRY_CAST(replace({cell}, ',', '.') AS DOUBLE)")
    if kind == "date":
        return f"coalesce({_iso(cell)}, {_numeric_date(cell, order)}, {_named_date(cell)})"
    if kind == "quarter":
        return _when(cell, QUARTER, f"regexp_replace({cell}, '^{QUARTER}$', '\\1Q\\2')")
    return cell


def _iso(cell: str) -> str:
    return _when(cell, ISO_DATE, f"TRY_CAST(regexp_extract({cell}, '^[0-9-]+') AS DATE)")


def _numeric_date(cell: str, order: str) -> str:
    day, month = (1, 2) if order == DAY_FIRST else (2, 1)
    return _when(cell, NUMERIC_DATE, _day_of(*(date_part(cell, place) for place in (3, month, day))))


def date_part(cell: str, place: int) -> str:
    """First, second or third number of a date such as 31/08/2026; the empty text in other cells."""
    return f"regexp_extract({cell}, '^{NUMERIC_DATE}$', {place})"


def _named_date(cell: str) -> str:
    year, month, day = (f"regexp_extract({cell}, '^{NAMED_DATE}$', {place})" for place in (4, 3, 2))
    numbers = ", ".join(f"'{name}': {number}" for name, number in MONTHS.items())
    return _when(cell, NAMED_DATE, _day_of(year, f"MAP {{{numbers}}}[lower({month})]", day))


def _day_of(year: str, month: str, day: str) -> str:
    return f"TRY_CAST({year} || '-' || {month} || '-' || {day} AS DATE)"


def _grouped(cell: str) -> str:
    """Whole numbers with thousands apart, without what may follow the last of them."""
    whole = f"regexp_replace({cell}, '[.,](0{{1,2}}|-)$', '')"
    return _when(cell, THOUSANDS, f"TRY_CAST(regexp_replace({whole}, '[^0-9]', '', 'g') AS BIGINT)")


def _when(cell: str, pattern: str, result: str) -> str:
    return f"CASE WHEN regexp_full_match({cell}, '{pattern}') THEN {result} END"

"""From the text of a cell to a value: what counts as a number, a date, a quarter; as DuckDB expressions."""

from __future__ import annotations

INTEGERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"}
FRACTIONS = {"FLOAT", "DOUBLE"}
DATES = {"DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE"}

TYPES = {"text": "VARCHAR", "whole": "BIGINT", "number": "DOUBLE", "date": "DATE", "quarter": "VARCHAR"}

WHOLE = r"[+-]?\d{1,18}([.,]0{1,2})?"
POINT = r"[+-]?\d+(\.\d+)?"
# In a file with decimal commas, 1.250 may be a thousand or a little more than one: refused.
COMMA = r"[+-]?\d+(,\d+|\.\d{1,2}|\.\d{4,})?"
ISO_DATE = r"\d{4}-\d{1,2}-\d{1,2}([ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?)?"
DAY_FIRST = r"\d{1,2}([/-])\d{1,2}[/-]\d{4}"
QUARTER = r"(\d{4})[- ]?[Qq]([1-4])"


# The last is the no-break space, which spreadsheets paste from web pages.
BLANKS = "' ' || chr(9) || chr(10) || chr(13) || chr(160)"


def text(cell: str, stored: str = "VARCHAR") -> str:
    """The cell's text without surrounding blanks; a blank cell, and NaN in a file of numbers, is missing."""
    given = f"nullif({cell}, CAST('nan' AS {stored}))" if stored in FRACTIONS else cell
    return f"nullif(trim(CAST({given} AS VARCHAR), {BLANKS}), '')"


def readable(kind: str, stored: str) -> bool:
    """Whether every cell that the file holds in this type is a value of the kind."""
    return (kind == "whole" and stored in INTEGERS) or (kind == "date" and stored in DATES)


def value(kind: str, cell: str, stored: str, comma: bool) -> str:
    """The cell as a value of this kind; NULL where it is blank or cannot be read as one.

    ``stored`` is the type in which the file holds the cell, ``comma`` whether decimal commas are usual there.
    """
    native = _native(kind, cell, stored)
    return native or _parsed(kind, text(cell), comma)


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


def _parsed(kind: str, cell: str, comma: bool) -> str:
    if kind == "whole":
        return _when(cell, WHOLE, f"TRY_CAST(regexp_extract({cell}, '^[+-]?\\d+') AS BIGINT)")
    if kind == "number":
        return _when(cell, COMMA if comma else POINT, f"TRY_CAST(replace({cell}, ',', '.') AS DOUBLE)")
    if kind == "date":
        return f"coalesce({_iso(cell)}, {_day_first(cell)})"
    if kind == "quarter":
        return _when(cell, QUARTER, f"regexp_replace({cell}, '^{QUARTER}$', '\\1Q\\2')")
    return cell


def _iso(cell: str) -> str:
    return _when(cell, ISO_DATE, f"TRY_CAST(regexp_extract({cell}, '^[0-9-]+') AS DATE)")


def _day_first(cell: str) -> str:
    parsed = f"CAST(try_strptime(replace({cell}, '/', '-'), '%d-%m-%Y') AS DATE)"
    return _when(cell, DAY_FIRST, parsed)


def _when(cell: str, pattern: str, result: str) -> str:
    return f"CASE WHEN regexp_full_match({cell}, '{pattern}') THEN {result} END"

"""What stands where a result would: a sentence that says why there is none.

A table that the city does not have, or an effect that its data refuse, must not stop whoever reads on, and
must not pass for a number either. So a ``Said`` travels as a missing value does: whatever is asked of it, or
worked out from it by a public verb, is the same sentence.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from inspect import signature
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

TABLES_AND_TIMES = ("DataFrame", "Series", "Period")


class Unanswerable(ValueError):
    """The data are in order, but cannot answer what was asked.

    Attributes
    ----------
    reason : what is missing, for the reader
    remedy : what would make it answerable
    """

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason} {remedy}")
        self.reason, self.remedy = reason, remedy


class Said:
    """A sentence in place of a result; false, and the same whatever is asked of it.

    Parameters
    ----------
    sentence : why there is no result

    Examples
    --------
    >>> none = asn.Said("This city holds no forums.")
    >>> none.share.conf_low, bool(none)
    (This city holds no forums., False)
    """

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence

    def summary(self) -> str:
        return self.sentence

    def plot(self, *_axes: Any, **_options: Any) -> Said:
        """Shows the sentence where the figure would stand."""
        from IPython.display import display

        display(self)
        return self

    def __getattr__(self, name: str) -> Said:
        if name.startswith("_"):  # IPython, copy and pandas ask for what they can do without
            raise AttributeError(name)
        return self

    def __call__(self, *_arguments: Any, **_options: Any) -> Said:
        return self

    def __getitem__(self, _key: Any) -> Said:
        return self

    def __iter__(self) -> Any:
        raise TypeError(self.sentence)

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return self.sentence

    def _repr_html_(self) -> str:
        from html import escape

        return f"<p><em>{escape(self.sentence)}</em></p>"


def attempt(verb: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """What a verb returns, or the reason in words where the data cannot answer.

    Errors in what was asked (a column or a quarter that is not there) are raised as ever.

    Parameters
    ----------
    verb : a public function; ``arguments`` and ``options`` are what it is called with

    Examples
    --------
    >>> asn.attempt(asn.estimate_effect, now, asn.city_design())
    There is only one quarter. An effect needs ...
    """
    try:
        return verb(*arguments, **options)
    except Unanswerable as refusal:
        return Said(str(refusal))


def as_pandas(value: Any) -> Any:
    """A table of another library (polars, pyarrow) as one of pandas; anything else as it is."""
    if not isinstance(value, _of_others()):
        return value
    import narwhals

    frame = narwhals.from_native(value)
    return (frame.collect() if isinstance(frame, narwhals.LazyFrame) else frame).to_pandas()


def _of_others() -> tuple[Any, ...]:
    """The tables of those libraries that are in use."""
    kinds = {"polars": ("DataFrame", "LazyFrame"), "pyarrow": ("Table",), "duckdb": ("DuckDBPyRelation",)}
    used = {name: sys.modules[name] for name in kinds if name in sys.modules}
    return tuple(getattr(module, kind) for name, module in used.items() for kind in kinds[name])


def public(verb: Callable[..., Any]) -> Callable[..., Any]:
    """A verb of the public surface: as ``passing``, and it takes tables of polars and pyarrow too.

    Raises
    ------
    TypeError
        If it is given something else than a table or a result of the kind that it works on.
    """

    @wraps(verb)
    def called(*arguments: Any, **options: Any) -> Any:
        ours, named = [*map(as_pandas, arguments)], {name: as_pandas(one) for name, one in options.items()}
        _refuse_others(verb, dict(zip(signature(verb).parameters, ours, strict=False)) | named)
        return verb(*ours, **named)

    return passing(called)


def _refuse_others(verb: Callable[..., Any], given: Mapping[str, Any]) -> None:
    """Raises a TypeError where a table or a result of our own is asked for, and something else is given."""
    hints = get_type_hints(verb)
    for name, value in given.items():
        many = get_origin(hints.get(name)) is Sequence
        kinds = _kinds(get_args(hints[name])[0] if many else hints.get(name))
        checked = kinds == (Mapping,) or any(map(_is_checked, kinds))
        if checked and not _is_of(kinds, value, many):
            named = " or ".join(kind.__name__ for kind in kinds if kind is not NoneType)
            wanted = f"a list of {named}" if many else named
            made = any(kind.__name__ == "DataFrame" for kind in kinds)
            remedy = " pd.DataFrame(rows) makes one of rows." if made else ""
            raise TypeError(f"{verb.__name__} takes {wanted} as {name}, not {_told(value)}.{remedy}")


def _kinds(hint: Any) -> tuple[type, ...]:
    """The classes that a hint allows; none where it is not of classes alone."""
    if isinstance(hint, UnionType):
        each = [_kinds(one) for one in get_args(hint)]
        return sum(each, ()) if all(each) else ()
    kind = get_origin(hint) or hint
    return (kind,) if isinstance(kind, type) else ()


def _is_checked(kind: type) -> bool:
    """Tables and classes of our own; numbers and texts tell themselves what is wrong with them."""
    ours = kind.__module__.startswith("asn_analysis.")
    return ours or kind.__name__ in TABLES_AND_TIMES


def _is_of(kinds: tuple[type, ...], value: Any, many: bool) -> bool:
    if not many:
        return isinstance(value, kinds) or (Mapping in kinds and hasattr(value, "keys"))  # so has a Series
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(one, kinds) for one in value)


def _told(value: Any) -> str:
    """The value's kind, and for a list that of what it holds."""
    held = (
        ", ".join(sorted({type(one).__name__ for one in value})) if isinstance(value, list | tuple) else None
    )
    return type(value).__name__ if held is None else f"{type(value).__name__} of {held or 'nothing'}"


def passing(verb: Callable[..., Any]) -> Callable[..., Any]:
    """The verb, which hands on the sentence where it is given one in place of a table or a result."""

    @wraps(verb)
    def passed(*arguments: Any, **options: Any) -> Any:
        said = [one for one in (*arguments, *options.values()) if isinstance(one, Said)]
        return said[0] if said else verb(*arguments, **options)

    return passed


def table_of(dataset: Any, name: str) -> Any:
    """A table of the data set, or the sentence that it has none.

    Parameters
    ----------
    dataset : what ``read_dataset`` returns
    name : of the table, as data/README.md has it

    Examples
    --------
    >>> len(asn.table_of(dataset, "units"))
    24
    """
    found = getattr(dataset, name)
    if found is not None:
        return found
    return Said(f"This data set has no table {name}, or no rows in it; data/README.md says what it holds.")


def column_of(table: Any, name: str) -> Any:
    """The filled values of a column, or the sentence that the table tells none.

    Parameters
    ----------
    table, name : a table and its column

    Examples
    --------
    >>> asn.column_of(dataset.units, "colour")
    The table tells no colour, so this cannot be worked out.
    """
    found = table[name].dropna() if name in table else ()
    return found if len(found) else Said(f"The table tells no {name}, so this cannot be worked out.")


def only(table: Any, column: str, value: Any) -> Any:
    """The rows that have a value in a column, or the sentence that none has it and which values there are.

    Parameters
    ----------
    table, column, value : of which rows are asked for

    Examples
    --------
    >>> len(asn.only(dataset.units, "unit_type", "kelurahan"))
    12
    """
    rows = table[table[column] == value]
    if len(rows):
        return rows
    there = ", ".join(sorted(map(str, table[column].dropna().unique())))
    return Said(f"No row has the {column} {value}; there are {there}.")

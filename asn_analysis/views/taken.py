"""What a public verb takes, held against its signature."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

TABLES_AND_TIMES = ("DataFrame", "Series", "Period")


def refuse_others(verb: Callable[..., Any], given: Mapping[str, Any]) -> None:
    """Raises a TypeError where a table or a result of our own is asked for, and something else is given."""
    hints = get_type_hints(verb)
    for name, value in given.items():
        many = get_origin(hints.get(name)) is Sequence
        kinds = _kinds(get_args(hints[name])[0] if many else hints.get(name))
        checked = kinds == (Mapping,) or any(map(_is_checked, kinds))
        if checked and not _is_of(kinds, value, many):
            named = " or ".join(_named(kind) for kind in kinds if kind is not NoneType)
            wanted = f"a list of {named}" if many else named
            raise TypeError(f"{verb.__name__} takes {wanted} as {name}, not {_told(value)}.{_remedy(kinds)}")


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
    return ours or _named(kind) in TABLES_AND_TIMES


def _is_of(kinds: tuple[type, ...], value: Any, many: bool) -> bool:
    if not many:
        return isinstance(value, kinds) or (Mapping in kinds and hasattr(value, "keys"))  # so has a Series
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(one, kinds) for one in value)


def _named(kind: type) -> str:
    return kind.__name__


def _told(value: Any) -> str:
    """The value's kind, and for a list that of what it holds."""
    held = (
        ", ".join(sorted({_named(type(one)) for one in value})) if isinstance(value, list | tuple) else None
    )
    return _named(type(value)) if held is None else f"{_named(type(value))} of {held or 'nothing'}"


def _remedy(kinds: tuple[type, ...]) -> str:
    return " pd.DataFrame(rows) makes one of rows." if "DataFrame" in map(_named, kinds) else ""

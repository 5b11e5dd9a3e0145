"""What a public verb takes, held against its signature."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, get_args, get_origin, get_type_hints


def refuse_others(verb: Callable[..., Any], given: Mapping[str, Any]) -> None:
    """Raises a TypeError where a table or a result of our own is asked for, and something else is given."""
    hints = get_type_hints(verb)
    for name, value in given.items():
        kind = hints.get(name)
        many = get_origin(kind) is Sequence
        one = get_args(kind)[0] if many else kind
        if _is_checked(one) and not _is_of(one, value, many):
            wanted = f"a list of {_named(one)}" if many else _named(one)
            raise TypeError(f"{verb.__name__} takes {wanted} as {name}, not {_told(value)}.{_remedy(one)}")


def _is_checked(kind: Any) -> bool:
    """Tables and classes of our own; numbers and texts tell themselves what is wrong with them."""
    ours = isinstance(kind, type) and kind.__module__.startswith("asn_analysis.")
    return ours or _named(kind) == "DataFrame"


def _is_of(kind: type, value: Any, many: bool) -> bool:
    if not many:
        return isinstance(value, kind)
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(one, kind) for one in value)


def _named(kind: Any) -> str:
    return getattr(kind, "__name__", "")


def _told(value: Any) -> str:
    """The value's kind, and for a list that of what it holds."""
    held = (
        ", ".join(sorted({_named(type(one)) for one in value})) if isinstance(value, list | tuple) else None
    )
    return _named(type(value)) if held is None else f"{_named(type(value))} of {held or 'nothing'}"


def _remedy(kind: Any) -> str:
    return " pd.DataFrame(rows) makes one of rows." if _named(kind) == "DataFrame" else ""

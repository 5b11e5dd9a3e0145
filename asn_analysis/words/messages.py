"""Messages that name their fields: ``"{present:count} of {invited:count} invited people came"``.

A message is bound to the dataclass that it tells of. A field that this class has not, and a way of saying
that does not suit the field's type, are errors where the message is defined, that is at import, and not
when a page is drawn. Whoever translates copies the fields as they stand.

=================  ==========================================  =========================
written            says                                        of
=================  ==========================================  =========================
``{n:count}``      a whole number                              a number
``{x:amount}``     what need not be whole, such as hours      a number
``{x:.1}``         with so many decimals                       a number
``{x:+.1}``        with the plus as well                       a number
``{x:percent}``    a share as a whole percentage, "<1%"        a number
``{x:+percent}``   the change of a share, in points            a number
``{x:chance}``     a probability, never 0 or 100 %             a number
``{x:rupiah}``     money in the short form                     a number
``{x:year}``       without the mark of thousands               a whole number
``{q:quarter}``    as an office writes it                      a text, 2026Q3
``{d:date}``       in full                                     a text, 2026-09-30
``{u:element}``    an element within a sentence                a text, u1
``{u:Element}``    an element by itself                        a text, u1
``{t:name}``       as it stands in the data                    a text
``{t:names}``      one after the other                         texts
``{t:years}``      the same, each with its place               texts
``{q:quarters}``   quarters, each with its place               texts
``{part:range +.1}``  "1.7 to 3.1"; without a name the part's own  a part with conf_low, conf_high
``{part:robust +.1}`` the same of its cautious range          conf_low_robust, conf_high_robust
``{t}``            by the messages given for the field, or handed over when it is said
=================  ==========================================  =========================

``?`` at the end puts a dash where the value is missing. Fields of fields are reached by dots.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from string import Formatter
from types import UnionType
from typing import Any, Generic, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

P = TypeVar("P")
hints_of = cache(get_type_hints)
NUMBERS, TEXTS = (int, float), (str,)
DECIMALS = re.compile(r"(?P<sign>\+?)\.(?P<decimals>\d)")
SUITED: Mapping[str, tuple[type, ...]] = {
    **dict.fromkeys(("count", "amount", "percent", "+percent", "chance", "rupiah"), NUMBERS),
    **dict.fromkeys(("quarter", "date", "element", "Element", "name"), TEXTS),
    "year": (int,),
    **dict.fromkeys(("names", "years", "quarters"), (tuple, list)),
}
ALONE = "one"  # context of the singular in a language that has one form but tells of one thing otherwise
BOUNDS = ("conf_low", "conf_high")
RANGES = {"range": "", "robust": "_robust"}  # a way to say one, and how its bounds end


class MessageError(TypeError):
    """A message that does not suit the part of the record that it is bound to."""


class Sentence(Generic[P]):
    """A message about one part of the record.

    Parameters
    ----------
    of : the dataclass of that part
    text : the message in English, as above
    worded : for fields written without a way: the message that stands for each value

    Raises
    ------
    MessageError
        If the class has no such field, or the field cannot be said in this way.
    """

    def __init__(self, of: type[P], text: str, **worded: Mapping[Any, str]) -> None:
        self.of, self.text, self.worded = of, text, worded
        self._check(text)

    def _check(self, text: str) -> None:
        for name, way in placeholders(text):
            if way or name in self.worded:
                check_field(self.of, name, way)
            elif name in hints_of(self.of):
                raise MessageError(f'"{text}" does not say how {self.of.__name__}.{name} is written.')


class Counted(Sentence[P]):
    """A message with a singular, chosen by a count of the part.

    Parameters
    ----------
    count : the field that holds the count
    one, many : the message of one, and of any other number
    """

    def __init__(self, of: type[P], count: str, one: str, many: str, **worded: Mapping[Any, str]) -> None:
        super().__init__(of, one, **worded)
        self.count, self.many = count, many
        self._check(many)
        check_field(of, count, "count")


def placeholders(text: str) -> Iterator[tuple[str, str]]:
    """Field and way of every placeholder of a message."""
    for _literal, name, way, _conversion in Formatter().parse(text):
        if name is not None:
            yield name, way or ""


@cache
def check_field(of: type, name: str, way: str) -> None:
    """Raise a MessageError unless a part has this field, of a type that can be said in this way."""
    found = _type_at(of, name)
    kind, _, how = way.removesuffix("?").partition(" ")
    if kind in RANGES:
        bounds = {f"{bound}{RANGES[kind]}" for bound in BOUNDS}
        suits = {field.name for field in fields(found)} >= bounds if is_dataclass(found) else False
        suits = suits and bool(DECIMALS.fullmatch(how))
    else:
        wanted = NUMBERS if DECIMALS.fullmatch(kind) else SUITED.get(kind, () if kind else (*TEXTS, bool))
        suits = all(one in wanted for one in _plain_types(found))
    if not suits:
        raise MessageError(f'{of.__name__}.{name}, {found}, cannot be said as "{way}".')


def _type_at(of: type, name: str) -> Any:
    """The type of a field, without None; dots lead into fields of fields."""
    found: Any = of
    for step in name.split(".") if name else ():
        hints = hints_of(found) if is_dataclass(found) else {}
        if step not in hints:
            raise MessageError(f"{of.__name__} has no field {name}.")
        found = _without_none(hints[step])
    return found


def _without_none(found: Any) -> Any:
    if get_origin(found) not in (Union, UnionType):
        return found
    known = tuple(one for one in get_args(found) if one is not type(None))
    return known[0] if len(known) == 1 else Union[known]  # noqa: UP007 - made of a tuple


def _plain_types(found: Any) -> tuple[Any, ...]:
    if get_origin(found) in (Union, UnionType):
        return get_args(found)
    if get_origin(found) is Literal:
        return tuple(type(value) for value in get_args(found))
    return (get_origin(found) or found,)

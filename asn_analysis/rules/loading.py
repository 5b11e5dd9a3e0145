"""Files of rules, read once; one that was spoiled is named."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

from msgspec import ValidationError

from asn_analysis.rules.yaml_files import WRONG, YamlError, parsed

T = TypeVar("T")
EXACT = "skm/"  # every value stays as it is written, so that 0.11 and 76.61 are exact


class RulesError(ValueError):
    """A file of rules that cannot be used."""


def text(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def names(folder: str) -> list[str]:
    """The files of rules in a folder of their own."""
    found = files(__package__).joinpath(folder).iterdir()
    return sorted(f"{folder}/{file.name}" for file in found if file.name.endswith(".yml"))


def made_of(name: str, make: Callable[[Any], T]) -> T:
    """What a function makes of the content of a file.

    Raises
    ------
    RulesError
        If the file cannot be read, or the function makes nothing of it.
    """
    try:
        return make(parsed(text(name).encode(), as_text=name.startswith(EXACT)))
    except (OSError, ValidationError, *WRONG) as error:
        told = isinstance(error, YamlError | OSError | ValidationError)
        what = error if told else f"{type(error).__name__}: {error}"
        raise RulesError(f"rules/{name} cannot be used ({what}). Correct it, or put it back.") from None


def from_file(name: str) -> Callable[[Callable[[Any], T]], Callable[[], T]]:
    """What a function makes of the content of a file beside this one."""

    def loading(make: Callable[[Any], T]) -> Callable[[], T]:
        def load() -> T:
            return made_of(name, make)

        load.__name__, load.__doc__ = make.__name__, make.__doc__
        return cache(load)

    return loading

"""Files of rules, read once; one that was spoiled is named."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from importlib.resources import files
from typing import Any, TypeVar

from asn_analysis.rules.yaml_files import WRONG, YamlError, parsed

T = TypeVar("T")
EXACT = ("skm.yml",)  # every value stays as it is written, so that 0.11 and 76.61 are exact


class RulesError(ValueError):
    """A file of rules that cannot be used."""


def text(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def from_file(name: str) -> Callable[[Callable[[Any], T]], Callable[[], T]]:
    """What a function makes of the content of a file beside this one."""

    def loading(make: Callable[[Any], T]) -> Callable[[], T]:
        @cache
        @wraps(make)
        def load() -> T:
            try:
                return make(parsed(text(name).encode(), as_text=name in EXACT))
            except (OSError, *WRONG) as error:
                what = error if isinstance(error, YamlError | OSError) else f"{type(error).__name__}: {error}"
                raise RulesError(
                    f"rules/{name} cannot be used ({what}). Correct it, or put it back."
                ) from None

        return load

    return loading

"""What earlier runs left, read again: a file that was damaged since is named, with what to do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

WRONG = (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError)
OF_A_QUARTER = (
    "It says which small groups must stay hidden, so nothing is made without it: put it back from a copy or "
    "a bundle, or make its quarter again with `asn briefs --quarter {quarter}`, or take the folder of that "
    "quarter away if it was never published."
)


class Damaged(ValueError):
    """A file that an earlier run left and that cannot be read any more."""


@contextmanager
def undamaged(path: Path, remedy: str) -> Iterator[None]:
    """Whatever goes wrong while a file is read and taken apart is told as its damage."""
    try:
        yield
    except Damaged:
        raise
    except OSError as error:
        raise Damaged(f"{path} cannot be read ({error.strerror or error}). {remedy}") from None
    except WRONG:
        raise Damaged(f"{path} is damaged (not what a run writes). {remedy}") from None


def read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))

"""Work that goes on beside the notebook's own, so that a second core is not idle for the city's brief.

The batch lends the city's kernel a copy of its process (`fork_server.py`). Everywhere else, as in
JupyterLab, the same work is done when its result is asked for; the result is the same.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
LEND = "--Beside.lend=True"  # asks for it; to a kernel that is not forked, a setting that nothing reads


class _Lent:
    """What this process was lent."""

    executor: Executor | None = None


def lend(executor: Executor) -> None:
    """Let work begun from now on go to another process."""
    _Lent.executor = executor


def begin(work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> Callable[[], T]:
    """Begin the work; what is returned gives its result, or raises what the work raised."""
    if _Lent.executor is None:
        return partial(work, *arguments, **named)
    return _Lent.executor.submit(work, *arguments, **named).result

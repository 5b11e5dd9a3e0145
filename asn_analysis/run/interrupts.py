"""Ctrl-C and SIGTERM: both end a command alike, with a status of their own, and never inside an import."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

INTERRUPTED, TERMINATED = 130, 143


class Interrupted(KeyboardInterrupt):
    """Ctrl-C, of a kind of its own: where code in a string met the common one, ``python -m`` kills itself."""


class Terminated(KeyboardInterrupt):
    """SIGTERM, which ends a command as Ctrl-C does."""


def status_of(stopped: KeyboardInterrupt) -> int:
    return TERMINATED if isinstance(stopped, Terminated) else INTERRUPTED


@contextmanager
def heard(asked: list[KeyboardInterrupt]) -> Iterator[None]:
    """Raise what a signal asks for, and note it, since libraries make errors of their own of it."""

    def stop(number: int, _frame: object) -> None:
        asked.append(Terminated() if number == signal.SIGTERM else Interrupted())
        raise asked[-1]

    # A command sent to the background is not stopped by Ctrl-C, and stays so.
    numbers = (signal.SIGINT, signal.SIGTERM)
    with _answered([n for n in numbers if signal.getsignal(n) != signal.SIG_IGN], stop):
        yield


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold both back until the end: libraries that are being imported swallow them in a bare ``except``."""
    asked: list[int] = []
    with _answered((signal.SIGINT, signal.SIGTERM), lambda number, _: asked.append(number)):
        yield
    if asked:
        signal.raise_signal(asked[0])


@contextmanager
def _answered(numbers: Sequence[int], by: Callable[[int, object], object]) -> Iterator[None]:
    """In the main thread, which alone may say what a signal does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, by) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

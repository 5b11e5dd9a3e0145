"""Ctrl-C and SIGTERM in a run: both end it alike, and neither in the middle of an import."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold Ctrl-C back until the end: libraries that are being imported swallow it in a bare ``except``."""
    asked: list[int] = []
    with _answered(signal.SIGINT, lambda number, _: asked.append(number)):
        yield
    if asked:
        raise KeyboardInterrupt


@contextmanager
def terminated_like_interrupted() -> Iterator[None]:
    """Let SIGTERM end a run as Ctrl-C does: kernels killed, nothing half-written."""

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    with _answered(signal.SIGTERM, interrupt):
        yield


@contextmanager
def _answered(number: int, by: Callable[[int, object], object]) -> Iterator[None]:
    """In the main thread, which alone may say what a signal does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(number, by)
    try:
        yield
    finally:
        signal.signal(number, before)

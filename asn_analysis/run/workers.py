"""Who runs the notebooks: threads of this process, or a Dask cluster, whose loss is told soon."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any

TIMEOUT = "10s"  # for the scheduler's first answer
PATIENCE = 30  # seconds without any worker, or without the scheduler
LOOK_EVERY = 3  # seconds
CLOSING = 2  # seconds that a scheduler which may be gone gets for saying goodbye


def default_workers() -> int:
    """Two notebooks a core: starting and ending a kernel is as much waiting as work."""
    return 2 * (os.cpu_count() or 1)


def workers(number: int, dask: str) -> AbstractContextManager[Executor]:
    """Threads that each run one notebook at a time, or the Dask cluster at an address."""
    return cluster(dask) if dask else ThreadPoolExecutor(number)


class ClusterLost(OSError):
    """The cluster can no longer make what it was given."""


class Cluster(Executor):
    """Jobs go to the cluster's workers; ``look`` raises where they cannot come back."""

    def __init__(self, client: Any, address: str) -> None:
        self.client, self.address = client, address
        # pure=False: the same arguments are run again; retries=0: a killed worker's job is still given
        # to another worker, up to the scheduler's allowed-failures.
        self.executor = client.get_executor(pure=False, retries=0)
        self.scheduler = self._scheduler()[0]
        self.looked = self.seen = time.monotonic()

    def submit(self, work: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future:
        return self.executor.submit(work, *arguments, **named)

    def look(self) -> None:
        """Whether the scheduler is the one that was given the jobs, and has workers.

        Raises
        ------
        ClusterLost
            If it was restarted, or has been without a worker, or silent, for too long.
        """
        now = time.monotonic()
        if now - self.looked < LOOK_EVERY:
            return
        self.looked, (scheduler, n_workers) = now, self._scheduler()
        if scheduler and self.scheduler and scheduler != self.scheduler:
            raise ClusterLost(
                f"the Dask scheduler at {self.address} was restarted and has forgotten the briefs"
            )
        if n_workers:
            self.scheduler, self.seen = scheduler, now
        elif now - self.seen > PATIENCE:
            what = "has had no worker" if scheduler else "has not answered"
            raise ClusterLost(
                f"the Dask scheduler at {self.address} {what} for {PATIENCE} s; start one with "
                f"`dask worker {self.address}`"
            )

    def _scheduler(self) -> tuple[str | None, int]:
        """The scheduler's identity, None where it is silent, and how many workers it has."""
        with suppress(Exception):  # whatever a broken connection raises: it is silent
            told = self.client.sync(self.client.scheduler.identity, callback_timeout=LOOK_EVERY)
            return told["id"], len(told["workers"])
        return None, 0


@contextmanager
def cluster(address: str) -> Iterator[Cluster]:
    """The cluster at an address.

    Raises
    ------
    ValueError
        If Dask is not installed, or no scheduler answers.
    """
    try:
        from distributed import Client
    except ImportError:
        raise ValueError("--dask needs Dask: pip install 'asn-analysis[dask]'.") from None
    for name in ("distributed", "distributed.client"):  # it logs a lost connection with its traceback
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        client = Client(address, timeout=TIMEOUT)
    except (OSError, ValueError) as error:
        raise ValueError(f"No Dask scheduler answers at {address} ({type(error).__name__}).") from None
    try:
        yield Cluster(client, address)
    finally:
        with suppress(Exception):
            client.close(timeout=CLOSING)

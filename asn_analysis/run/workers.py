"""Who runs the notebooks: threads of this process, or a Dask cluster."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager

DASK_TIMEOUT = "10s"


def default_workers() -> int:
    """Two notebooks a core: starting and ending a kernel is as much waiting as work."""
    return 2 * (os.cpu_count() or 1)


@contextmanager
def workers(number: int, dask: str) -> Iterator[Executor]:
    """Threads that each run one notebook at a time, or a Dask cluster.

    Raises
    ------
    ValueError
        If Dask is not installed, or no scheduler answers.
    """
    if not dask:
        with ThreadPoolExecutor(number) as threads:
            yield threads
        return
    try:
        from distributed import Client
    except ImportError:
        raise ValueError("--dask needs Dask: pip install 'asn-analysis[dask]'.") from None
    try:
        client = Client(dask, timeout=DASK_TIMEOUT)
    except (OSError, ValueError) as error:
        raise ValueError(f"No Dask scheduler answers at {dask} ({type(error).__name__}).") from None
    with client:
        # pure=False: the same arguments are run again; retries=0: a killed worker's job is still given
        # to another worker, up to the scheduler's allowed-failures.
        yield client.get_executor(pure=False, retries=0)

"""Who runs the notebooks: threads of this process, or a Dask cluster."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager


def default_workers() -> int:
    """Two notebooks a core: starting and ending a kernel is as much waiting as work."""
    return 2 * (os.cpu_count() or 1)


@contextmanager
def workers(number: int, dask: str) -> Iterator[Executor]:
    """Threads that each run one notebook at a time, or a Dask cluster."""
    if dask:
        from asn_analysis.run.cluster import cluster  # slow to import, and not always there

        with cluster(dask) as executor:
            yield executor
        return
    with ThreadPoolExecutor(number) as threads:
        yield threads

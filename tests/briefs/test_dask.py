"""Many machines: the same jobs on a real scheduler with two workers, one of which dies at work."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from asn_analysis.run import workers
from tests.briefs.conftest import UNITS, asn
from tests.briefs.test_batch import files_in

distributed = pytest.importorskip("distributed")


@pytest.fixture
def cluster():
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as made:
        yield made


def kill_a_busy_worker(cluster, out: Path, killed: list[str]) -> None:
    """As soon as units are at work, kill a worker that has one; its nanny starts another process."""
    while not list(out.glob(".2026Q3-*/unit-*.json")):
        time.sleep(0.05)
    while not killed:
        for nanny in list(cluster.workers.values()):
            state = cluster.scheduler.workers.get(nanny.worker_address)
            jobs = [task.key for task in state.processing] if state else []
            if jobs and not killed:
                os.kill(nanny.pid, signal.SIGKILL)
                killed += jobs
        time.sleep(0.01)


def test_a_cluster_makes_the_same_bytes_though_a_worker_is_killed(cluster, made, tmp_path):
    killed: list[str] = []
    killer = threading.Thread(target=kill_a_busy_worker, args=(cluster, tmp_path, killed), daemon=True)
    killer.start()
    call = ("briefs", "--data", made.data, "--out", tmp_path, "--units", ",".join(UNITS))
    result = asn(*call, "--dask", cluster.scheduler_address)
    assert result.exit_code == 0, result.output
    assert len(killed) == 1 and "make_brief" in killed[0]  # the job that was at work on the killed worker
    assert files_in(tmp_path / "2026Q3") == files_in(made.quarter)


def test_an_address_where_no_scheduler_answers_is_named(made, tmp_path, monkeypatch):
    monkeypatch.setattr(workers, "DASK_TIMEOUT", "1s")
    call = ("briefs", "--data", made.data, "--out", tmp_path, "--dask", "tcp://127.0.0.1:1")
    result = asn(*call)
    assert result.exit_code == 2
    assert "No Dask scheduler answers at tcp://127.0.0.1:1" in " ".join(result.output.split())

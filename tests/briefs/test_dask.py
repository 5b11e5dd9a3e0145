"""Many machines: the same jobs on a real scheduler with two workers, one of which dies at work."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from asn_analysis.cli import console
from asn_analysis.run import workers as cluster_of_dask
from asn_analysis.run.hashes import package_sha256
from asn_analysis.run.jobs import Job, make_brief
from tests.briefs.conftest import UNITS, asn
from tests.briefs.test_batch import files_in
from tests.records.malformed import good

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


def test_a_cluster_makes_the_same_bytes_though_a_worker_is_killed(cluster, bare, tmp_path):
    killed: list[str] = []
    killer = threading.Thread(target=kill_a_busy_worker, args=(cluster, tmp_path, killed), daemon=True)
    killer.start()
    call = ("briefs", "--data", bare.data, "--out", tmp_path, "--units", ",".join(UNITS))
    result = asn(*call, "--dask", cluster.scheduler_address)
    assert result.exit_code == 0, result.output
    assert len(killed) == 1 and "make_brief" in killed[0]  # the job that was at work on the killed worker
    assert files_in(tmp_path / "2026Q3") == files_in(bare.quarter)


def test_an_address_where_no_scheduler_answers_is_named(bare, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster_of_dask, "TIMEOUT", "1s")
    call = ("briefs", "--data", bare.data, "--out", tmp_path, "--dask", "tcp://127.0.0.1:1")
    result = asn(*call)
    assert result.exit_code == 2
    assert "No Dask scheduler answers at tcp://127.0.0.1:1" in " ".join(result.output.split())


@pytest.fixture
def no_workers(tmp_path) -> Iterator[tuple[str, list[str]]]:
    """The address of a scheduler that nobody works for, and the call that sends it a small city."""
    with distributed.LocalCluster(n_workers=0, dashboard_address=None, silence_logs=50) as made:
        address = made.scheduler_address
        call = ["--data", good(tmp_path / "city"), "--out", tmp_path / "out", "--dask", address]
        yield address, ["briefs", *map(str, call)]


def test_a_cluster_without_workers_is_said_and_ended(no_workers, monkeypatch):
    monkeypatch.setattr(cluster_of_dask, "PATIENCE", 1)
    monkeypatch.setattr(cluster_of_dask, "LOOK_EVERY", 0.5)
    address, call = no_workers
    result = asn(*call)
    assert result.exit_code == 1 and "has had no worker for 1 s" in result.output
    assert f"dask worker {address}" in result.output and f"--dask {address}" in result.output


def test_ctrl_c_ends_a_run_that_waits_for_a_cluster(no_workers, tmp_path):
    def interrupt() -> None:
        while not list((tmp_path / "out").glob(".2026Q2-*/city.json")):
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGINT)

    address, call = no_workers
    threading.Thread(target=interrupt, daemon=True).start()
    result = asn(*call)
    assert result.exit_code == 130 and f"--dask {address}" in result.output


class Scheduler:
    """Stands in for a client: tells an identity and its workers, or breaks."""

    def __init__(self, *told: object) -> None:
        self.told, self.scheduler = list(told), self

    def identity(self) -> None: ...

    def get_executor(self, **_: object) -> None: ...

    def sync(self, *_: object, **__: object) -> dict:
        told = self.told.pop(0) if len(self.told) > 1 else self.told[0]
        if isinstance(told, Exception):
            raise told
        return {"id": told[0], "workers": dict.fromkeys(range(told[1]))}


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ([("a", 0)], "has had no worker for 30 s"),
        ([("a", 2), OSError()], "has not answered for 30 s"),
        ([("a", 2), ("b", 2)], "was restarted and has forgotten the briefs"),
        ([("a", 2)], None),
    ],
)
def test_what_became_of_a_cluster_is_said_in_words(monkeypatch, told, said):
    clock = iter(range(0, 1000, 10))
    monkeypatch.setattr(cluster_of_dask.time, "monotonic", lambda: next(clock))
    cluster = cluster_of_dask.Cluster(Scheduler(*told), "tcp://x:1")
    if said is None:
        assert [cluster.look() for _ in range(9)] == [None] * 9
        return
    with pytest.raises(cluster_of_dask.ClusterLost, match=said):
        for _ in range(9):
            cluster.look()


@contextmanager
def a_worker_that_sees_nothing_in(out: Path, address: str) -> Iterator[None]:
    """A worker in a mount namespace of its own, where ``out`` is another, empty file system."""
    out.mkdir(exist_ok=True)
    work = (
        f"from distributed.cli.dask_worker import main; main(['{address}', '--no-nanny', '--no-dashboard'])"
    )
    hide = f'mount -t tmpfs none "{out}" && exec "{sys.executable}" -c "{work}"'
    process = subprocess.Popen(["unshare", "-rm", "sh", "-c", hide], stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def may_hide_folders() -> bool:
    tried = ["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"]
    return bool(shutil.which("unshare")) and not subprocess.run(tried, capture_output=True).returncode


@pytest.mark.skipif(not may_hide_folders(), reason="no process here may have file systems of its own")
def test_a_worker_that_does_not_see_the_folder_says_so(no_workers, tmp_path):
    address, call = no_workers
    with a_worker_that_sees_nothing_in(tmp_path / "out", address):
        result = asn(*call)
    assert "does not see the folder of --out" in result.output
    assert result.exit_code == 1


def test_a_job_whose_document_is_not_there_says_so(tmp_path):
    job = Job("city", "x.ipynb", str(tmp_path / "gone.json"), str(tmp_path), ("id",), package_sha256())
    assert "does not see the folder of --out" in make_brief(job).error


def test_the_command_to_go_on_names_the_cluster():
    resume = console.resume_command(Path("d"), "2026Q3", "o", "all", ["id"], "--dask", "tcp://x:1")
    assert "--dask tcp://x:1" in resume

"""Forked kernels: as isolated as fresh ones, and gone with the process that asked for them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from pathlib import Path

import nbformat
import papermill
import psutil
import pytest
from jupyter_client.provisioning.local_provisioner import LocalPortCache

from asn_analysis.briefs.inputs import choose_quarter, city_inputs
from asn_analysis.briefs.record import analyse_city
from asn_analysis.run import fork_server, kernels
from asn_analysis.run.jobs import Job, _execute, refuse_parameters

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks kernels")


@pytest.fixture
def forking(monkeypatch):
    kernels.open_kernels()
    yield fork_server.running()
    kernels.stop_kernels()
    monkeypatch.setattr(fork_server, "FORKS", False)
    kernels.open_kernels()


def shown(tmp_path: Path, *cells: str) -> list[str]:
    """What a notebook of these cells prints, run as the batch runs it."""
    spec = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells], metadata=spec
    )
    nbformat.write(notebook, tmp_path / "in.ipynb")
    made = papermill.execute_notebook(
        str(tmp_path / "in.ipynb"),
        str(tmp_path / "out.ipynb"),
        progress_bar=False,
        shutdown_kernel="immediate",
        kernel_manager_class=kernels.KernelManager,
    )
    return ["".join(output.get("text", "") for output in cell.outputs).strip() for cell in made.cells]


STATE = (
    "import os, random, threading, numpy, pandas, matplotlib\n"
    "print(os.getppid(), random.random(), numpy.random.random(), os.environ['OPENBLAS_NUM_THREADS'])"
)


def test_forked_kernels_share_a_parent_but_no_state(forking, tmp_path):
    first, second = (shown(tmp_path, STATE)[0].split() for _ in range(2))
    assert int(first[0]) == int(second[0]) == forking.process.pid
    assert first[1] != second[1]  # each seeded anew
    assert first[2] != second[2]
    assert first[3] == "1"


def test_a_name_left_by_one_kernel_is_unknown_to_the_next(forking, tmp_path):
    shown(tmp_path, "import asn_analysis; asn_analysis.left = 1")
    assert shown(tmp_path, "import asn_analysis; print(hasattr(asn_analysis, 'left'))") == ["False"]


def test_a_kernel_knows_what_the_server_thought_while_there_was_none(forking, tmp_path, small_dataset):
    city = city_inputs(small_dataset, choose_quarter(small_dataset), ahead=fork_server.think_ahead)
    (tmp_path / "city.json").write_text(city.to_json())
    asked = f"""
        from asn_analysis.impact import study
        study._checks = None  # is called where cells are questioned, and nowhere else
        import asn_analysis as asn
        inputs = asn.read_city(prepared={str(tmp_path / "city.json")!r})
        print(asn.analyse_city(inputs, inputs.of_units, asn.city_design()).verdict.label)
    """
    (label,) = shown(tmp_path, textwrap.dedent(asked))
    assert label == analyse_city(city).verdict.label


def test_where_the_server_cannot_fork_a_kernel_starts_as_usual(forking, tmp_path, monkeypatch):
    monkeypatch.setattr(fork_server.ForkServer, "fork", lambda self, *asked: None)
    (state,) = shown(tmp_path, STATE)
    assert int(state.split()[0]) == os.getpid()


def test_kernels_of_two_runs_that_were_given_the_same_ports_all_answer(tmp_path, monkeypatch):
    ports = cycle(range(47001, 47006))
    monkeypatch.setattr(LocalPortCache, "find_available_port", lambda self, ip: next(ports))
    folders = [tmp_path / str(n) for n in range(6)]
    for folder in folders:
        folder.mkdir()
    with ThreadPoolExecutor(3) as several:
        told = several.map(lambda folder: shown(folder, f"print({folder.name})"), folders)
        assert list(told) == [[folder.name] for folder in folders]
    assert not list(Path(kernels._sockets().name).iterdir())


def test_where_a_sockets_path_would_be_too_long_ports_are_used(tmp_path, monkeypatch):
    monkeypatch.setattr(kernels, "_sockets", kernels._sockets.__wrapped__)
    (long := tmp_path / ("x" * 80)).mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))
    manager = kernels.KernelManager()
    assert (manager.transport, manager.ip) == ("tcp", "127.0.0.1")


def test_a_kernel_that_dies_before_it_answers_is_told_at_once(tmp_path, monkeypatch):
    spec = {"argv": [sys.executable, "-c", ""], "display_name": "Dies", "language": "python"}
    (tmp_path / "kernels" / "dies").mkdir(parents=True)
    (tmp_path / "kernels" / "dies" / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    nbformat.write(nbformat.v4.new_notebook(), tmp_path / "in.ipynb")
    with pytest.raises(RuntimeError, match="died before it answered"):
        papermill.execute_notebook(
            str(tmp_path / "in.ipynb"),
            None,
            kernel_name="dies",
            kernel_manager_class=kernels.KernelManager,
            language="python",
        )


def test_a_notebook_saved_under_another_kernel_runs_and_a_folder_with_braces_is_no_pattern(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(fork_server, "FORKS", False)
    folder = tmp_path / "{laporan}{"
    folder.mkdir()
    parameters = nbformat.v4.new_code_cell('prepared: str = ""', metadata={"tags": ["parameters"]})
    notebook = nbformat.v4.new_notebook(
        cells=[parameters, nbformat.v4.new_code_cell("print(prepared)")],
        metadata={"kernelspec": {"name": "conda-old", "display_name": "Old", "language": "python"}},
    )
    nbformat.write(notebook, folder / "in.ipynb")
    prepared = str(folder / "city.json")
    job = Job("city", str(folder / "in.ipynb"), prepared, str(folder / "made"), ("id",), "")
    refuse_parameters(folder / "in.ipynb", {"prepared": prepared})
    assert _execute(job).cells[-1].outputs[0].text == f"{prepared}\n"


def test_a_process_with_a_thread_is_not_copied():
    code = textwrap.dedent("""
        import threading, time
        from asn_analysis.run import fork_server
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        print(fork_server._fork([], {}, "/"))
    """)
    asked = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert asked.stdout.strip() == "None"


def test_server_and_kernels_end_with_the_process_that_started_them(tmp_path):
    code = textwrap.dedent("""
        import sys, time, os
        from asn_analysis.run import fork_server, kernels
        from jupyter_client import KernelManager
        kernels.open_kernels()
        manager = KernelManager(); manager.start_kernel()
        print(fork_server.running().process.pid, manager.provisioner.pid, flush=True)
        time.sleep(600)
    """)
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    pids = [int(pid) for pid in process.stdout.readline().split()]
    assert len(pids) == 2 and all(psutil.pid_exists(pid) for pid in pids)
    process.kill()
    process.wait()
    until = time.monotonic() + 10
    while any(map(running, pids)) and time.monotonic() < until:
        time.sleep(0.1)
    assert not any(map(running, pids))


def running(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False

"""Notebooks as a newcomer meets them: JupyterLab with the project's settings, in Chromium, *Run All Cells*.

The kind of failure that no kernel shows: a dial that does not appear, a page that asks another host, a first
screen that explains nothing.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.browser.chromium import Chromium, Page
from tests.browser.conftest import chromium  # noqa: F401 - a fixture

ROOT = Path(__file__).parents[2]
NAMES = tuple(sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb")))
DIALS = "explore_policy"  # run in every suite: it has what only a browser draws
TOKEN = "of-one-test"
PATIENCE = 240  # seconds; a notebook takes some twenty
OPENED = """!!window.jupyterapp && jupyterapp.shell.currentWidget?.context?.path == %r
    && jupyterapp.shell.currentWidget.context.isReady
    && jupyterapp.shell.currentWidget.sessionContext?.kernelDisplayStatus == 'idle'"""
UNRUN = """jupyterapp.shell.currentWidget.content.widgets.filter(
    cell => cell.model.type == 'code' && !cell.model.executionCount).map(cell => cell.model.id)"""
RUN_ALL = """window.ran = jupyterapp.commands.execute('notebook:run-all-cells')
    .then(() => {window.ran = 'whole'}, told => {window.ran = String(told)}); 0"""
OUTPUTS = """jupyterapp.shell.currentWidget.content.widgets.flatMap(cell => cell.model.type == 'code'
    ? cell.model.outputs.toJSON().map(output => [cell.model.id, output.output_type, output.ename || '',
        output.name == 'stderr' ? String(output.text) : '']) : [])"""


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab on a copy of the notebooks."""

    address: str

    def at(self, path: str) -> str:
        return f"{self.address}{path}?token={TOKEN}"


def settings(home: Path) -> dict[str, str]:
    """A home of its own, so that nobody's settings take part and none are written."""
    kept = {"JUPYTER_CONFIG_PATH": str(home / "notebooks" / ".jupyter"), "PYTHONPATH": str(ROOT)}
    own = {"HOME": home, "JUPYTER_CONFIG_DIR": home / "config", "JUPYTER_DATA_DIR": home / "data-dir"}
    own |= {"JUPYTER_RUNTIME_DIR": home / "runtime", "IPYTHONDIR": home / "ipython"}
    inherited = {key: os.environ[key] for key in os.environ.keys() - {"MPLBACKEND"}}
    return inherited | kept | {key: str(path) for key, path in own.items()} | {"OPENBLAS_NUM_THREADS": "1"}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab as ``make lab`` starts it, on a copy: it saves what it runs."""
    if shutil.which("jupyter-lab", path=Path(sys.executable).parent) is None:
        pytest.skip("JupyterLab is not installed")
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns("workspaces"))
    shutil.copytree(ROOT / "data" / "example", folder / "data" / "example")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ("--no-browser", "--allow-root", "--expose-app-in-browser", "--ServerApp.port_retries=0")
    own = (f"--port={port}", f"--IdentityProvider.token={TOKEN}", "--ServerApp.ip=127.0.0.1")
    with (folder / "lab.log").open("w") as log:
        command = [sys.executable, "-m", "jupyterlab", *options, *own]
        server = subprocess.Popen(command, cwd=folder, env=settings(folder), stdout=log, stderr=log)
    lab = Lab(f"http://127.0.0.1:{port}")
    try:
        wait_for(lambda: answers(lab), "JupyterLab")
        yield lab
    finally:
        server.terminate()
        server.wait()


def answers(lab: Lab) -> bool:
    try:
        return urlopen(lab.at("/api/status")).status == 200
    except URLError:
        return False


def wait_for(done: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < deadline, f"{what} is not done"
        time.sleep(0.2)


def opened(browser: Chromium, lab: Lab, name: str) -> Page:
    """A notebook with its kernel."""
    path = f"notebooks/{name}.ipynb"
    page = browser.open(lab.at(f"/lab/workspaces/{name}/tree/{path}"), width=1400, height=900)
    wait_for(lambda: page.run(OPENED % path), f"opening {name}")
    return page


def run_all(browser: Chromium, lab: Lab, name: str) -> Page:
    """A notebook that was run to its end."""
    page = opened(browser, lab, name)
    page.run(RUN_ALL)
    wait_for(lambda: isinstance(page.run("window.ran"), str), f"running {name}")
    return page


def elsewhere(lab: Lab, page: Page) -> list[str]:
    """What was asked of anybody but this JupyterLab."""
    page.listen()
    return [url for url in page.requests if not url.startswith((lab.address, "data:", "blob:"))]


@pytest.mark.parametrize(
    "name", [DIALS, *(pytest.param(name, marks=pytest.mark.slow) for name in NAMES if name != DIALS)]
)
def test_run_all_ends_well(chromium: Chromium, lab: Lab, name: str):  # noqa: F811
    with run_all(chromium, lab, name) as page:
        assert page.run("window.ran") == "whole"
        assert page.run(UNRUN) == []
        outputs = page.run(OUTPUTS)
        assert outputs
        assert [told for told in outputs if told[1] == "error" or told[3]] == []
        assert elsewhere(lab, page) == []
        assert [told for told in page.messages if '"type": "debug"' not in told] == []
        if name == DIALS:
            wait_for(lambda: page.run("document.querySelectorAll('.widget-slider').length"), "drawing dials")


def test_a_newcomer_is_told_what_to_open_and_no_news(chromium: Chromium, lab: Lab):  # noqa: F811
    with chromium.open(lab.at("/"), width=1400, height=900) as page:
        wait_for(lambda: page.run("!!document.querySelector('.jp-MarkdownViewer h1')"), "the first page")
        assert page.run("document.querySelector('.jp-MarkdownViewer h1').innerText") == (
            "Which notebook answers what?"
        )
        links = page.run("[...document.querySelectorAll('.jp-MarkdownViewer a')].map(a => a.innerText)")
        assert set(NAMES) <= set(links)
        assert elsewhere(lab, page) == []
        assert page.run("document.querySelectorAll('.Toastify__toast').length") == 0

"""The notebooks keep their word: the bench shows what it computes, and published ones are pages of prose."""

import ast
import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import nbformat
import pytest
from nbconvert import HTMLExporter

from tests.notebooks.running import a_shell, run_cells

ROOT = Path(__file__).parents[2]
BENCH = (
    *("explore_satisfaction", "explore_impact", "explore_policy", "explore_participation"),
    "explore_rollout",
)
PUBLISHED = ("city_brief", "unit_brief")
SILENT = {"parameters", "setup", "dials"}  # the only cells of the bench that show nothing when committed
PARAMETER = re.compile(r"[a-z_]+: (str|int|float|bool) = .+  # \S.+")
WIDGET = "application/vnd.jupyter.widget-view+json"
DERIVED = {"plan_holds", "rollout", "quarter", "flagged", "findings", "weaknesses", "failed", "simulated"}
PROGRAMMING = (ast.FunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.Try, ast.TryStar)


def path_of(name):
    return ROOT / "notebooks" / f"{name}.ipynb"


def read(name):
    return nbformat.read(path_of(name), as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def nbval(*paths):
    """Run notebooks again and compare every output with the committed one."""
    import_module("matplotlib.font_manager")  # a kernel that finds no font cache says so on stderr
    inherited = {key: os.environ[key] for key in os.environ.keys() - {"MPLBACKEND", "PYTEST_ADDOPTS"}}
    options = ["--nbval", "--nbval-cell-timeout=120", "-p", "no:cacheprovider"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options, *map(str, paths)],
        cwd=ROOT,
        env=inherited | {"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )


def as_text(data):
    """What is compared: tables as HTML, the rest as text; a picture's bytes differ between machines."""
    return data.get("text/html") or data["text/plain"]


def said(outputs):
    return [as_text(data) for data in outputs if "image/png" not in data and WIDGET not in data]


@pytest.fixture(scope="module")
def shell():
    with a_shell() as shell:
        yield shell


@pytest.mark.parametrize("name", BENCH)
def test_bench_computes_what_it_shows(shell, name, monkeypatch):
    monkeypatch.chdir(ROOT / "notebooks")
    shown = run_cells(shell, path_of(name))
    for cell in (cell for cell in code_cells(read(name)) if cell.id != "dials"):
        committed = [output.data for output in cell.outputs]
        assert said(shown[cell.id]) == said(committed), cell.id
        pictures = [["image/png" in data for data in each].count(True) for each in (shown[cell.id], committed)]
        assert pictures[0] == pictures[1], cell.id


@pytest.mark.slow
def test_bench_computes_what_it_shows_in_kernels_too():
    n_cells = sum(len(code_cells(read(name))) for name in BENCH)
    run = nbval(*map(path_of, BENCH))
    assert run.returncode == 0, run.stdout + run.stderr
    assert f"{n_cells} passed" in run.stdout


def test_changed_number_is_found_by_nbval(tmp_path):
    source = "pd.Series({'elements': 9, 'answers': 4}).to_frame()"
    table = "<table><tr><th>elements</th><td>8</td></tr></table>"
    shown = nbformat.v4.new_output("execute_result", {"text/plain": "", "text/html": table}, execution_count=2)
    made_up = nbformat.v4.new_code_cell(source, id="made-up", outputs=[shown], execution_count=2)
    setup = nbformat.v4.new_code_cell("import pandas as pd", id="setup", execution_count=1)
    notebook = nbformat.v4.new_notebook(cells=[setup, made_up], metadata=read("explore_impact").metadata)
    nbformat.write(notebook, tmp_path / "changed.ipynb")
    run = nbval(tmp_path / "changed.ipynb")
    assert run.returncode == 1, run.stdout + run.stderr
    assert "1 failed, 1 passed" in run.stdout


@pytest.mark.parametrize("name", BENCH)
def test_bench_is_committed_with_what_it_shows(name):
    cells = code_cells(read(name))
    # Strict nbval does not compare a cell without outputs, so it would pass.
    assert {cell.id for cell in cells if not cell.outputs} == SILENT & {cell.id for cell in cells}
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    outputs = [output for cell in cells for output in cell.outputs]
    assert {output.output_type for output in outputs} == {"execute_result", "display_data"}
    assert set().union(*(output.data for output in outputs)) == {"text/plain", "text/html", "image/png"}
    # The policy's bench shows tables beside its dials, so fewer figures than the others.
    fewest = 3 if name in ("explore_policy", "explore_rollout") else 5
    assert sum("image/png" in output.data for output in outputs) >= fewest
    assert path_of(name).stat().st_size < 700_000


def test_dials_stand_before_a_table_that_needs_no_kernel():
    cells = code_cells(read("explore_policy"))
    place = next(place for place, cell in enumerate(cells) if cell.id == "dials")
    assert "asn.dials" in cells[place].source and "widgets" not in read("explore_policy").metadata
    assert "text/html" in cells[place + 1].outputs[0].data


def test_as_a_page_the_policys_bench_gives_the_answers_without_dials():
    page, _ = HTMLExporter(exclude_input=True).from_notebook_node(read("explore_policy"))
    assert "<td>success</td>" in page and "cost_million" in page and page.count("data:image/png") >= 3
    assert "widget-view" not in page
    assert "Section 3 then gives the same answers" in page


@pytest.mark.parametrize("name", BENCH)
def test_bench_shows_no_machine(name):
    outputs = [output.data for cell in code_cells(read(name)) for output in cell.outputs]
    shown = "\n".join(data.get("text/plain", "") + data.get("text/html", "") for data in outputs)
    assert not re.search(r"(/|\\)(home|tmp|work|Users)\b| at 0x|\d\d:\d\d:\d\d", shown)
    assert str(ROOT) not in shown


@pytest.mark.parametrize("name", BENCH)
def test_bench_says_that_its_city_is_simulated(name):
    notebook = read(name)
    assert "The example city is simulated." in notebook.cells[0].source
    drawn = [cell for cell in code_cells(notebook) for output in cell.outputs if "image/png" in output.data]
    assert all("{label}" in cell.source for cell in drawn)
    assert any("(simulated data)" in cell.source for cell in code_cells(notebook))


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_notebooks_are_committed_without_outputs(name):
    assert all(not cell.outputs and cell.execution_count is None for cell in code_cells(read(name)))


@pytest.mark.parametrize("name", BENCH + PUBLISHED)
def test_parameters_are_typed_and_explained(name):
    tagged = [cell for cell in code_cells(read(name)) if "parameters" in cell.metadata.get("tags", [])]
    assert len(tagged) == 1
    assert all(PARAMETER.fullmatch(line) for line in tagged[0].source.splitlines())


@pytest.mark.parametrize("name", BENCH + PUBLISHED)
def test_notebooks_call_verbs_and_do_not_program(name):
    trees = [ast.parse(cell.source) for cell in code_cells(read(name))]
    assert not [node for tree in trees for node in ast.walk(tree) if isinstance(node, PROGRAMMING)]


@pytest.mark.parametrize("name", BENCH + PUBLISHED)
def test_no_answer_is_typed_that_the_data_or_the_plan_give(name):
    trees = [ast.parse(cell.source) for cell in code_cells(read(name))]
    given = [word for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call) for word in node.keywords]
    typed = [word.arg for word in given if word.arg in DERIVED and isinstance(word.value, ast.Constant)]
    assert not typed


@pytest.mark.parametrize("name", BENCH + PUBLISHED)
def test_notebooks_open_anywhere(name):
    notebook = read(name)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)

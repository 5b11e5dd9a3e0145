"""Whatever bytes lie in a data set's files, its check ends with faults and their remedies, and soon."""

from __future__ import annotations

import multiprocessing
import os
import sys
import traceback
from collections.abc import Iterator
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from click.testing import CliRunner

from asn_analysis.cli import main
from asn_analysis.records.plan import PlanError, read_plan
from asn_analysis.rules.yaml_files import YamlError, parsed
from tests.records.malformed import BYTES, GOOD, VALUES, good, malformed

LIMIT = 90  # seconds for one command on a busy machine; each takes one to five


def commands_on(folder: Path) -> Iterator[list[str]]:
    """The commands that read what lies in a folder."""
    data = str(folder)
    if (folder / "rules").exists():
        yield ["briefs", "--dry-run", "--data", data, "--out", f"{data}/out"]
        return
    yield ["check", data]
    yield ["plan", "status", data]
    answers = "responses.parquet" if (folder / "responses.parquet").exists() else "responses.csv"
    mapped = ["--map", f"{data}/map.yml"] if (folder / "map.yml").exists() else []
    if mapped or not all(map(is_good, (folder / answers, folder / "units.csv"))):
        imported = [f"{data}/{answers}", "--into", f"{data}/into", "--units", f"{data}/units.csv"]
        yield ["import", *imported, "--elements", "regulation", *mapped]


def is_good(table: Path) -> bool:
    return table.is_file() and table.stat().st_size == len(GOOD.get(table.name, ""))


class Worker:
    """A process that runs the commands on one folder after another, and is ended where one hangs."""

    def __init__(self) -> None:
        self.process: BaseProcess | None = None

    def answers(self, folder: Path) -> Iterator[tuple[str, int | None, str]]:
        """Of each command its status, None if it broke, and what it said."""
        if self.process is None:
            context = multiprocessing.get_context("spawn")
            self.ours, theirs = context.Pipe()
            self.process = context.Process(target=serve, args=(theirs,), daemon=True)
            self.process.start()
        self.ours.send(folder)
        for command in commands_on(folder):
            if not self.ours.poll(LIMIT):
                self.stop()
                pytest.fail(f"asn {command[0]} hangs")
            try:
                yield self.ours.recv()
            except EOFError:
                self.stop()
                pytest.fail(f"asn {command[0]} took its process down")

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.join()
            self.process = None


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    worker = Worker()
    yield worker
    worker.stop()


def serve(asked: Connection) -> None:
    while True:
        folder = asked.recv()
        if (folder / "rules").exists():
            use_rules(folder / "rules")
        from asn_analysis.cli import main

        for command in commands_on(folder):
            result = CliRunner().invoke(main, command)
            broken = not isinstance(result.exception, SystemExit | None)
            said = "".join(traceback.format_exception(*result.exc_info)) if broken else result.output
            asked.send((command[0], None if broken else result.exit_code, said))
        if (folder / "rules").exists():
            forget()


def use_rules(folder: Path) -> None:
    """The package as if it had been installed with a folder's rules in the place of its own."""
    forget()
    from asn_analysis.rules import rules

    text = rules.text
    rules.text = lambda name: (folder / name).read_text("utf-8") if (folder / name).exists() else text(name)


def forget() -> None:
    for name in [name for name in sys.modules if name.startswith("asn_analysis")]:
        del sys.modules[name]


def end_plainly(worker: Worker, folder: Path) -> None:
    for command, status, output in worker.answers(folder):
        assert status in (0, 2, 3), f"asn {command}: {output}"
        assert output.strip(), f"asn {command} says nothing"


@pytest.mark.parametrize(
    ("name", "spoil"), malformed(6, seed=32), ids=lambda part: part if isinstance(part, str) else ""
)
def test_a_sample_of_malformed_files_ends_plainly(worker, tmp_path, name, spoil):
    spoil(good(tmp_path / "data"))
    end_plainly(worker, tmp_path / "data")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "spoil"), malformed(1000, seed=12), ids=lambda part: part if isinstance(part, str) else ""
)
def test_every_malformed_file_ends_plainly(worker, tmp_path, name, spoil):
    spoil(good(tmp_path / "data"))
    end_plainly(worker, tmp_path / "data")


@pytest.mark.parametrize(
    "content",
    [*BYTES, *(f"a: {value}".encode() for value in VALUES)],
    ids=lambda content: ascii(content[:40]),
)
def test_any_bytes_are_read_as_yaml_or_refused_with_a_reason(content):
    try:
        parsed(content)
        parsed(content, as_text=True)
    except YamlError as refused:
        assert str(refused)


@pytest.mark.parametrize(
    "value", [".nan", ".inf", "-1", "0", "9" * 5000, "[1]", "true"], ids=lambda value: value[:9]
)
def test_no_smallest_effect_that_is_no_number_of_points_is_planned(tmp_path, value):
    plan = good(tmp_path) / "analysis_plan.yml"
    plan.write_text(plan.read_text().replace("sesoi: 2.0", f"sesoi: {value}"))
    with pytest.raises(PlanError):
        read_plan(tmp_path)


def test_a_pipe_in_the_place_of_a_table_is_not_waited_for(tmp_path):
    (good(tmp_path) / "units.csv").unlink()
    os.mkfifo(tmp_path / "units.csv")
    assert "is no plain file" in CliRunner().invoke(main, ["check", str(tmp_path)]).output


def test_a_word_that_begins_like_a_boolean_is_a_word():
    assert parsed(b"false_rate: true\nTruntum: False\nFalseries: Truer") == {
        "false_rate": True, "Truntum": False, "Falseries": "Truer"
    }  # fmt: skip

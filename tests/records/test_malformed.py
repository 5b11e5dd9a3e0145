"""Whatever bytes lie in a data set's files, its check ends with faults and their remedies, and soon."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from asn_analysis.cli import main
from asn_analysis.records.plan import PlanError, read_plan
from asn_analysis.rules.yaml_files import YamlError, parsed
from tests.records.malformed import BYTES, VALUES, good, malformed


def end_plainly(folder: Path) -> None:
    for command in (["check", str(folder)], ["plan", "status", str(folder)]):
        result = CliRunner().invoke(main, command)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert result.exit_code in (0, 2, 3), result.output


@pytest.mark.parametrize(
    ("name", "spoil"), malformed(8, seed=11), ids=lambda part: part if isinstance(part, str) else ""
)
def test_a_sample_of_malformed_files_ends_plainly(tmp_path, name, spoil):
    spoil(good(tmp_path / "data"))
    end_plainly(tmp_path / "data")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "spoil"), malformed(1000, seed=12), ids=lambda part: part if isinstance(part, str) else ""
)
def test_every_malformed_file_ends_plainly(tmp_path, name, spoil):
    spoil(good(tmp_path / "data"))
    end_plainly(tmp_path / "data")


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

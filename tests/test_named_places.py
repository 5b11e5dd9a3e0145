"""A file or folder that is named on the command line and is not what is needed is told as what it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from asn_analysis.cli import main
from tests.records.test_door import PLANTED

READING_FOLDERS = [
    "check {}",
    "briefs --data {}",
    "report {} --unit A",
    "report {} --copy-template",
    "plan lock {}",
    "plan status {}",
    "plan draw {}",
    "plan drawn {}",
    "verify {}",
    "sign {} --role A --checked b",
    "bundle {}",
    "diff {} {}",
]
READING_FILES = [
    "pool {}",
    "reproduce {} --data .",
    "report . --unit A --language id --template {}",
    "import x.csv --into new --units {}",
    "import x.csv --into new --map {}",
]
WRITING_FOLDERS = [
    "briefs --data . --out {}",
    "report . --unit A --out {}",
    "pool file --out {}",
    "simulate {}",
    "template {}",
    "import x.csv --into {}",
]


def told(command: str, name: str, folder: Path, monkeypatch) -> str:
    (folder / "file").write_text("x")
    (folder / "folder").mkdir()
    monkeypatch.chdir(folder)
    result = CliRunner().invoke(main, command.replace("{}", name).split())
    assert result.exit_code == 2 and "Traceback" not in result.output
    assert sorted(path.name for path in folder.iterdir()) == ["file", "folder"]
    return result.output


@pytest.mark.parametrize("command", READING_FOLDERS)
def test_a_folder_that_is_not_there_or_is_a_file(command, tmp_path, monkeypatch):
    assert "Directory 'nowhere' does not exist." in told(command, "nowhere", tmp_path, monkeypatch)
    result = CliRunner().invoke(main, command.replace("{}", "file").split())
    assert (result.exit_code, "'file' is a file." in result.output) == (2, True)


@pytest.mark.parametrize("command", READING_FILES)
def test_a_file_that_is_not_there_or_is_a_folder(command, tmp_path, monkeypatch):
    assert "File 'nowhere' does not exist." in told(command, "nowhere", tmp_path, monkeypatch)
    result = CliRunner().invoke(main, command.replace("{}", "folder").split())
    assert (result.exit_code, "'folder' is a directory." in result.output) == (2, True)


@pytest.mark.parametrize("command", WRITING_FOLDERS)
@pytest.mark.parametrize("name", ["file", "file/below"])
def test_a_file_where_a_folder_is_to_be_written(command, name, tmp_path, monkeypatch):
    said = told(command, name, tmp_path, monkeypatch)
    assert "file is a file, not a folder; name a folder to write into." in said


@pytest.mark.parametrize("personal", PLANTED)
def test_a_name_that_names_a_person_is_not_repeated(personal, tmp_path, monkeypatch):
    assert PLANTED[personal] not in told("verify {}", personal.replace(" ", ""), tmp_path, monkeypatch)

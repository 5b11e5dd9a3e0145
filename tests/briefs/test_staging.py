"""A quarter in object storage: put whole or not at all, and read again by the next run."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest

from asn_analysis.run.staging import _file_system, staged
from tests.briefs.conftest import UNITS, Made, asn
from tests.briefs.test_batch import files_in
from tests.briefs.test_resume import change_one_answer


@pytest.fixture(params=["memory", "file"])
def address(request, tmp_path) -> Iterator[str]:
    """Storage of two kinds, empty before and after."""
    text = f"memory://{tmp_path.name}/reports" if request.param == "memory" else f"file://{tmp_path}/storage"
    yield text
    if request.param == "memory":
        fsspec.filesystem("memory").store.clear()


class Cut(Exception):
    """The line is cut."""


def objects(address: str) -> dict[str, bytes]:
    files, root = _file_system(address)
    files.invalidate_cache()
    return {path[len(root) :].lstrip("/"): files.cat_file(path) for path in files.find(root)}


def put(address: str, folder: Path) -> None:
    """A quarter as a run would leave it."""
    with staged(address) as place:
        place.bring("2026Q3")
        shutil.rmtree(place.folder / "2026Q3", ignore_errors=True)
        shutil.copytree(folder, place.folder / "2026Q3")
        place.publish("2026Q3")


@pytest.fixture
def order(monkeypatch, address) -> list[tuple[str, str]]:
    """What is done to the storage, in its order."""
    files, root = _file_system(address)
    done: list[tuple[str, str]] = []

    def noting(do: Any, name: str, at: int) -> Any:
        def told(*arguments: Any, **more: Any) -> Any:
            done.append((name, arguments[at][len(root) :].lstrip("/")))
            return do(*arguments, **more)

        return told

    for name, at in (("pipe_file", 0), ("cp_file", 1), ("rm_file", 0)):
        monkeypatch.setattr(type(files), name, staticmethod(noting(getattr(files, name), name, at)))
    return done


@pytest.mark.parametrize("address", ["memory"], indirect=True)
def test_a_run_is_put_as_it_would_lie_in_a_folder(bare: Made, address):
    first = asn("briefs", "--data", bare.data, "--out", address, "--units", UNITS[1])
    assert first.exit_code == 0, first.output
    assert f"Open {address}/2026Q3/index.html" in first.output
    found = objects(address)
    for name, content in files_in(bare.folder("city")).items():
        assert found[f"2026Q3/city/{name}"] == content
    assert not any(part.startswith(".") for name in found for part in name.split("/"))


def test_a_quarter_that_was_put_stands_there(bare: Made, address):
    put(address, bare.quarter)
    found = objects(address)
    asked = ("briefs", "--data", bare.data, "--out", address, "--units", ",".join(UNITS))
    again = asn(*asked)
    assert "0 briefs made (0 pages), 3 unchanged" in again.output and objects(address) == found
    dry = asn(*asked, "--dry-run", "--force")
    assert f"into {address}; 0 unchanged" in dry.output and objects(address) == found
    assert asn("verify", f"{address}/2026Q3").exit_code == 0
    assert "0 findings differ" in asn("diff", f"{address}/2026Q3", f"{address}/2026Q3").output


@pytest.mark.parametrize("address", ["memory"], indirect=True)
def test_a_published_number_changes_only_with_its_reason_there_too(bare: Made, address, tmp_path):
    put(address, bare.quarter)
    before = objects(address)
    data = shutil.copytree(bare.data, tmp_path / "city")
    change_one_answer(data, UNITS[1])
    asked = ("briefs", "--data", data, "--out", address, "--units", ",".join(UNITS), "--despite-few")
    refused = asn(*asked)
    assert refused.exit_code == 2 and "Say why with --reason" in refused.output
    assert objects(address) == before
    late = asn(*asked, "--reason", "Answers came late")
    assert late.exit_code == 0, late.output
    now = objects(address)
    assert "2 briefs made" in late.output
    assert b"Answers came late" in now["2026Q3/city/brief.en.html"]
    assert now[f"2026Q3/units/{UNITS[0]}/record.json"] == before[f"2026Q3/units/{UNITS[0]}/record.json"]


def test_pages_come_before_the_catalogue_and_the_catalogue_before_run_json(bare, address, tmp_path, order):
    put(address, bare.quarter)
    places = [name for what, name in order if what == "cp_file"]
    assert places[-1] == "2026Q3/run.json" and {*places[-3:-1]} == {
        "2026Q3/index.html",
        "2026Q3/index.en.html",
    }
    assert all(name.startswith(".2026Q3.") for what, name in order if what == "pipe_file")
    order.clear()
    shutil.copytree(bare.quarter, tmp_path / "2026Q3")
    (tmp_path / "2026Q3" / "city" / "brief.id.html").write_text("other")
    (tmp_path / "2026Q3" / "tables" / "trend.csv").unlink()
    put(address, tmp_path / "2026Q3")
    touched = [(what, name) for what, name in order if name.startswith("2026Q3/")]
    assert touched == [
        *[("rm_file", "2026Q3/index.en.html"), ("rm_file", "2026Q3/index.html")],
        *[("cp_file", f"2026Q3/{name}") for name in ("city/brief.id.html", "index.en.html", "index.html")],
        ("rm_file", "2026Q3/tables/trend.csv"),
    ]


def cut_after(monkeypatch, address: str, call: str, n: int) -> None:
    files, _root = _file_system(address)
    do, calls = getattr(files, call), []

    def cut(*arguments, **more):
        calls.append(1)
        if len(calls) > n:
            raise Cut("the line is cut")
        return do(*arguments, **more)

    monkeypatch.setattr(type(files), call, staticmethod(cut))


@pytest.mark.parametrize("n", [0, 1, 20])
def test_cut_short_while_uploading_nothing_has_changed(bare, address, tmp_path, monkeypatch, n):
    put(address, bare.quarter)
    before = objects(address)
    shutil.copytree(bare.quarter, tmp_path / "2026Q3")
    for path in (tmp_path / "2026Q3").rglob("*.html"):
        path.write_text("other")
    with monkeypatch.context() as patch:
        cut_after(patch, address, "pipe_file", min(n, 7))
        with pytest.raises(ValueError, match="No half-made quarter is current"):
            put(address, tmp_path / "2026Q3")
    assert {name: content for name, content in objects(address).items() if name[0] != "."} == before
    put(address, bare.quarter)  # nothing to do, and what was left behind does no harm
    put(address, tmp_path / "2026Q3")
    assert objects(address)["2026Q3/index.html"] == b"other"
    assert not [name for name in objects(address) if name.startswith(".")]


@pytest.mark.parametrize("n", [0, 2, 30])
def test_cut_short_while_it_is_put_in_place_no_catalogue_shows_it_and_the_next_run_finishes(
    bare, address, monkeypatch, n
):
    with monkeypatch.context() as patch:
        cut_after(patch, address, "cp_file", n)
        with pytest.raises(ValueError, match="cannot be reached"):
            put(address, bare.quarter)
    half = objects(address)
    assert "2026Q3/index.html" not in half and "2026Q3/run.json" not in half
    told = asn("verify", f"{address}/2026Q3")
    assert told.exit_code == 2 and "2026Q3 is half put" in " ".join(told.output.split())
    with staged(address) as place:
        place.bring("2026Q3")
        assert files_in(place.folder / "2026Q3") == files_in(bare.quarter)
    assert not [name for name in objects(address) if name.startswith(".")]


def test_of_two_runs_at_once_the_later_is_told_and_changes_nothing(bare, address, tmp_path):
    with staged(address) as slow:
        shutil.copytree(bare.quarter, slow.folder / "2026Q3")
        put(address, bare.quarter)
        before = objects(address)
        (slow.folder / "2026Q3" / "index.html").write_text("other")
        with pytest.raises(ValueError, match="another run has put 2026Q3 meanwhile"):
            slow.publish("2026Q3")
    assert objects(address) == before


def test_a_bundle_is_made_of_a_quarter_there(bare, address, tmp_path):
    put(address, bare.quarter)
    assert asn("bundle", bare.quarter, "--to", tmp_path / "a.zip").exit_code == 0
    assert asn("bundle", f"{address}/2026Q3", "--to", tmp_path / "b.zip").exit_code == 0
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    unnamed = asn("bundle", f"{address}/2026Q3")
    assert unnamed.exit_code == 2 and "--to" in unnamed.output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("briefs", "--out", "s3://bucket/reports"), "Install s3fs"),
        (
            ("briefs", "--out", "nowhere://bucket"),
            "Protocol not known: nowhere. Name a folder, or an address",
        ),
        (("briefs", "--out", "memory://x", "--dask", "tcp://x:1"), "--dask needs a folder for --out"),
        (("briefs", "--data", "s3://bucket/data"), "is an address; a folder or file of this machine"),
        (("sign", "memory://x/2026Q3", "--role", "x", "--checked", "x"), "is an address; a folder or file"),
        (("report", "--unit", "x", "--out", "s3://bucket"), "is an address; a folder or file"),
        (("verify", "memory://empty/2026Q3"), "holds no quarter"),
    ],
)
def test_an_address_that_does_not_serve_is_told_plainly(arguments, told):
    done = asn(*arguments)
    assert done.exit_code == 2, done.output
    assert told in " ".join(done.output.replace("│", " ").split())

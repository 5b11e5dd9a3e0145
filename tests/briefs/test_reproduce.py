"""A quarter made again from its bundle: the same to the byte, or where not; hostile bundles are refused.

A new environment needs the network, so these tests take the one that runs them; docs/how-to/reproduce.md says
what a new one took.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

from asn_analysis.run import environments
from asn_analysis.run.bundle import Bundle, command, unpack
from asn_analysis.run.environments import existing_environment
from asn_analysis.run.reproduction import ADDED, DIFFERS, MISSING, compare, set_the_scene
from asn_analysis.run.sign_off import show_reviews
from tests.briefs.conftest import UNITS, Made, asn
from tests.briefs.test_sign_off import review_on

HERE = ("--environment", sys.prefix, "--date", "2026-10-12")


@pytest.fixture(scope="module")
def packed(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bundle") / "2026Q3.zip"
    assert asn("bundle", made.quarter, "--to", path).exit_code == 0
    return path


@pytest.fixture
def again(made: Made, monkeypatch) -> Iterator[list[list[str]]]:
    """Reruns that leave what was published, without the half minute of making it; their arguments."""
    asked = []

    def instead(environment, bundle, arguments):
        asked.append(list(arguments))
        out = Path(arguments[arguments.index("--out") + 1])
        shutil.copytree(made.quarter, out / "2026Q3", dirs_exist_ok=True)

    monkeypatch.setattr("asn_analysis.run.reproduction.run_program", instead)
    yield asked


def repacked(
    source: Path, to: Path, change: Callable[[dict[str, bytes]], None], *, sums: bool = True
) -> Path:
    """A copy with other content, and a list of hashes that says so unless ``sums`` is false."""
    with zipfile.ZipFile(source) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    change(contents)
    if sums:
        lines = [f"{hashlib.sha256(contents[name]).hexdigest()}  {name}\n" for name in sorted(contents)]
        contents["SHA256SUMS"] = "".join(line for line in lines if "SHA256SUMS" not in line).encode()
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return to


def test_what_was_made_again_is_certified_and_the_catalogue_leads_to_it(made, packed, tmp_path, again):
    shutil.copytree(made.out, tmp_path / "reports")
    bundle = shutil.copy(packed, tmp_path / "reports")
    done = asn("reproduce", bundle, "--data", made.data, *HERE, "--role", "Inspektorat")
    assert done.exit_code == 0, done.output
    quarter = tmp_path / "reports" / "2026Q3"
    told = json.loads((tmp_path / "reports" / "2026Q3.certificate.json").read_text(encoding="utf-8"))
    n = len(json.loads((made.quarter / "run.json").read_text(encoding="utf-8"))["outputs"])
    assert told["counts"] == {"identical": n, "differs": 0, "missing": 0, "added": 0, "all": n}
    assert (told["result"], told["date"], told["role"]) == ("identical", "2026-10-12", "Inspektorat")
    assert told["bundle"]["sha256"] == hashlib.sha256(packed.read_bytes()).hexdigest()
    assert (
        told["files"]["city/record.json"]
        == hashlib.sha256((made.quarter / "city" / "record.json").read_bytes()).hexdigest()
    )
    assert told["environment"]["versions"] == told["then"]["versions"]
    for language, words in (
        ("id", ("Dibuat ulang", "12 Oktober 2026", "sama persis", "Data simulasi")),
        ("en", ("Made again", "12 October 2026", "byte for byte", "Simulated data")),
    ):
        page = (tmp_path / "reports" / f"2026Q3.certificate.{language}.html").read_text(encoding="utf-8")
        assert all(word in page for word in (*words, "Inspektorat", told["bundle"]["sha256"]))
        index = quarter / ("index.html" if language == "id" else "index.en.html")
        assert f'<a href="../2026Q3.certificate.{language}.html">' in review_on(index)
    assert asn("verify", quarter).exit_code == 0
    assert asn("sign", quarter, "--role", "Sekretaris Daerah", "--checked", "x").exit_code == 0
    assert "Dibuat ulang" in review_on(quarter / "index.html")  # beside the review


def test_the_bundles_program_makes_every_byte_again(bare, tmp_path):
    """For real, of a quarter beside another, revised for a late answer, and reviewed."""
    from tests.briefs.test_resume import change_one_answer

    data, out = tmp_path / "city", tmp_path / "reports"
    shutil.copytree(bare.data, data)
    asked = ("briefs", "--data", data, "--out", out, "--units", UNITS[1], "--languages", "en")
    assert asn(*asked, "--quarter", "2026Q2").exit_code == 0
    assert asn(*asked).exit_code == 0
    change_one_answer(data, UNITS[1])
    late = asn(*asked, "--reason", "Answers came late", "--despite-few")
    assert late.exit_code == 0, late.output
    quarter = out / "2026Q3"
    assert "Answers came late" in (quarter / "city" / "brief.en.html").read_text(encoding="utf-8")
    assert asn("sign", quarter, "--role", "Inspektorat", "--checked", "x").exit_code == 0
    assert asn("bundle", quarter).exit_code == 0
    done = asn("reproduce", out / "2026Q3.zip", "--data", data, *HERE, "--to", tmp_path)
    assert done.exit_code == 0, done.output


def test_where_a_page_or_figure_is_not_the_same_is_named(made, packed, tmp_path, again):
    def estimate(contents):
        record = json.loads(contents["2026Q3/city/record.json"])
        record["effect"]["estimate"] += 0.5
        record["package_version"] = "9"
        contents["2026Q3/city/record.json"] = json.dumps(record).encode()
        page = contents["2026Q3/city/brief.en.html"].decode().splitlines(keepends=True)
        contents["2026Q3/city/brief.en.html"] = "".join([*page[:4], "<!-- other -->\n", *page[4:]]).encode()
        del contents["2026Q3/tables/trend.csv"]
        run = json.loads(contents["2026Q3/run.json"])
        run["outputs"] = {
            name: hashlib.sha256(contents[f"2026Q3/{name}"]).hexdigest()
            for name in run["outputs"]
            if name != "tables/trend.csv"
        }
        contents["2026Q3/run.json"] = json.dumps(run).encode()

    other = repacked(packed, tmp_path / "2026Q3.zip", estimate)
    done = asn("reproduce", other, "--data", made.data, *HERE)
    assert done.exit_code == 1
    assert "differs: city/record.json: effect.estimate: " in done.output
    assert "differs: city/brief.en.html: line 5" in done.output
    assert "added: tables/trend.csv" in done.output
    for language, *words in (
        ("id", "tidak pernah diterbitkan", "baris 5"),
        ("en", "was not published", "line 5"),
    ):
        page = (tmp_path / f"2026Q3.certificate.{language}.html").read_text(encoding="utf-8")
        assert all(word in page for word in (*words, "effect.estimate: "))
    (asked,) = again
    assert asked[asked.index("--units") + 1] == ",".join(sorted(UNITS))
    assert asked[asked.index("--languages") + 1] == "id,en"


def test_a_record_that_differs_in_nothing_that_was_found_is_told_by_its_field(made, tmp_path):
    shutil.copytree(made.quarter, tmp_path / "2026Q3")
    path = tmp_path / "2026Q3" / "city" / "record.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**record, "producer": "x"}), encoding="utf-8")
    (tmp_path / "2026Q3" / "index.html").unlink()
    (tmp_path / "2026Q3" / "tables" / "new.csv").touch()
    found = {
        one.name: one for one in compare(made.quarter, tmp_path / "2026Q3") if one.outcome != "identical"
    }
    assert found["city/record.json"].field == "producer: asn simulate -> x"
    assert {name: one.outcome for name, one in found.items()} == {
        **{"city/record.json": DIFFERS, "index.html": MISSING, "tables/new.csv": ADDED}
    }


def altered_page(contents: dict[str, bytes]) -> None:
    contents["2026Q3/city/brief.id.html"] += b" "


def without_lock(contents: dict[str, bytes]) -> None:
    del contents["software/requirements.lock"]


def other_program(contents: dict[str, bytes]) -> None:
    contents["software/asn_analysis/__init__.py"] += b"\n"


def other_records_beside(contents: dict[str, bytes]) -> None:
    run = json.loads(contents["2026Q3/run.json"])
    run["rerun"]["beside"] = {"2026Q2": {"sha256": "0", "catalogue": False}}
    contents["2026Q3/run.json"] = json.dumps(run).encode()


def not_a_run(contents: dict[str, bytes]) -> None:
    contents["2026Q3/run.json"] = b'{"outputs": 3}'


def without_run(contents: dict[str, bytes]) -> None:
    del contents["2026Q3/run.json"]


def hidden_file(contents: dict[str, bytes]) -> None:
    contents["2026Q3/.more"] = b"x"


def outside(contents: dict[str, bytes]) -> None:
    contents["2026Q3/../../evil.py"] = b"x"


def absolute(contents: dict[str, bytes]) -> None:
    contents["/evil.py"] = b"x"


def by_backslash(contents: dict[str, bytes]) -> None:
    contents["2026Q3\\..\\evil.py"] = b"x"


def bomb(contents: dict[str, bytes]) -> None:
    contents["2026Q3/zeros.csv"] = bytes(8 * 1024**2)


@pytest.mark.parametrize(
    ("change", "sums", "told"),
    [
        (altered_page, False, "2026Q3/city/brief.id.html: changed since the run"),
        (altered_page, True, "does not match its run.json: city/brief.id.html"),
        (hidden_file, False, "2026Q3/.more: not of this run"),
        (without_lock, True, "software/requirements.lock: missing"),
        (other_program, True, "does not match its run.json: the program"),
        (other_records_beside, True, "does not match its run.json: beside/2026Q2"),
        (not_a_run, True, "run.json is not what `asn bundle` writes"),
        (without_run, True, "holds no quarter with its run.json"),
        (outside, True, "would write outside its folder"),
        (absolute, True, "would write outside its folder"),
        (by_backslash, True, "would write outside its folder"),
        (bomb, True, "swells as no page does"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_bundle_that_is_not_as_it_was_packed_is_refused(made, packed, tmp_path, again, change, sums, told):
    other = repacked(packed, tmp_path / "2026Q3.zip", change, sums=sums)
    done = asn("reproduce", other, "--data", made.data, *HERE)
    assert done.exit_code == 2
    assert told in " ".join(done.output.split())
    assert not again and [path.name for path in tmp_path.iterdir()] == ["2026Q3.zip"]


def test_a_second_file_of_one_name_a_link_and_too_much_of_everything_are_refused(
    packed, tmp_path, monkeypatch
):
    def told(to: Path, add: Callable[[zipfile.ZipFile], None]) -> str:
        shutil.copy(packed, to)
        with zipfile.ZipFile(to, "a") as archive:
            add(archive)
        with pytest.raises(ValueError) as refused:
            unpack(to, tmp_path / "into")
        assert not (tmp_path / "into").exists()
        return str(refused.value)

    link = zipfile.ZipInfo("2026Q3/city/brief.fr.html")
    link.external_attr = 0o120777 << 16
    assert "outside its folder" in told(tmp_path / "1.zip", lambda one: one.writestr(link, "/etc/passwd"))
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = told(tmp_path / "2.zip", lambda one: one.writestr("SHA256SUMS", "x"))
    assert "two files of one name" in twice
    monkeypatch.setattr("asn_analysis.run.bundle.MOST_BYTES", 1000)
    assert "more than 1,000 bytes" in told(tmp_path / "3.zip", lambda one: None)


def test_a_bundle_that_somebody_packed_anew_with_folders_is_the_same_content(packed, tmp_path):
    with zipfile.ZipFile(shutil.copy(packed, tmp_path), "a") as archive:
        archive.mkdir("2026Q3/")
    assert unpack(tmp_path / packed.name, tmp_path / "into").quarter == "2026Q3"


def test_the_catalogue_says_so_where_a_brief_has_changed_since(made, packed, tmp_path, again):
    shutil.copytree(made.out, tmp_path / "reports")
    asked = ("reproduce", packed, "--data", made.data, *HERE, "--to", tmp_path / "reports")
    assert asn(*asked).exit_code == 0
    quarter = tmp_path / "reports" / "2026Q3"
    (quarter / "units" / UNITS[0] / "record.json").write_text("{}")
    show_reviews(quarter)
    for index, words in (
        ("index", "Berubah sejak dibuat ulang"),
        ("index.en", "Changed since it was made again"),
    ):
        assert words in review_on(quarter / f"{index}.html")
    (quarter / "index.html").write_text("altered")
    altered = asn(*asked)
    assert altered.exit_code == 0 and "its catalogue leads" not in altered.output
    assert (quarter / "index.html").read_text() == "altered"


def test_what_is_no_zip_or_another_bundle_than_the_one_named_is_refused(made, packed, tmp_path, again):
    (tmp_path / "x.zip").write_bytes(packed.read_bytes()[:-400])
    cut = asn("reproduce", tmp_path / "x.zip", "--data", made.data, *HERE)
    assert cut.exit_code == 2 and "is not a zip file that can be read" in " ".join(cut.output.split())
    other = asn("reproduce", packed, "--data", made.data, *HERE, "--sha256", "0" * 64)
    assert other.exit_code == 2 and "it is another bundle" in " ".join(other.output.split())
    gone = asn("reproduce", tmp_path / "none.zip", "--data", made.data, *HERE)
    assert gone.exit_code == 2 and not again


def test_other_data_are_refused_by_file_and_table_before_anything_is_made(made, packed, tmp_path, again):
    data = tmp_path / "city"
    shutil.copytree(made.data, data)
    (data / "trainings.csv").write_text((data / "trainings.csv").read_text() + "\n")
    (data / "staff.csv").unlink()
    (data / "review.csv").write_text("a")
    (data / "notes.txt").write_text("no part of any run")
    done = asn("reproduce", packed, "--data", data, *HERE)
    assert done.exit_code == 2
    said = " ".join(done.output.split())
    assert "trainings.csv (table trainings): changed since the run" in said
    assert "staff.csv (table staff): missing" in said
    assert "review.csv: not of this run" in said and "notes.txt" not in said
    assert not again and not list(packed.parent.glob("*.certificate.*"))


def test_a_person_is_not_named_as_the_office(made, packed, again, tmp_path):
    done = asn(
        "reproduce", packed, "--data", made.data, *HERE, "--role", "NIP 198507122010011003", "--to", tmp_path
    )
    assert done.exit_code == 3 and not list(tmp_path.iterdir())


@pytest.fixture(scope="module")
def unpacked(packed, tmp_path_factory) -> Bundle:
    return unpack(packed, tmp_path_factory.mktemp("unpacked"))


def test_an_environment_that_is_there_is_held_against_the_lock(unpacked, tmp_path):
    lock = tmp_path / "software" / "requirements.lock"
    lock.parent.mkdir()
    lock.write_text(
        "click==0.1 \\\n    --hash=sha256:00\n"
        "nobody-has-this==1.0 ; python_version >= '3.8' \\\n    --hash=sha256:00\n"
        "of-another-system==1.0 ; sys_platform == 'no such' \\\n    --hash=sha256:00\n"
    )
    found = existing_environment(Bundle(tmp_path, "", {}), Path(sys.prefix))
    click, nobody = found.differences
    assert click == {"package": "click", "found": version("click"), "lock": "0.1"}
    assert nobody == {"package": "nobody-has-this", "found": None, "lock": "1.0"}
    assert not found.new and found.python == ".".join(map(str, sys.version_info[:3]))
    with pytest.raises(ValueError, match="holds no Python"):
        existing_environment(unpacked, tmp_path)


def test_a_new_environment_takes_every_package_by_its_hash_and_says_what_it_needs(
    unpacked, tmp_path, monkeypatch
):
    called = []

    def offline(command, text="", **more):
        called.append(command)
        return subprocess.CompletedProcess(command, int("--require-hashes" in command), "", "no network")

    monkeypatch.setattr(environments, "_called", offline)
    with pytest.raises(ValueError, match=r"no network\nA new one needs the network; --environment"):
        environments.new_environment(unpacked, tmp_path / "env", lambda line: None)
    assert called[0][1:3] == ["-m", "venv"] and str(unpacked.software / "requirements.lock") in called[1]


def test_a_rerun_that_makes_nothing_says_why_and_certifies_nothing(made, packed, tmp_path, monkeypatch):
    run = environments._called

    def no_data(command, text="", **more):
        return run([*command, "--languages", "xx"] if "briefs" in command else command, text, **more)

    monkeypatch.setattr(environments, "_called", no_data)
    done = asn("reproduce", packed, "--data", made.data, *HERE, "--to", tmp_path)
    assert done.exit_code == 2
    assert "ended with status 2 and made nothing" in done.output and "choose from id, en" in done.output
    assert not list(tmp_path.iterdir())


def test_the_scene_is_set_in_a_new_folder_only(unpacked, tmp_path):
    (tmp_path / "x").touch()
    with pytest.raises(ValueError, match="is not empty"):
        set_the_scene(unpacked, tmp_path)


def test_the_command_names_what_was_made(unpacked):
    run = {**unpacked.run, "outputs": {"city/brief.id.pdf": ""}, "failed": [{"scope": "PKM-99"}]}
    told = command(run, "D", "O")
    assert told[-3:] == ["--units", f"{UNITS[0]},PKM-03,PKM-99", "--pdf"]
    assert "--units" not in command({**run, "made": run["made"][:1], "failed": []}, "D", "O")

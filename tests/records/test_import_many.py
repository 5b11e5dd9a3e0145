"""Many files at once, and exports that grow: nothing stops at the first fault, and no row comes in twice."""

from __future__ import annotations

from tests.records.test_import import CASES, answers, run, truth, write
from tests.records.test_import_hostile import GOOD

SQL = CASES["layouts"]["sql"]


def two_files(folder):
    good = write(folder, SQL, {}).rename(folder / "baik.csv")
    (folder / "buruk.csv").write_text("<xml/>")
    (folder / "lain.csv").write_bytes(b"%PDF-1.7")
    return good, folder / "buruk.csv", folder / "lain.csv"


def test_all_faults_of_all_files_are_told_and_nothing_is_written(tmp_path):
    good, *others = two_files(tmp_path)
    result = run(tmp_path, others[0], good, others[1], *SQL["options"])
    assert result.exit_code == 2
    assert "buruk.csv" in result.output
    assert "lain.csv" in result.output
    assert not (tmp_path / "data").exists()


def test_good_ones_are_imported_and_the_others_named(tmp_path):
    good, *others = two_files(tmp_path)
    result = run(tmp_path, others[0], good, others[1], *SQL["options"], "--good-ones")
    assert result.exit_code == 1, result.output
    assert len(answers(tmp_path)) == 30
    assert "2 of 3 files were not imported" in result.output + (result.stderr or "")


def test_of_an_export_that_grew_only_the_new_rows_come_in(tmp_path):
    rows = GOOD.split("\n")
    for name, lines in (("a.csv", rows[:11]), ("b.csv", [*rows, rows[1]])):
        (tmp_path / name).write_text("\n".join(lines))
    assert run(tmp_path, tmp_path / "a.csv", "--unit", "K1").exit_code == 0
    assert run(tmp_path, tmp_path / "b.csv", "--unit", "K1").exit_code == 2
    grown = run(tmp_path, tmp_path / "b.csv", "--unit", "K1", "--only-new")
    assert grown.exit_code == 0, grown.output
    assert "10 rows passed over, which were imported before" in grown.output
    assert len(answers(tmp_path)) == 21  # the eleventh row alike the first is another person


def test_rows_with_keys_of_their_own_are_known_by_them(tmp_path):
    head = "Kode Responden,Unit," + GOOD.split("\n")[0]
    lines = [
        f"R{n},K1,2026-08-{n + 13},{','.join(str(truth(n, e)) for e in range(1, 10))}" for n in range(1, 13)
    ]
    for name, n in (("a.csv", 8), ("b.csv", 12)):
        (tmp_path / name).write_text("\n".join([head, *lines[:n]]))
    assert run(tmp_path, tmp_path / "a.csv").exit_code == 0
    grown = run(tmp_path, tmp_path / "b.csv", "--only-new")
    assert "8 rows passed over" in grown.output
    assert len(answers(tmp_path)) == 12
    both = run(tmp_path, tmp_path / "b.csv", "--only-new", "--repeats-are-new")
    assert both.exit_code == 2

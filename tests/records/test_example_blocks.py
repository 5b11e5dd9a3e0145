"""A city too large for memory: cut into blocks it is still the same city, written whole or not at all."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import asn_analysis as asn
from asn_analysis.cli import main
from asn_analysis.records.intake import check_dataset, read_dataset
from asn_analysis.records.responses_store import write_quarters
from asn_analysis.simulate import simulation as example
from asn_analysis.simulate.answers import Raised
from asn_analysis.simulate.city import ITEMS, City
from asn_analysis.simulate.draft import draft_city, drawn
from asn_analysis.simulate.respondents import blocks
from asn_analysis.simulate.simulation import simulate, write_city

CITY = City(units=30, quarters=8, respondents=100)
SIZES = np.array([[3, 2], [4, 1], [1, 6]])


def asked(city: City, block: int) -> tuple[pd.DataFrame, dict]:
    draft = draft_city(city, block)
    raised = Raised.none(draft.scores.shape)
    table = pd.concat([part for _, part in drawn(draft, raised)], ignore_index=True)
    return table, draft.truth(raised)["realised"]


@pytest.fixture(scope="module")
def cut() -> tuple[pd.DataFrame, dict]:
    return asked(CITY, 999)


def by_cell(table: pd.DataFrame):
    return table.groupby([table["unit_id"].astype(str), table["date"].dt.to_period("Q")])


# --- the cut -----------------------------------------------------------------------------------


def test_a_city_that_fits_is_one_block():
    (block,) = blocks(SIZES, 17)
    assert (block.sizes == SIZES).all() and block.first == 0
    assert [p.tolist() for p in block.people()] == [
        [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2],
        [0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 1, 1, 1, 1, 1, 1],
    ]


def test_a_larger_city_is_cut_by_quarter_and_within_it_by_number():
    cut = [(b.first, b.units.start, b.quarters.start, b.sizes.ravel().tolist()) for b in blocks(SIZES, 5)]
    assert cut == [(0, 0, 0, [3, 2]), (5, 1, 0, [2, 1]), (8, 0, 1, [2, 1, 2]), (13, 2, 1, [4])]


@pytest.mark.parametrize("most", [1, 2, 7, 16])
def test_everybody_is_in_one_block(most: int):
    total = np.zeros_like(SIZES)
    cut = blocks(SIZES, most)
    for block in cut:
        assert 0 < block.sizes.sum() <= most
        total[block.cells] += block.sizes
    assert (total == SIZES).all()
    assert [b.first for b in cut] == np.cumsum([0, *(b.sizes.sum() for b in cut)])[:-1].tolist()


# --- it is the same city -------------------------------------------------------------------------


def test_the_cut_moves_nothing_but_who_answers_what(cut):
    whole = draft_city(CITY)
    parts = draft_city(CITY, 999)
    assert len(whole.blocks) == 1 and len(parts.blocks) > 3 * CITY.quarters
    np.testing.assert_array_equal(whole.scores, parts.scores)
    for name, table in whole.tables.items():
        pd.testing.assert_frame_equal(table, parts.tables[name])
    sizes = by_cell(cut[0]).size().to_numpy().reshape(whole.sizes.shape)
    np.testing.assert_array_equal(sizes, whole.sizes)
    assert cut[0]["number"].tolist() == list(range(1, sizes.sum() + 1))


def test_answers_of_every_cell_scatter_about_what_is_expected(cut):
    items = cut[0][list(ITEMS)].astype(float)
    groups = items.groupby([cut[0]["unit_id"].astype(str), cut[0]["date"].dt.to_period("Q")])
    z = (groups.mean() - draft_city(CITY).scores.reshape(-1, 9)) / np.sqrt(groups.var() / groups.count())
    # Answers of one person hang together, so 2,160 squares scatter like some 700 free ones.
    assert (z**2).mean().mean() == pytest.approx(1, abs=0.15)
    assert abs(z.mean().mean()) < 0.1


def test_a_unit_has_the_same_share_of_women_in_every_block(cut):
    """A share drawn anew in each block would make these squares 1.65 on average at 100 respondents a cell."""
    women = (cut[0]["sex"] == "P").groupby([cut[0]["unit_id"].astype(str), cut[0]["date"].dt.to_period("Q")])
    share, n = women.mean().unstack(), women.size().unstack()
    pooled = ((share * n).sum(axis=1) / n.sum(axis=1)).to_numpy()[:, None]
    z2 = (share - pooled) ** 2 / (pooled * (1 - pooled) / n) * 8 / 7
    assert z2.mean().mean() == pytest.approx(1, abs=0.3)
    assert pooled.std() > 0.02


def test_realised_effect_is_the_difference_to_the_same_city_without_training(cut):
    """Second way: the same streams without an effect, answer by answer."""
    trained, realised = cut
    untrained, nothing = asked(replace(CITY, effect=0), 999)
    assert nothing["att"] == 0
    cohort = draft_city(CITY).plan.cohort
    gain = 25 * (by_cell(trained)[list(ITEMS)].mean() - by_cell(untrained)[list(ITEMS)].mean()).mean(axis=1)
    treated = np.arange(CITY.quarters) >= cohort[:, None]
    n = by_cell(trained).size().to_numpy()
    att = np.average(gain.to_numpy(float)[treated.ravel()], weights=n[treated.ravel()])
    assert realised["att"] == pytest.approx(att, abs=1e-6)
    assert realised["att"] == pytest.approx(realised["att_expected"], abs=0.05)


def test_a_block_depends_on_no_other():
    draft = draft_city(CITY, 999)
    last = list(drawn(draft, Raised.none(draft.scores.shape)))[-1][1]
    alone = replace(fresh := draft_city(CITY, 999), blocks=fresh.blocks[-1:])
    (_, table), *_ = drawn(alone, Raised.none(draft.scores.shape))
    pd.testing.assert_frame_equal(table, last)


# --- its files -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def streamed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real city of more than one block: 60 units, 12 quarters, about 580,000 respondents."""
    return simulate(tmp_path_factory.mktemp("large") / "city", units=60, quarters=12, respondents=800)


def test_one_file_a_quarter_in_order_and_nothing_else(streamed: Path):
    names = [f"{quarter}.parquet" for quarter in pd.period_range("2023Q4", "2026Q3", freq="Q")]
    assert sorted(path.name for path in (streamed / "responses").iterdir()) == names
    assert [path.name for path in streamed.parent.iterdir()] == ["city"]
    assert check_dataset(streamed) == ()


def test_planted_effect_is_recovered_from_a_streamed_city(streamed: Path):
    truth = json.loads((streamed / "truth.json").read_text(encoding="utf-8"))
    effect = asn.estimate_effect(asn.build_panel(read_dataset(streamed)), asn.city_design())
    assert effect.estimate == pytest.approx(truth["realised"]["att"], abs=2 * effect.std_error)
    assert effect.std_error < 0.5


def test_files_hold_what_the_store_would_have_written(tmp_path: Path):
    """Second implementation: `write_quarters`, which import uses."""
    write_city(tmp_path, draft_city(CITY, 999))
    mine = sorted((tmp_path / "responses").iterdir())
    with duckdb.connect() as con:
        answers = con.read_parquet([str(path) for path in mine])
        theirs = write_quarters(answers.project("* EXCLUDE (total)"), tmp_path / "theirs")
        for one, other in zip(mine, theirs, strict=True):
            rows = [con.read_parquet(str(p)).order("response_id").df() for p in (one, other)]
            pd.testing.assert_frame_equal(*rows)
            assert len(rows[0])


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path):
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        write_city(tmp_path / name, draft_city(CITY, 999))
    files = {path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*") if path.is_file()}
    assert len(files) == CITY.quarters + 11
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "other" / file).read_bytes()


def test_codes_are_wide_enough_for_everybody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Ten million respondents need eight digits; shown on few whose running numbers start there."""
    draft = draft_city(CITY, 999)
    far = [(replace(block, first=block.first + 9_999_990), own) for block, own in draft.blocks[:1]]
    _, table = next(drawn(replace(draft, blocks=far), Raised.none(draft.scores.shape)))
    example.write_blocks(tmp_path / "x.parquet", [table], digits=8, scored=False)
    codes = duckdb.sql(f"SELECT response_id FROM '{tmp_path / 'x.parquet'}' LIMIT 11").df()["response_id"]
    assert [codes[0], codes[10]] == ["R09999991", "R10000001"]


# --- whole or not at all -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (duckdb.IOException("No space left on device"), 2, "No space left on device. "),
        (KeyboardInterrupt(), 130, "Interrupted"),
    ],
)
def test_a_run_that_fails_leaves_the_folder_as_it_was(tmp_path: Path, monkeypatch, error, status, said):
    out = simulate(tmp_path / "city", units=4, quarters=8, respondents=5)
    (out / "notes.txt").write_text("mine")
    before = {path.name: path.read_bytes() for path in out.iterdir()}

    def fail(*args, **kwargs):
        raise error

    monkeypatch.setattr(example, "write_plan", fail)  # the last step: all else has been written
    run = CliRunner().invoke(main, ["simulate", str(out), "--units", "5", "--quarters", "8"])
    assert run.exit_code == status and said in run.output
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["city"]


def test_a_city_replaces_the_one_before_and_leaves_other_files(tmp_path: Path):
    out = simulate(tmp_path / "city", units=4, quarters=8, respondents=5)
    (out / "notes.txt").write_text("mine")
    (out / "responses").mkdir()
    simulate(out, units=5, quarters=8, respondents=5)
    assert (out / "notes.txt").read_text() == "mine" and not (out / "responses").exists()
    assert len(pd.read_csv(out / "units.csv")) == 5 and check_dataset(out) == ()


def test_real_data_are_never_overwritten(tmp_path: Path):
    out = simulate(tmp_path / "city", units=4, quarters=8, respondents=5)
    manifest = out / "dataset.yml"
    manifest.write_text(manifest.read_text().replace("simulated: true", "simulated: false"))
    run = CliRunner().invoke(main, ["simulate", str(out), "--units", "5"])
    assert run.exit_code == 2 and "not simulated; choose another folder" in run.output


def test_tables_without_a_manifest_are_never_overwritten(tmp_path: Path):
    (tmp_path / "units.csv").write_text("mine")
    run = CliRunner().invoke(main, ["simulate", str(tmp_path), "--units", "5"])
    assert run.exit_code == 2 and "holds what no simulation wrote" in run.output
    assert (tmp_path / "units.csv").read_text() == "mine"

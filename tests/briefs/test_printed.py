"""The index of an earlier report in `asn check`: traced a second way, told, withheld where small."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from click.testing import CliRunner

from asn_analysis.cli import main
from asn_analysis.measures.disclosure import withheld_cells
from asn_analysis.measures.ikm import round_half_up
from asn_analysis.measures.panel import build_panel
from asn_analysis.record.printed import compared
from asn_analysis.records.intake import Dataset, read_dataset
from asn_analysis.words import printed

UNIT = "PKM-03"


def with_figures(source: Path, folder: Path, figures: str) -> Path:
    shutil.copytree(source, folder)
    with (folder / "dataset.yml").open("a", encoding="utf-8") as file:
        file.write(f"published: {figures}\n")
    return folder


def by_hand(city: Path, quarter: str, weight: Fraction, unit: str = "%") -> list[Fraction]:
    """Second way: the index of each unit like ``unit``, from plain sums over the answers."""
    means = ", ".join(f"sum(u{k})::INT, count(u{k})" for k in range(1, 10))
    rows = duckdb.sql(
        f"SELECT {means} FROM '{city / 'responses.parquet'}' "
        f"WHERE year(date) || 'Q' || quarter(date) = '{quarter}' AND unit_id LIKE '{unit}'"
        + (" GROUP BY unit_id" if unit == "%_" else "")
    ).fetchall()
    return [sum(Fraction(*row[k : k + 2]) for k in range(0, 18, 2)) * weight * 25 for row in rows]


@pytest.fixture(scope="module")
def figures(small_city: Path) -> dict[str, str]:
    """City: all respondents with 0.11, the mean of units with 1/9, nothing; unit: 0.111."""
    pooled = by_hand(small_city, "2026Q2", Fraction("0.11"))[0]
    units = by_hand(small_city, "2026Q1", Fraction(1, 9), "%_")
    own = by_hand(small_city, "2026Q2", Fraction("0.111"), UNIT)[0]
    return {
        "pooled": f"{float(round_half_up(pooled, 2)):.2f}",
        "units": f"{float(round_half_up(sum(units) / len(units), 2)):.2f}",
        "own": f"{float(round_half_up(own, 2)):.2f}",
    }


@pytest.fixture(scope="module")
def city(small_city: Path, figures: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    declared = (
        f"{{2026Q2: {{city: {figures['pooled']}, {UNIT}: {figures['own']}}}, "
        f"2026Q1: {{city: {figures['units']}}}, 2025Q4: {{city: 30}}}}"
    )
    return with_figures(small_city, tmp_path_factory.mktemp("printed") / "city", declared)


@pytest.fixture(scope="module")
def found(city: Path) -> dict:
    """The figures of the city and of a unit, held against the answers."""
    dataset = read_dataset(city)
    panel = build_panel(dataset)
    return compared(dataset.manifest.published, panel, withheld_cells(panel, 5))


def test_the_convention_that_made_each_figure_is_named(found, figures):
    rows = found["rows"]
    assert [(row["quarter"], row["state"], row["pool"], row["weights"]) for row in rows] == [
        ("2025Q4", "none", None, None),
        ("2026Q1", "fits", "units", "exact"),
        ("2026Q2", "fits", "respondents", "0.11"),
        ("2026Q2", "fits", "respondents", "0.111"),
    ]
    assert rows[2]["printed"] == float(figures["pooled"])
    assert rows[3]["rounding"] == "once, at the end"
    assert [pool["pool"] for pool in rows[3]["pools"]] == ["respondents"]


def test_a_change_of_weights_alone_makes_a_hundredth_of_the_index(found):
    """0.11 x 9 = 0.99: of an index of 83 that is 0.83 points, of 100 a whole one."""
    highest = max(pool["values"][0] for row in found["rows"] for pool in row["pools"])
    assert found["spread"] == pytest.approx(highest / 100, abs=0.011)


def told(**row: object) -> str:
    base = {"scope": "city", "quarter": "2026Q1", "state": "fits", "printed": 83.12, "decimals": 2}
    base |= {"pool": "respondents", "weights": "exact", "rounding": "once, at the end", "others": []}
    base |= {"difference": 0.0, "pools": [{"pool": "respondents", "values": [83.12, 82.29, 83.04]}]}
    part = {"rows": [base | row], "weights": ["exact", "0.11", "0.111"], "spread": 0.83}
    return " ".join(printed.lines(part))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({}, "give that with weights 1/9, all respondents"),
        ({}, "So does this brief"),
        ({"weights": "0.11", "printed": 82.29, "difference": -0.83}, "give 83.12. Compare"),
        ({"weights": "0.11", "printed": 82.29, "difference": -0.83}, "-0.83 points"),
        ({"printed": 83.0, "decimals": 0, "others": ["0.111"]}, "weights 0.111 too"),
        ({"printed": 83.0, "decimals": 0}, "printed 83;"),
        ({"state": "none", "pool": None}, "No known convention gives"),
        ({"state": "withheld"}, "is not recomputed here"),
        ({"state": "incomplete"}, "has no answer"),
        ({}, "up to 0.83 points apart"),
    ],
)
def test_the_sentence_follows_the_record(row, said):
    assert said in told(**row)


@pytest.mark.parametrize("row", [{"others": ["0.111"]}, {"weights": "0.11", "difference": -0.83}])
def test_nothing_is_called_comparable_that_may_not_be(row):
    assert "can be compared" not in told(**row)


def test_check_tells_every_figure_with_its_three_recomputations(city: Path, figures):
    run = CliRunner().invoke(main, ["check", str(city)])
    assert run.exit_code == 0
    assert f"{UNIT}: The report of Q2 2026 printed {figures['own']}; the answers give that" in run.output
    assert f"{figures['own']} with weights 0.111" in run.output
    assert f"{figures['pooled']} with weights 0.11" in run.output
    assert "mean of the units' indices" in run.output
    assert "No known convention" in run.output


# --- small cells ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def thin(small_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """The unit had three respondents in the second quarter of 2026."""
    figures = f"{{2026Q2: {{city: 83.12, {UNIT}: 91.67}}}}"
    folder = with_figures(small_city, tmp_path_factory.mktemp("thin") / "city", figures)
    path = folder / "responses.parquet"
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE t AS FROM '{path}'")
        cell = f"unit_id = '{UNIT}' AND date BETWEEN '2026-04-01' AND '2026-06-30'"
        con.execute(
            f"DELETE FROM t WHERE {cell} AND response_id NOT IN "
            f"(SELECT response_id FROM t WHERE {cell} ORDER BY response_id LIMIT 3)"
        )
        con.execute(f"COPY t TO '{path}' (FORMAT parquet)")
    return read_dataset(folder)


@pytest.fixture(scope="module")
def panel(thin: Dataset) -> pd.DataFrame:
    return build_panel(thin)


def rows_of(thin: Dataset, panel: pd.DataFrame, *withheld: tuple[str, str]) -> list[dict]:
    """What is said of the city's figure and of the unit's."""
    return compared(thin.manifest.published, panel, withheld)["rows"]


def test_a_small_cell_is_not_told_and_the_mean_of_units_is_not_tried(thin: Dataset, panel: pd.DataFrame):
    hidden = withheld_cells(panel, 5)
    assert (UNIT, "2026Q2") in hidden
    of_city, own = rows_of(thin, panel, *sorted(hidden))
    assert [pool["pool"] for pool in of_city["pools"]] == ["respondents"]
    assert own == {"scope": UNIT, "quarter": "2026Q2", "state": "withheld"}


def test_too_few_are_not_told_even_where_nothing_says_that_they_are_withheld(thin, panel):
    assert rows_of(thin, panel)[1]["state"] == "withheld"


def test_check_does_not_tell_a_small_cell(thin: Dataset):
    run = CliRunner().invoke(main, ["check", str(thin.folder)])
    assert run.exit_code == 0 and f"{UNIT}: The figure printed for Q2 2026 is not recomputed" in run.output
    assert "91.67" not in run.output and "mean of the units' indices" not in run.output

"""The simulated city: it can be made again, looks like published surveys, and holds what it says it holds."""

import json
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
import yaml

from asn_analysis.records.intake import check_dataset
from asn_analysis.simulate.answers import Raised
from asn_analysis.simulate.city import EFFECT_SHARES, ITEMS, KIND_SHIFTS, RECORDED_SEED, SIZES, City
from asn_analysis.simulate.draft import draft_city, drawn
from asn_analysis.simulate.simulation import simulate

EXAMPLE = Path(__file__).parents[2] / "data" / "example"
CSV_TABLES = (
    "units", "trainings", "digital_services", "complaints", "consultations", "staff", "follow_ups",
)  # fmt: skip
SMALL = City(units=40, respondents=20)


def drawn_whole(city: City) -> tuple[dict[str, pd.DataFrame], dict]:
    """All tables of a city in memory, and the truth about them."""
    draft = draft_city(city)
    raised = Raised.none(draft.scores.shape)
    responses = pd.concat([table for _, table in drawn(draft, raised)], ignore_index=True)
    return draft.tables | {"responses": responses}, draft.truth(raised)


@pytest.fixture(scope="module")
def truth() -> dict:
    return json.loads((EXAMPLE / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def responses() -> pd.DataFrame:
    return read_responses(EXAMPLE)


@pytest.fixture(scope="module")
def panel(responses: pd.DataFrame) -> pd.DataFrame:
    return cells(responses)


def read_responses(folder: Path) -> pd.DataFrame:
    return duckdb.sql(f"SELECT * FROM '{(folder / 'responses.parquet').as_posix()}'").df()


def cells(responses: pd.DataFrame) -> pd.DataFrame:
    """n, index, and variance of the respondents' own index, by unit and quarter."""
    quarter = responses["date"].dt.to_period("Q-DEC").astype(str)
    items = responses[list(ITEMS)].astype(float)
    by = [responses["unit_id"].astype(str).rename("unit_id"), quarter.rename("quarter")]
    own = 25 * items.mean(axis=1)
    return pd.DataFrame(
        {"n": own.groupby(by).size(), "ikm": 25 * items.groupby(by).mean().mean(axis=1)}
    ).assign(variance=own.groupby(by).var())


def imputation_att(panel: pd.DataFrame, cohort: dict[str, str | None]) -> float:
    """Unit and quarter effects fitted to untreated cells by least squares; then observed minus imputed."""
    panel = panel.reset_index()
    first = panel["unit_id"].map(cohort)
    treated = (first.notna() & (panel["quarter"] >= first.fillna("9999Q9"))).to_numpy()
    dummies = pd.get_dummies(panel[["unit_id", "quarter"]], dtype=float).to_numpy()
    root = np.sqrt(panel["n"].to_numpy(float))[~treated]
    fit = np.linalg.lstsq(dummies[~treated] * root[:, None], panel["ikm"][~treated] * root, rcond=None)[0]
    return float(np.average((panel["ikm"] - dummies @ fit)[treated], weights=panel["n"][treated]))


# --- it can be made again ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory, truth: dict) -> Path:
    return simulate(tmp_path_factory.mktemp("again"), seed=truth["seed"])


@pytest.mark.parametrize("table", CSV_TABLES)
def test_recorded_seed_gives_the_committed_table(again: Path, table: str):
    made, committed = (pd.read_csv(folder / f"{table}.csv", dtype=str) for folder in (again, EXAMPLE))
    pd.testing.assert_frame_equal(made, committed)


def test_recorded_seed_gives_the_committed_responses(again: Path, responses: pd.DataFrame):
    pd.testing.assert_frame_equal(read_responses(again), responses)


def test_recorded_seed_gives_the_committed_truth_and_manifest(again: Path, truth: dict):
    assert json.loads((again / "truth.json").read_text(encoding="utf-8")) == truth
    assert (again / "dataset.yml").read_text() == (EXAMPLE / "dataset.yml").read_text()
    assert truth["seed"] == RECORDED_SEED


def test_folder_is_small():
    assert sum(path.stat().st_size for path in EXAMPLE.iterdir()) < 2_500_000


def test_a_table_does_not_move_when_another_changes():
    plain, _ = drawn_whole(SMALL)
    talkative, _ = drawn_whole(City(units=40, respondents=20, comments=0.5, complaints=2))
    pd.testing.assert_frame_equal(plain["staff"], talkative["staff"])
    items = list(ITEMS)
    pd.testing.assert_frame_equal(plain["responses"][items], talkative["responses"][items])


# --- it looks like published surveys (domain reference, 6.1) -------------------------------------


def test_index_level_and_spreads(panel: pd.DataFrame):
    table = panel["ikm"].unstack()
    residual = table.sub(table.mean(axis=1), axis=0).sub(table.mean(), axis=1)
    sampling = (panel["variance"] / panel["n"]).mean()
    assert 82 <= np.average(panel["ikm"], weights=panel["n"]) <= 84
    assert 2 <= table.mean(axis=1).std() <= 4
    assert 1 <= np.sqrt(residual.to_numpy().var() * 16 / 15 - sampling) <= 1.5
    assert 8 <= np.sqrt(np.average(panel["variance"], weights=panel["n"])) <= 10


def test_items_hang_together_as_in_published_surveys(responses: pd.DataFrame):
    items = responses[list(ITEMS)].astype(float)
    quarter = responses["date"].dt.to_period("Q-DEC")
    within = items - items.groupby([responses["unit_id"].astype(str), quarter]).transform("mean")
    covariance = within.cov().to_numpy()
    assert 0.68 <= 9 / 8 * (1 - np.trace(covariance) / covariance.sum()) <= 0.75
    assert 0.19 <= within.corr().to_numpy()[np.triu_indices(9, 1)].mean() <= 0.25
    assert 0.03 <= (items.max(axis=1) == items.min(axis=1)).mean() <= 0.10
    assert 0.01 <= items.isna().to_numpy().mean() <= 0.03


def test_element_profile_before_training(responses: pd.DataFrame, truth: dict):
    untouched = responses["date"] < pd.Period(first_wave(truth), freq="Q-DEC").start_time
    means = responses.loc[untouched, list(ITEMS)].astype(float).mean()
    published = [-0.04, -0.08, -0.11, 0.18, -0.03, 0.00, 0.02, 0.13, -0.08]
    np.testing.assert_allclose(means - means.mean(), published, atol=0.04)


def test_who_answers(responses: pd.DataFrame, panel: pd.DataFrame):
    assert panel["n"].min() >= 20 and panel["n"].max() <= 120 and panel["n"].skew() > 0.5
    assert 0.45 <= (responses["sex"] == "P").mean() <= 0.60
    assert set(responses["education"].value_counts().index[:2]) == {"SMA", "D4/S1"}
    assert responses["age"].between(21, 45).mean() > 0.7
    assert 0.01 < responses["comment"].notna().mean() < 0.06


def test_index_drifts_up_by_a_fifth_of_a_point_a_quarter(panel: pd.DataFrame, truth: dict):
    never = [unit for unit, cohort in truth["training"]["cohort"].items() if cohort is None]
    means = panel["ikm"].unstack().loc[never].mean()
    assert np.polyfit(np.arange(16), means, 1)[0] == pytest.approx(truth["trend_per_quarter"], abs=0.08)


# --- it holds what truth.json says ---------------------------------------------------------------


def first_wave(truth: dict) -> str:
    return min(cohort for cohort in truth["training"]["cohort"].values() if cohort)


def test_parts_of_the_effect_sum_to_the_effect(truth: dict):
    training, digital = truth["training"], truth["digital"]
    for effects in (training["effect_by_element"], *training["effect_by_kind"].values()):
        assert sum(e["ikm_points"] for e in effects.values()) == pytest.approx(training["effect"], abs=1e-5)
    assert sum(e["ikm_points"] for e in digital["effect_by_element"].values()) == pytest.approx(
        digital["effect"]
    )
    assert training["effect_by_event_quarter"] == pytest.approx([2.5 / 3, 5 / 3, 2.5])
    assert EFFECT_SHARES.sum() == pytest.approx(1)
    assert all(shift.sum() == pytest.approx(0) for shift in KIND_SHIFTS.values())


@pytest.mark.parametrize("item", ["u4", "u9"])
def test_negative_controls_are_exactly_zero(truth: dict, item: str):
    planted = [truth["training"]["effect_by_element"], *truth["training"]["effect_by_kind"].values()]
    for effects in (*planted, truth["realised"]["att_by_element"]):
        assert effects[item] == {"answer_scale": 0, "ikm_points": 0}


def test_realised_effect_is_what_was_planted_up_to_chance(truth: dict):
    realised = truth["realised"]
    assert realised["att"] == pytest.approx(realised["att_expected"], abs=0.05)
    assert sum(e["ikm_points"] for e in realised["att_by_element"].values()) == pytest.approx(
        realised["att"], abs=1e-4
    )
    for event, points in enumerate(truth["training"]["effect_by_event_quarter"]):
        assert realised["att_by_event_quarter"][str(event)] == pytest.approx(points, abs=0.15)


def test_planted_effect_is_recovered_by_imputation(panel: pd.DataFrame, truth: dict):
    estimate = imputation_att(panel, truth["training"]["cohort"])
    assert estimate == pytest.approx(truth["realised"]["att"], abs=0.35)  # about two standard errors


def test_roll_out(panel: pd.DataFrame, truth: dict):
    cohorts = pd.Series(truth["training"]["cohort"])
    quarters = sorted(panel.index.unique("quarter"))
    waves = sorted(cohorts.dropna().unique())
    assert cohorts.notna().mean() == pytest.approx(0.73, abs=0.01)
    assert waves == quarters[quarters.index(waves[0]) :][:8]
    assert quarters.index(waves[0]) >= 4
    assert (len(quarters), quarters[-1]) == (16, "2026Q3")


def test_trained_and_never_trained_units_start_alike(panel: pd.DataFrame, truth: dict):
    before = panel["ikm"].unstack().loc[:, lambda table: table.columns < first_wave(truth)].mean(axis=1)
    trained = pd.Series(truth["training"]["cohort"])[before.index].notna()
    assert abs(before[trained].mean() - before[~trained].mean()) < 1


def test_first_training_is_the_cohort(truth: dict):
    trainings = pd.read_csv(EXAMPLE / "trainings.csv", parse_dates=["start"])
    first = trainings.groupby("unit_id")["start"].min().dt.to_period("Q-DEC").astype(str)
    assert first.to_dict() == {unit: cohort for unit, cohort in truth["training"]["cohort"].items() if cohort}
    assert trainings["unit_id"].duplicated().any()


def test_staff_hours_are_those_of_the_trainings():
    trainings = pd.read_csv(EXAMPLE / "trainings.csv", parse_dates=["start"]).query("kind == 'managerial'")
    staff = pd.read_csv(EXAMPLE / "staff.csv")
    given = (trainings["hours"] * trainings["participants"]).groupby(
        [trainings["unit_id"], trainings["start"].dt.year.rename("year")]
    )
    recorded = staff.groupby(["unit_id", "year"])["leadership_hours"].sum()
    assert recorded[recorded > 0].to_dict() == given.sum().to_dict()


def test_no_effect_planted_is_no_effect_realised():
    (none, truth), (some, _) = drawn_whole(City(units=40, respondents=20, effect=0)), drawn_whole(SMALL)
    assert truth["realised"]["att"] == 0
    controls = ["u4", "u9"]
    pd.testing.assert_frame_equal(none["responses"][controls], some["responses"][controls])


def test_drift_leads_the_estimate_astray_and_is_recorded(panel: pd.DataFrame, truth: dict):
    tables, drifting = drawn_whole(City(drift=0.3))
    assert drifting["drift_per_quarter"] == 0.3
    assert drifting["realised"]["att"] == pytest.approx(truth["realised"]["att"], abs=0.1)
    biased = imputation_att(cells(tables["responses"]), drifting["training"]["cohort"])
    assert biased > imputation_att(panel, truth["training"]["cohort"]) + 0.8


def test_complaints_are_rare(truth: dict):
    complaints = pd.read_csv(EXAMPLE / "complaints.csv", parse_dates=["received"])
    counts = complaints.groupby(["unit_id", complaints["received"].dt.to_period("Q-DEC")]).size()
    assert 200 <= len(complaints) / 4 <= 500
    assert counts.quantile(0.99) <= 5
    assert complaints["closed"].isna().any() and truth["training"]["complaints_rate_ratio"] == 0.92


# --- its units are the city's --------------------------------------------------------------------


def test_units_are_keyed_by_code():
    units = pd.read_csv(EXAMPLE / "units.csv")
    assert units["unit_id"].is_unique and 110 <= len(units) <= 125
    sukawana = units[units["name"] == "Kelurahan Sukawana"]
    assert sukawana["unit_id"].tolist() == ["36.73.01.1008", "36.73.04.1007"]
    counts = units["unit_type"].value_counts()
    assert counts[["kecamatan", "kelurahan", "puskesmas", "pustu"]].tolist() == [6, 67, 14, 8]
    assert set(counts.index) == set(SIZES)


@pytest.mark.parametrize("name", ["Ciracas", "Puskesmas Taktakan", "DPRD", "Inspektorat", "BLPBJ"])
def test_doubtful_names_and_offices_without_a_counter_are_left_out(name: str):
    assert name not in (EXAMPLE / "units.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(("units", "quarters"), [(2, 6), (40, 12), (130, 16), (150, 31)])
def test_other_sizes(tmp_path: Path, units: int, quarters: int):
    folder = simulate(tmp_path / "city", units=units, quarters=quarters, respondents=3)
    panel = cells(read_responses(folder))
    assert panel.index.unique("unit_id").size == units
    assert panel.index.unique("quarter").size == quarters
    assert panel.index.unique("quarter").max() == "2026Q3"
    assert pd.read_csv(folder / "units.csv")["unit_id"].is_unique


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"quarters": 5}, "quarters must be at least 6, got 5"),
        ({"units": 1}, "units must be at least 2, got 1"),
        ({"respondents": 0}, "respondents must be 1 to 1,000,000 a unit and quarter"),
    ],
)
def test_a_city_too_small_to_simulate_is_refused(wrong: dict, said: str):
    with pytest.raises(ValueError, match=said):
        City(**wrong)


def test_intake_finds_no_fault():
    assert check_dataset(EXAMPLE) == ()


def test_responses_are_sorted_for_fast_reading(responses: pd.DataFrame):
    keys = responses[["unit_id", "date"]].astype({"unit_id": str})
    pd.testing.assert_frame_equal(keys, keys.sort_values(["unit_id", "date"], kind="stable"))


def test_manifest_declares_every_table_and_that_nothing_is_real():
    manifest = yaml.safe_load((EXAMPLE / "dataset.yml").read_text(encoding="utf-8"))
    assert manifest["simulated"] is True
    assert set(manifest["tables"]) == {*CSV_TABLES, "responses"}
    assert list(manifest["elements"].values()) == list(ITEMS)
    assert all((EXAMPLE / file).is_file() for file in manifest["tables"].values())

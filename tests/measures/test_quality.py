"""The survey screens: planted oddities are found, honest quarters are left alone, nobody can be made out."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from scipy.stats import betabinom, binom, chi2, chi2_contingency

import asn_analysis as asn
from asn_analysis.arms.quality import ARM, SCREENS
from asn_analysis.cli import main
from asn_analysis.measures import quality
from asn_analysis.measures.context import with_context
from asn_analysis.record.plain import plain_values
from asn_analysis.records.quality import form_counts
from asn_analysis.rules.rules import load_quality
from asn_analysis.simulate.simulation import simulate
from tests.measures.planted import plant, read_answers, with_times, write_answers

QUARTER = pd.Period("2026Q3", freq="Q-DEC")
# The smallest share of a unit's forms at which the study below finds each kind nearly always.
DOSES = {
    "straight_lining": 0.6,
    "all_best": 0.6,
    "near_twins": 0.6,
    "same_as_before": 0.4,
    "copied_quarter": 0.9,
    "one_day": 0.6,
    "one_minute": 0.5,
    "closed_days": 0.5,
    "impossible": 0.3,
    "channel": 0.8,
    "composition": 0.8,
    "same_count": 1.0,
    "round_counts": 1.0,
    "round_ages": 0.9,
}


def screened(folder):
    dataset = asn.read_dataset(folder)
    panel = with_context(asn.build_panel(dataset), dataset)
    return dataset, panel, quality.screen_survey(dataset, panel, QUARTER)


def flags(found) -> set[tuple[str, str]]:
    return set(
        found.table.loc[found.table["flagged"], ["unit_id", "screen"]].itertuples(index=False, name=None)
    )


@pytest.fixture(scope="module")
def odd_city(small_city, tmp_path_factory):
    """The small city with one kind of oddity in each of fourteen units; times of day are known."""
    rng = np.random.default_rng(5)
    table = with_times(read_answers(small_city), rng)
    office = ~table["unit_id"].str.startswith(("PKM", "RSUD", "MPP"))
    units = table.loc[office, "unit_id"].value_counts().index[: len(DOSES)]
    chosen = dict(zip(DOSES, units, strict=True))
    for kind, unit in chosen.items():
        table = plant(kind, table, unit, DOSES[kind], rng)
    folder = write_answers(small_city, tmp_path_factory.mktemp("odd") / "city", table)
    return chosen, folder, *screened(folder)


def test_every_kind_of_planted_oddity_is_found_in_its_unit(odd_city):
    chosen, _, _, _, found = odd_city
    missed = {kind for kind, unit in chosen.items() if (unit, kind) not in flags(found)}
    assert missed == set()


def test_units_in_which_nothing_was_planted_are_left_alone(odd_city):
    chosen, _, _, _, found = odd_city
    assert {unit for unit, _ in flags(found)} - set(chosen.values()) == set()


def test_an_honest_city_raises_hardly_a_question(small_city):
    _, _, found = screened(small_city)
    assert len(flags(found)) <= 1
    assert "one_minute" not in set(found.normal["screen"])  # its file holds days, not times


def test_counts_equal_a_slow_count_in_pandas(small_city, small_dataset):
    table = read_answers(small_city)
    table = table[table["date"].dt.to_period("Q") == "2026Q3"]
    items = table[list(asn.load_skm().codes)].astype(float)
    straight = (items.min(axis=1) == items.max(axis=1)) & (items.count(axis=1) >= 5)
    counts = form_counts(small_dataset.responses, QUARTER, load_quality()).set_index(["screen", "unit_id"])
    for screen, odd in {
        "straight_lining": straight,
        "all_best": straight & (items.max(axis=1) == 4),
        "round_ages": table["age"] % 5 == 0,
    }.items():
        expected = odd.groupby(table["unit_id"]).sum()
        pd.testing.assert_series_equal(
            counts.loc[screen, "found"].sort_index(), expected, check_dtype=False, check_names=False
        )
    unit = table["unit_id"].iloc[0]
    forms = table[(table["unit_id"] == unit) & ~straight]
    facts = forms[["service", "channel", "sex", "age", "education", "occupation"]].astype(str)
    rows = pd.concat(
        [forms[list(asn.load_skm().codes)].astype("Int64").astype(str), facts], axis=1
    ).to_numpy()
    alike = (rows[:, None, :] == rows[None, :, :]).sum(axis=2) - 99 * np.eye(len(rows), dtype=int)
    twins = (alike.max(axis=1) >= 0.85 * 15).sum()
    assert counts.loc[("near_twins", unit), ["found", "of"]].tolist() == [twins, len(rows)]


def test_the_tail_is_the_beta_binomials():
    normal = pd.DataFrame({"found": [2, 9, 4, 0, 12, 3], "of": [40.0, 50, 45, 20, 60, 30]})
    normal["share"] = normal["found"] / normal["of"]
    mean = 30.5 / 246
    rho = ((normal["of"] * (normal["share"] - mean) ** 2).sum() / (mean * (1 - mean)) - 5) / (245 - 6)
    a, b = mean * (1 / rho - 1), (1 - mean) * (1 / rho - 1)
    rows = pd.DataFrame({"found": [20, 5], "of": [40, 9]})
    assert quality.beta_binomial_tail(rows, normal) == pytest.approx(
        betabinom.sf(rows["found"] - 1, rows["of"], a, b), rel=1e-9
    )


def test_a_change_of_mix_is_the_distance_and_the_usual_chi_squared():
    now = pd.DataFrame([[30.0, 10], [22, 18]], index=["a", "b"])
    past = pd.DataFrame([[80.0, 80], [85, 75]], index=["a", "b"])
    found = quality._distance(now, past)
    assert found["share"].tolist() == pytest.approx([0.25, 0.55 - 85 / 160])
    statistics = [chi2_contingency([now.loc[u], past.loc[u]], correction=False)[0] for u in "ab"]
    usual = max(np.median(statistics), 1)
    assert found["p_value"].tolist() == pytest.approx(chi2.sf(np.array(statistics) / usual, 1))


def test_no_count_under_the_threshold_can_be_read_off(odd_city):
    _, _, dataset, panel, found = odd_city
    parts = ARM.prepare(dataset, panel, QUARTER)
    json.dumps(plain_values([parts.city, parts.units]), allow_nan=False)
    known = found.table.set_index(["unit_id", "screen"])
    for unit, part in plain_values(parts.units).items():
        for row in part["screens"]:
            found_forms, of = known.loc[(unit, row["screen"]), ["found", "of"]]
            if pd.isna(found_forms) or row["screen"] in ("same_count", "round_counts"):
                continue
            assert (row["share"] is None) == (found_forms < 5)
            if row["share"] is not None:
                assert row["share"] <= round(max(of - 5, 5) / of, 2)


def test_asn_check_prints_the_questions_and_finds_no_fault(odd_city):
    _, folder, dataset, panel, _ = odd_city
    first = ARM.prepare(dataset, panel, QUARTER).city.flags[0]
    result = CliRunner().invoke(main, ["check", str(folder), "--quality"])
    assert result.exit_code == 0, result.output
    assert f"{first.unit_id} {first.name}: " in result.output
    assert SCREENS[first.screen]["question"] in result.output
    assert result.output.count("normal in this city") == 10
    assert "a question is no accusation" in result.output


def test_a_question_costs_certainty_only_where_the_result_leans_on_it(small_dataset):
    panel = with_context(asn.build_panel(small_dataset), small_dataset)
    big = panel.groupby("unit_id")["n_respondents"].sum().sort_values().index
    found = {}
    for name, units in {"none": [], "holds": [big[0]], "heavy": list(big[-4:])}.items():
        analysis = asn.analyse(panel, QUARTER, plan_holds=True, flagged=units)
        check = next(check for check in analysis.checks if check.name == "flagged_units")
        found[name] = (check, analysis)
    assert found["none"][0].finding == "none"
    assert found["holds"][0].finding == "holds"
    assert found["heavy"][0].finding in ("heavy", "turns")
    points = {name: analysis.verdict.certainty for name, (_, analysis) in found.items()}
    assert points["none"] == points["holds"] == points["heavy"] + 1
    assert len({analysis.effect.estimate for _, analysis in found.values()}) == 1
    left = panel[panel["unit_id"] != big[0]]
    without = asn.analyse(left, QUARTER).effect.estimate
    assert found["holds"][0].values["estimate"] == pytest.approx(without)


@pytest.mark.slow
def test_false_alarms_and_power_over_fifty_two_quarters(tmp_path):
    """Prints the tables of METHODS.md ("Survey quality")."""
    alarms, found, n_units = [], [], 0
    for seed in range(101, 114):
        city = simulate(tmp_path / f"{seed}", effect=2.5, seed=seed)
        dataset = asn.read_dataset(city)
        panel = with_context(asn.build_panel(dataset), dataset)
        for quarter in pd.period_range(end=QUARTER, periods=4):
            honest = quality.screen_survey(dataset, panel, quarter)
            n_units += len(honest.units)
            alarms.append(honest.table[honest.table["flagged"]].assign(seed=seed, quarter=str(quarter)))
        if seed < 107:
            found += _planted_and_found(city, tmp_path / f"odd-{seed}", seed)
    alarms = pd.concat(alarms)
    power = pd.DataFrame(found, columns=["kind", "dose", "found"]).pivot_table("found", "kind", "dose")
    print(
        f"\n{len(alarms)} alarms in 52 quarters, {n_units} unit-quarters\n", alarms.groupby("screen").size()
    )
    print(power.round(2).to_string())
    assert len(alarms) / 52 < 1
    assert power[1.0].min() > 0.8


def _planted_and_found(city, folder, seed):
    """Each kind at three doses, each in another unit; times of day are known."""
    doses = (0.3, 0.6, 1.0)
    rng = np.random.default_rng(seed)
    table = with_times(read_answers(city), rng)
    units = iter(
        rng.permutation([u for u in table["unit_id"].unique() if not u.startswith(("PKM", "RSUD", "MPP"))])
    )
    chosen = [(kind, dose, next(units)) for kind in DOSES for dose in doses]
    for kind, dose, unit in chosen:
        table = plant(kind, table, unit, dose, rng)
    seen = flags(screened(write_answers(city, folder, table))[2])
    return [(kind, dose, (unit, kind) in seen) for kind, dose, unit in chosen]


def test_forms_filled_in_alike_everywhere_are_asked_about_although_no_unit_stands_out():
    """Judged by the city alone, 24 units with 9 forms in 10 straight-lined were in order."""
    rows = pd.DataFrame({"unit_id": range(24), "found": 27, "of": 30, "share": 0.9, "p_value": np.nan})
    level = 0.5 / (14 * 24)
    assert not quality._judge(rows, 0.20, None, level)["flagged"].any()
    assert quality._judge(rows, 0.20, 0.60, level)["flagged"].all()
    honest = rows.assign(found=18, share=0.6)  # at the limit itself, chance alone does not ask
    assert not quality._judge(honest, 0.20, 0.60, level)["flagged"].any()
    assert quality._above(rows, 0.60)[0] == pytest.approx(binom.sf(26, 30, 0.60))


def test_a_city_that_surveys_at_weekends_alone_is_asked_once_for_all(small_city, small_dataset, tmp_path):
    def asked(dataset) -> tuple[int, list[str]]:
        panel = with_context(asn.build_panel(dataset), dataset)
        part = ARM.prepare(dataset, panel, QUARTER).city
        return part.n_flags, [row.screen for row in part.screens if row.throughout]

    assert asked(small_dataset)[1] == []
    table = read_answers(small_city)
    day = pd.to_datetime(table["date"])
    since, until = (pd.to_timedelta((side * (day.dt.weekday - 5)) % 7, "D") for side in (1, -1))
    saturday = (day - since).where((day - since).dt.quarter == day.dt.quarter, day + until)
    table["date"] = saturday.astype("datetime64[us]").dt.date
    folder = write_answers(small_city, tmp_path / "city", table)
    assert asked(asn.read_dataset(folder)) == (0, ["closed_days"])
    told = CliRunner().invoke(main, ["check", str(folder), "--quality"]).output
    assert told.count(SCREENS["closed_days"]["question"]) == 1 and "100% in the middle unit" in told

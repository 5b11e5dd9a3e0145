"""What a design accepts, refuses, and treats alike."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from asn_analysis.impact.design import Design
from asn_analysis.impact.estimate import estimate_effect
from asn_analysis.impact.grid import lay_out
from asn_analysis.impact.refusals import REFUSALS, DesignError


def quarters(column):
    return pd.PeriodIndex(
        [pd.NaT if pd.isna(t) else pd.Period("2023Q1", "Q") + int(t) for t in column], freq="Q"
    )


def same(one, two):
    np.testing.assert_allclose(
        one.tidy().select_dtypes("number"), two.tidy().select_dtypes("number"), atol=1e-9
    )


def test_the_sixteen_row_grid(design):
    """Two units, two periods, one cell missing: it weighs nothing."""
    panel = pd.DataFrame(
        {
            "unit": ["b", "a", "a"],
            "time": [2, 1, 2],
            "cohort": [2, None, None],
            "y": [5, 3, 4],
            "n": [9, 7, 8],
        }
    )
    with pytest.raises(DesignError):
        lay_out(panel, design)
    whole = pd.concat([panel, panel.tail(1).assign(unit="b", time=1, cohort=2, y=1)])
    grid = lay_out(whole, design)
    assert grid.units.tolist() == ["a", "b"] and grid.periods.tolist() == [1, 2]
    assert grid.outcome.tolist() == [[3, 4], [1, 5]] and grid.weight.tolist() == [[7, 8], [8, 9]]
    assert grid.treated.tolist() == [[False, False], [False, True]]


def test_periods_integers_and_objects_are_alike(design, simulate):
    panel = simulate(1)
    plain = estimate_effect(panel, design)
    periods = panel.assign(time=quarters(panel["time"]), cohort=quarters(panel["cohort"]))
    same(estimate_effect(periods, design), plain)
    same(estimate_effect(periods.astype({"time": object, "cohort": object}), design), plain)
    same(estimate_effect(panel.astype({"time": object, "cohort": "Int64"}), design), plain)
    assert estimate_effect(periods, design).paths["time"].iloc[-1] == pd.Period("2024Q4")


def test_row_order_index_and_foreign_columns_do_not_matter(design, simulate):
    panel = simulate(2)
    shuffled = panel.sample(frac=1, random_state=1).assign(comment="x")
    shuffled.index = [0] * len(shuffled)
    same(estimate_effect(shuffled, design), estimate_effect(panel, design))


def test_a_missing_outcome_is_a_missing_cell(design, simulate):
    panel = simulate(3)
    gone = panel.index[::7]
    effect = estimate_effect(panel.assign(y=panel["y"].mask(panel.index.isin(gone))), design)
    same(effect, estimate_effect(panel.drop(gone), design))
    assert effect.n_cells_without_outcome == len(gone)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda p: pd.concat([p, p.head(1)]), "unit 0.0 has two rows in time 0;"),
        (lambda p: p.assign(cohort=p["cohort"].mask(p.index == 3, 6)), "more than one cohort"),
        (lambda p: p.assign(cohort=p["cohort"].mask(p.index == 3)), "more than one cohort"),
        (lambda p: p.assign(y=p["y"].mask(p.index == 3, np.inf)), "infinite"),
        (lambda p: p.assign(n=p["n"].mask(p.index == 3, -1)), "0 or more"),
        (lambda p: p.assign(n=p["n"].mask(p.index == 3)), "0 or more"),
        (lambda p: p.assign(unit=p["unit"].mask(p.index == 3)), "filled in every row"),
        (lambda p: p.assign(time="2026Q1"), "PeriodIndex"),
        (lambda p: p.assign(time=pd.Timestamp("2026-01-01")), "both dates, or both whole numbers"),
        (lambda p: p.assign(time=p["time"] + 0.5), "whole numbers"),
        (lambda p: p.assign(time=quarters(p["time"])), "both hold periods"),
        (lambda p: p.assign(cohort=quarters(p["cohort"])), "both hold periods"),
        (lambda p: p.assign(y="good"), "must hold numbers"),
        (
            lambda p: p.assign(time=p["time"] + 2000, cohort=(p["cohort"] + 2000).fillna(0)),
            "missing for units never",
        ),
    ],
)
def test_contradictions_say_which_and_what_to_do(design, simulate, change, said):
    panel = simulate(4).astype({"n": float, "unit": float})
    panel.loc[panel["unit"] == 0, "cohort"] = 5
    with pytest.raises(ValueError, match=said):
        estimate_effect(change(panel), design)


def test_a_missing_column_is_named_beside_those_there_are(design, simulate):
    with pytest.raises(KeyError, match="'n'.*'unit', 'time', 'cohort', 'y'"):
        estimate_effect(simulate(5).drop(columns="n"), design)


def test_the_design_itself_is_checked(design):
    for wrong in ({"comparison": "everyone"}, {"confidence": 95}, {"leads": -1}):
        with pytest.raises(ValueError, match="|".join(["comparison", "confidence", "leads"])):
            replace(design, **wrong)
    with pytest.raises(TypeError):
        Design("y")


def test_every_refusal_has_a_reason_and_a_remedy():
    for code in REFUSALS:
        error = DesignError.named(code)
        assert str(error) == f"{error.reason} {error.remedy}" and error.code == code

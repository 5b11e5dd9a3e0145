"""Panels and slow, obvious implementations that the tests of impact share."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from asn_analysis.impact.design import Design


@pytest.fixture(scope="session")
def shared():
    """A file beside the repository; the test is skipped, visibly, where it is absent."""

    def find(name):
        path = Path(__file__).resolve().parents[2].parent / "shared" / "data" / name
        if not path.exists():
            pytest.skip(f"../shared/data/{name} is not there")
        return path

    return find


@pytest.fixture(scope="session")
def mpdta(shared):
    frame = pd.read_csv(shared("mpdta.csv"))
    return frame.assign(cohort=frame["first.treat"].replace(0, np.nan))


@pytest.fixture(scope="session")
def chicago(shared):
    frame = pd.read_csv(shared("chicago_training_complaints.csv"))
    return frame.assign(unit=frame["first_trained"], rate=frame["complaints"] / frame["officers"])


@pytest.fixture(scope="session")
def design():
    return Design("y", "unit", "time", "cohort", weight="n", leads=3, lags=4)


@pytest.fixture(scope="session")
def simulate():
    """simulate(seed, units=.., periods=.., effect=.., drift=.., holes=.., treated=.., first=..)."""

    def make(seed, units=20, periods=8, effect=2.0, drift=0.0, holes=0.0, treated=0.7, first=3, noise=1.0):
        rng = np.random.default_rng(seed)
        cohort = np.full(units, np.nan)
        chosen = rng.permutation(units)[: round(treated * units)]
        cohort[chosen] = rng.integers(first, periods, len(chosen))
        unit, time = np.divmod(np.arange(units * periods), periods)
        since = time - cohort[unit]
        y = (
            rng.normal(80, 3, units)[unit]
            + rng.normal(0, 1, periods)[time]
            + drift * time * ~np.isnan(cohort[unit])
            + effect * (since >= 0)
            + noise * rng.normal(size=len(unit))
        )
        panel = pd.DataFrame(
            {
                "unit": unit,
                "time": time,
                "cohort": cohort[unit],
                "y": y,
                "n": rng.integers(20, 120, len(unit)),
            }
        )
        return panel[rng.random(len(panel)) >= holes].reset_index(drop=True)

    return make


def _imputation_row(panel, extra, coefficient, never):
    """The estimator as explicit coefficients on the rows of ``panel``, by pseudo-inverses."""
    n = panel["n"].to_numpy(float)
    treated = (panel["time"] >= panel["cohort"]).to_numpy()
    units, times = pd.get_dummies(panel["unit"]), pd.get_dummies(panel["time"])
    x = np.column_stack([units, times, *[panel[name] for name in extra]]).astype(float)
    row = np.zeros(len(panel))
    # "never": period effects from never treated units, then each unit's level.
    fit = ~treated & panel["cohort"].isna().to_numpy() if never else ~treated
    w = n * fit
    solved = np.linalg.pinv(x.T @ (w[:, None] * x), hermitian=True, rcond=1e-11) @ (x * w[:, None]).T
    if coefficient is not None:
        return solved[len(x[0]) - len(extra) + coefficient]
    for target in np.flatnonzero(panel["target"]):
        predict = x[target] @ solved if not never else _never_prediction(panel, x, solved, target)
        if predict is None or (not never and not np.allclose(predict @ x, x[target], atol=1e-7)):
            continue
        row[target] += n[target]
        row -= n[target] * predict
    kept = sum(n[t] for t in np.flatnonzero(panel["target"]) if row[t] > 0)
    return row / kept if kept else np.full(len(panel), np.nan)


def _never_prediction(panel, x, solved, target):
    """From the cells before the training whose periods never treated units link to the target's."""
    n_units = panel["unit"].nunique()
    never = panel["cohort"].isna().to_numpy()
    own = (panel["unit"] == panel["unit"].iloc[target]).to_numpy()
    before = np.flatnonzero(
        own & (panel["time"] < panel["cohort"]) & panel["time"].isin(panel["time"][never])
    )
    if not len(before):
        return None
    contrasts = {}
    for cell in [before[np.argmin(panel["time"].iloc[before])], *before]:
        wanted = np.concatenate([np.zeros(n_units), (x[target] - x[cell])[n_units:]])
        if np.allclose((wanted @ solved) @ x, wanted, atol=1e-7):
            contrasts[cell] = wanted @ solved
        elif not contrasts:
            return None
    weights = panel["n"].to_numpy(float)
    total = sum(weights[cell] for cell in contrasts)
    prediction = sum(weights[cell] / total * contrast for cell, contrast in contrasts.items())
    for cell in contrasts:
        prediction[cell] += weights[cell] / total
    return prediction


@pytest.fixture(scope="session")
def brute_force():
    """Every left-out estimate refitted, and O with all its G x G entries."""

    def run(panel, extra=(), coefficient=None, never=False):
        panel = panel.assign(target=panel["time"] >= panel["cohort"]).reset_index(drop=True)
        whole = _imputation_row(panel, extra, coefficient, never)
        rows = {}
        for unit in np.unique(panel["unit"]):
            rest = panel[panel["unit"] != unit]
            rows[unit] = np.zeros(len(panel))
            rows[unit][rest.index] = _imputation_row(rest.reset_index(drop=True), extra, coefficient, never)
        left = pd.DataFrame(rows)
        y = panel["y"].to_numpy()
        replicates = y @ left.to_numpy()
        steps = left.to_numpy() - whole[:, None]
        o = steps.T @ steps
        size = len(replicates)
        return SimpleNamespace(
            value=y @ whole,
            replicates=pd.Series(replicates, index=left.columns),
            std_error=np.sqrt(((replicates - y @ whole) ** 2).sum() * (size - 1) / size),
            df=np.trace(o) ** 2 / (o**2).sum(),
        )

    return run

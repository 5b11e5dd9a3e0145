"""The error rates of the whole way: cells, estimate, robust interval, verdict.

`make study` runs every cell of the study with 2,000 replications, writes the table into METHODS.md and
a figure into benchmarks/, and holds the figures against what was promised. The normal tests run a
small seeded slice.

Data-generating process. 16 quarters; waves of training start in quarters 5 to 12; the rest is never
trained. For unit g in quarter t with n_gt respondents (20 to 120, skewed, mostly the unit's own size):

    y_gt = a_g + l_t + tau_g [t >= start_g] + drift t [ever trained] + u_gt + e_gt / sqrt(n_gt)

a ~ N(82, 3), l ~ N(0, 0.5), tau_g ~ N(truth, 0.5), u an AR(1) with correlation 0.5 and standard deviation
1.4, e of standard deviation 9. "Heavy" draws u and e from t(3), scaled to the same variance. Where drift is
0 the mean over treated cells is `truth` in expectation. Two looks, at quarters 15 and 16.

Everything is linear in the outcomes, so each of 40 designs (who is trained when, how many answer) is
turned into its rows of coefficients once, by leaving each unit out and posing the problem again, and
applied to 50 draws; one draw a design is checked against `estimate_effect`.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import stdtrit

from asn_analysis.impact.design import Design
from asn_analysis.impact.estimate import estimate_effect
from asn_analysis.impact.grid import lay_out
from asn_analysis.impact.imputation import pose, without
from asn_analysis.impact.jackknife import cell_weights
from asn_analysis.impact.refusals import DesignError
from asn_analysis.impact.verdict import LABELS, Finding, decide

QUARTERS, S = 16, 2.0
SIZES = {"10": (10, 7), "20": (20, 15), "30": (30, 22), "100": (100, 73), "5 of 100": (100, 5)}
SCENARIOS = [(0.0, 0.0), (0.0, 0.1), (0.0, 0.2), (0.0, 0.3), (S, 0.0), (2 * S, 0.0)]
DESIGN = Design("y", "unit", "time", "cohort", weight="n")
METHODS = Path(__file__).resolve().parents[2] / "METHODS.md"
FIGURE = METHODS.parent / "benchmarks" / "study.svg"
BEGIN, END = "<!-- study: begin -->", "<!-- study: end -->"


def draw_design(rng, units, treated):
    cohort = np.full(units, np.nan)
    cohort[:treated] = 4 + (np.arange(treated) + rng.integers(8)) % 8
    own = np.clip(rng.lognormal(np.log(45), 0.5, units), 20, 120)
    return cohort, np.clip(np.round(own[:, None] * rng.uniform(0.8, 1.2, (units, QUARTERS))), 20, 120)


def draw_outcomes(rng, draws, cohort, n, truth, drift, heavy):
    shape = (draws, *n.shape)
    noise = (lambda size: rng.standard_t(3, size) / np.sqrt(3)) if heavy else rng.standard_normal
    shocks = 1.4 * noise(shape)
    for t in range(1, QUARTERS):
        shocks[:, :, t] = 0.5 * shocks[:, :, t - 1] + np.sqrt(0.75) * shocks[:, :, t]
    clock = np.arange(QUARTERS)
    tau = rng.normal(truth, 0.5, shape[:2])[:, :, None]
    return (
        rng.normal(82, 3, shape[:2])[:, :, None]
        + rng.normal(0, 0.5, (draws, 1, QUARTERS))
        + tau * (clock >= cohort[:, None])
        + drift * clock * ~np.isnan(cohort)[:, None]
        + shocks
        + 9 / np.sqrt(n) * noise(shape)
    )


def panel_of(cohort, n, outcome, until):
    unit, time = np.divmod(np.arange(n.size), QUARTERS)
    known = np.where(cohort < until, cohort, np.nan)
    panel = pd.DataFrame(
        {"unit": unit, "time": time, "cohort": known[unit], "n": n.ravel(), "y": outcome.ravel()}
    )
    return panel[panel["time"] < until]


class Rows:
    """An estimator as coefficients: its own, those with each unit left out, its degrees of freedom."""

    def __init__(self, problem, targets):
        self.whole = cell_weights(problem, targets[None])[0]
        self.left = np.full((len(targets), *targets.shape), np.nan)
        for unit in range(len(targets)):
            keep = np.arange(len(targets)) != unit
            try:
                rest = without(problem, unit)
            except DesignError:
                continue
            if (targets[keep] * rest.imputable).any():
                self.left[unit] = 0
                self.left[unit, keep] = cell_weights(rest, targets[keep][None])[0]
        steps = (self.left - self.whole).reshape(len(targets), -1)
        o = steps @ steps.T
        self.df = np.trace(o) ** 2 / (o**2).sum()

    def less(self, other):
        """Twice this estimator less another, with the fewer degrees of freedom."""
        twice = object.__new__(Rows)
        twice.whole, twice.left = 2 * self.whole - other.whole, 2 * self.left - other.left
        twice.df = min(self.df, other.df)
        return twice

    def __call__(self, outcomes):
        """Estimate, lower and upper bound of each draw (3 x draws)."""
        size = len(self.left)
        flat = outcomes.reshape(len(outcomes), -1)
        value = flat @ self.whole.ravel()
        deviation = flat @ self.left.reshape(size, -1).T - value[:, None]
        half = stdtrit(self.df, 0.975) * np.sqrt((deviation**2).sum(axis=1) * (size - 1) / size)
        return np.array([value, value - half, value + half])


@dataclass(frozen=True)
class Look:
    """What a quarter's rows of coefficients are, and what the verdict asks beside the intervals."""

    estimators: tuple[Rows, Rows, Rows]
    n_treated_cells: int
    exposure: float


def look_at(panel):
    grid = lay_out(panel, DESIGN)
    plain = pose(grid, "not_yet_treated")
    targets = np.where(plain.imputable, grid.weight, 0.0)
    trend = ~np.isnan(grid.first_treated)[:, None] * (grid.clock - grid.clock.mean())
    none, continued = Rows(plain, targets), Rows(pose(grid, "not_yet_treated", trend[:, :, None]), targets)
    return Look(
        (none, continued, continued.less(none)),
        int(plain.imputable.sum()),
        float(np.nanmean(grid.clock[-1] - grid.first_treated + 1)),
    )


def labels_of(looks, found):
    """The verdict of each draw from its looks, oldest first; found: estimate, low, high (3 x 3 x draws)."""
    labels = []
    for draw in range(found[0].shape[2]):
        findings = []
        for quarter, (look, numbers) in enumerate(zip(looks, found, strict=True)):
            value, low, high = numbers[:, :, draw].T
            robust = (low.min(), high.max(), value.min(), low[0], look.n_treated_cells, look.exposure)
            findings.append(Finding(str(quarter), value[0], low[0], high[0], *robust))
        labels.append(decide(findings, S, "comparison_two_earlier").label)
    return labels


def study(size, designs, draws, seed, scenarios=SCENARIOS, tails=("normal", "heavy")):
    """One row a scenario: coverage and the share of each label."""
    units, treated = SIZES[size]
    rng = np.random.default_rng([seed, units, treated])
    rows = []
    for _ in range(designs):
        cohort, n = draw_design(rng, units, treated)
        blank = np.zeros(n.shape)
        looks = {until: look_at(panel_of(cohort, n, blank, until)) for until in (QUARTERS - 1, QUARTERS)}
        for tail in tails:
            for truth, drift in scenarios:
                outcomes = draw_outcomes(rng, draws, cohort, n, truth, drift, tail == "heavy")
                told = [
                    np.array([estimator(outcomes[:, :, :until]) for estimator in look.estimators])
                    for until, look in looks.items()
                ]
                _, low, high = told[-1][0]
                rows.append(
                    pd.DataFrame(
                        {
                            "units": size,
                            "tails": tail,
                            "truth": truth,
                            "drift": drift,
                            "covered": (low <= truth) & (truth <= high),
                            "label": labels_of(looks.values(), told),
                        }
                    )
                )
        check_one(panel_of(cohort, n, outcomes[0], QUARTERS), told[-1])
    return pd.concat(rows, ignore_index=True)


def check_one(panel, look):
    effect = estimate_effect(panel, DESIGN)
    plain = [effect.estimate, effect.conf_low, effect.conf_high]
    np.testing.assert_allclose(look[0][:, 0], plain, rtol=1e-6)
    for place, allowed in enumerate(effect.allowed[1:3], start=1):
        numbers = [allowed.estimate, allowed.conf_low, allowed.conf_high]
        np.testing.assert_allclose(look[place][:, 0], numbers, rtol=1e-5, atol=1e-6)


def summarise(found):
    table = found.assign(**{label: found["label"] == label for label in LABELS})
    keys = ["units", "tails", "truth", "drift"]
    shares = table.groupby(keys, sort=False)[["covered", *LABELS]].mean()
    return shares.assign(n=table.groupby(keys, sort=False).size()).reset_index()


def failures(table):
    """What the table promises and does not hold, allowing three Monte-Carlo errors."""
    error = lambda p, n: 3 * np.sqrt(p * (1 - p) / n)  # noqa: E731
    found = []
    for row in table.itertuples():
        name = f"{row.units} units, {row.tails}, truth {row.truth}, drift {row.drift}"
        if row.drift == 0 and not 0.94 - error(0.95, row.n) <= row.covered <= 0.99 + error(0.99, row.n):
            found.append(f"{name}: coverage {row.covered:.3f}")
        if row.truth == 0 and row.success > 0.025 + error(0.025, row.n):
            found.append(f"{name}: false success {row.success:.4f}")
        if row.truth == 2 * S and row.adjust > 0.005 + error(0.005, row.n):
            found.append(f"{name}: adjust {row.adjust:.4f}")
        least = {"30": 0.90, "100": 0.99}.get(row.units)
        seen = row.success + row.promising
        if row.truth == 2 * S and least and seen < least - error(least, row.n):
            found.append(f"{name}: success or promising {seen:.3f}")
    return found


def test_a_slice_of_the_study():
    """20 units, 5 designs of 60 draws: coverage, false success and power within their Monte-Carlo error."""
    table = summarise(study("20", designs=5, draws=60, seed=1, tails=("normal",)))
    assert not failures(table)
    assert table["n"].eq(300).all()


def as_text(table):
    """The table as Markdown; shares in per cent with their Monte-Carlo standard error."""
    lines = [
        "| units | tails | truth | drift | coverage | success | promising | adjust | harm | inconclusive |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for row in table.to_dict("records"):
        shares = [f"{row[c]:.3f} ± {np.sqrt(row[c] * (1 - row[c]) / row['n']):.3f}" for c in LABELS]
        covered = f"{row['covered']:.3f} ± {np.sqrt(row['covered'] * (1 - row['covered']) / row['n']):.3f}"
        cells = [row["units"], row["tails"], f"{row['truth']:g}", f"{row['drift']:g}"]
        lines.append(" | ".join(["", *cells, covered if row["drift"] == 0 else "-", *shares, ""]).strip())
    return "\n".join(lines)


def write_table(table):
    text = METHODS.read_text(encoding="utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    note = f"{table['n'].min():,} replications a row; `make study` writes this table and the figure."
    figure = "![Coverage and labels by number of units](benchmarks/study.svg)"
    text = f"{before}{BEGIN}\n{note}\n\n{figure}\n\n{as_text(table)}\n{END}{after}"
    METHODS.write_text(text, encoding="utf-8")


def draw_figure(table):
    """Coverage by size on the left; on the right what was called a success or promising, by truth."""
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as plt

    plt.rcParams |= {"svg.hashsalt": "study", "font.family": "sans-serif", "svg.fonttype": "none"}
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6), layout="constrained")
    calm = table[(table["drift"] == 0) & (table["tails"] == "normal")]
    colours = {0.0: "#801650", S: "#28A197", 2 * S: "#12436D"}
    left.axhspan(0.94, 0.99, color="#BFBFBF", alpha=0.5, lw=0)
    for step, (truth, rows) in enumerate(calm.groupby("truth")):
        at = np.arange(len(rows)) + (step - 1) * 0.12
        error = 2 * np.sqrt(rows["covered"] * (1 - rows["covered"]) / rows["n"])
        left.errorbar(at, rows["covered"], error, fmt="o", color=colours[truth])
        gained = rows["success"] + rows["promising"]
        for shares, line, face in ((rows["success"], "-", colours[truth]), (gained, ":", "w")):
            right.plot(shares.to_numpy(), "o", mfc=face, color=colours[truth], zorder=3)
            right.plot(shares.to_numpy()[:-1], line, color=colours[truth])
        right.annotate(
            f"effect {truth:g}", (2, rows["success"].iloc[2] + 0.05), color=colours[truth], ha="right"
        )
    for axes, title in (
        (left, "Coverage of the 95 % interval"),
        (right, "Called success (dotted: or promising)"),
    ):
        axes.set_xticks(range(len(SIZES)), list(SIZES))
        axes.set(xlabel="units", title=title)
        axes.spines[["top", "right"]].set_visible(False)
    left.set_ylim(0.9, 1)
    figure.savefig(FIGURE, metadata={"Date": None})
    plt.close(figure)


@pytest.mark.slow
def test_the_whole_study():
    """40 designs of 50 draws for each of 5 sizes, 6 truths and drifts, 2 tails."""
    table = pd.concat([summarise(study(size, 40, 50, seed=2026)) for size in SIZES], ignore_index=True)
    write_table(table)
    draw_figure(table)
    assert not failures(table)

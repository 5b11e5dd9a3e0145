"""Which units' surveys look unlike the others': questions to an office, with few false alarms.

Every screen gives a unit a share. A unit is asked when its share lies above the city's *fence* and
chance alone would hardly put it there. Method, false alarms and power: METHODS.md, "Survey quality".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import bdtrc, betaln, chdtrc, gammaln

from asn_analysis.measures.context import characteristics
from asn_analysis.measures.disclosure import of_units
from asn_analysis.records.intake import Dataset
from asn_analysis.records.quality import form_counts
from asn_analysis.rules.kinds import QualityRules
from asn_analysis.rules.rules import load_analysis, load_quality

LEAST_SPREAD = 0.005  # correlation of forms in a unit that is always allowed for
SPARSE = 5  # answers expected in a group, below which groups are put together


@dataclass(frozen=True)
class Screening:
    """What the screens of one quarter found.

    Attributes
    ----------
    quarter : Period
    units : tuple of str, the units that were screened
    table : DataFrame, one row per unit and screen: unit_id, screen, found, of (None where the share
        is not one of forms), share (0 to 1), detail (earlier quarter or characteristic), flagged, and
        p_value (missing up to the fence)
    normal : DataFrame, one row per screen that could be compared: median, low, high (nine units in
        ten lie between), n_units
    """

    quarter: pd.Period
    units: tuple[str, ...]
    table: pd.DataFrame
    normal: pd.DataFrame

    @property
    def flagged_units(self) -> tuple[str, ...]:
        return tuple(sorted(set(self.table.loc[self.table["flagged"], "unit_id"])))

    def summary(self) -> str:
        """One plain sentence."""
        asked = len(self.flagged_units)
        return f"{asked} of {len(self.units)} units screened in {self.quarter} have a question."


def screen_survey(dataset: Dataset, panel: pd.DataFrame, quarter: pd.Period) -> Screening:
    """The screens of one quarter, from its forms and the cells, with their context, up to it."""
    rules = load_quality()
    known = of_units(panel[panel["quarter"] <= quarter])
    now = known[(known["quarter"] == quarter) & (known["n_respondents"] >= rules.fewest_forms)]
    units = tuple(now["unit_id"])
    forms = _at_closed_offices(form_counts(dataset.responses, quarter, rules), now, rules)
    forms["detail"] = [None if pd.isna(back) else str(quarter - int(back)) for back in forms["detail"]]
    counts = pd.concat([forms, _counts_of_forms(known, quarter, rules)], ignore_index=True)
    counts = counts[counts["unit_id"].isin(units) & (counts["of"] > 0)].sort_values(["screen", "unit_id"])
    mix = _changes_of_mix(known[known["unit_id"].isin(units)], quarter, rules)
    return _judged(quarter, units, counts.assign(share=counts["found"] / counts["of"]), mix, rules)


def _at_closed_offices(forms: pd.DataFrame, now: pd.DataFrame, rules: QualityRules) -> pd.DataFrame:
    """Without the days of offices that serve on weekends too."""
    always_open = now.loc[now["unit_type"].isin(rules.open_on_closed_days), "unit_id"]
    return forms[~((forms["screen"] == "closed_days") & forms["unit_id"].isin(always_open))].copy()


def _judged(
    quarter: pd.Period, units: tuple[str, ...], counts: pd.DataFrame, mix: pd.DataFrame, rules: QualityRules
) -> Screening:
    """Every screen against its own city; the false alarms allowed are shared out evenly over all."""
    table = pd.concat([counts, mix], ignore_index=True)
    compared = {
        name: rows
        for name, rows in table.groupby("screen")
        if rows["unit_id"].nunique() >= rules.fewest_units
    }
    if not compared:
        return Screening(quarter, units, table.iloc[:0].assign(flagged=False, p_value=np.nan), _normal({}))
    level = rules.expected_false_flags / sum(len(rows) for rows in compared.values())
    judged = pd.concat(
        [_judge(rows, rules.margins[name], rules.limits.get(name), level) for name, rows in compared.items()],
        ignore_index=True,
    )
    return Screening(quarter, units, judged, _normal(compared))


def _normal(compared: dict[str, pd.DataFrame]) -> pd.DataFrame:
    rows = [(name, *rows["share"].quantile([0.5, 0.05, 0.95]), len(rows)) for name, rows in compared.items()]
    return pd.DataFrame(rows, columns=["screen", "median", "low", "high", "n_units"])


def _judge(rows: pd.DataFrame, margin: float, limit: float | None, level: float) -> pd.DataFrame:
    """Above the fence, and hardly by chance; the fence is Tukey's outer one, or the margin if higher.

    Where the rules set a limit whatever the city's other units do, so is a unit surely above that.
    """
    quartiles = rows["share"].quantile([0.25, 0.5, 0.75]).to_numpy()
    fence = max(quartiles[1] + margin, quartiles[2] + 3 * (quartiles[2] - quartiles[0]))
    above = rows["share"] > fence
    by_chance = rows["p_value"].where(above)
    counted = above & rows["found"].notna()
    if counted.any():
        by_chance[counted] = beta_binomial_tail(rows[counted], rows[~above])
    if limit is not None:
        by_chance = (
            by_chance.fillna(1.0).clip(upper=_above(rows, limit)).where(above | (rows["share"] > limit))
        )
    return rows.assign(p_value=by_chance, flagged=by_chance < level)


def _above(rows: pd.DataFrame, limit: float) -> np.ndarray:
    """P(as many found, or more) of a unit whose own share is the limit."""
    found, of = rows["found"].to_numpy(float), rows["of"].to_numpy(float)
    return np.where(found > 0, bdtrc(found - 1, of, limit), 1.0)


def beta_binomial_tail(rows: pd.DataFrame, normal: pd.DataFrame) -> np.ndarray:
    """P(as many found, or more) if a unit were like the ``normal`` ones, which differ among themselves.

    Mean and intra-unit correlation by moments (Kleinman 1973).
    """
    found, of = normal["found"].to_numpy(float), normal["of"].to_numpy(float)
    mean = (found.sum() + 0.5) / (of.sum() + 1)
    spread = (of * (normal["share"] - mean) ** 2).sum() / (mean * (1 - mean))
    rho = np.clip((spread - (len(of) - 1)) / max(of.sum() - len(of), 1), LEAST_SPREAD, 0.99)
    a, b = mean * (1 / rho - 1), (1 - mean) * (1 / rho - 1)
    tails = []
    for x, n in rows[["found", "of"]].itertuples(index=False):
        k = np.arange(x, n + 1)
        ways = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
        tails.append(np.exp(ways + betaln(k + a, n - k + b) - betaln(a, b)).sum())
    return np.array(tails)


def _counts_of_forms(known: pd.DataFrame, quarter: pd.Period, rules: QualityRules) -> pd.DataFrame:
    """Of the quarters of three years: how many have the number of forms of the one before, or a round one.

    The lowest and the highest number of the city do not count: they are what a sampling plan allows.
    """
    recent = known[known["quarter"] > quarter - rules.count_quarters].sort_values(["unit_id", "quarter"])
    recent = recent[recent["n_respondents"] >= load_analysis().fewest_respondents]
    n, unit = recent["n_respondents"], recent["unit_id"]
    free = n.between(n.min(), n.max(), "neither")
    looks = {
        "same_count": (n == n.groupby(unit).shift(), unit.duplicated()),
        "round_counts": (n % 5 == 0, n > 0),
    }
    found = []
    for screen, (odd, asked) in looks.items():
        sums = pd.DataFrame({"found": odd & asked & free, "of": asked}).groupby(unit).sum().reset_index()
        found.append(sums.assign(screen=screen, detail=None))
    return pd.concat(found, ignore_index=True)


def _changes_of_mix(known: pd.DataFrame, quarter: pd.Period, rules: QualityRules) -> pd.DataFrame:
    """Who answers, against the unit's own year before: channel, and the rest (Bonferroni over its parts)."""
    past = known[(known["quarter"] < quarter) & (known["quarter"] >= quarter - rules.earlier_quarters)]
    now = known[known["quarter"] == quarter].set_index("unit_id")
    parts = []
    for name, columns in characteristics(known).items():
        before = past.groupby("unit_id")[list(columns)].sum().reindex(now.index).fillna(0)
        parts.append(_distance(now[list(columns)], before).assign(detail=name))
    if not parts:
        return pd.DataFrame(columns=["unit_id", "screen", "found", "of", "share", "detail", "p_value"])
    found = pd.concat(parts, ignore_index=True)
    found["screen"] = np.where(found["detail"] == "channel", "channel", "composition")
    tests = found.groupby(["unit_id", "screen"])["p_value"].transform("size")
    found["p_value"] = found["p_value"] * tests
    least_likely = found.sort_values(["p_value", "detail"]).drop_duplicates(["unit_id", "screen"])
    return least_likely.sort_values(["screen", "unit_id"]).assign(found=np.nan, of=np.nan)


def _distance(now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Total variation distance, and a chi-squared p-value made milder where all units move (median)."""
    both = now.sum(axis=1).gt(0) & before.sum(axis=1).gt(0)
    new, old = now[both].to_numpy(float), before[both].to_numpy(float)
    n, m = new.sum(axis=1, keepdims=True), old.sum(axis=1, keepdims=True)
    expected = (new + old) / (n + m)
    sparse = expected * np.minimum(n, m) < SPARSE

    def merged(counts: np.ndarray) -> np.ndarray:
        return np.column_stack([np.where(sparse, 0, counts), np.where(sparse, counts, 0).sum(axis=1)])

    whole = merged(expected)
    gaps = [(merged(counts) - size * whole) ** 2 / (size * np.where(whole > 0, whole, 1))
            for counts, size in ((new, n), (old, m))]  # fmt: skip
    statistic, df = sum(gaps).sum(axis=1), (whole > 0).sum(axis=1) - 1
    usual = np.median(statistic[df > 0] / df[df > 0]) if (df > 0).any() else 1.0
    p_value = np.where(df > 0, chdtrc(np.maximum(df, 1), statistic / max(usual, 1.0)), 1.0)
    share = np.abs(new / n - old / m).sum(axis=1) / 2
    return pd.DataFrame({"unit_id": now.index[both], "share": share, "p_value": p_value})

"""Would the effect survive another look? Placebo, leave-outs, one wave's shock, a change of who answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from asn_analysis.impact.checks import INFORMATIONAL, Check
from asn_analysis.impact.design import Design
from asn_analysis.impact.estimands import Estimates
from asn_analysis.impact.estimate import Effect, estimate_on
from asn_analysis.impact.grid import Grid, identified, spread
from asn_analysis.impact.imputation import pose
from asn_analysis.impact.jackknife import cell_weights, effects_on
from asn_analysis.impact.multiplicity import holm
from asn_analysis.impact.refusals import DesignError
from asn_analysis.impact.sensitivity import MOST_MBAR, Sensitivity
from asn_analysis.measures.context import shares_told
from asn_analysis.measures.estimate import detectable, jackknife_error, p_value, tidied
from asn_analysis.measures.panel import usual_step


def placebo(effect: Effect, sesoi: float, surveys: int = 2) -> Check:
    """An effect of a training that had not yet happened: pretend it began so many ``surveys`` earlier.

    Only untreated cells are used. Passed asks that no effect shows *and* one of the SESOI would have.
    """
    periods = surveys * usual_step(effect.grid.clock)
    untreated = effect.grid.untreated_alone()
    first = untreated.first_treated - periods
    first = np.where(first <= untreated.clock.max(initial=0), first, np.nan)
    try:
        moved = identified(replace(untreated, first_treated=first), effect.design)
        found = estimate_on(moved, effect.design, [moved.outcome])[0]
    except DesignError as refusal:
        return Check("placebo", INFORMATIONAL, "untestable", {"refusal": refusal.code}, False)
    row, told = tidied(found.allowed[:1]), ("estimate", "conf_low", "conf_high", "p_value", "detectable")
    values = {"periods": periods, **{name: getattr(found, name) for name in told}, "sesoi": sesoi}
    moved_anyway = found.conf_low > 0 or found.conf_high < 0
    return Check.judged("placebo", moved_anyway, ("moved", "still"), values, row, found.detectable > sesoi)


def leave_one_unit_out(effect: Effect) -> Check:
    """The range of the estimate with any one unit left out."""
    table = effect.replicates.rename("estimate").rename_axis("unit").reset_index()
    return _range("leave_one_unit_out", table, "unit", effect)


def leave_one_wave_out(effect: Effect) -> Check:
    """The range of the estimate with any one wave of training (cohort) left out."""
    grid = effect.grid
    rows = [
        (grid.period(wave), _estimate_without(grid, grid.first_treated == wave, effect.design))
        for wave in _waves(grid, pose(grid, effect.design.comparison).targets)
    ]
    return _range("leave_one_wave_out", pd.DataFrame(rows, columns=["wave", "estimate"]), "wave", effect)


def _waves(grid: Grid, targets: np.ndarray) -> np.ndarray:
    """Quarters of the waves that the estimate rests on: not of units trained before their first survey."""
    return np.unique(grid.first_treated[(targets > 0).any(axis=1)])


def _estimate_without(grid: Grid, left_out: np.ndarray, design: Design) -> float:
    rest = grid.where(~left_out)
    problem = pose(rest, design.comparison)
    targets = problem.targets
    if not targets.any():
        return float("nan")
    return float((targets * (rest.outcome - problem.expected(rest.outcome))).sum() / targets.sum())


def _range(name: str, table: pd.DataFrame, who: str, effect: Effect) -> Check:
    """Passed if every leave-out keeps the sign; informational where the sign was open anyway."""
    found = table.dropna(subset="estimate")
    if found.empty:
        return Check(name, INFORMATIONAL, "untestable", {}, False, table)
    farthest = (found["estimate"] - effect.estimate).abs().idxmax()
    values = {
        "estimate": effect.estimate,
        "lowest": float(found["estimate"].min()),
        "highest": float(found["estimate"].max()),
        "farthest": str(found.loc[farthest, who]),
        "n_left_out": len(found),
        "n_inestimable": len(table) - len(found),
    }
    if effect.conf_low <= 0 <= effect.conf_high:
        return Check(name, INFORMATIONAL, "sign_open", values, False, table)
    turned = bool((np.sign(found["estimate"]) != np.sign(effect.estimate)).any())
    return Check.judged(name, turned, ("turns", "holds"), values, table)


def shock_in_one_wave(effect: Effect, sesoi: float) -> Check:
    """Does one wave of training differ from all others, as if something else had met it alone?

    Effect of each wave less that of the other waves, jackknife errors, Holm over waves.
    """
    grid, problem = effect.grid, pose(effect.grid, effect.design.comparison)
    targets = problem.targets
    starts = _waves(grid, targets)
    if len(starts) < 2:
        return Check("shock_in_one_wave", INFORMATIONAL, "untestable", {"n_waves": len(starts)}, False)
    waves = effects_on(problem, np.stack([targets * (grid.first_treated == s)[:, None] for s in starts]))
    mass = np.array([targets[grid.first_treated == s].sum() for s in starts])
    table = _against_the_rest(waves, mass).assign(wave=[str(grid.period(start)) for start in starts])
    tested = table.dropna(subset="p_value")
    if tested.empty:
        return Check("shock_in_one_wave", INFORMATIONAL, "untestable", {"n_waves": len(starts)}, False, table)
    rejected = holm(tested["p_value"]) <= 1 - effect.design.confidence
    worst = tested.loc[tested["p_value"].idxmin()]
    values = {
        "n_waves": len(starts),
        "wave": worst["wave"],
        "difference": float(worst["estimate"]),
        "p_value": float(worst["p_value"]),
        "detectable": float(tested["detectable"].median()),
        "sesoi": sesoi,
    }
    words, blind = ("one_wave_differs", "alike"), values["detectable"] > 2 * sesoi
    return Check.judged("shock_in_one_wave", bool(rejected.any()), words, values, table, blind)


def _against_the_rest(waves: Estimates, mass: np.ndarray) -> pd.DataFrame:
    """Each wave less the weighted mean of the others; NaN where a single unit carries one."""
    usable = ~np.isnan(waves.std_error)
    others = np.tile(mass * usable, (len(mass), 1))
    np.fill_diagonal(others, 0)
    total = others.sum(axis=1, keepdims=True)
    contrast = np.eye(len(mass)) - np.divide(others, total, out=np.zeros_like(others), where=total > 0)
    usable &= total[:, 0] > 0
    estimates = contrast @ waves.value
    std_error = jackknife_error(np.where(usable, waves.replicates - waves.value, 0.0) @ contrast.T)
    std_error = np.where(usable & (std_error > 0), std_error, np.nan)
    return pd.DataFrame(
        {
            "estimate": estimates,
            "std_error": std_error,
            "df": waves.df,
            "p_value": p_value(estimates, std_error, waves.df),
            "detectable": detectable(std_error, waves.df),
        }
    )


def breakdown(found: Sensitivity) -> Check:
    """How far could trends differ, against what they did before training, until the effect does not show?

    For information: in cities of 30 units the bound breaks under exactly parallel trends, and it depends on
    the size of the effect, to which certainty is blind.
    """
    values = {
        "breakdown_mbar": found.breakdown_mbar,
        "breakdown_m": found.breakdown_m,
        "periods": found.periods,
    }
    told = {0.0: "unshown", MOST_MBAR: "beyond"}.get(found.breakdown_mbar, "bound")
    return Check("breakdown", INFORMATIONAL, told, values, False, found.tidy())


def composition_shift(
    panel: pd.DataFrame, effect: Effect, characteristics: Mapping[str, Sequence[str]], most: float
) -> Check:
    """Did training move who answers? Half the sum of absolute effects on the shares of each group.

    Parameters
    ----------
    characteristics : name of a characteristic to the panel's columns that count its groups
    most : largest distance (0-1) that passes
    """
    grid, design = effect.grid, effect.design
    problem = pose(grid, design.comparison)
    weights = cell_weights(problem, problem.targets[None])[0]
    keys = (design.unit, design.time, design.cohort)
    shares = [shares_told(panel, columns, keys) for columns in characteristics.values()]
    laid = spread(panel, design, grid, np.concatenate(shares, axis=1), 0.0)
    groups = [(name, column) for name, columns in characteristics.items() for column in columns]
    effects = np.tensordot(weights, laid, ((0, 1), (0, 1)))
    rows = [(*group, effect) for group, effect in zip(groups, effects.tolist(), strict=True)]
    table = pd.DataFrame(rows, columns=["characteristic", "group", "estimate"])
    distance = table["estimate"].abs().groupby(table["characteristic"]).sum() / 2
    values = {"distance": float(distance.max()), "characteristic": distance.idxmax(), "most": most}
    return Check.judged("composition_shift", values["distance"] > most, ("moved", "alike"), values, table)

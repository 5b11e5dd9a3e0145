"""Cities of which the verdict was not built: a second simulator, at the level of unit x quarter cells.

For unit g in quarter t (0 .. 15; trainings begin in quarters 8 to 11, a wave each), on the index's scale:

    y_gt = a_g + 0.2 t + l_t + u_gt + [what the process adds] + effect_gt + 9 z_gt / sqrt(n_gt)

a ~ N(82, 3) units, l ~ N(0, 0.5) quarters, u ~ N(0, 1.25) unit-quarters, z ~ N(0, 1) the sampling of
respondents, whose own standard deviation is 9, n lognormal about 45, cut at 20 and 120. 73 % of the units
are trained, drawn by lot; each lies in one of six kecamatan. The calibration is that of published surveys;
nothing is shared with `asn_analysis.simulate`, which draws respondents, nor with `test_study`.

A `Process` is what stands in the way of the comparison: each field is one ingredient, 0 or None if absent.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

QUARTERS = pd.period_range("2023Q1", periods=16, freq="Q-DEC")
WAVES = np.arange(8, 12)  # first trained quarter of each wave: eight quarters lie before
N_KECAMATAN = 6
LEVEL, UNIT_SD, UNIT_QUARTER_SD, QUARTER_SD, RESPONDENT_SD, TREND = 82.0, 3.0, 1.25, 0.5, 9.0, 0.2
SESOI = 2.0


@dataclass(frozen=True)
class Process:
    """How a city comes about, and what is in the way.

    Attributes
    ----------
    about : one line, as the table prints it
    share : share of the units that is trained in the end
    drift, shape : points a quarter that trained units gain anyway: "linear" d t; "levelling"
        5 d (1 - exp(-t / 5)), which slows down; "accelerating" d t^2 / 15, the same at the end
    kecamatan_sd, wave_sd : standard deviation of a shock that all units of a kecamatan, or of a wave of
        training, share in a quarter
    by_kecamatan : whole kecamatan are trained, one a wave; two never
    after_bad_quarter : a wave takes those whose survey the quarter before fell farthest below their own level
    walk_sd : standard deviation of the steps of a random walk of each unit
    heavy : shocks of units and unit-quarters from t(3), scaled to the same variance
    ceiling : level 88, units of standard deviation 6; quarters and shocks add up on the logit of
        (y - 25) / 75; the weakest units are trained first
    mix_gap, mix_shift : how much higher one group rates, and by how much its share rises with training
    sizes : median, standard deviation of the log, least, most respondents of a cell
    effect_sd : standard deviation of the effect between units
    size_follows_effect : log respondents added after training for each point by which the unit's effect
        is above the mean
    anticipation : quarters by which the effect begins before the training
    break_at_training : points that come with training but not from it
    surveyed : quarters of the year with a survey
    late : share of the units whose newest quarter is not there yet at a look
    ramp : share of the effect by quarters since training; the last stays
    """

    about: str
    share: float = 0.73
    drift: float = 0.0
    shape: str = "linear"
    kecamatan_sd: float = 0.0
    wave_sd: float = 0.0
    by_kecamatan: bool = False
    after_bad_quarter: bool = False
    walk_sd: float = 0.0
    heavy: bool = False
    ceiling: bool = False
    mix_gap: float = 0.0
    mix_shift: float = 0.0
    sizes: tuple[float, float, float, float] = (45, 0.5, 20, 120)
    effect_sd: float = 0.0
    size_follows_effect: float = 0.0
    anticipation: int = 0
    break_at_training: float = 0.0
    surveyed: tuple[int, ...] = (1, 2, 3, 4)
    late: float = 0.0
    ramp: tuple[float, ...] = (1.0,)


PROCESSES = {
    "calm": Process("no trouble"),
    "drift_up_2": Process("trained units gain 0.2 a quarter anyway", drift=0.2),
    "drift_up_3": Process("trained units gain 0.3 a quarter anyway", drift=0.3),
    "drift_down_2": Process("trained units lose 0.2 a quarter anyway", drift=-0.2),
    "drift_down_3": Process("trained units lose 0.3 a quarter anyway", drift=-0.3),
    "levelling": Process("trained units gain 0.6 a quarter, ever less", drift=0.6, shape="levelling"),
    "accelerating": Process("trained units gain ever more, 3 in the end", drift=0.2, shape="accelerating"),
    "kecamatan_shocks": Process("shocks of 1.5 points shared by a kecamatan and quarter", kecamatan_sd=1.5),
    "kecamatan_roll_out": Process(
        "the same, and whole kecamatan are trained", kecamatan_sd=1.5, by_kecamatan=True
    ),
    "wave_shocks": Process("shocks of 1.5 points shared by a wave of training and quarter", wave_sd=1.5),
    "bad_quarter": Process("units are trained after a bad quarter", after_bad_quarter=True),
    "random_walk": Process("each unit is a random walk (steps 0.5)", walk_sd=0.5),
    "heavy_tails": Process("unit and cell shocks from t(3)", heavy=True),
    "ceiling": Process("index near 100, weakest units trained first", ceiling=True),
    "composition": Process(
        "a group that rates 8 higher gains 30 points of share with training", mix_gap=8, mix_shift=0.3
    ),
    "sizes": Process("2 to 2,000 respondents a cell", sizes=(45, 1.6, 2, 2000)),
    "growing_survey": Process("survey grows where training helped", effect_sd=1.5, size_follows_effect=0.5),
    "treated_5": Process("5 % trained", share=0.05),
    "treated_50": Process("50 % trained", share=0.50),
    "treated_95": Process("95 % trained", share=0.95),
    "all_trained": Process("everybody trained in the end", share=1.0),
    "anticipation": Process("effect begins a quarter early", anticipation=1),
    "break": Process("2 points come with training, but not from it", break_at_training=2.0),
    "semester": Process("survey in the first and third quarter only", surveyed=(1, 3)),
    "late": Process("a third of the units not yet in at each look", late=1 / 3),
    "growing": Process("effect grows over four quarters", ramp=(0.0, 0.25, 0.5, 0.75, 1.0)),
    "uneven": Process("effect differs by unit (standard deviation 1.5)", effect_sd=1.5),
}


@dataclass(frozen=True)
class City:
    """One drawn city.

    Attributes
    ----------
    panel : one row a unit and surveyed quarter, in the columns of ``build_panel`` and ``with_context``
        (unit_id, quarter, cohort, ikm, n_respondents, "sex: L", "sex: P"), and kecamatan
    hidden : row by row what no city knows: arrived (the quarter in which the cell is there), planted (what
        training was expected to add), effect (what it added), mean (expected index, of a mix of half and
        half), noise (of the sample, in standard errors)
    """

    process: Process
    panel: pd.DataFrame
    hidden: pd.DataFrame

    def known(self, until: pd.Period, panel: pd.DataFrame | None = None) -> pd.DataFrame:
        """The panel as it stands at the end of a quarter; later trainings are still in it."""
        rows = self.panel if panel is None else panel
        return rows[self.hidden["arrived"] <= until].reset_index(drop=True)

    @property
    def looks(self) -> list[pd.Period]:
        """Surveyed quarters from the first training on."""
        surveyed = self.panel["quarter"].unique()
        return sorted(quarter for quarter in surveyed if quarter >= QUARTERS[WAVES[0]])

    @property
    def true_effect(self) -> float:
        """The expected effect over the treated cells that have arrived in the end, all cells alike."""
        treated = self.panel["quarter"] >= self.panel["cohort"]
        return float(self.hidden.loc[treated & (self.hidden["arrived"] <= QUARTERS[-1]), "planted"].mean())


def draw(process: Process, units: int, truth: float, rng: np.random.Generator) -> City:
    """A city of so many units whose training adds ``truth`` points."""
    size = (units, len(QUARTERS))
    clock = np.arange(len(QUARTERS))
    kecamatan = rng.permutation(np.arange(units) % N_KECAMATAN)
    level = _levels(process, units, rng)
    moves = TREND * clock + rng.normal(0, QUARTER_SD, len(clock)) + _shocks(process, kecamatan, rng)
    n = _sizes(process, size, rng)
    noise = rng.standard_normal(size)
    observed = moves + RESPONDENT_SD * noise / np.sqrt(n)
    cohort = _roll_out(process, level, kecamatan, observed, rng)
    since = clock - cohort[:, None]
    moves = moves + _of_trained(process, cohort, rng)
    untreated = _on_scale(process, level, moves)
    own = truth + process.effect_sd * rng.standard_normal(units)[:, None]
    share = _ramp(process, since + process.anticipation)
    n = np.maximum(1, np.round(n * _growth(process, own - truth, since))).astype(int)
    grouped = rng.binomial(n, np.clip(0.5 + process.mix_shift * (since >= 0), 0, 1))
    highest = 99.5 if process.ceiling else np.inf
    mean = np.minimum(untreated + own * share, highest)
    planted = np.minimum(untreated + truth * share, highest) - untreated
    spread = _respondent_sd(process, mean)
    ikm = mean + process.mix_gap * (grouped / n - 0.5) + spread * noise / np.sqrt(n)
    seen = {"ikm": ikm, "n_respondents": n, "sex: L": n - grouped, "sex: P": grouped}
    hidden = {
        "late": rng.random(size) < process.late,
        "planted": planted,
        "effect": mean - untreated,
        "mean": mean,
        "noise": noise,
    }
    return _city(process, seen, hidden, cohort, kecamatan)


def _levels(process: Process, units: int, rng: np.random.Generator) -> np.ndarray:
    if process.ceiling:
        return np.clip(rng.normal(88, 6, units), 70, 98)
    return LEVEL + UNIT_SD * _noise(process, units, rng)


def _noise(process: Process, size, rng: np.random.Generator) -> np.ndarray:
    """Standard deviation 1, whatever the tails."""
    return rng.standard_t(3, size) / np.sqrt(3) if process.heavy else rng.standard_normal(size)


def _shocks(process: Process, kecamatan: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """What befalls units, whoever is trained (units x quarters)."""
    size = (len(kecamatan), len(QUARTERS))
    own = UNIT_QUARTER_SD * _noise(process, size, rng)
    walk = np.cumsum(rng.normal(0, process.walk_sd, size), axis=1)
    shared = rng.normal(0, process.kecamatan_sd, (N_KECAMATAN, len(QUARTERS)))
    return own + walk + shared[kecamatan]


def _sizes(process: Process, size: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Respondents of each cell: mostly the unit's own size."""
    median, spread, least, most = process.sizes
    own = median * np.exp(spread * rng.standard_normal((size[0], 1)))
    return np.clip(own * rng.uniform(0.8, 1.2, size), least, most).round()


def _roll_out(
    process: Process,
    level: np.ndarray,
    kecamatan: np.ndarray,
    observed: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """The first trained quarter of each unit, NaN if never."""
    cohort = np.full(len(level), np.nan)
    if process.by_kecamatan:
        wave = np.append(WAVES, [np.nan] * (N_KECAMATAN - len(WAVES)))
        return rng.permutation(wave)[kecamatan]
    trained = max(2, round(process.share * len(level)))
    queue = np.argsort(level) if process.ceiling else rng.permutation(len(level))
    for wave, places in zip(WAVES, np.array_split(np.arange(trained), len(WAVES)), strict=True):
        if process.after_bad_quarter:
            waiting = np.flatnonzero(np.isnan(cohort))
            chosen = waiting[np.argsort(observed[waiting, wave - 1])][: len(places)]
        else:
            chosen = queue[places]
        cohort[chosen] = wave
    return cohort


def _of_trained(process: Process, cohort: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """What befalls trained units without coming from training (units x quarters)."""
    clock, ever = np.arange(len(QUARTERS)), ~np.isnan(cohort)[:, None]
    shape = {
        "linear": clock,
        "levelling": 5 * (1 - np.exp(-clock / 5)),
        "accelerating": clock**2 / clock[-1],
    }[process.shape]
    shocks = rng.normal(0, process.wave_sd, (len(WAVES) + 1, len(QUARTERS)))
    shocks[-1] = 0  # units never trained belong to no wave
    wave = np.where(ever[:, 0], cohort - WAVES[0], -1).astype(int)
    at_training = process.break_at_training * (clock >= cohort[:, None])
    return process.drift * shape * ever + shocks[wave] + at_training


def _on_scale(process: Process, level: np.ndarray, moves: np.ndarray) -> np.ndarray:
    """Level and moves as points; below a ceiling, moves have less room the higher the level."""
    if not process.ceiling:
        return level[:, None] + moves
    part = (level[:, None] - 25) / 75
    middle = (LEVEL - 25) / 75
    logit = np.log(part / (1 - part)) + moves / (75 * middle * (1 - middle))
    return 25 + 75 / (1 + np.exp(-logit))


def _respondent_sd(process: Process, mean: np.ndarray) -> np.ndarray | float:
    """9 at the usual level, 6 at an index of 94: what surveys near the ceiling show."""
    if process.ceiling:
        return RESPONDENT_SD * np.sqrt((100 - mean) * (mean - 25) / ((100 - LEVEL) * (LEVEL - 25)))
    return np.sqrt(RESPONDENT_SD**2 - process.mix_gap**2 / 4)


def _ramp(process: Process, since: np.ndarray) -> np.ndarray:
    """Share of the effect by quarters since it began; 0 before, and for units never trained."""
    step = np.clip(np.nan_to_num(since, nan=-1), -1, len(process.ramp) - 1).astype(int)
    return np.array([*process.ramp, 0.0])[step]


def _growth(process: Process, above: np.ndarray, since: np.ndarray) -> np.ndarray:
    return np.where(since >= 0, np.exp(process.size_follows_effect * np.clip(above, -3, 3)), 1.0)


def _city(process: Process, seen: dict, hidden: dict, cohort: np.ndarray, kecamatan: np.ndarray) -> City:
    """Arrays of units x quarters as the rows of surveyed cells."""
    unit, quarter = np.divmod(np.arange(hidden["late"].size), len(QUARTERS))
    first = pd.PeriodIndex([QUARTERS[int(c)] if c == c else pd.NaT for c in cohort], freq="Q-DEC")
    names = np.array([f"U{number + 1:04d}" for number in range(len(cohort))], dtype=object)
    districts = np.array([f"K{number + 1}" for number in range(N_KECAMATAN)], dtype=object)
    panel = pd.DataFrame(
        {
            "unit_id": names[unit],
            "quarter": QUARTERS[quarter],
            "cohort": first[unit],
            "kecamatan": districts[kecamatan[unit]],
            **{name: values.ravel() for name, values in seen.items()},
        }
    )
    secret = pd.DataFrame({name: values.ravel() for name, values in hidden.items()})
    secret["arrived"] = panel["quarter"] + secret.pop("late").astype(int)
    asked = panel["quarter"].dt.quarter.isin(process.surveyed)
    return City(process, panel[asked].reset_index(drop=True), secret[asked].reset_index(drop=True))

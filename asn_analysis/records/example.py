"""A simulated city: how its figures come about, and how to make them again.

The units are those of Kota Serang; every figure is invented. The city exists so that an analysis
can be judged against a known answer, which `truth.json` states.

Expected scores
---------------
For unit j, quarter t = 0 … T-1 and element k, the expected answer on the scale 1-4 is

    m_jtk = (level + a_j + b_jt + trend (t - (T-1)/2) + drift t D_j) / 25 + profile_k + c_jk
            + training_k(kind_j) r(t - g_j) + digital_k s(t - h_j)

    a_j ~ N(0, unit_sd)            level of the unit             } IKM points, hence / 25
    b_jt ~ N(0, unit_quarter_sd)   a good or a bad quarter       }
    c_jk ~ N(0, unit_element_sd)   the unit's own strengths, summing to 0 over k
    D_j = 1 for units that are ever trained; g_j, h_j quarters of the first training and of going live

All normals are cut at two standard deviations, which keeps m inside the scale. Parallel trends hold
exactly in m unless drift is planted, and no draw depends on who is trained.

Training adds `effect` IKM points in full, after a ramp r = 1/3, 2/3, 1, 1, … from the quarter of the
first training on (trainings fall in the first month, so the whole quarter counts). The effect is
spread over the elements by shares p_k (sum 1): training_k = effect / 25 * 9 * p_k, so that the mean
over the nine elements times 25 is `effect`. The kind of the first training moves some of it between
elements (`KIND_SHIFTS`, each summing to 0) and not its size. Cost (u4) and facilities (u9) get
exactly nothing: staff cannot move them. Later trainings of a unit keep the effect and add none.

Digital services for citizens add `digital_effect` points, 60 % on time and 40 % on procedure, half
in the first quarter and all from the second (s). Applications for staff add nothing.

From expected scores to answers
-------------------------------
Answer x_ik of respondent i is 1 + the number of thresholds below

    z_ik = q(m'_jtk) + sqrt(rho) f_i + sqrt(1 - rho) e_ik,      f, e ~ N(0, 1)

where q inverts m = 1 + sum_l Phi(q - threshold_l). Every cell therefore has its expected score
exactly, and the planted effect is exact in expectation whatever the level of the unit.
A share `straight_liners` answers one number throughout (3 or 4) whatever happens. The others carry
m' = (m - share * straight_mean) / (1 - share), so that m is the expectation over all respondents:
the planted effect is what the survey shows, dilution by straight-liners included. Each answer is then
lost with probability `missing`, independently of everything.

Who answers (n, sex, age, schooling, occupation, channel) does not depend on training, and does not
change the answers.

Who is trained
--------------
Units are put in random order within their type; every 1 / `trained_share`-th step is taken, and the
`waves` quarters are dealt out in turn. Digital services are dealt out the same way along the cohorts,
so the two are balanced against each other. Order and level of a unit are independent.

Why these constants: they were set so that the answers look like those of published surveys (raw
answers of three Indonesian units, element tables of six); `example_city.City` says of each what it
was set to reach. Tables beside units and responses are described in `example_tables`.

`realised` in truth.json is the effect in this very sample: the same respondents with the same draws
answer once with and once without training, averaged over treated cells by respondents.
"""

import json
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import yaml
from scipy.special import ndtr

from asn_analysis.records import example_tables as beside
from asn_analysis.records import plan as plans
from asn_analysis.records.example_city import (
    DIGITAL_SHARES,
    EFFECT_SHARES,
    ITEMS,
    KIND_SHIFTS,
    PROFILE,
    RECORDED_SEED,
    City,
    Plan,
    city_units,
    cut_normal,
    ramp_up,
    roll_out,
    streams,
)
from asn_analysis.records.example_respondents import respondents
from asn_analysis.rules.rules import load_analysis, load_skm


@dataclass(frozen=True)
class SimulatedCity:
    """The tables of one simulated city and what was planted in them."""

    city: City
    tables: dict[str, pd.DataFrame]
    truth: dict


def simulate_city(city: City) -> SimulatedCity:
    """All tables of the city and the truth about them; the same city gives the same values."""
    rng = streams(city.seed)
    units = city_units(city, rng["units"])
    plan = roll_out(city, units, rng)
    sizes = cell_sizes(city, units, rng["cells"])
    scores, untrained = expected_scores(city, plan, rng["cells"])
    answers, gains = draw_answers(city, sizes, scores, untrained, rng["answers"])
    trainings = beside.trainings(plan, rng["trainings"], city.repeat_share)
    tables = {
        "units": units,
        "trainings": trainings,
        "responses": respondents(plan, sizes, answers, rng["respondents"], city.comments),
        "digital_services": beside.digital_services(
            plan, rng["digital_services"], city.staff_application_share
        ),
        "complaints": beside.complaints(
            plan,
            rng["complaints"],
            rate=city.complaints,
            change=city.complaints_change,
            ramp=city.effect_ramp,
        ),
        "consultations": beside.consultations(plan, rng["consultations"]),
        "staff": beside.staff(plan, trainings, rng["staff"]),
        "follow_ups": beside.follow_ups(plan, scores.argmin(axis=2), rng["follow_ups"]),
    }
    truth = planted(city, plan) | {"realised": realised(plan, sizes, scores - untrained, gains)}
    return SimulatedCity(city, tables, truth)


# --- what respondents answer -------------------------------------------------------------------


def cell_sizes(city: City, units: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Respondents of each unit and quarter (units x quarters), skewed to the right."""
    shape = (len(units), city.quarters)
    spread = np.exp(rng.normal(0, 0.45, (shape[0], 1)) + rng.normal(0, 0.2, shape))
    size = city.respondents * np.clip(spread / spread.mean(), city.respondents_least, city.respondents_most)
    return np.maximum(1, size.round()).astype(int)


def training_effects(city: City, kind: str | None) -> np.ndarray:
    """Full effect of a kind of training on each element, on the scale 1-4."""
    shares = EFFECT_SHARES + KIND_SHIFTS[kind] if kind else np.zeros(len(ITEMS))
    return city.effect / 25 * len(ITEMS) * shares


def expected_scores(city: City, plan: Plan, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Expected answers (units x quarters x elements) as they are, and had nobody been trained."""
    n, quarter = len(plan.units), np.arange(city.quarters)
    own = cut_normal(rng, city.unit_element_sd, (n, 1, len(ITEMS)))
    level = city.level + city.trend * (quarter - quarter.mean())
    level = (
        level
        + cut_normal(rng, city.unit_sd, (n, 1))
        + cut_normal(rng, city.unit_quarter_sd, (n, len(quarter)))
    )
    level = level + city.drift * quarter * np.isfinite(plan.cohort)[:, None]
    digital = ramp_up(quarter - plan.live[:, None], city.digital_ramp)[:, :, None]
    untrained = level[:, :, None] / 25 + PROFILE - PROFILE.mean() + own - own.mean(axis=2, keepdims=True)
    untrained = untrained + digital * DIGITAL_SHARES * city.digital_effect / 25 * len(ITEMS)
    effects = np.array([training_effects(city, kind) for kind in plan.kind])
    ramp = ramp_up(quarter - plan.cohort[:, None], city.effect_ramp)
    return untrained + ramp[:, :, None] * effects[:, None, :], untrained


def locations(city: City, scores: np.ndarray) -> np.ndarray:
    """Latent location of those who do not straight-line that makes `scores` the mean over all."""
    straight = city.straight_liners * (3 + city.straight_fours)
    attentive = (scores - straight) / (1 - city.straight_liners)
    grid = np.linspace(-6, 6, 6001)
    expected = 1 + sum(ndtr(grid - threshold) for threshold in city.thresholds)
    return np.interp(attentive, expected, grid)


def draw_answers(
    city: City, sizes: np.ndarray, scores: np.ndarray, untrained: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Answers (respondents x elements, 0 = missing), and by how much training raised each cell's mean."""
    cell = np.repeat(np.arange(sizes.size), sizes.ravel())
    n = len(cell)
    with_training, without = (locations(city, s).reshape(sizes.size, -1) for s in (scores, untrained))
    person = np.sqrt(city.respondent_share) * rng.standard_normal(n)
    straight = np.where(rng.random(n) < city.straight_liners, 3 + (rng.random(n) < city.straight_fours), 0)
    answers = np.empty((n, len(ITEMS)), np.uint8)
    gains = np.empty((sizes.size, len(ITEMS)))
    for k in range(len(ITEMS)):
        noise = person + np.sqrt(1 - city.respondent_share) * rng.standard_normal(n)
        filled = rng.random(n) >= city.missing
        given, otherwise = (
            answered(city.thresholds, where[cell, k] + noise, straight) for where in (with_training, without)
        )
        answers[:, k] = given * filled
        gain = np.bincount(cell, (given.astype(float) - otherwise) * filled, sizes.size)
        gains[:, k] = gain / np.maximum(1, np.bincount(cell, filled, sizes.size))
    return answers, gains.reshape(*sizes.shape, -1)


def answered(thresholds: tuple[float, ...], latent: np.ndarray, straight: np.ndarray) -> np.ndarray:
    attentive = 1 + sum(latent > threshold for threshold in thresholds)
    return np.where(straight > 0, straight, attentive).astype(np.uint8)


# --- what was planted --------------------------------------------------------------------------


def planted(city: City, plan: Plan) -> dict:
    """What was put in, in IKM points unless the key says otherwise; the last event quarter's value stays."""
    codes = plan.units["unit_id"].tolist()
    trained = [kind for kind in plan.kind if kind]
    mean = np.mean([training_effects(city, kind) for kind in trained], axis=0)
    return {
        "seed": city.seed,
        "constants": asdict(city),
        "training": {
            "effect": city.effect,
            "effect_by_event_quarter": [city.effect * step for step in city.effect_ramp],
            "effect_by_element": _by_element(mean),
            "effect_by_kind": {kind: _by_element(training_effects(city, kind)) for kind in KIND_SHIFTS},
            "effect_among_attentive": city.effect / (1 - city.straight_liners),
            "straight_liners": city.straight_liners,
            "cohort": dict(zip(codes, _quarters(plan, plan.cohort), strict=True)),
            "kind": dict(zip(codes, plan.kind.tolist(), strict=True)),
            "complaints_rate_ratio": 1 + city.complaints_change,
        },
        "digital": {
            "effect": city.digital_effect,
            "effect_by_event_quarter": [city.digital_effect * step for step in city.digital_ramp],
            "effect_by_element": _by_element(DIGITAL_SHARES * city.digital_effect / 25 * len(ITEMS)),
            "live": dict(zip(codes, _quarters(plan, plan.live), strict=True)),
        },
        "drift_per_quarter": city.drift,
        "trend_per_quarter": city.trend,
    }


def _by_element(effects: np.ndarray) -> dict[str, dict[str, float]]:
    """On the scale 1-4, and as the part of the index that it makes (parts sum to the effect on the index)."""
    return {
        item: {"answer_scale": round(float(e), 6), "ikm_points": round(float(e) * 25 / len(ITEMS), 6)}
        for item, e in zip(ITEMS, effects, strict=True)
    }


def _quarters(plan: Plan, wave: np.ndarray) -> list[str | None]:
    return [str(plan.quarters[int(w)]) if np.isfinite(w) else None for w in wave]


def realised(plan: Plan, sizes: np.ndarray, expected: np.ndarray, gains: np.ndarray) -> dict:
    """The effect in this sample: with minus without training on the same draws, weighted by respondents."""
    event_time = np.arange(sizes.shape[1]) - plan.cohort[:, None]
    treated = event_time >= 0
    by_event = {
        str(int(e)): _mean_gain(sizes, gains, event_time == e) for e in np.unique(event_time[treated])
    }
    mean = np.average(gains[treated], axis=0, weights=sizes[treated])
    return {
        "att": _mean_gain(sizes, gains, treated),
        "att_expected": _mean_gain(sizes, expected, treated),
        "att_by_element": _by_element(mean),
        "att_by_event_quarter": by_event,
        "treated_units": int(treated.any(axis=1).sum()),
        "treated_cells": int(treated.sum()),
        "treated_respondents": int(sizes[treated].sum()),
    }


def _mean_gain(sizes: np.ndarray, gains: np.ndarray, cells: np.ndarray) -> float:
    """IKM points over the chosen cells, each weighted by its respondents."""
    return round(25 * float(np.average(gains[cells].mean(axis=1), weights=sizes[cells])), 6)


# --- the rim -----------------------------------------------------------------------------------


def simulate(
    out: str | Path,
    *,
    units: int | None = None,
    quarters: int = 16,
    respondents: float | None = None,
    effect: float = 2.5,
    drift: float = 0.0,
    seed: int = RECORDED_SEED,
) -> Path:
    """Write a simulated city into `out`; see `City` for what the numbers mean."""
    city = City(seed=seed, units=units, quarters=quarters, effect=effect, drift=drift)
    if respondents is not None:
        city = replace(city, respondents=respondents)
    return write_city(Path(out), simulate_city(city))


def write_city(folder: Path, simulated: SimulatedCity) -> Path:
    """The tables, `dataset.yml` that declares them and `truth.json` that says what is in them."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = dict(simulated.tables)
    write_responses(folder / "responses.parquet", tables.pop("responses"))
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n", encoding="utf-8")
    truth = json.dumps(simulated.truth, indent=1, ensure_ascii=False)
    (folder / "truth.json").write_text(truth + "\n", encoding="utf-8")
    manifest = yaml.safe_dump(manifest_of(tables), sort_keys=False, allow_unicode=True)
    (folder / "dataset.yml").write_text(manifest, encoding="utf-8")
    write_plan(folder, pd.Timestamp(simulated.tables["trainings"]["start"].min()).date())
    return folder


def write_plan(folder: Path, first_training: date) -> None:
    """A plan locked half a quarter before the first training, as a careful city would have it."""
    rules = load_analysis()
    locked = first_training - timedelta(days=45)
    plan = {
        "outcome": "ikm",
        "estimator": "imputation",
        "comparison": rules.comparison,
        "sesoi": rules.sesoi,
        "confidence": rules.confidence,
        "elements_of_interest": ["u6", "u7"],
        "date": locked,
        "author": "Bagian Organisasi",
    }
    (folder / plans.NAME).write_text(yaml.safe_dump(plan, sort_keys=False), encoding="utf-8")
    (folder / plans.LOCK).unlink(missing_ok=True)
    plans.lock_plan(folder, locked)


def write_responses(path: Path, table: pd.DataFrame) -> None:
    """One Parquet file by one thread, so that the same rows give the same bytes."""
    with duckdb.connect(config={"threads": 1}) as con:
        con.register("answers", table)
        con.execute(
            "COPY (SELECT * REPLACE (date::DATE AS date) FROM answers) TO ? "
            "(FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2)",
            [str(path)],
        )


def manifest_of(tables: dict[str, pd.DataFrame]) -> dict:
    return {
        "city": "Kota Serang",
        "producer": "asn simulate: simulated figures, not a survey",
        "licence": "CC0-1.0",
        "simulated": True,
        "rollout": "staggered",
        "elements": {element.name: element.code for element in load_skm().elements},
        "tables": {"responses": "responses.parquet"} | {name: f"{name}.csv" for name in tables},
    }

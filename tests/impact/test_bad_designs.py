"""Every method on designs that cannot carry it: a refusal with its remedy, or a number; never a warning."""

import warnings

import numpy as np
import pytest

from asn_analysis.impact import checks, robustness
from asn_analysis.impact.average import average_effect, dose_slope, effects_by
from asn_analysis.impact.callaway import group_time_effects
from asn_analysis.impact.estimate import estimate_effect
from asn_analysis.impact.group_times import AGGREGATIONS
from asn_analysis.impact.multiplicity import simultaneous
from asn_analysis.impact.ordinal import cut_point_effects, scoring
from asn_analysis.impact.power import plan_power
from asn_analysis.impact.randomisation import randomisation_test
from asn_analysis.impact.refusals import DesignError
from asn_analysis.impact.sensitivity import sensitivity
from asn_analysis.impact.specification import ESTIMATORS, Choices, specification_curve
from asn_analysis.impact.twoway import two_way

COUNTS = ["n1", "n2", "n3", "n4"]


def headline(panel, design):
    effect = estimate_effect(panel, design)
    plain = average_effect(panel, design)
    found = [checks.pre_trend(effect, 2.0), checks.few_units(effect, 10), checks.negative_controls([plain])]
    found += [robustness.leave_one_unit_out(effect), robustness.leave_one_wave_out(effect)]
    assert all(check.outcome in ("passed", "failed", "informational") for check in found)
    return effect.tidy(), simultaneous({"a": plain, "b": plain})


def group_time(panel, design):
    found = group_time_effects(panel, design)
    return [found.aggregate(kind).tidy() for kind in AGGREGATIONS]


def composition(panel, design):
    return robustness.composition_shift(panel, estimate_effect(panel, design), {"answer": COUNTS}, 0.1)


def answers(panel, design):
    effects = cut_point_effects(panel, design, panel[COUNTS].to_numpy(float))
    return scoring(effects, 0.0), [effect.tidy() for effect in effects]


METHODS = {
    "headline": headline,
    "group_time": group_time,
    "answers": answers,
    "randomisation": lambda p, d: randomisation_test(p, d, draws=49).summary(),
    "two_way": lambda p, d: two_way(p, d).tidy(),
    "sensitivity": lambda p, d: robustness.breakdown(sensitivity(p, d)),
    "placebo": lambda p, d: robustness.placebo(estimate_effect(p, d), 2.0),
    "shock": lambda p, d: robustness.shock_in_one_wave(estimate_effect(p, d), 2.0),
    "composition": lambda p, d: robustness.composition_shift(
        p, estimate_effect(p, d), {"answer": COUNTS}, 0.1
    ),
    "groups": lambda p, d: effects_by(p, d, "kind").tidy(),
    "dose": lambda p, d: dose_slope(p, d, "hours").tidy(),
    "curve": lambda p, d: specification_curve(p, d, Choices(estimator=ESTIMATORS), 2.0).summary(),
    "power": lambda p, d: plan_power(p, d, {0: 9, 1: 9}, 12, 2.0).summary(),
}

BAD = {
    "no untreated unit": lambda p: p.assign(cohort=0.0),
    "one quarter": lambda p: p[p["time"] == 4],
    "all trained at once": lambda p: p.assign(cohort=4.0),
    "no earlier quarter": lambda p: p[p["cohort"].isna() | (p["time"] >= p["cohort"])],
    "two cohorts only": lambda p: p.assign(cohort=np.where(p["unit"] % 2, 3.0, 5.0)),
    "a unit seen once": lambda p: p[(p["unit"] > 0) | (p["time"] == 3)],
    "one trained unit": lambda p: p.assign(cohort=p["cohort"].where(p["unit"] == p["unit"].max(), np.nan)),
    "one untrained unit": lambda p: p.assign(cohort=p["cohort"].fillna(4.0).mask(p["unit"] == 0)),
    "two units": lambda p: p[p["unit"].isin([p["unit"].min(), p["unit"].max()])],
    "nothing varies": lambda p: p.assign(y=80.0),
    "half the cells missing": lambda p: p.sample(frac=0.5, random_state=1),
    "no outcome": lambda p: p.assign(y=np.nan),
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("bad", BAD)
def test_a_bad_design_is_refused_or_survived_in_silence(simulate, design, method, bad):
    for seed in (1, 2):
        panel = simulate(seed, units=9, periods=7)
        rng = np.random.default_rng(seed)
        counts = rng.multinomial(20, [0.1, 0.2, 0.4, 0.3], len(panel))
        panel = panel.assign(kind=panel["unit"] % 3, hours=panel["unit"] % 4 + 1.0)
        panel = BAD[bad](panel.assign(**dict(zip(COUNTS, counts.T, strict=True))))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                METHODS[method](panel, design)
            except DesignError as refused:
                assert refused.reason and refused.remedy

"""What ``what_if`` answers, asked by dials: in words with units, and as a picture."""

from __future__ import annotations

from typing import Any

import pandas as pd

from asn_analysis.arms.planning import CODES
from asn_analysis.briefs.what_if import what_if
from asn_analysis.impact.study import Analysis
from asn_analysis.record.inputs import Inputs
from asn_analysis.views import plots
from asn_analysis.views.tables import html_table

# The dial's own budget, not the plan's.
TOO_LITTLE = {"budget_too_small": "The money does not reach for the training of a single unit."}


def dials(
    city: Inputs, analysis: Analysis, sesoi: float = 2.0, survey_million: float = 75, coverage: float = 0.5
) -> Any:
    """Three dials, and below them what the city would be told; needs a notebook with a running kernel.

    Parameters
    ----------
    city, analysis : what ``read_city`` and ``analyse_city`` return
    sesoi, survey_million, coverage : where the dials stand at first, as for ``what_if``

    Examples
    --------
    >>> asn.dials(inputs, analysis, sesoi=1.0)  # doctest: +SKIP
    """
    from ipywidgets import FloatSlider, fixed, interactive

    wide = {"style": {"description_width": "19em"}, "layout": {"width": "44em"}, "continuous_update": False}
    points = FloatSlider(
        sesoi, min=min(0.25, sesoi), max=max(4.0, sesoi), step=0.25, readout_format=".2f", **wide
    )
    money = FloatSlider(
        survey_million,
        min=min(10, survey_million),
        max=max(150, 2 * survey_million),
        step=5,
        readout_format=",.0f",
        **wide,
    )
    share = FloatSlider(coverage, min=0, max=1, step=0.05, readout_format=".0%", **wide)
    points.description = "Smallest effect that matters, points"
    money.description = "Next survey, million rupiah"
    share.description = "Paid of what training all the rest costs"
    asked = {"sesoi": points, "survey_million": money, "coverage": share}
    return interactive(_show, city=fixed(city), analysis=fixed(analysis), **asked)


def _show(city: Inputs, analysis: Analysis, sesoi: float, survey_million: float, coverage: float) -> None:
    from IPython.display import HTML, display
    from matplotlib import pyplot as plt

    answer = what_if(city, analysis, sesoi, survey_million, coverage)["answer"].to_dict()
    display(HTML(html_table(in_words(answer))))
    ax = plots.intervals(
        in_points(answer, analysis),
        marks=(0.0, sesoi),
        xlabel="points of the index (dashed: the smallest effect that matters)",
        title="Training so far, and the next round",
        label=city.about["city"] + (" (simulated data)" if city.about["simulated"] else ""),
    )
    display(ax.figure)
    plt.close(ax.figure)


def in_words(answer: dict[str, Any]) -> pd.DataFrame:
    """The answers of ``what_if``, a row each, with their units."""
    refused = (CODES["refused"] | TOO_LITTLE).get(answer["refusal"])
    told = {
        "Verdict on training so far": answer["verdict"],
        "Forms of the next survey": f"{answer['forms']:,}",
        "A unit's index is then known to": f"± {answer['typical_half_width']:.1f} points, "
        f"in the least certain unit ± {answer['widest_half_width']:.1f}",
        **(_of_training(answer) if answer["refusal"] is None else {"Next training": refused}),
        "Survey and training cost": f"Rp {answer['cost_million']:,.0f} million",
        "Chance that the round shows such an effect": _chance(answer["power"]),
    }
    return pd.DataFrame({"what": told.keys(), "answer": told.values()})


def _of_training(answer: dict[str, Any]) -> dict[str, str]:
    gain = "{gain:.2f} points ({gain_low:.2f} to {gain_high:.2f})"
    return {
        "Units trained next": f"{answer['n_trained']}, for Rp {answer['training_million']:,.0f} million",
        "People whom they serve in a year": f"{answer['users']:,.0f}",
        "Gain, on the index of all users": gain.format(**answer),
        "Gain with the lowest index first": f"{answer['gain_lowest_first']:.2f} points",
    }


def _chance(power: float | None) -> str:
    if power is None or power != power:
        return "cannot be told: no round, or nobody stays untrained to compare with"
    return f"{power:.0%}"


def in_points(answer: dict[str, Any], analysis: Analysis) -> pd.DataFrame:
    """What has a range in points: the effect with its cautious range, and the gain of the next round."""
    effect = analysis.effect
    so_far = (effect.estimate, effect.conf_low_robust, effect.conf_high_robust) if effect else (None,) * 3
    next_round = (answer["gain"], answer["gain_low"], answer["gain_high"])
    rows = [
        ("effect on trained units, cautious range", *so_far, analysis.refusal and analysis.refusal.reason),
        ("gain of the next round on all users", *next_round, answer["refusal"] and "no round: see above"),
    ]
    return pd.DataFrame(rows, columns=["term", "estimate", "conf_low", "conf_high", "refusal"])

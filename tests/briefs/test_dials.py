"""The dials of the bench: answers with their units, refusals in words, a start that every dial can hold."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from asn_analysis.arms.planning import REFUSED
from asn_analysis.briefs.dials import dials, in_points, in_words

ANSWER = {
    **{"verdict": "success", "forms": 5271, "typical_half_width": 2.49, "widest_half_width": 2.551},
    **{"n_trained": 21, "training_million": 332.65, "users": 113560.0, "gain": 0.335, "gain_low": 0.271},
    **{
        "gain_high": 0.402,
        "gain_lowest_first": 0.219,
        "cost_million": 411.7,
        "power": 0.938,
        "refusal": None,
    },
}
REFUSED_ROUND = ANSWER | dict.fromkeys(("n_trained", "training_million", "users", "gain", "gain_low"))
REFUSED_ROUND |= dict.fromkeys(("gain_high", "gain_lowest_first", "power"))


def said(answer: dict) -> dict[str, str]:
    return in_words(answer).set_index("what")["answer"].to_dict()


def test_answers_carry_their_units():
    assert said(ANSWER) == {
        "Verdict on training so far": "success",
        "Forms of the next survey": "5,271",
        "A unit's index is then known to": "± 2.5 points, in the least certain unit ± 2.6",
        "Units trained next": "21, for Rp 333 million",
        "People whom they serve in a year": "113,560",
        "Gain, on the index of all users": "0.34 points (0.27 to 0.40)",
        "Gain with the lowest index first": "0.22 points",
        "Survey and training cost": "Rp 412 million",
        "Chance that the round shows such an effect": "94%",
    }


@pytest.mark.parametrize("code", REFUSED)
def test_a_refused_round_is_said_and_drawn_in_words(code: str):
    answer = REFUSED_ROUND | {"refusal": code}
    assert said(answer)["Next training"].endswith(".")
    assert said(answer)["Chance that the round shows such an effect"].startswith("cannot be told")
    nothing = SimpleNamespace(effect=None, refusal=SimpleNamespace(reason="No unit was trained."))
    drawn = in_points(answer, nothing)
    assert drawn["refusal"].tolist() == ["No unit was trained.", "no round: see above"]
    assert drawn["estimate"].isna().all()


def test_dials_stand_where_they_are_asked_to():
    started = dials(None, None, sesoi=6.0, survey_million=400, coverage=0.0).children[:3]
    assert [dial.value for dial in started] == [6.0, 400, 0.0]
    assert all(dial.min <= dial.value <= dial.max for dial in started)
    assert [dial.readout_format for dial in started] == [".2f", ",.0f", ".0%"]

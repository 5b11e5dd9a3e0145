"""Which elements stand lowest: none is named alone where others stand beside it, in fact or by chance."""

from __future__ import annotations

import pytest

from asn_analysis.words.language import Words, plain
from asn_analysis.words.satisfaction import elements_sentence

SAID = {
    (75, 80, 85): "The lowest element is requirements (75.00), the highest completion time (85.00).",
    (75, 85, 75): "Lowest: requirements (75.00); completion time (75.00). "
    "Highest: system, mechanism, procedure (85.00).",
    (80, 80, 80): "All elements stand alike.",
}


@pytest.mark.parametrize("values", SAID)
def test_elements_that_stand_lowest_together_are_named_together(values):
    assert plain(elements_sentence(Words({"elements": elements(values)}, "en"))) == SAID[values]


def test_the_lowest_is_not_told_alone_where_the_next_steps_name_another_beside_it():
    step = {"code": "look_at_weakest_elements", "element": "u1", "other": "u2"}
    told = plain(elements_sentence(Words({"elements": elements((75, 80, 85)), "actions": [step]}, "en")))
    beside = "The lowest cannot be told apart yet from system, mechanism, procedure (80.00)."
    assert told == f"{SAID[75, 80, 85]} {beside}"


def elements(values):
    unknown = dict.fromkeys(("std_error", "df", "conf_low", "conf_high", "grade_probabilities"))
    return [
        unknown
        | {"code": f"u{n}", "name": "", "value": value, "unrounded": value + n / 1e4, "grade": "B", "n": 9}
        for n, value in enumerate(values, 1)
    ]

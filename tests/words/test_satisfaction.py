"""Which elements stand lowest: none is named alone where others stand beside it."""

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
    unknown = dict.fromkeys(("std_error", "df", "conf_low", "conf_high", "grade_probabilities"))
    rows = [
        unknown
        | {"code": f"u{n}", "name": "", "value": value, "unrounded": value + n / 1e4, "grade": "B", "n": 9}
        for n, value in enumerate(values, 1)
    ]
    assert plain(elements_sentence(Words({"elements": rows}, "en"))) == SAID[values]

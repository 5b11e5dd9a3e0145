"""A few answers that come in after a quarter was published cannot be had by subtracting two briefs."""

from __future__ import annotations

import pytest

from asn_analysis.briefs.inputs import choose_quarter, city_inputs, read_shown, unit_inputs
from asn_analysis.briefs.record import unit_record
from asn_analysis.briefs.report import NO_FINDING

UNIT = "PKM-03"


@pytest.fixture(scope="module")
def shown(small_dataset):
    cells = city_inputs(small_dataset, choose_quarter(small_dataset)).panel
    keys = zip(cells["unit_id"], cells["quarter"].astype(str), strict=True)
    return dict(zip(keys, cells["n_respondents"], strict=True))


def test_a_quarter_with_one_late_answer_is_withheld_in_the_unit_and_in_the_city(small_dataset, shown):
    quarter = choose_quarter(small_dataset)
    last = str(quarter - 1)
    one_fewer = {**shown, (UNIT, last): shown[UNIT, last] - 1}
    before, inputs = (city_inputs(small_dataset, quarter, None, told) for told in (shown, one_fewer))
    assert [UNIT, last] not in map(list, before.about["withheld"])
    assert [UNIT, last] in map(list, inputs.about["withheld"])
    assert inputs.about["withheld_of_city"] == [last]
    rows = {row["quarter"]: row for row in unit_record(unit_inputs(inputs, UNIT, NO_FINDING))["trend"]}
    assert rows[last]["withheld"] and rows[last]["n"] is None and rows[last]["unrounded"] is None
    assert not rows[str(quarter)]["withheld"]


def test_what_units_briefs_told_is_read_from_earlier_quarters_only(made):
    assert read_shown(made.out, choose_quarter_of(made)) == {}
    told = read_shown(made.out, choose_quarter_of(made) + 1)
    row = made.record(UNIT)["trend"][-1]
    assert told[UNIT, row["quarter"]] == row["n"]


def choose_quarter_of(made):
    from asn_analysis.records.intake import read_dataset

    return choose_quarter(read_dataset(made.data))

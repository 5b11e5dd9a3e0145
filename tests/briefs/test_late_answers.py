"""A few answers that come in after a quarter was published cannot be had by subtracting two briefs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from asn_analysis.briefs.inputs import OPTIONAL_TABLES, choose_quarter, city_inputs
from asn_analysis.briefs.published import read_releases
from asn_analysis.briefs.record import unit_record
from asn_analysis.briefs.report import NO_FINDING
from asn_analysis.briefs.unit import unit_inputs
from asn_analysis.measures.disclosure import Release, Told

UNIT = "PKM-03"


@pytest.fixture(scope="module")
def small_dataset(small_dataset):
    """Without the optional tables, of which no release tells."""
    return replace(small_dataset, **dict.fromkeys(OPTIONAL_TABLES))


@pytest.fixture(scope="module")
def told(small_dataset):
    cells = city_inputs(small_dataset, choose_quarter(small_dataset)).panel
    keys = zip(cells["unit_id"], cells["quarter"].astype(str), strict=True)
    return dict(zip(keys, map(Told, cells["n_respondents"], cells["ikm"]), strict=True))


@pytest.mark.parametrize("change", ["one fewer", "one changed"])
def test_a_quarter_with_one_late_answer_is_withheld_in_the_unit_and_in_the_city(small_dataset, told, change):
    quarter = choose_quarter(small_dataset)
    last = str(quarter - 1)
    n, index = told[UNIT, last]
    then = Told(n - 1, index) if change == "one fewer" else Told(n, index - 0.2)
    releases = (Release(told), Release({**told, (UNIT, last): then}))
    before, inputs = (city_inputs(small_dataset, quarter, None, [one]) for one in releases)
    assert [UNIT, last] not in map(list, before.about["withheld"])
    assert [UNIT, last] in map(list, inputs.about["withheld"])
    assert inputs.about["withheld_of_city"] == [last]
    rows = {row["quarter"]: row for row in unit_record(unit_inputs(inputs, UNIT, NO_FINDING))["trend"]}
    assert rows[last]["withheld"] and rows[last]["n"] is None and rows[last]["unrounded"] is None
    assert not rows[str(quarter)]["withheld"]


def test_what_other_quarters_briefs_told_is_read_from_the_reports_folder(made, small_dataset):
    quarter = choose_quarter(small_dataset)
    assert read_releases(made.out, quarter) == ()
    for other in (quarter - 1, quarter + 1):  # a later brief tells of this quarter too
        (release,) = read_releases(made.out, other)
        row = made.record(UNIT)["trend"][-1]
        assert release.told[UNIT, row["quarter"]] == (row["n"], row["unrounded"])
        assert release.city[str(quarter)].n == made.record()["ikm"]["n"]
        assert release.withheld == frozenset()


def test_under_another_method_only_numbers_of_answers_are_compared(made, small_dataset, monkeypatch):
    monkeypatch.setattr("asn_analysis.briefs.published.__version__", "0.0.0")
    (release,) = read_releases(made.out, choose_quarter(small_dataset) + 1)
    assert {told.index for told in release.told.values()} == {None}
    same = replace(release, city={})
    inputs = city_inputs(small_dataset, choose_quarter(small_dataset), None, [same])
    assert inputs.about["withheld"] == []

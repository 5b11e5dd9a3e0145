"""Who is called the lowest: a unit that can be ranked, where most can."""

from __future__ import annotations

from dataclasses import replace

from asn_analysis.briefs.inputs import choose_quarter, city_inputs
from asn_analysis.record.places import lowest_units
from asn_analysis.rules.rules import load_analysis


def test_nobody_is_called_the_lowest_where_most_units_have_too_few_answers_for_a_rank(small_dataset):
    city = city_inputs(small_dataset, choose_quarter(small_dataset))
    units, fewest = sorted(set(city.panel["unit_id"])), load_analysis().fewest_ranked

    def lowest(n_ranked: int) -> list[str]:
        ranked = city.panel["unit_id"].isin(units[:n_ranked])
        n = city.panel["n_respondents"].where(~ranked, 2 * fewest).where(ranked, fewest - 1)
        panel = city.panel.assign(n_respondents=n)
        return [row.unit_id for row in lowest_units(replace(city, panel=panel))]

    assert lowest(len(units) // 2) == []
    assert set(lowest(len(units) // 2 + 1)) < set(units[: len(units) // 2 + 1])

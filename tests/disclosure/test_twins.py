"""Cities that differ only in who is who among the withheld units: nothing that a brief is made from differs.

Pages, figures, tables and records follow from these documents and from nothing else, so this holds
for every number in every file, whatever an attacker does with it.
"""

from __future__ import annotations

import json

import pandas as pd
import pytest

from asn_analysis.briefs.inputs import city_inputs
from asn_analysis.briefs.record import unit_record
from asn_analysis.briefs.report import NO_FINDING
from asn_analysis.briefs.unit import unit_inputs
from asn_analysis.measures.disclosure import POOL, Release, Told, Withheld
from asn_analysis.record.inputs import Inputs
from asn_analysis.records.intake import Dataset, read_dataset
from tests.disclosure.city import NOW, THEN, City, a_quarter_later, when_published


@pytest.fixture(scope="module")
def cities(tmp_path_factory) -> list[list[Dataset]]:
    """City and twin: the data sets when THEN was published, and a quarter later."""
    folder = tmp_path_factory.mktemp("twins")
    base = City.simulated(folder / "base")
    found = []
    for twin in (False, True):
        then = when_published(base, twin)
        now = a_quarter_later(base, then, twin)
        folders = [city.write(folder / f"{twin}-{when}") for city, when in ((then, THEN), (now, NOW))]
        found.append([read_dataset(written) for written in folders])
    return found


@pytest.fixture(scope="module")
def inputs(cities) -> list[tuple[Inputs, Inputs]]:
    """The same, as their briefs are made from them."""
    return [both_quarters(datasets) for datasets in cities]


def published(inputs: Inputs) -> Release:
    """What the briefs made from these inputs tell."""
    cells = inputs.of_units
    keys = zip(cells["unit_id"], cells["quarter"].astype(str), strict=True)
    told = dict(zip(keys, map(Told, cells["n_respondents"], cells["ikm"]), strict=True))
    answered = inputs.panel.groupby(inputs.panel["quarter"].astype(str))["n_respondents"].sum()
    city = answered.drop(inputs.about["withheld_of_city"], errors="ignore").map(Told).to_dict()
    return Release(told, frozenset(map(tuple, inputs.about["withheld"])), city)


def both_quarters(datasets: list[Dataset]) -> tuple[Inputs, Inputs]:
    then = city_inputs(datasets[0], pd.Period(THEN, freq="Q-DEC"))
    return then, city_inputs(datasets[1], pd.Period(NOW, freq="Q-DEC"), None, [published(then)])


def of_city(inputs: Inputs) -> str:
    """The city's document without hashes of whole tables, which nobody can guess."""
    city = json.loads(inputs.to_json())
    city["about"] |= {"arm_rows": {}, "arm_rows_of_units": {}}
    city["about"]["data"].pop("sha256")
    return json.dumps(city)


def of_units(inputs: Inputs) -> dict[str, str]:
    """Every unit's record."""
    units = [unit["unit_id"] for unit in inputs.about["units"]]
    return {unit: json.dumps(unit_record(unit_inputs(inputs, unit, NO_FINDING))) for unit in units}


def test_a_city_cannot_be_told_from_its_twin(inputs):
    for city, twin in zip(*inputs, strict=True):
        assert of_city(city) == of_city(twin) and of_units(city) == of_units(twin)


def test_the_twins_differ_between_kecamatan_too(cities, inputs):
    """So that a table by kecamatan that told a withheld unit would tell a city from its twin."""
    place = cities[0][0].units.set_index("unit_id")["kecamatan"]
    city, twin = (datasets[0].responses for datasets in cities)
    count = "SELECT unit_id, count(*) AS n FROM responses WHERE quarter = DATE '2026-04-01' GROUP BY unit_id"
    by_unit = [responses.ask("twins", count).set_index("unit_id")["n"] for responses in (city, twin)]
    by_place = [found.groupby(place).sum() for found in by_unit]
    assert not by_place[0].equals(by_place[1])


def test_the_twins_are_different_and_what_is_withheld_is_a_crowd(inputs):
    (then, now), (other, _) = inputs
    assert len(then.about["withheld"]) == 5  # three at THEN, two when one form was all
    assert {quarter for _, quarter in now.about["withheld"]} == {"2025Q4", THEN, NOW}
    for inputs in (then, now):
        pool = inputs.panel[inputs.panel["unit_id"] == POOL]
        assert (pool["n_respondents"] >= 5).all()
        assert (pool[[f"n_u{code}" for code in range(1, 10)]] >= 5).all().all()
    assert not now.about["withheld_of_city"]
    assert then.about["data"]["sha256"] != other.about["data"]["sha256"]


@pytest.mark.parametrize("off", ["pooled", "withhold"])
def test_without_the_protection_they_differ(cities, monkeypatch, off):
    stand_in = {"pooled": lambda panel, _: panel, "withhold": lambda *_: Withheld()}[off]
    monkeypatch.setattr(f"asn_analysis.briefs.inputs.{off}", stand_in)
    quarter = pd.Period(THEN, freq="Q-DEC")
    city, twin = (city_inputs(then, quarter) for then, _ in cities)
    assert of_city(city) != of_city(twin)
    if off == "withhold":  # the units' own, too
        told = zip(of_units(city).items(), of_units(twin).items(), strict=True)
        assert sum(one != other for one, other in told) >= 3

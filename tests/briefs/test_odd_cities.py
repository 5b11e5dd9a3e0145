"""Cities unlike the example: every one gets a brief, a refusal with its reason, and no warning."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import asn_analysis as asn
from asn_analysis.briefs.inputs import choose_quarter, city_inputs
from asn_analysis.briefs.record import analyse_city
from asn_analysis.briefs.unit import unit_inputs
from asn_analysis.simulate.simulation import simulate
from asn_analysis.words.language import LANGUAGES
from tests.changed import read_responses, write_responses

ITEMS = [f"u{number}" for number in range(1, 10)]
PARTS = (
    *("first_screen", "what_changed", "certainty", "satisfaction", "arms"),
    *("next_steps", "limits", "annex", "provenance"),
)


def answers(change: Callable[[pd.DataFrame], pd.DataFrame]) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        path = folder / "responses.parquet"
        frame = read_responses(path)
        write_responses(path, change(frame))

    return apply


def table(name: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        path = folder / f"{name}.csv"
        change(pd.read_csv(path)).to_csv(path, index=False)

    return apply


def sixty_times(frame: pd.DataFrame, unit: str) -> pd.DataFrame:
    """One unit answers for sixty: three of four respondents are its own."""
    own = frame[frame["unit_id"] == unit]
    again = [own.assign(response_id=own["response_id"] + f"-{number}") for number in range(60)]
    return pd.concat([frame, *again])


def only(frame: pd.DataFrame, lowest: int) -> pd.DataFrame:
    frame[ITEMS] = frame[ITEMS].astype("Int64").clip(lower=lowest).astype("UInt8")
    return frame


def unasked(frame: pd.DataFrame, first: str, last: str) -> pd.DataFrame:
    """No answers to two elements from one quarter to another."""
    there = frame["date"].dt.to_period("Q").between(pd.Period(first), pd.Period(last))
    return frame.assign(u3=frame["u3"].mask(there), u9=frame["u9"].mask(there))


CITIES: dict[str, tuple[Callable[[Path], None], str | None]] = {
    "answers 3 and 4 alone": (answers(lambda frame: only(frame, 3)), None),
    "every answer 4": (answers(lambda frame: only(frame, 4)), "no_variation"),
    "no training": (table("trainings", lambda frame: frame.iloc[:0]), "no_treated"),
    "trained before the first survey": (
        table("trainings", lambda frame: frame.assign(start="2019-01-10")),
        None,
    ),
    "one trained unit": (table("trainings", lambda frame: frame.iloc[:1]), "single_unit"),
    "two respondents a cell": (
        answers(lambda f: f.groupby(["unit_id", f["date"].dt.to_period("Q")]).head(2)),
        "no_cells",  # all are withheld; only the city as a whole is told
    ),
    "one unit outweighs all others": (answers(lambda f: sixty_times(f, "RSUD-01")), None),
    "no forum for a year": (
        table("consultations", lambda frame: frame[frame["date"] < "2025-06-01"]),
        None,
    ),
    "the newest quarter alone": (answers(lambda f: f[f["date"] >= "2026-07-01"]), "one_period"),
    "an element never asked": (answers(lambda f: f.assign(u9=f["u9"].mask(f["u9"] > 0))), "no_cells"),
    "two elements asked again after a year": (answers(lambda f: unasked(f, "2025Q3", "2026Q2")), None),
    "half of the answers empty, and no one tells who they are": (
        answers(
            lambda f: f.assign(u3=f["u3"].where(f.index % 2 == 0), sex=None, education=None, occupation=None)
        ),
        None,
    ),
}


@pytest.fixture(params=CITIES)
def odd(request, small_city: Path, tmp_path: Path) -> tuple[Path, str | None, str]:
    folder = tmp_path / "city"
    shutil.copytree(small_city, folder)
    change, refusal = CITIES[request.param]
    change(folder)
    return folder, refusal, request.param


def test_every_city_gets_its_brief(odd):
    folder, refusal, name = odd
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        dataset = asn.read_dataset(folder)
        inputs = city_inputs(dataset, choose_quarter(dataset))
        record = asn.city_record(inputs, analyse_city(inputs))
        brief = asn.Brief(record)
        for part in PARTS:
            html = getattr(brief, part)().html
            assert set(html) == set(LANGUAGES)
        unit = inputs.about["units"][-1]["unit_id"]
        told = asn.Brief(asn.unit_record(unit_inputs(inputs, unit, record)))
        assert told.first_screen().html["en"]
    assert record["left_out"] == []
    if refusal:
        assert record["effect"]["refusal"]["code"] == refusal
    if name == "two respondents a cell":
        assert "No unit has an index that can be used" in brief.what_changed().html["en"]
        assert record["checks"] == []  # no answer may be used, which is not that all are missing
    if name == "an element never asked":
        said = brief.what_changed().html["en"]
        assert "some element was never asked" in said and "enough respondents" not in said
        assert "Fewer than two quarters have an index" in brief.satisfaction().html["en"]
        assert brief.limits().html["en"].count("nobody answered") == 1  # of all quarters in one sentence
    if name == "no forum for a year":
        assert record["missing_tables"] == ["consultations"]
    if name == "every answer 4":  # once "adjust, 0.0 to 0.0", and no unit stood out among its like
        assert record["verdict"]["label"] == "inconclusive"
        assert "All answers are the same" in brief.what_changed().html["en"]
        assert "Semua jawaban sama" in brief.what_changed().html["id"]
        asked = {row["screen"] for row in record["quality"]["flags"]}
        assert {"straight_lining", "all_best"} <= asked
        assert record["quality"]["n_flagged_units"] == record["quality"]["n_units"]


@pytest.mark.parametrize("units", [2, 6])
def test_small_cities_are_told_their_weakness(tmp_path, units):
    folder = simulate(tmp_path / "city", units=units, quarters=10, respondents=20, seed=5)
    inputs = asn.read_city(folder)
    record = asn.city_record(inputs, analyse_city(inputs))
    weak = {reason["code"] for reason in record["verdict"]["reasons"]}
    assert record["effect"]["refusal"] or "few_units" in weak
    assert record["verdict"]["certainty"] <= 3


def test_ten_units_are_told_before_anyone_is_trained_that_they_cannot_deliver_a_verdict(tmp_path):
    folder = simulate(tmp_path / "city", units=10, quarters=10, respondents=20, seed=5)
    path = folder / "trainings.csv"
    frame = pd.read_csv(path)
    frame["start"] = (pd.to_datetime(frame["start"]) + pd.DateOffset(years=4)).dt.date
    frame.to_csv(path, index=False)
    inputs = asn.read_city(folder)
    record = asn.city_record(inputs, analyse_city(inputs))
    assert record["effect"]["refusal"]["code"] == "no_treated"
    assert record["planned_power"]["decides"] is False
    brief = asn.Brief(record)
    assert all(set(getattr(brief, part)().html) == set(LANGUAGES) for part in PARTS)
    told = brief.certainty().html
    assert "Warning before anyone is trained" in told["en"]
    assert "Peringatan sebelum pelatihan dimulai" in told["id"]

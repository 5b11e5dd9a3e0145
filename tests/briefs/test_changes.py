"""What changed since the last brief: parts that add up, and a planted revision named with its size."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

import asn_analysis as asn
from asn_analysis.briefs.inputs import city_inputs
from asn_analysis.briefs.record import analyse_city
from asn_analysis.followup.changes import revised_quarters, split_change
from asn_analysis.record.changes import _chance
from asn_analysis.record.inputs import Inputs
from asn_analysis.words.language import plain
from tests.changed import read_responses, write_responses

QUARTER = pd.Period("2026Q3", freq="Q-DEC")


def published(record: dict) -> dict:
    """A record as a later brief reads it from the reports folder."""
    return {
        record["quarter"]: {
            "label": record["verdict"]["label"],
            "estimate": record["effect"]["estimate"],
            "ikm": record["ikm"]["unrounded"],
            "elements": {row["code"]: row["unrounded"] for row in record["elements"]},
            "method": [record["rules"]["sha256"], record["package_version"]],
            "seen": record["seen"],
        }
    }


def record_of(folder: Path, quarter: pd.Period, said: dict | None = None) -> dict:
    inputs = city_inputs(asn.read_dataset(folder), quarter, said)
    return asn.city_record(inputs, analyse_city(inputs))


@pytest.fixture(scope="module")
def last(bare_city: Path) -> dict:
    return record_of(bare_city, QUARTER - 1)


@pytest.fixture(scope="module")
def told_after(bare_city: Path) -> Callable[[dict | None], dict]:
    """The record of the quarter after a brief that said this; its cells are read and analysed once."""
    dataset = asn.read_dataset(bare_city)
    analysis = analyse_city(city_inputs(dataset, QUARTER))
    return lambda said=None: asn.city_record(city_inputs(dataset, QUARTER, said), analysis)


def parts_add_up(parts: dict) -> None:
    steps = [parts[name] for name in ("method", "revised", "new", "mix") if parts[name] is not None]
    assert parts["before"] + sum(steps) == pytest.approx(parts["now"], abs=5e-6)


def test_by_hand():
    parts = split_change(
        printed=80.0, printed_by_todays_method=80.5, then_by_todays_data=80.2, now=81.0, chance=0.6
    )
    assert (parts.method, parts.revised, parts.new) == pytest.approx((0.5, -0.3, 0.8))
    together = split_change(80.0, None, 80.2, 81.0, None, mix=1.0)
    assert together.method is None
    assert (together.revised, together.new, together.mix) == pytest.approx((0.2, -0.2, 1.0))


def test_a_quarter_that_is_gone_counts_as_revised():
    assert revised_quarters({"2026Q1": "a", "2026Q2": "b"}, {"2026Q1": "a", "2026Q3": "c"}) == ("2026Q2",)


def test_with_nothing_revised_the_change_is_all_new_respondents(told_after, last):
    record = told_after(published(last))
    for name in ("index", "effect"):
        parts = record["since_last"][name]
        assert parts["method"] == pytest.approx(0, abs=1e-5)
        assert parts["revised"] == pytest.approx(0, abs=1e-5)
        assert parts["chance"] > 0
        parts_add_up(parts)
    assert record["since_last"]["index"]["new"] == pytest.approx(record["change"]["difference"], abs=1e-5)
    assert "neither earlier data nor the method changed" in plain(asn.Brief(record).annex().html["en"])


def test_chance_between_two_looks_is_as_wide_as_this_briefs_own_range():
    """Three units moved the estimate by 1, -1 and 0: sqrt(2 x 2/3); Student's t at 4 degrees is 2.776."""

    def look(*replicates: float) -> SimpleNamespace:
        left = pd.Series(replicates, index=list("abc"))
        return SimpleNamespace(replicates=left, estimate=2.0, df=4.0, design=SimpleNamespace(confidence=0.95))

    assert _chance(look(3.0, 1.0, 2.0), look(2.0, 2.0, 2.0)) == pytest.approx(
        2.776 * (4 / 3) ** 0.5, abs=1e-3
    )


def test_a_planted_revision_of_last_quarters_file_is_named_with_its_size(bare_city, last, tmp_path):
    folder = tmp_path / "city"
    shutil.copytree(bare_city, folder)
    path = folder / "responses.parquet"
    answers = read_responses(path)
    of_last = pd.PeriodIndex(answers["date"], freq="Q-DEC") == QUARTER - 1
    raised = of_last & (answers["u9"] < 4)
    answers.loc[raised, "u9"] += 1
    write_responses(path, answers)
    record = record_of(folder, QUARTER, published(last))
    since = record["since_last"]
    answered = answers.loc[of_last, "u9"].notna().sum()
    planted = 25 / 9 * raised.sum() / answered  # one element of nine, a point up for each raised answer
    assert since["index"]["revised"] == pytest.approx(planted, abs=1e-4)
    assert since["revised_quarters"] == ["2026Q2"]
    parts_add_up(since["index"])
    parts_add_up(since["effect"])
    for language, word in (("en", "were revised"), ("id", "direvisi")):
        assert word in plain(asn.Brief(record).annex().html[language])
    assert "Revisi data menggeser indeks sebelumnya" in plain(asn.Brief(record).satisfaction().html["id"])


def test_changed_rules_are_told_apart_from_data_unless_both_changed(told_after, last):
    said = published(last)
    said["2026Q2"]["method"] = ["other rules", "0.0.9"]
    said["2026Q2"]["estimate"] += 0.3
    parts = told_after(said)["since_last"]["effect"]
    assert parts["method"] == pytest.approx(-0.3, abs=1e-5)
    assert parts["revised"] == pytest.approx(0, abs=1e-5)
    parts_add_up(parts)
    said["2026Q2"]["seen"] = {**said["2026Q2"]["seen"], "2025Q3": "revised"}
    both = told_after(said)["since_last"]["effect"]
    assert both["method"] is None
    parts_add_up(both)


def test_without_a_brief_of_the_survey_before_nothing_is_compared(told_after):
    record = told_after()
    assert record["since_last"] is None
    assert "no brief of the previous survey" in plain(asn.Brief(record).annex().html["en"])


def test_inputs_carry_what_was_published(bare_city, last):
    inputs = city_inputs(asn.read_dataset(bare_city), QUARTER, published(last))
    assert (
        Inputs.from_json(inputs.to_json()).about["published"]["2026Q2"]["label"] == last["verdict"]["label"]
    )

"""When a city surveys, and what it passed over: worked by hand."""

from __future__ import annotations

import pandas as pd

from asn_analysis.measures.panel import rhythm, silent_units


def quarters(text: str) -> list[pd.Period]:
    return [pd.Period(name, freq="Q-DEC") for name in text.split()]


def test_each_rhythm_with_what_it_passes_over():
    every = rhythm(quarters("2025Q1 2025Q2 2025Q3"))
    assert (every.a_year, every.gaps) == (4, ())
    missed = rhythm(quarters("2025Q1 2025Q2 2025Q4 2026Q1 2026Q1"))
    assert (missed.a_year, missed.gaps) == (4, tuple(quarters("2025Q3")))
    semesters = rhythm(quarters("2025Q3 2025Q1 2026Q1"))
    assert (semesters.a_year, semesters.gaps) == (2, tuple(quarters("2025Q2 2025Q4")))
    assert rhythm(quarters("2024Q3 2025Q3 2026Q3")).a_year == 1
    assert rhythm(quarters("2024Q1 2024Q4 2025Q3")).a_year is None
    assert rhythm(quarters("2024Q1")).a_year == 4
    assert rhythm([]).last(2) == ()


def test_the_survey_before_is_the_last_that_was_held():
    semesters = rhythm(quarters("2025Q1 2025Q3 2026Q1"))
    assert semesters.before(pd.Period("2026Q1", freq="Q-DEC")) == pd.Period("2025Q3", freq="Q-DEC")
    assert semesters.before(pd.Period("2025Q1", freq="Q-DEC")) is None
    assert semesters.last(2) == tuple(quarters("2025Q3 2026Q1"))


def test_silent_is_who_missed_a_whole_year_and_not_who_missed_as_many_surveys_here_and_there():
    def silent(**surveyed: str) -> set[str]:
        cells = [(unit, quarter) for unit, text in surveyed.items() for quarter in quarters(text)]
        return set(silent_units(pd.DataFrame(cells, columns=["unit_id", "quarter"]), quarters("2026Q3")[0]))

    city = "2025Q1 2025Q2 2025Q3 2025Q4 2026Q1 2026Q2 2026Q3"
    assert silent(city=city, gone="2025Q1 2025Q2", late=city[:-7], now_and_then="2025Q1 2026Q2") == {"gone"}
    assert silent(city="2023Q3 2024Q3 2025Q3 2026Q3", late="2025Q3", gone="2023Q3 2024Q3") == {"gone"}
    assert silent(city="2024Q3 2026Q3", unasked="2024Q3") == set()  # nobody was surveyed meanwhile

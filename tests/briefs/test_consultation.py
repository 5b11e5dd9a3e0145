"""Forums in the city's brief: what the clerks did not count is told as such, and nothing is made of it."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest

from asn_analysis.arms.consultation import ARM
from asn_analysis.measures.context import with_context
from asn_analysis.measures.panel import build_panel
from asn_analysis.record.plain import plain_values
from asn_analysis.words.language import LANGUAGES, Words, plain

QUARTER = pd.Period("2026Q3", "Q-DEC")
SAID = {"en": "under-represented", "id": "kurang terwakili"}


@pytest.fixture(scope="module")
def panel(small_dataset) -> pd.DataFrame:
    return with_context(build_panel(small_dataset, QUARTER), small_dataset)


def told(dataset, panel, language: str, **counts: object) -> str:
    """All that the brief says of forums whose counts were changed so."""
    known = replace(dataset, consultations=dataset.consultations.assign(**counts).convert_dtypes())
    record = {"scope": "city", "consultation": plain_values(ARM.prepare(known, panel, QUARTER).city)}
    words = Words(record, language)
    tables = [cell for table in ARM.annex(words) for row in table.rows for cell in row]
    return plain(" ".join([*ARM.sentences(words), *tables, ARM.row(words).figure]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_women_whom_nobody_counted_are_not_missing(small_dataset, panel, language):
    none_counted = {"en": "No forum counted the women", "id": "Jumlah perempuan yang hadir tidak dicatat"}
    assert SAID[language] in told(small_dataset, panel, language)
    assert SAID[language] in told(small_dataset, panel, language, women=0)  # counted: none came
    found = told(small_dataset, panel, language, women=None)
    assert SAID[language] not in found and none_counted[language] in found


@pytest.mark.parametrize("language", LANGUAGES)
def test_counts_of_some_forums_are_told_as_theirs(small_dataset, panel, language):
    forums = small_dataset.consultations
    year = forums["date"] > "2025-09-30"
    n, half = year.sum(), year & (year.cumsum() <= 5)
    counts = {name: forums[name].where(half) for name in ("women", "present", "adopted")}
    found = told(small_dataset, panel, language, **counts)
    of = {"en": f"at 5 of {n} forums", "id": f"di 5 dari {n} forum"}
    assert found.count(of[language]) == 2
    assert {"en": "where they were counted", "id": "di forum yang mencatatnya"}[language] in found
    reached = {"en": "reached least", "id": "paling kurang terjangkau"}
    assert reached[language] not in found


@pytest.mark.parametrize("language", LANGUAGES)
def test_forums_that_counted_nothing_were_held_all_the_same(small_dataset, panel, language):
    found = told(
        small_dataset,
        panel,
        language,
        **dict.fromkeys(("invited", "present", "women", "aspirations", "adopted")),
    )
    said = {
        "en": ["forums were held. No forum counted those present.", "recorded yet how many aspirations"],
        "id": ["Jumlah yang hadir tidak dicatat", "aspirasi yang diakomodasi belum dicatat"],
    }
    assert all(one in found for one in said[language])
    assert SAID[language] not in found and not re.search(r"\b0\s?%|\bnan\b|<NA>", found)

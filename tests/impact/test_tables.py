"""Estimates as papers print them: every number of the results, in each format."""

from __future__ import annotations

from dataclasses import replace

import pytest
from docx import Document

import asn_analysis as asn


@pytest.fixture(scope="module")
def effects(simulate, design):
    panel = simulate(3, units=18)
    held = replace(design, weight=None, comparison="never_treated")
    return [asn.estimate_effect(panel, design), asn.estimate_effect(panel, held), asn.two_way(panel, design)]


def test_every_format_says_the_same_numbers(effects, tmp_path):
    table = asn.to_table(effects)
    document = Document(table.to_word(tmp_path / "table.docx"))
    word = "\n".join(cell.text for row in document.tables[0].rows for cell in row.cells)
    for effect in effects:
        told = [f"{effect.estimate:.3f}", f"({effect.std_error:.3f})"]
        told.append(f"[{effect.conf_low:.3f}, {effect.conf_high:.3f}]")
        for text in (table.to_markdown(), table.to_latex(), word, table._repr_html_()):
            assert all(number in text for number in told)
    assert "never treated" in word and "95% intervals in brackets" in document.paragraphs[0].text


def test_conventions_of_each_format(effects):
    named = asn.to_table({"as declared": effects[0], "100 % of n_u6": effects[1]}, decimals=2)
    markdown = named.to_markdown().splitlines()
    assert markdown[:3] == ["|  | as declared | 100 % of n_u6 |", "| --- | ---: | ---: |", markdown[2]]
    assert markdown[2].startswith("| Effect on the treated | ") and markdown[3].startswith("|  | (")
    latex = named.to_latex()
    assert latex.count(r"\toprule") == 1 and r"100 \% of n\_u6" in latex and r"95\% intervals" in latex
    assert "*" not in named.to_markdown()

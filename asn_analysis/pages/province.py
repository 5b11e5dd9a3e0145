"""The brief of a province: one page a language and its record, whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from asn_analysis.pages.forest import draw_forest, height_of
from asn_analysis.pages.gate import refuse_personal, write_whole
from asn_analysis.pages.page import frame, without_marks
from asn_analysis.pages.shown import shown
from asn_analysis.pages.templates import render
from asn_analysis.rules.rules import by_rules_of
from asn_analysis.words import province, province_tables
from asn_analysis.words.language import LANGUAGES, Words, language_name


def province_page(record: dict[str, Any], language: str, languages: Sequence[str] = LANGUAGES) -> str:
    """The brief as one page that needs nothing from anywhere else."""
    words = Words(record, language)
    links = [
        {"href": f"brief.{other}.html", "text": language_name(other), "lang": other}
        for other in languages
        if other != language
    ]
    outer = frame(words, province.page_title(words), links)
    sentence, table = province.mean_sentence(words), province_tables.cities(words)
    figure = shown(words, "cities", draw_forest, height_of(record), sentence, table)
    return without_marks(outer["head"] + render("province.html.j2", words, figure=figure) + outer["foot"])


@by_rules_of(lambda record, *more: record["quarter"])
def write_province(record: dict[str, Any], out: Path, languages: Sequence[str] = LANGUAGES) -> list[Path]:
    """Write ``brief.<language>.html`` and ``record.json`` into the quarter's folder; the paths written."""
    files = {f"brief.{language}.html": province_page(record, language, languages) for language in languages}
    files["record.json"] = json.dumps(record, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    for name, content in files.items():
        refuse_personal(name, content)  # all of them before any is written
    folder = out / record["quarter"]
    for name, content in files.items():
        write_whole(folder / name, content)
    return [folder / name for name in files]

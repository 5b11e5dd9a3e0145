"""The brief of a province: one page a language with its figure, and its record, whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from textwrap import shorten
from typing import Any

from matplotlib.axes import Axes

from asn_analysis.pages.axes import BLUE, DARK, RUST, number_axis, say_plainly
from asn_analysis.pages.canvas import shown
from asn_analysis.pages.gate import refuse_personal, write_whole
from asn_analysis.pages.page import in_other_languages, whole_page
from asn_analysis.rules.rules import by_rules_of
from asn_analysis.words import province
from asn_analysis.words.language import LANGUAGES, Words, _

GREY = "#767676"
ROW, AROUND = 0.31, 0.6  # inches: of a row, and of axis and words around them
BESIDE = 0.18  # rows between a city's own estimate and that drawn towards the mean
NAME = 22  # letters of a city's name that there is room for; the table has all of it
GAP = 0.6  # rows between cities and what is said of all


def province_page(record: dict[str, Any], language: str, languages: Sequence[str] = LANGUAGES) -> str:
    """The brief as one page that needs nothing from anywhere else."""
    words = Words(record, language)
    links = in_other_languages(language, languages, "brief.{}.html".format)
    sentence, table = province.mean_sentence(words), province.cities(words)
    figure = shown(words, "cities", _draw, _height(record), sentence, table)
    return whole_page(words, "province.html.j2", province.page_title(words), links, figure=figure)


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


def _height(record: dict[str, Any]) -> float:
    """Inches for a row a city and two more."""
    return AROUND + ROW * (len(record["cities"]) + 2 + GAP)


def _draw(words: Words, axes: Axes) -> None:
    """Cities from the highest down, each as its record says and as drawn to the mean, which stands below."""
    record = words.record
    rows = sorted(record["cities"], key=lambda row: row["shrunk"])
    places = [place + 2 + GAP for place in range(len(rows))]
    sesoi, top = record["effect"]["sesoi"], len(rows) + 1.6 + GAP
    axes.fill_betweenx([-0.6, top], -sesoi, sesoi, color=DARK, alpha=0.08, lw=0)
    axes.vlines(0, -0.6, top, color=DARK, lw=1)
    _ranges(axes, places, rows, ("conf_low", "estimate", "conf_high"), GREY, BESIDE, hollow=True)
    _ranges(axes, places, rows, ("shrunk_low", "shrunk", "shrunk_high"), BLUE, -BESIDE)
    _summary(axes, record)
    names = [shorten(row["city"].replace("Kabupaten ", "Kab. "), NAME, placeholder="…") for row in rows]
    below = [say_plainly(words, _("a further city")), say_plainly(words, _("mean of the cities"))]
    axes.set_yticks([0, 1, *places], [*below, *names])
    axes.set_ylim(-0.6, top)
    axes.set_xlabel(say_plainly(words, _("change of the index, in points")), loc="right")
    number_axis(words, axes.xaxis, 0)


def _ranges(
    axes: Axes,
    places: list[float],
    rows: list[dict[str, Any]],
    names: tuple[str, str, str],
    color: str,
    up: float,
    hollow: bool = False,
) -> None:
    """A dot with its range a row, a little above or below the middle of the row."""
    low, middle, high = ([row[name] for row in rows] for name in names)
    at = [place + up for place in places]
    axes.hlines(at, low, high, color=color, lw=1.2 if hollow else 2.5)
    axes.plot(middle, at, "o", color="white" if hollow else color, mec=color, mew=1.2, ms=5 if hollow else 6)


def _summary(axes: Axes, record: dict[str, Any]) -> None:
    """The mean with its plain and its cautious range, and the range of a further city."""
    effect, further = record["effect"], record["further_city"]
    if effect["conf_low_robust"] is not None:
        axes.hlines(1, effect["conf_low_robust"], effect["conf_high_robust"], color=BLUE, lw=2.5)
    axes.plot([effect["conf_low"], effect["conf_high"]], [1, 1], color=BLUE, lw=8, solid_capstyle="butt")
    axes.plot(effect["estimate"], 1, "o", color="white", mec=BLUE, mew=2.5, ms=11)
    axes.hlines(0, further["conf_low"], further["conf_high"], color=RUST, lw=2.5, ls=(0, (4, 2)))

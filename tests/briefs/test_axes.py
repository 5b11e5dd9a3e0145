"""Numbers on the axes of every figure of every page: distinct, and as far apart as they are printed."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from asn_analysis.briefs.brief import Brief
from asn_analysis.briefs.inputs import choose_quarter, city_inputs
from asn_analysis.briefs.record import analyse_city, city_record, unit_record
from asn_analysis.briefs.unit import unit_inputs
from asn_analysis.pages import axes as marked
from asn_analysis.pages import canvas
from asn_analysis.rules.rules import load_complaints
from asn_analysis.words.language import LANGUAGES, Words
from tests.briefs.test_province import pooled, sent

SVG = "{http://www.w3.org/2000/svg}"
LIMITS = sorted(set(load_complaints().follow_up.values()))  # the axis of complaints is marked at these alone
OF_UNITS = ("first_screen", "satisfaction")  # the parts of a unit's page that hold figures
PARTS = (*OF_UNITS, "what_changed", "annex")
UNITS = ("PKM-03", "36.73.01", "RSUD-01")


@pytest.fixture(scope="module", params=["2024Q1", "2024Q3", "2026Q3"])
def records(request, example, example_analysed) -> list[dict]:
    """The example's city and some units; in 2024Q3 rounding once printed 81 82 82 82 83 84 84."""
    inputs, analysis = example_analysed
    if request.param != str(inputs.quarter):
        inputs = city_inputs(example, choose_quarter(example, request.param))
        analysis = analyse_city(inputs)
    city = city_record(inputs, analysis)
    return [city, *(unit_record(unit_inputs(inputs, unit, city)) for unit in UNITS)]


def drawn(record: dict) -> Iterator[tuple[str, str]]:
    """Every figure of a record's page, and its name."""
    brief = Brief(record)
    names = PARTS if record["scope"] == "city" else OF_UNITS
    parts = {name: getattr(brief, name)() for name in names}
    for name, part in parts.items():
        for language in LANGUAGES:
            for svg in pictures(part.html[language]):
                yield f"{record['scope']} {record['quarter']} {name} {language}", svg


def pictures(html: str) -> list[str]:
    """Every figure of a page or of a part of it, as SVG."""
    images = re.findall(r"data:image/svg\+xml;base64,([^\"]+)", html)
    return [base64.b64decode(image).decode() for image in images]


def numbers_by_axis(svg: str, language: str) -> dict[str, list[tuple[float, Decimal]]]:
    """Axis to the place and the number of each of its labels that is one."""
    found: dict[str, list[tuple[float, Decimal]]] = {"x": [], "y": []}
    for group in ElementTree.fromstring(svg[svg.index("<svg") :]).iter(f"{SVG}g"):
        tick = re.fullmatch(r"([xy])tick_\d+", group.get("id", ""))
        for text in group.iter(f"{SVG}text") if tick else ():
            plain = (
                (text.text or "").replace(".", "_")
                if language == "id"
                else (text.text or "").replace(",", "_")
            )
            place = re.search(r"translate\(([-\d.]+) ([-\d.]+)\)", text.get("transform", ""))
            at = dict(
                zip(
                    "xy", map(float, place.groups() if place else (text.get("x"), text.get("y"))), strict=True
                )
            )
            try:
                number = Decimal(plain.replace("_", "").replace(",", "."))
            except InvalidOperation:  # a quarter, a name
                continue
            found[tick[1]].append((at[tick[1]], number))
    return found


def steps(labels: list[tuple[float, Decimal]]) -> set[Decimal]:
    return {number - before for (_, before), (_, number) in pairwise(labels)}


def test_labels_are_as_far_apart_as_they_say(records):
    checked = 0
    for record in records:
        for name, svg in drawn(record):
            for axis, labels in numbers_by_axis(svg, name[-2:]).items():
                if len(labels) < 2:
                    continue
                (first, low), *_, (last, high) = labels
                assert low != high, (name, axis, labels)
                scale = (last - first) / float(high - low)
                even = len(steps(labels)) == 1 or [number for _, number in labels] == LIMITS
                assert even, (name, axis, [str(number) for _, number in labels])
                for at, number in labels:
                    assert at == pytest.approx(first + scale * float(number - low), abs=0.5), (
                        name,
                        axis,
                        labels,
                    )
                checked += 1
    assert checked > 10


def test_labels_of_a_provinces_figure_are_as_far_apart_too(tmp_path):
    pooled(tmp_path, [sent(place, estimate) for place, estimate in enumerate((2.0, 5.1, 2.6, 3.5, -6.4))])
    for language in LANGUAGES:
        page = (tmp_path / "out" / "2026Q3" / f"brief.{language}.html").read_text(encoding="utf-8")
        for svg in pictures(page):
            labels = numbers_by_axis(svg, language)["x"]
            assert len(labels) > 1 and len(steps(labels)) == 1, labels


@pytest.mark.parametrize("span", [1e-4, 0.003, 0.02, 0.6, 3.5, 40, 900, 2.5e5])
@pytest.mark.parametrize("language", LANGUAGES)
def test_any_span_has_distinct_labels(span, language):
    def draw(words, axes):
        axes.plot([80, 80 + span], [80, 80 + span])
        marked.number_axis(words, axes.xaxis, 0)
        marked.number_axis(words, axes.yaxis, 0)

    svg = canvas.svg(draw, Words({}, language), 3.0)
    for labels in numbers_by_axis(svg, language).values():
        assert len(labels) > 2
        assert len(steps(labels)) == 1, [str(number) for _, number in labels]

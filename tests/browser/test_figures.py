"""Figures as a reader sees them: big enough, inside their frame, no word on another word or on a line."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path

import pytest

from asn_analysis.arms import ARMS
from asn_analysis.pages import canvas, figures
from asn_analysis.words.language import LANGUAGES, Words
from tests.briefs.conftest import Made
from tests.browser.chromium import Chromium

GEOMETRY = """[...document.querySelectorAll('svg')].map(svg => {
  const box = node => { const b = node.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom] }
  const lines = [...svg.querySelectorAll('[id^=line2d] > path')]
    .filter(path => !path.closest('[id^="matplotlib.axis"]'))  // the grid may pass behind words
  const points = lines.flatMap(path => {
    const place = path.getScreenCTM(), length = path.getTotalLength()
    return [...Array(200).keys()].map(i => {
      const point = path.getPointAtLength(i / 199 * length).matrixTransform(place)
      return [point.x, point.y] }) })
  return {name: svg.parentNode.id, frame: box(svg), points,
    texts: [...svg.querySelectorAll('text')].filter(text => text.textContent.trim()).map(text => ({
      words: text.textContent, box: box(text), bold: getComputedStyle(text).fontWeight > 600,
      size: parseFloat(getComputedStyle(text).fontSize) * svg.getScreenCTM().a}))}})"""
SLACK = 1.5  # px by which boxes, which hold room above and below the letters, may meet


def quarters(n: int) -> list[str]:
    return [f"{2026 - (n - 1 - i) // 4}Q{4 - (n - 1 - i) % 4}" for i in range(n)]


def shapes(base: dict) -> Iterator[tuple[str, object, dict, float]]:
    """Rise, fall and flat; near, far, tiny and huge; one quarter and forty."""
    for n in (1, 16, 40):
        for name, slope in (("rise", 0.5), ("fall", -0.5), ("flat", 0.0)):
            rows = [
                {"time": quarter, "observed": 80 + slope * i, "expected": 80 + 0.6 * slope * i}
                | {"gap": 0.4 * slope * i}
                for i, quarter in enumerate(quarters(n))
            ]
            yield f"paths {name} {n}", figures.draw_paths, {**base, "paths": rows}, 2.3
            rows = [_quarter(quarter, 80 + slope * i, 5000 + i) for i, quarter in enumerate(quarters(n))]
            yield f"trend {name} {n}", figures.draw_trend, {**base, "trend": rows}, 3.4
    for first, last in ((0, 0), (-4, 8), (-20, 20)):
        rows = [{"event_time": time, "estimate": 0.3 * time, "conf_low": 0.3 * time - 1,
                 "conf_high": 0.3 * time + 1} for time in range(first, last + 1)]  # fmt: skip
        yield f"event study {first} {last}", figures.draw_event_study, {**base, "event_study": rows}, 3.4
    equal = copy.deepcopy(base)
    for row in equal["elements"][:2]:
        row |= {"value": 84.0, "unrounded": 84.0}
    wide = copy.deepcopy(base)
    for place, row in enumerate(wide["elements"]):
        row |= {"unrounded": 30 + 8 * place, "conf_low": 29 + 8 * place, "conf_high": 31 + 8 * place}
    for name, record in (("as they are", base), ("two equal", equal), ("far apart", wide)):
        yield f"elements {name}", figures.draw_elements, record, 3.8
    yield "element effects", figures.draw_element_effects, base, 3.8
    yield "specifications", figures.draw_specifications, base, 3.0
    for n in (2, 7, 14):
        rows = [{**base["places"][0], "kecamatan": f"Kecamatan {letter}"} for letter in "ABCDEFGHIJKLMN"[:n]]
        record = {**base, "places": rows}
        yield f"places {n}", figures.draw_places, record, figures.height_of_places(record)
    yield from arms(base)


def arms(base: dict) -> Iterator[tuple[str, object, dict, float]]:
    for arm in ARMS:
        if arm.figure and arm.figure.stands_in(base):
            yield arm.name, arm.figure.draw, base, arm.figure.height


def _quarter(quarter: str, value: float, n: int) -> dict:
    return {"quarter": quarter, "withheld": False, "unrounded": value, "conf_low": value - 1,
            "conf_high": value + 1, "n": n, "complete": True}  # fmt: skip


@pytest.fixture(scope="module")
def drawn(chromium: Chromium, made: Made, tmp_path_factory) -> list[dict]:
    """Where every word and line stands, in figures of natural size."""
    parts = []
    for language in LANGUAGES:
        for name, draw, record, height in shapes(made.record("city")):
            svg = canvas.svg(draw, Words(record, language), height)
            parts.append(f'<div id="{language} {name}">{svg[svg.index("<svg") :]}</div>')
    page: Path = tmp_path_factory.mktemp("figures") / "figures.html"
    page.write_text(f"<meta charset=utf-8>{''.join(parts)}", encoding="utf-8")
    with chromium.open(page.as_uri()) as opened:
        found = opened.run(GEOMETRY)
    assert len(found) == len(parts) > 50
    return found


def test_text_is_big_enough_and_inside_its_frame(drawn):
    for figure in drawn:
        left, top, right, bottom = figure["frame"]
        for text in figure["texts"]:
            assert text["size"] >= 14, (figure["name"], text)
            x0, y0, x1, y1 = text["box"]
            inside = x0 >= left - SLACK and x1 <= right + SLACK and y0 >= top - 4 and y1 <= bottom + 4
            assert inside, (figure["name"], text)


def test_no_word_stands_on_another(drawn):
    for figure in drawn:
        texts = figure["texts"]
        for place, one in enumerate(texts):
            for other in texts[place + 1 :]:
                apart = (
                    one["box"][2] <= other["box"][0] + SLACK
                    or other["box"][2] <= one["box"][0] + SLACK
                    or one["box"][3] <= other["box"][1] + 4
                    or other["box"][3] <= one["box"][1] + 4
                )
                assert apart, (figure["name"], one["words"], other["words"])


def test_no_name_stands_on_a_line(drawn):
    for figure in drawn:
        if "paths" not in figure["name"]:
            continue
        for text in (text for text in figure["texts"] if text["bold"]):
            x0, y0, x1, y1 = text["box"]
            on_it = [(x, y) for x, y in figure["points"] if x0 < x < x1 and y0 + 3 < y < y1 - 3]
            assert not on_it, (figure["name"], text["words"])

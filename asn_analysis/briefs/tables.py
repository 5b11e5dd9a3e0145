"""Tables of a brief: caption, headers with their units, cells that keep their place in the record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from asn_analysis.briefs.language import Words, _
from asn_analysis.briefs.texts import CHECK_NAMES, KINDS, OUTCOMES
from asn_analysis.briefs.wording import check_sentence, element_name, grade_name


@dataclass(frozen=True)
class Table:
    """Text columns stand left, numbers right; the first cell of a row is its header."""

    caption: Markup
    headers: Sequence[Markup]
    rows: Sequence[Sequence[Markup]]
    n_text: int = 1


def effect(words: Words) -> Table:
    kinds = [("", _("plain"))]
    if words.at("effect.trend_adjusted") is not None:
        kinds += [("_robust", _("cautious: either of the two"))]
    rows = [
        [
            words.say(name),
            words.number("effect.estimate", 2, sign=True) if not suffix else Markup("–"),
            *interval_cells(words, "effect", 2, suffix, sign=True),
        ]
        for suffix, name in kinds
    ]
    if words.at("effect.trend_adjusted") is not None:
        adjusted = [
            words.say(_("after a trend of their own")),
            words.number("effect.trend_adjusted", 2, sign=True),
            words.number("effect.trend_adjusted_low", 2, sign=True),
            words.number("effect.trend_adjusted_high", 2, sign=True),
        ]
        rows.insert(1, adjusted)
    return Table(
        words.say(_("Effect of training on the index, in points")),
        headers(words, _("interval"), _("estimate"), _("low"), _("high")),
        rows,
    )


def event_study(words: Words) -> Table:
    return _estimates(
        words,
        "event_study",
        words.say(_("Difference by quarters since the training, in points of the index")),
        words.say(_("quarters since training")),
        lambda place: words.number(f"{place}.event_time", 0, sign=True),
        n_units=True,
    )


def element_effects(words: Words) -> Table:
    rows = []
    for index, row in enumerate(words.record["element_effects"]):
        place = f"element_effects.{index}"
        rows.append(
            [
                Markup.escape(element_name(words, row["code"])),
                words.number(f"{place}.estimate", 2, sign=True),
                *interval_cells(words, place, 2, sign=True),
                *[
                    words.number(f"{place}.{name}", 1, sign=True)
                    for name in ("points", "points_low", "points_high")
                ],
            ]
        )
    return Table(
        words.say(
            _(
                "Effect on each element, on the answer scale (1-4) and in index points; ranges hold for all nine"
            )
        ),
        headers(
            words, _("element"), _("answer scale"), _("low"), _("high"), _("points"), _("low"), _("high")
        ),
        rows,
    )


def _estimates(
    words: Words,
    name: str,
    caption: Markup,
    header: Markup,
    label: Callable[[str], Markup],
    *,
    n_units: bool = False,
) -> Table:
    columns = [header, *headers(words, _("estimate"), _("low"), _("high"))]
    rows = []
    for index in range(len(words.record[name])):
        place = f"{name}.{index}"
        row = [
            label(place),
            words.number(f"{place}.estimate", 2, sign=True),
            *interval_cells(words, place, 2, sign=True),
        ]
        rows.append([*row, words.count(f"{place}.n_units")] if n_units else row)
    return Table(caption, [*columns, words.say(_("units"))] if n_units else columns, rows)


def paths(words: Words) -> Table:
    return Table(
        words.say(_("Index of trained units, observed and expected without the training")),
        headers(words, _("quarter"), _("units"), _("observed"), _("expected")),
        [
            [
                words.quarter(f"paths.{index}.time"),
                words.count(f"paths.{index}.n_units"),
                words.number(f"paths.{index}.observed", 2),
                words.number(f"paths.{index}.expected", 2),
            ]
            for index in range(len(words.record["paths"]))
        ],
    )


def elements(words: Words) -> Table:
    return Table(
        words.say(_("Index of each element (25-100)")),
        headers(words, _("element"), _("index"), _("low"), _("high"), _("grade"), _("answers")),
        [
            [
                Markup.escape(element_name(words, row["code"])),
                words.number(f"elements.{index}.value", 2),
                *interval_cells(words, f"elements.{index}", 2),
                Markup.escape(row["grade"]),
                words.count(f"elements.{index}.n"),
            ]
            for index, row in enumerate(words.record["elements"])
        ],
    )


def trend(words: Words) -> Table:
    withheld = words.say(_("withheld"))
    rows = []
    for index, row in enumerate(words.record["trend"]):
        place = f"trend.{index}"
        if row["withheld"]:
            rows.append([words.quarter(f"{place}.quarter"), *[withheld] * 5])
            continue
        rows.append(
            [
                words.quarter(f"{place}.quarter"),
                words.number(f"{place}.value", 2),
                *interval_cells(words, place, 2),
                Markup.escape(row["grade"]),
                words.count(f"{place}.n"),
            ]
        )
    return Table(
        words.say(_("Satisfaction index by quarter (25-100)")),
        headers(words, _("quarter"), _("index"), _("low"), _("high"), _("grade"), _("respondents")),
        rows,
    )


def grades(words: Words) -> Table:
    return Table(
        words.say(_("Probability of each grade")),
        headers(words, _("grade"), _("probability")),
        [
            [grade_name(words, grade), words.probability(f"ikm.grade_probabilities.{grade}")]
            for grade in reversed(words.at("ikm.grade_probabilities"))
        ],
    )


def checks(words: Words) -> Table:
    return Table(
        words.say(_("What was checked")),
        headers(words, _("check"), _("outcome"), _("finding")),
        [
            [
                words.say(CHECK_NAMES[row["name"]]),
                words.say(OUTCOMES[row["outcome"]]),
                check_sentence(words, index),
            ]
            for index, row in enumerate(words.record["checks"])
        ],
        n_text=3,
    )


def trainings(words: Words) -> Table:
    return Table(
        words.say(_("Trainings of this unit")),
        headers(words, _("start"), _("kind"), _("hours (JP)"), _("participants"), _("cost")),
        [
            [
                words.date(f"trainings.{index}.start"),
                words.say(KINDS[row["kind"]]),
                words.count(f"trainings.{index}.hours"),
                words.count(f"trainings.{index}.participants"),
                words.rupiah(f"trainings.{index}.cost_idr"),
            ]
            for index, row in enumerate(words.record["trainings"])
        ],
        n_text=2,
    )


def interval_cells(
    words: Words, place: str, decimals: int, suffix: str = "", sign: bool = False
) -> list[Markup]:
    bounds = [f"{place}.conf_low{suffix}", f"{place}.conf_high{suffix}"]
    return [Markup("–") if words.at(at) is None else words.number(at, decimals, sign) for at in bounds]


def headers(words: Words, *messages: str) -> list[Markup]:
    return [words.say(message) for message in messages]

"""Tables of a brief: caption, headers with their units, cells that keep their place in the record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Generic, TypeVar

from markupsafe import Markup

from asn_analysis.words.language import NONE, Words, _
from asn_analysis.words.messages import check_field
from asn_analysis.words.texts import CHECK_NAMES, KINDS, OUTCOMES, SCALES, SHARED, TRENDS
from asn_analysis.words.wording import check_sentence, element_name, grade_name, is_city

Cell = Callable[[Words, str], Markup]  # what shows the entry at a place of the record
P = TypeVar("P")


@dataclass(frozen=True)
class Table:
    """Text columns stand left, numbers right; the first cell of a row is its header."""

    caption: Markup
    headers: Sequence[Markup]
    rows: Sequence[Sequence[Markup]]
    n_text: int = 1


class Listing(Generic[P]):
    """A table with a row for each of several alike parts of the record.

    Parameters
    ----------
    of : the dataclass of a row
    caption : its message
    columns : a header and what shows a row in it: ``"field:way"`` (see ``words.messages``; a dash where it is
        missing, or the message given as a third), ``"field"`` with a third that holds a message for each
        value, or a function of the words and the row
    n_text : columns of text

    Raises
    ------
    MessageError
        If a row has no such field, or the field cannot be said in this way.
    """

    def __init__(self, of: type[P], caption: str, *columns: tuple[Any, ...], n_text: int = 1) -> None:
        self.caption, self.columns, self.n_text = caption, columns, n_text
        for _header, shown, *_worded in columns:
            if isinstance(shown, str):
                check_field(of, *shown.partition(":")[::2])

    def table(self, words: Words, rows: Sequence[P], caption: Markup | None = None) -> Table:
        """The table of these rows, under its own caption or under one that is said already."""
        return self.of(words, self.rows(words, rows), caption)

    def of(self, words: Words, rows: list[list[Markup]], caption: Markup | None = None) -> Table:
        """The table of rows that are written already."""
        heads = headers(words, *(header for header, *_shown in self.columns))
        return Table(caption or words.say(self.caption), heads, rows, self.n_text)

    def titled(self, words: Words, header: str, rows: Sequence[tuple[str, P]]) -> Table:
        """The table of rows that stand behind a title of their own."""
        heads = headers(words, header, *(head for head, *_shown in self.columns))
        told = [[words.say(title), *self.rows(words, [row])[0]] for title, row in rows]
        return Table(words.say(self.caption), heads, told, self.n_text)

    def rows(self, words: Words, rows: Sequence[P]) -> list[list[Markup]]:
        """The rows alone, for a table that has others too."""
        return [[_cell(words, row, *column[1:]) for column in self.columns] for row in rows]


def _cell(words: Words, row: Any, shown: Any, worded: Any = None) -> Markup:
    if not isinstance(shown, str):
        return shown(words, row)
    name, _colon, way = shown.partition(":")
    if isinstance(worded, Mapping):
        return words.say(worded[getattr(row, name)])
    if worded is not None and attrgetter(name)(row) is None:
        return words.say(worded)
    return words.field(row, name, f"{way}?")


def effect(words: Words) -> Table:
    """The effect under each allowance, the headline first, and the range that holds for all."""
    rows = []
    for index, allowed in enumerate(words.record["effect"]["allowances"] or []):
        place = f"effect.allowances.{index}"
        name = [words.say(SCALES[allowed["scale"]]), words.say(TRENDS[allowed["trend"]])]
        estimate = words.number(f"{place}.estimate", 2, sign=True)
        rows.append([*name, estimate, *interval_cells(words, place, 2, sign=True)])
    if words.at("effect.conf_low_robust") is not None:
        bounds = interval_cells(words, "effect", 2, "_robust", sign=True)
        rows.append([words.say(_("all of these")), NONE, words.number("effect.least", 2, sign=True), *bounds])
    return Table(
        _effect_caption(words),
        headers(words, _("scale"), _("trained units without training"), _("estimate"), _("low"), _("high")),
        rows,
        2,
    )


def _effect_caption(words: Words) -> Markup:
    shared = words.record["effect"]["shared_by"]
    if shared is None:
        return words.say(_("Effect of training on the index, in points"))
    return words.say(
        _(
            "Effect of training on the index, in points; {share} of the variance is movement that {groups} share"
        ),
        share=words.percent("effect.shared_share"),
        groups=words.say(SHARED[shared]),
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
    return listed(
        words,
        "paths",
        _("Index of trained units, observed and expected without the training"),
        (_("quarter"), shown("quarter", "time")),
        (_("units"), shown("count", "n_units")),
        (_("observed"), shown("number", "observed", 2)),
        (_("expected"), shown("number", "expected", 2)),
    )


def elements(words: Words) -> Table:
    return listed(
        words,
        "elements",
        _("Index of each element (25-100)"),
        (_("element"), of_element("code")),
        (_("index"), shown("number", "value", 2)),
        (_("low"), shown("number", "conf_low", 2)),
        (_("high"), shown("number", "conf_high", 2)),
        (_("grade"), named("grade")),
        (_("answers"), shown("count", "n")),
    )


def trend(words: Words) -> Table:
    withheld = words.say(_("withheld"))
    rows = []
    for index, row in enumerate(words.record["trend"]):
        place = f"trend.{index}"
        units = [words.count(f"{place}.n_units")] if is_city(words) else []
        if row["withheld"]:
            rows.append([words.quarter(f"{place}.quarter"), *[withheld] * 5, *units])
            continue
        shown = [NONE] * 4
        if row["value"] is not None:
            value, grade = words.number(f"{place}.value", 2), Markup.escape(row["grade"])
            shown = [value, *interval_cells(words, place, 2), grade]
        rows.append([words.quarter(f"{place}.quarter"), *shown, words.count(f"{place}.n"), *units])
    columns = (_("quarter"), _("index"), _("low"), _("high"), _("grade"), _("respondents"))
    return Table(
        words.say(_("Satisfaction index by quarter (25-100)")),
        headers(words, *columns, *([_("units")] if is_city(words) else [])),
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
    return listed(
        words,
        "trainings",
        _("Trainings of this unit"),
        (_("start"), shown("date", "start")),
        (_("kind"), chosen(KINDS, "kind")),
        (_("hours (JP)"), shown("count", "hours")),
        (_("participants"), shown("count", "participants")),
        (_("cost"), shown("rupiah", "cost_idr")),
        n_text=2,
    )


def interval_cells(
    words: Words, place: str, decimals: int, suffix: str = "", sign: bool = False
) -> list[Markup]:
    bounds = [f"{place}.conf_low{suffix}", f"{place}.conf_high{suffix}"]
    return [NONE if words.at(at) is None else words.number(at, decimals, sign) for at in bounds]


def headers(words: Words, *messages: str) -> list[Markup]:
    return [words.say(message) for message in messages]


def listed(
    words: Words,
    place: str,
    caption: str,
    *columns: tuple[str, Cell],
    n_text: int = 1,
    most: int | None = None,
) -> Table:
    """A table with a row for each entry of a list of the record.

    Parameters
    ----------
    columns : each a header and what shows an entry in it
    most : rows at the most
    """
    places = [f"{place}.{index}" for index in range(len(words.at(place)[:most]))]
    rows = [[show(words, at) for _header, show in columns] for at in places]
    return Table(words.say(caption), headers(words, *(header for header, _show in columns)), rows, n_text)


def shown(how: str, name: str, *form: Any, **options: Any) -> Cell:
    """An entry's field, written by this method of ``words``; a dash where it is missing."""
    return lambda words, at: or_dash(words, how, f"{at}.{name}", *form, **options)


def or_dash(words: Words, how: str, place: str, *form: Any, **options: Any) -> Markup:
    return NONE if words.at(place) is None else getattr(words, how)(place, *form, **options)


def named(name: str = "name") -> Cell:
    """An entry's field as it stands in the data."""
    return lambda words, at: Markup.escape(words.at(f"{at}.{name}"))


def chosen(messages: Mapping[str, str], name: str = "name") -> Cell:
    """The message that an entry's field stands for."""
    return lambda words, at: words.say(messages[words.at(f"{at}.{name}")])


def of_element(name: str = "element") -> Cell:
    """The element whose code an entry holds."""
    return lambda words, at: Markup.escape(element_name(words, words.at(f"{at}.{name}")))

# ruff: noqa: E501 - sentences are easier to read unbroken
"""The annex on complaints: clocks, topics, the effect by two methods, units that disagree, and a figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from markupsafe import Markup

from asn_analysis.arms.arm import Figure
from asn_analysis.arms.complaints.made import Change, Closed, Closing, Disagreeing, OfCity, Topic
from asn_analysis.measures.complaints import OnTime
from asn_analysis.pages.axes import BLUE, DARK, number_axis, say_plainly
from asn_analysis.words.language import NONE, Words, _
from asn_analysis.words.messages import Sentence
from asn_analysis.words.tables import Listing, Table, headers
from asn_analysis.words.texts import codes_of
from asn_analysis.words.wording import UNIT

if TYPE_CHECKING:  # slow to import, and only drawing needs it
    from matplotlib.axes import Axes

CODES = codes_of(__package__)
SHOWN = 10
METHODS = {
    _("untrained or not-yet-trained units (used)"): ("change", "conf_low", "conf_high"),
    _("one Poisson regression, clustered by unit"): ("two_way", "two_way_low", "two_way_high"),
}
CLOCKS = Listing(
    OnTime,
    _("Complaints verified and followed up in time, last four quarters"),
    (_("step and class"), "name", CODES["classes"]),
    (_("limit (working days)"), "limit:count"),
    (_("received"), "received:count"),
    (_("due or done"), "judged:count"),
    (_("in time"), "share:percent"),
    (_("low"), "conf_low:percent"),
    (_("high"), "conf_high:percent"),
)
ABOUT = Listing(
    Topic,
    _("What complaints are about, by keywords, last four quarters"),
    (_("topic"), "topic", CODES["topics"]),
    (_("element"), "element:Element"),
    (_("example, without personal data"), "quote:name"),
    (_("complaints"), "n:count"),
    (_("share"), "share:percent"),
    n_text=3,
)
UNITS = Listing(
    Disagreeing,
    _("Units on which complaints and survey disagree, last four quarters"),
    UNIT,
    (_("how they disagree"), "kind", CODES["kinds"]),
    (_("index"), "index:.2"),
    (_("complaints for every thousand users"), "rate:.2"),
    (_("low"), "conf_low:.2"),
    (_("high"), "conf_high:.2"),
    n_text=2,
)


def of_city(words: Words, part: OfCity) -> Sequence[object]:
    """Clocks by class, topics with an example, the effect by two methods, units that disagree."""
    clocks = [*filter(None, [part.verification]), *part.follow_up]
    return [
        CLOCKS.table(words, clocks),
        part.n_texts and _topics(words, part),
        not part.effect.refusal and _effect(words, part.effect),
        UNITS.table(words, part.disagreeing[:SHOWN]),
    ]


def _topics(words: Words, part: OfCity) -> Table:
    """The topics, then what is rare or unknown."""
    rows = ABOUT.rows(words, part.topics[:SHOWN])
    for name, message in CODES["rest"].items():
        if name == "unknown" or part.n_rare:
            counted = [words.field(part, f"n_{name}", "count"), words.field(part, f"share_{name}", "percent")]
            rows.append([words.say(message), NONE, NONE, *counted])
    return ABOUT.of(words, rows)


def _effect(words: Words, effect: Change) -> Table:
    return Table(
        words.say(_("Complaints of trained units against those expected without training, in per cent")),
        headers(words, _("comparison"), _("change"), _("low"), _("high")),
        [
            [words.say(name), *(words.field(effect, at, "+percent") for at in fields)]
            for name, fields in METHODS.items()
            if getattr(effect, fields[0]) is not None
        ],
    )


FEW_CLOSED = Sentence(
    Closing,
    "Fewer than half of the complaints of the last four quarters (number: {n:count}) have been closed so far.",
)
HALF = Sentence(
    Closing,
    "Half of the complaints of the last four quarters (number: {n:count}) were closed by working day {median:count}, open ones counted.",
)
HALF_WITH_RANGE = Sentence(
    Closing,
    "Half of the complaints of the last four quarters (number: {n:count}) were closed by working day {median:count} ({median_low:count} to {median_high:count}), open ones counted.",
)
BY_LIMIT = Listing(
    Closed,
    _("Complaints closed by working day, open ones counted"),
    (_("working days since receipt"), "day:count"),
    (_("closed"), "closed:percent"),
    (_("low"), "conf_low:percent"),
    (_("high"), "conf_high:percent"),
)


def _closing(words: Words) -> Closing:
    return words.part(OfCity, "complaints").closing


def draw(words: Words, axes: Axes) -> None:
    """The share closed by working day as a staircase with its range, and the limits of the classes."""
    closing = _closing(words)
    by_limit, rows = closing.by_limit, [Closed(0, 0, 0, 0), *closing.curve]
    rows.append(replace(rows[-1], day=max(by_limit[-1].day, rows[-1].day)))
    days, closed, low, high = (
        [getattr(row, name) for row in rows] for name in ("day", "closed", "conf_low", "conf_high")
    )
    axes.fill_between(days, low, high, step="post", color=BLUE, alpha=0.15, lw=0)
    axes.step(days, closed, where="post", color=BLUE, lw=2.5)
    limits = [row.day for row in by_limit]
    axes.vlines(limits, 0, 1, color=DARK, lw=1, ls=(0, (4, 3)))
    axes.set(xlim=(0, days[-1] * 1.02), ylim=(0, 1.03), xticks=limits, yticks=[0, 0.5, 1])
    axes.set_xlabel(say_plainly(words, _("working days since receipt")), loc="right")
    axes.set_title(say_plainly(words, _("share closed")))
    axes.grid(axis="y")
    axes.yaxis.set_major_formatter(lambda value, _place: f"{round(100 * value)}%")
    number_axis(words, axes.xaxis, 0)


def sentence(words: Words) -> Markup:
    """Half of the complaints are closed within so many days."""
    closing = _closing(words)
    if closing.median is None:
        return words.tell(FEW_CLOSED, closing)
    return words.tell(HALF if closing.median_high is None else HALF_WITH_RANGE, closing)


def table(words: Words) -> Table:
    """The share closed by the limit of each class."""
    return BY_LIMIT.table(words, _closing(words).by_limit)


FIGURE = Figure("complaints.closing", draw, sentence, table, 2.6)

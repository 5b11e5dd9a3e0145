# ruff: noqa: E501 - sentences are easier to read unbroken
"""What a brief says about complaints."""

from __future__ import annotations

from markupsafe import Markup
from matplotlib.axes import Axes

from asn_analysis.arms.complaints_annex import PLACE, annex, shares
from asn_analysis.arms.complaints_record import prepare as prepare
from asn_analysis.arms.former import Drawn
from asn_analysis.pages.figures import BLUE, DARK, number_axis, say_plainly
from asn_analysis.words.language import N_, Words, _
from asn_analysis.words.tables import Table, headers
from asn_analysis.words.wording import element_name

__all__ = ["FIGURE", "annex", "sentences"]
FINDINGS = {
    "fell": _(
        "After training, units received fewer complaints than expected without it: an estimated {change} per cent ({low} to {high})."
    ),
    "rose": _(
        "After training, units received more complaints than expected without it: an estimated {change} per cent ({low} to {high})."
    ),
    "little": _(
        "Training changed the number of complaints little, if at all: an estimated {change} per cent ({low} to {high})."
    ),
    "undecided": _(
        "Whether training changed the number of complaints is undecided: the estimate is {change} per cent, but anything from {low} to {high} per cent fits the data."
    ),
}
REFUSALS = {
    "few_complaints": _("Too few complaints are on record for a comparison; more quarters would help."),
    "wide_range": _(
        "From a large fall to a large rise everything fits the complaints on record; more quarters, or more trained and untrained units, would help."
    ),
    "no_treated": _("No unit has been trained yet."),
    "no_comparison": _(
        "All units were trained at once; units that are not trained, or later, would show the difference."
    ),
}
OTHER_REFUSAL = _("The records do not hold both trained and untrained units before and after a training.")
RECEIVED = N_(
    "In this quarter {count} complaint was received.",
    "In this quarter {count} complaints were received.",
)


def sentences(words: Words) -> list[Markup]:
    """City: how many and how fast, what training did, where complaints and survey disagree. Unit: its own."""
    received = _join(words.say_n(*RECEIVED, f"{PLACE}.received"), _open(words))
    if words.record["scope"] != "city":
        quiet = not words.at(f"{PLACE}.received") and not words.at(f"{PLACE}.open")
        none = words.say(_("No complaint was received in this quarter, and none is open."))
        return [_join(none if quiet else received, *_unit_topic(words))]
    return [
        _join(received, *_rate(words), *_clocks(words), *_calendar(words)),
        _effect(words),
        *_disagreement(words),
    ]


def _open(words: Words) -> Markup:
    """What is open of all on record; the quarter's own say little of it."""
    if not words.at(f"{PLACE}.open"):
        return words.say(_("None on record is still open."))
    message = _(
        "Still open of all on record: {open}; of these from before the last four quarters: {old}; without an answer past their limit: {past}."
    )
    names = {"open": "open", "old": "open_old", "past": "open_past_limit"}
    return words.say(message, **{name: words.count(f"{PLACE}.{place}") for name, place in names.items()})


def _join(*parts: Markup) -> Markup:
    return Markup(" ").join(parts)


def _unit_topic(words: Words) -> list[Markup]:
    if words.at(f"{PLACE}.element") is None:
        return []
    message = _("Over the last four quarters complaints were most often about {element} ({n}).")
    element = element_name(words, words.at(f"{PLACE}.element")).lower()
    return [words.say(message, element=element, n=words.count(f"{PLACE}.n_element"))]


def _rate(words: Words) -> list[Markup]:
    if words.at(f"{PLACE}.rate") is None:
        return []
    message = _("Over the last four quarters that is {rate} for every thousand users ({low} to {high}).")
    if words.at(f"{PLACE}.n_quarters") < 4:
        message = _("Since the register began that is {rate} for every thousand users ({low} to {high}).")
    rate, low, high = (
        words.number(f"{PLACE}.rate.{name}", 2) for name in ("per_1000", "conf_low", "conf_high")
    )
    return [words.say(message, rate=rate, low=low, high=high)]


def _clocks(words: Words) -> list[Markup]:
    last = len(words.at(f"{PLACE}.follow_up")) - 1
    if words.at(f"{PLACE}.verification.share") is None or words.at(f"{PLACE}.follow_up.{last}.share") is None:
        return []
    return [
        words.say(
            _(
                "Of those received over the last four quarters {verified} were verified within {limit} working days, and {followed} were followed up within the limit of their class."
            ),
            verified=words.percent(f"{PLACE}.verification.share"),
            limit=words.count(f"{PLACE}.verification.limit"),
            followed=words.percent(f"{PLACE}.follow_up.{last}.share"),
        )
    ]


def _calendar(words: Words) -> list[Markup]:
    if not words.at(f"{PLACE}.uncertain_years"):
        return []
    found = enumerate(words.at(f"{PLACE}.uncertain_years"))
    years = Markup(", ").join(words._data(f"{PLACE}.uncertain_years.{index}", year) for index, year in found)
    message = _(
        "The holidays and joint leave of {years} are estimated, so these shares may still move a little."
    )
    return [words.say(message, years=years)]


def _effect(words: Words) -> Markup:
    if words.at(f"{PLACE}.effect.refusal"):
        why = REFUSALS.get(words.at(f"{PLACE}.effect.refusal"), OTHER_REFUSAL)
        return _join(
            words.say(_("What training did to the number of complaints cannot be told.")), words.say(why)
        )
    change, low, high = (
        words.percent_points(f"{PLACE}.effect.{name}") for name in ("change", "conf_low", "conf_high")
    )
    return _join(
        words.say(FINDINGS[words.at(f"{PLACE}.effect.finding")], change=change, low=low, high=high),
        words.say(
            _(
                "Where complaining becomes easier more complaints come in, so their number alone says neither that service is better nor that it is worse."
            )
        ),
    )


def _disagreement(words: Words) -> list[Markup]:
    told = [_elements(words)] if words.at(f"{PLACE}.elements") else []
    rows = words.at(f"{PLACE}.disagreeing")
    if rows:
        names = ", ".join(row["name"] for row in rows[:3])
        message = _("Complaints and survey disagree most clearly about these units: {names}.")
        told.append(words.say(message, names=names))
    return [_join(*told)] if told else []


def _elements(words: Words) -> Markup:
    elements = f"{PLACE}.elements"
    message = _(
        "Most complaints are about {complained} ({n} of {n_known} whose topic is known), while the survey is lowest on {weakest}: those who complain and those who are surveyed need not be the same people."
    )
    if words.at(f"{elements}.agree"):
        message = _(
            "Most complaints are about {complained} ({n} of {n_known} whose topic is known), on which the survey is lowest too."
        )
    return words.say(
        message,
        complained=element_name(words, words.at(f"{elements}.complained")).lower(),
        weakest=element_name(words, words.at(f"{elements}.weakest")).lower(),
        n=words.count(f"{elements}.n"),
        n_known=words.count(f"{elements}.n_known"),
    )


def draw(words: Words, axes: Axes) -> None:
    """The share closed by working day as a staircase with its range, and the limits of the classes."""
    closing = words.record[PLACE]["closing"]
    rows = [{"day": 0, "closed": 0, "conf_low": 0, "conf_high": 0}, *closing["curve"]]
    rows = [*rows, {**rows[-1], "day": max(closing["by_limit"][-1]["day"], rows[-1]["day"])}]
    days, closed, low, high = (
        [row[name] for row in rows] for name in ("day", "closed", "conf_low", "conf_high")
    )
    axes.fill_between(days, low, high, step="post", color=BLUE, alpha=0.15, lw=0)
    axes.step(days, closed, where="post", color=BLUE, lw=2.5)
    limits = [row["day"] for row in closing["by_limit"]]
    axes.vlines(limits, 0, 1, color=DARK, lw=1, ls=(0, (4, 3)))
    axes.set(xlim=(0, days[-1] * 1.02), ylim=(0, 1.03), xticks=limits, yticks=[0, 0.5, 1])
    axes.set_xlabel(say_plainly(words, _("working days since receipt")), loc="right")
    axes.set_title(say_plainly(words, _("share closed")))
    axes.grid(axis="y")
    axes.yaxis.set_major_formatter(lambda value, _place: f"{round(100 * value)}%")
    number_axis(words, axes.xaxis, 0)


def curve_sentence(words: Words) -> Markup:
    """Half of the complaints are closed within so many days."""
    closing = f"{PLACE}.closing"
    if words.at(f"{closing}.median") is None:
        message = _(
            "Fewer than half of the complaints of the last four quarters (number: {n}) were closed by now."
        )
        return words.say(message, n=words.count(f"{closing}.n"))
    if words.at(f"{closing}.median_high") is None:
        message = _(
            "Half of the complaints of the last four quarters (number: {n}) were closed by working day {median}, open ones counted."
        )
    else:
        message = _(
            "Half of the complaints of the last four quarters (number: {n}) were closed by working day {median} ({low} to {high}), open ones counted."
        )
    names = {"median": "median", "low": "median_low", "high": "median_high"}
    known = {
        name: words.count(f"{closing}.{at}")
        for name, at in names.items()
        if words.at(f"{closing}.{at}") is not None
    }
    return words.say(message, n=words.count(f"{closing}.n"), **known)


def curve_table(words: Words) -> Table:
    rows = []
    for index in range(len(words.at(f"{PLACE}.closing.by_limit"))):
        place = f"{PLACE}.closing.by_limit.{index}"
        rows.append([words.count(f"{place}.day"), *shares(words, place, "closed")])
    return Table(
        words.say(_("Complaints closed by working day, open ones counted")),
        headers(words, _("working days since receipt"), _("closed"), _("low"), _("high")),
        rows,
    )


FIGURE = Drawn(draw, curve_sentence, curve_table, 2.6, needs=("closing",))

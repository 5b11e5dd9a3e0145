# ruff: noqa: E501 - sentences are easier to read unbroken
"""What a brief says about complaints."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup
from matplotlib.axes import Axes

from asn_analysis.briefs.arms import Drawn
from asn_analysis.briefs.figures import BLUE, DARK, _numbers, _say
from asn_analysis.briefs.language import N_, Words, _
from asn_analysis.briefs.tables import Table, headers
from asn_analysis.briefs.wording import element_name

PLACE = "complaints"
NONE = Markup("–")
SHOWN = 10
CLASSES = {
    "permintaan_informasi": _("request for information"),
    "pengaduan_tidak_berkadar_pengawasan": _("complaint without supervision content"),
    "pengaduan_berkadar_pengawasan": _("complaint with supervision content"),
    "aspirasi": _("aspiration"),
    "all": _("all classes"),
    "verification": _("verification, all classes"),
}
TOPICS = {
    "infrastructure": _("roads, lamps, drains, waste"),
    "illegal_charges": _("illegal charges"),
    "costs": _("costs"),
    "handling_of_complaints": _("complaints without an answer"),
    "facilities": _("facilities"),
    "conduct": _("conduct of staff"),
    "competence": _("competence of staff"),
    "results": _("result of the service"),
    "opening_hours": _("opening hours"),
    "time": _("queues and waiting"),
    "requirements": _("requirements"),
    "procedure": _("procedure and systems"),
}
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
KINDS = {
    "praised_but_complained": _("scores high, many complaints"),
    "low_but_silent": _("scores low, few complaints"),
}
RECEIVED = N_(
    "In this quarter {count} complaint was received. Still open: {open}; of these without an answer past their limit: {past}.",
    "In this quarter {count} complaints were received. Still open: {open}; of these without an answer past their limit: {past}.",
)


def sentences(words: Words) -> list[Markup]:
    """City: how many and how fast, what training did, where complaints and survey disagree. Unit: its own."""
    if not words.at(f"{PLACE}.received") and not words.at(f"{PLACE}.open"):
        return [words.say(_("No complaint was received in this quarter, and none is open."))]
    received = words.say_n(
        *RECEIVED,
        f"{PLACE}.received",
        open=words.count(f"{PLACE}.open"),
        past=words.count(f"{PLACE}.open_past_limit"),
    )
    if words.record["scope"] != "city":
        return [_join(received, *_unit_topic(words))]
    return [
        _join(received, *_rate(words), *_clocks(words), *_calendar(words)),
        _effect(words),
        *_disagreement(words),
    ]


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
    years = ", ".join(words.at(f"{PLACE}.uncertain_years"))
    message = _(
        "The holidays and joint leave of {years} are estimated, so these shares may still move a little."
    )
    return [words.say(message, years=years)]


def _effect(words: Words) -> Markup:
    if words.at(f"{PLACE}.effect.refusal"):
        return words.say(
            _("What training did to the number of complaints cannot be told from these records.")
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
        message = _("Complaints and survey disagree most clearly about these units (see the annex): {names}.")
        told.append(words.say(message, names=names))
    return [_join(*told)] if told else []


def _elements(words: Words) -> Markup:
    elements = f"{PLACE}.elements"
    message = _(
        "Most complaints are about {complained} ({n} of {n_known} whose topic is known), while the survey is lowest on {weakest}: those who complain and those who are surveyed are not the same people."
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
    axes.set_xlabel(_say(words, "working days since receipt"), loc="right")
    axes.set_title(_say(words, "share closed"))
    axes.grid(axis="y")
    axes.yaxis.set_major_formatter(lambda value, _place: f"{round(100 * value)}%")
    _numbers(words, axes.xaxis, 0)


def curve_sentence(words: Words) -> Markup:
    """Half of the complaints are closed within so many days."""
    closing = f"{PLACE}.closing"
    if words.at(f"{closing}.median") is None:
        message = _("Fewer than half of the {n} complaints of the last four quarters were closed by now.")
        return words.say(message, n=words.count(f"{closing}.n"))
    if words.at(f"{closing}.median_high") is None:
        message = _(
            "Half of the {n} complaints of the last four quarters were closed within {median} working days, open ones counted."
        )
    else:
        message = _(
            "Half of the {n} complaints of the last four quarters were closed within {median} working days ({low} to {high}), open ones counted."
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
        rows.append([words.count(f"{place}.day"), *_shares(words, place, "closed")])
    return Table(
        words.say(_("Complaints closed by working day, open ones counted")),
        headers(words, _("working days since receipt"), _("closed"), _("low"), _("high")),
        rows,
    )


def _shares(words: Words, place: str, name: str) -> list[Markup]:
    places = [f"{place}.{at}" for at in (name, "conf_low", "conf_high")]
    return [NONE if words.at(at) is None else words.percent(at) for at in places]


FIGURE = Drawn(draw, curve_sentence, curve_table, 2.6, needs=("closing",))


def annex(words: Words) -> Sequence[Table]:
    """Clocks by class, topics with an example, the effect by two methods, units that disagree."""
    if words.record["scope"] != "city":
        return ()
    tables = [_clock_table(words)]
    tables += [_topic_table(words)] if words.at(f"{PLACE}.topics") else []
    tables += [] if words.at(f"{PLACE}.effect.refusal") else [_effect_table(words)]
    return [*tables, _unit_table(words)] if words.at(f"{PLACE}.disagreeing") else tables


def _clock_table(words: Words) -> Table:
    places = [f"{PLACE}.verification"]
    places += [f"{PLACE}.follow_up.{index}" for index in range(len(words.at(f"{PLACE}.follow_up")))]
    rows = []
    for place in places:
        limit = NONE if words.at(f"{place}.limit") is None else words.count(f"{place}.limit")
        whole = [words.count(f"{place}.{name}") for name in ("received", "judged")]
        rows.append(
            [words.say(CLASSES[words.at(f"{place}.name")]), limit, *whole, *_shares(words, place, "share")]
        )
    return Table(
        words.say(_("Complaints verified and followed up in time, last four quarters")),
        headers(
            words, _("step and class"), _("limit (working days)"), _("received"), _("due or done"),
            _("in time"), _("low"), _("high"),
        ),
        rows,
    )  # fmt: skip


def _topic_table(words: Words) -> Table:
    rows = []
    for index, row in enumerate(words.at(f"{PLACE}.topics")[:SHOWN]):
        place = f"{PLACE}.topics.{index}"
        element = Markup.escape(element_name(words, row["element"])) if row["element"] else NONE
        quote = Markup.escape(row["quote"]) if row["quote"] else NONE
        rows.append(
            [
                words.say(TOPICS[row["topic"]]),
                element,
                quote,
                words.count(f"{place}.n"),
                words.percent(f"{place}.share"),
            ]
        )
    rows.append(
        [
            words.say(_("topic unknown")), NONE, NONE,
            words.count(f"{PLACE}.n_unknown"), words.percent(f"{PLACE}.share_unknown"),
        ]
    )  # fmt: skip
    return Table(
        words.say(_("What complaints are about, by keywords, last four quarters")),
        headers(
            words, _("topic"), _("element"), _("example, without personal data"), _("complaints"), _("share")
        ),
        rows,
        n_text=3,
    )


def _effect_table(words: Words) -> Table:
    methods = [
        (_("units not trained or not yet (used)"), ("change", "conf_low", "conf_high")),
        (_("one Poisson regression, clustered by unit"), ("two_way", "two_way_low", "two_way_high")),
    ]
    return Table(
        words.say(_("Complaints of trained units against those expected without training, in per cent")),
        headers(words, _("comparison"), _("change"), _("low"), _("high")),
        [
            [words.say(name), *[words.percent_points(f"{PLACE}.effect.{at}") for at in places]]
            for name, places in methods
        ],
    )


def _unit_table(words: Words) -> Table:
    rows = []
    for index, row in enumerate(words.at(f"{PLACE}.disagreeing")[:SHOWN]):
        place = f"{PLACE}.disagreeing.{index}"
        numbers = [words.number(f"{place}.{name}", 2) for name in ("index", "rate", "conf_low", "conf_high")]
        rows.append([Markup.escape(row["name"]), words.say(KINDS[row["kind"]]), *numbers])
    return Table(
        words.say(_("Units on which complaints and survey disagree, last four quarters")),
        headers(
            words, _("unit"), _("how they disagree"), _("index"),
            _("complaints for every thousand users"), _("low"), _("high"),
        ),
        rows,
        n_text=2,
    )  # fmt: skip

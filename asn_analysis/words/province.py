"""The sentences and tables of a province's brief, made from its record alone."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from asn_analysis.record.province import (
    Between,
    MeanEffect,
    PooledAllowance,
    PooledCity,
    ProvinceVerdict,
    Range,
    Senders,
)
from asn_analysis.record.sent import LeftAside, misfits
from asn_analysis.words.language import Words, _
from asn_analysis.words.messages import Counted, Sentence
from asn_analysis.words.tables import Listing, Table, headers
from asn_analysis.words.texts import CERTAINTY, CODES, LABELS, SCALES, TRENDS, sentences
from asn_analysis.words.wording import SURE, titled

HEADLINES = sentences(MeanEffect, CODES["province"]["headlines"])
DECISIONS, WEAKNESSES = CODES["province"]["decisions"], CODES["province"]["weaknesses"]
MEAN = Sentence(
    MeanEffect, "On average over {n} cities and regencies the change is {estimate:+.1} points ({:range +.1})."
)
CAUTIOUS = _("The conservative range, which allows for a drift that cities may have in common, is {range}.")
NO_CAUTIOUS = _("A drift that cities may have in common cannot be allowed for: too few records hold it.")
FURTHER = sentences(Range, CODES["province"]["further"])
SPREADS = sentences(Between, CODES["province"]["spreads"])
SPREAD_WORDS, ASIDE = CODES["province"]["spread_words"], CODES["province"]["aside"]
SHRUNK = _(
    "Each city's own estimate (hollow mark) is drawn towards the mean of all (filled mark), the more so the less exact it is. Cities whose ranges overlap cannot be told apart."
)
CERTAIN = Sentence(
    ProvinceVerdict,
    "Certainty is {certainty:count} of 5: {word}. It starts from the cities' own and loses a point for each weakness of the pool.",
)
OF_ALL = Sentence(Senders, "{n_pooled:count} of {n_expected:count} cities")
POOLED = Sentence(Senders, "{n_pooled:count} of {n_expected:count} cities and regencies are pooled.")
ABSENT = Sentence(Senders, "Not sent: {absent:names}.")
UNEXPECTED = Sentence(
    Senders, "Sent without standing on the list, perhaps under another spelling: {unexpected:names}."
)
ASIDE_IS = Sentence(LeftAside, "{city:name}, {quarter:quarter}: {why}.")
SEND = Counted(
    Senders,
    "n_absent",
    "Ask for the record of {n_absent:count} more city: {first}",
    "Ask for the records of {n_absent:count} more cities, first: {first}",
)
MEND = Counted(
    Senders,
    "n_misfit",
    "Have {n_misfit:count} record that does not fit made again: {first}",
    "Have {n_misfit:count} records that do not fit made again, first: {first}",
)
LEARN = Sentence(
    Between, "Compare how {highest:name} and {lowest:name} train, whose effects lie furthest apart"
)
AGAIN = _("Pool the records of the next quarter")
FIRST = 2  # names on the first screen

LIMITS = (
    _(
        "Cities that sent a record may not be like those that did not. The mean is that of those pooled "
        "alone, and may be too high where the willing are the successful."
    ),
    _("Each city counts by how exact its estimate is, not by its inhabitants."),
    _(
        "The limits of each city's own brief hold here too: other changes that begin with the training "
        "cannot be separated from it."
    ),
    _("Only the cities' records were read; no respondent's answer left a city."),
)


def headline(words: Words) -> Markup:
    """The finding, as the title of the brief."""
    verdict, effect = words.part(ProvinceVerdict, "verdict"), words.part(MeanEffect, "effect")
    said = verdict.label
    if said == "raises" and verdict.certainty < SURE:
        said = "very_likely"
    elif said == "short" and effect.conf_high < 0:
        said = "not_raised"
    return words.tell(HEADLINES[said], effect, n=words.count("senders.n_pooled"))


def page_title(words: Words) -> Markup:
    """The title of the browser tab and the running title in print."""
    return titled(words, headline(words), words.record["city"])


def status(words: Words) -> list[tuple[str, Markup]]:
    """The status strip: a stable name and its text."""
    who = words.part(Senders, "senders")
    strip = [("simulated", words.say(_("Simulated data")))] if words.at("data.simulated") else []
    whole = who.n_pooled == who.n_expected and not who.unexpected
    strip.append(("complete" if whole else "incomplete", words.tell(OF_ALL, who)))
    strip.append(("dates", words.say(_("Data to {date}"), date=words.date("dates.end"))))
    strip.append(("version", words.say(_("v{version}"), version=words.record["package_version"])))
    return strip


def subtitle(words: Words) -> Markup:
    """Place, quarter, and what the pool rests on."""
    return words.say(
        _("{place}: {n_units} units, {n_respondents} respondents until {quarter}"),
        place=words.record["city"],
        quarter=words.quarter("quarter"),
        n_units=words.count("data.n_units"),
        n_respondents=words.count("data.n_respondents"),
    )


def mean_sentence(words: Words) -> Markup:
    """The mean with its plain and its cautious range."""
    said = words.tell(MEAN, words.part(MeanEffect, "effect"), n=words.count("senders.n_pooled"))
    if words.part(MeanEffect, "effect").least is None:
        return said + " " + words.say(NO_CAUTIOUS)
    return said + " " + words.say(CAUTIOUS, range=words.range("effect", 1, True, "_robust"))


def spread_sentence(words: Words) -> Markup:
    """Whether cities differ, in words."""
    between = words.part(Between, "between")
    return words.tell(SPREADS[between.spread], between)


def further_sentence(words: Words) -> Markup:
    """What a further city can expect."""
    found = words.part(Range, "further_city")
    where = "above" if found.conf_low > 0 else "below" if found.conf_high < 0 else "around"
    return words.tell(FURTHER[where], found)


def certainty_sentence(words: Words) -> Markup:
    verdict = words.part(ProvinceVerdict, "verdict")
    return words.tell(CERTAIN, verdict, word=words.say(CERTAINTY[verdict.certainty]))


def senders_sentences(words: Words) -> list[Markup]:
    """Who is pooled, who did not send, and which records do not fit and why."""
    who = words.part(Senders, "senders")
    told = [words.tell(POOLED, who)]
    told += [words.tell(ABSENT, who)] if who.absent else []
    told += [words.tell(UNEXPECTED, who)] if who.unexpected else []
    return told + [words.tell(ASIDE_IS, one, why=_why(words, one)) for one in who.aside]


def _why(words: Words, one: LeftAside) -> Markup:
    return Markup("; ").join(words.say(ASIDE[code]) for code in one.reasons)


def actions(words: Words) -> list[Markup]:
    """Up to three things to do: records to ask for, records to mend, what to learn from the cities."""
    who, between = words.part(Senders, "senders"), words.part(Between, "between")
    found = []
    if who.absent:
        found.append(words.tell(SEND, who, first=_first(who.absent)))
    if who.n_misfit:
        found.append(words.tell(MEND, who, first=_first([one.city for one in misfits(who.aside)])))
    if between.spread == "differ":
        found.append(words.tell(LEARN, between))
    return found or [words.say(AGAIN)]


def _first(names: Sequence[str]) -> str:
    return ", ".join(names[:FIRST])


CITIES = Listing(
    PooledCity,
    _(
        "Effect of training in each city, in points of the index: its own (hollow) and drawn to the mean (filled)"
    ),
    (_("city"), "city:name"),
    (_("own estimate"), "estimate:+.2"),
    (_("low"), "conf_low:+.2"),
    (_("high"), "conf_high:+.2"),
    (_("weight"), "weight:percent"),
    (_("drawn to the mean"), "shrunk:+.2"),
    (_("low"), "shrunk_low:+.2"),
    (_("high"), "shrunk_high:+.2"),
)
about_cities = Listing(
    PooledCity,
    _("What each city's own brief says"),
    (_("city"), "city:name"),
    (_("verdict"), "label", LABELS),
    (_("a drift can be allowed for"), "drift_allowed", {True: _("yes"), False: _("no")}),
    (_("certainty (0-5)"), "certainty:count"),
    (_("units"), "n_units:count"),
    (_("trained units"), "n_treated_units:count"),
    (_("respondents of all quarters"), "n_respondents:count"),
    n_text=3,
    at="cities",
)
allowances = Listing(
    PooledAllowance,
    _("Mean effect if the same allowance holds in every city, in points of the index"),
    (_("scale"), "scale", SCALES),
    (_("trained units without training"), "trend", TRENDS),
    (_("cities"), "n_cities:count"),
    (_("estimate"), "estimate:+.2"),
    (_("low"), "conf_low:+.2"),
    (_("high"), "conf_high:+.2"),
    (_("spread between cities"), "tau:.2"),
    n_text=2,
    at="allowances",
)
BETWEEN = (
    (_("Spread of true effects, REML (standard deviation, points)"), "tau:.2"),
    (_("Lowest spread that fits (Q-profile)"), "conf_low:.2"),
    (_("Highest spread that fits (Q-profile)"), "conf_high:.2"),
    (_("Spread by Paule and Mandel"), "tau_paule_mandel:.2"),
    (_("Spread averaged over its likelihood, for the ranges of single cities"), "tau_averaged:.2"),
    (_("Share of the estimates' variance that lies between cities"), "share:percent"),
    (_("Cochran's Q"), "q:.2"),
    (_("Hartung and Knapp's factor (under 1 it is taken as 1)"), "inflation:.2"),
)


def cities(words: Words) -> Table:
    """Each city's effect, the highest first."""
    return CITIES.table(words, sorted(words.part(CITIES.rows_of, "cities"), key=lambda row: -row.shrunk))


def between(words: Words) -> Table:
    """How much cities differ, and how that was estimated."""
    part = words.part(Between, "between")
    rows = [[words.say(name), words.field(part, *shown.split(":"))] for name, shown in BETWEEN]
    heads = headers(words, _("measure"), _("value"))
    return Table(words.say(_("How much effects differ between cities")), heads, rows)

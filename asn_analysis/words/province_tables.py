# ruff: noqa: E501 - sentences are easier to read unbroken
"""The tables of a province's brief."""

from __future__ import annotations

from asn_analysis.record.province import Between, PooledAllowance, PooledCity
from asn_analysis.words.language import Words, _
from asn_analysis.words.tables import Listing, Table, headers
from asn_analysis.words.texts import LABELS, SCALES, TRENDS

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
    (_("respondents"), "n_respondents:count"),
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

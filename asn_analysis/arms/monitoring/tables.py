"""The annex's tables on monitoring."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from asn_analysis.arms.monitoring.part import Charts, Indicator, OfCity, Warned
from asn_analysis.arms.monitoring.sentences import name, rule_of
from asn_analysis.words.language import NONE, Words, _
from asn_analysis.words.messages import Sentence
from asn_analysis.words.tables import Listing, Table, headers

GOALS = {
    "professional": _("professional"),
    "accountable": _("accountable"),
    "responsive": _("responsive"),
    "trust": _("trust"),
    "transparency": _("transparency"),
}
STANDINGS = {
    None: NONE,
    "reached": _("reached"),
    "missed": _("not reached"),
    "open": _("within chance variation of the target"),
}
MOVES = {
    None: _("cannot be compared"),
    "better": _("better"),
    "worse": _("worse"),
    "open": _("within chance variation"),
}
UNITS = {"points": _("points of the index"), "per cent": _("per cent")}
CERTAINTIES = {
    "confirmed": _("confirmed"),
    "secondary": _("from a secondary source"),
    "city": _("set by the city"),
    "none": NONE,
}
RULES = {
    "beyond": Sentence(Charts, "this quarter below the usual range, given how the city moved"),
    "run": Sentence(Charts, "{run:count} surveys in a row lower than before, given how the city moved"),
}
QUESTIONS = {
    "beyond": Sentence(
        Charts, "What was different in this quarter, in the service or in how the survey was held?"
    ),
    "run": Sentence(
        Charts,
        "What has been different since {run_since:quarter}, in the service or in how the survey is held?",
    ),
}
BOARD = Listing(
    Indicator,
    _("Indicators of the policy's goals in the last four quarters, and their targets"),
    (_("indicator"), name),
    (_("goal"), "goal", GOALS),
    (_("target reached?"), "standing", STANDINGS),
)
CHANGES = Listing(
    Indicator,
    _("Change of the indicators against the same quarter a year ago; the ranges hold for all together"),
    (_("indicator"), name),
    (_("finding"), "moved", MOVES),
    (_("change"), "change:+.1"),
    (_("low"), "change_low:+.1"),
    (_("high"), "change_high:+.1"),
    n_text=2,
)
DEFINITIONS = Listing(
    Indicator,
    _("How the indicators are defined, and where their targets come from"),
    (_("indicator"), name),
    (_("formula"), lambda words, row: Markup.escape(rule_of(row).formula[words.language])),
    (_("unit of measure"), lambda words, row: words.say(UNITS[rule_of(row).unit])),
    (_("target"), "certainty", CERTAINTIES),
    n_text=4,
)


def annex(words: Words, part: OfCity) -> Sequence[Table]:
    """What a year changed, definitions, and the units to be asked; and the board of all."""
    rows = part.indicators
    board = (values(words, part), CHANGES.table(words, rows), DEFINITIONS.table(words, rows)) if rows else ()
    charts = part.charts
    return (*board, _warnings(words, charts)) if charts and charts.warnings else board


def values(words: Words, part: OfCity) -> Table:
    """Every indicator in the last four quarters, and its target."""
    quarters = [words.field(one, "quarter", "quarter") for one in part.indicators[0].quarters]
    rows = [
        [
            *told,
            *(words.field(one, "value", ".1?") for one in row.quarters),
            words.field(row, "target", ".2?"),
        ]
        for row, told in zip(part.indicators, BOARD.rows(words, part.indicators), strict=True)
    ]
    heads = [*headers(words, *(head for head, *_shown in BOARD.columns)), *quarters]
    return Table(words.say(BOARD.caption), [*heads, words.say(_("target"))], rows, n_text=3)


def _warnings(words: Words, charts: Charts) -> Table:
    listing = Listing(
        Warned,
        _("Units whose index fell, and what to ask them"),
        (_("unit"), "name:name"),
        (_("quarter"), lambda words, row: words.field(charts, "quarter", "quarter")),
        (_("what stands out"), lambda words, row: words.tell(RULES[row.warning], charts)),
        (_("question to the office"), lambda words, row: words.tell(QUESTIONS[row.warning], charts)),
        (_("index"), "now:.1"),
        (_("usual low"), "city_low:.1"),
        (_("usual high"), "city_high:.1"),
        n_text=4,
    )
    return listing.table(words, charts.warnings)

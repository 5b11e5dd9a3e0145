# ruff: noqa: E501 - sentences are easier to read unbroken
"""Monitoring: indicators against target and a year ago, and units whose charts say that they fell."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markupsafe import Markup

from asn_analysis.arms.arm import Arm, Row, Told
from asn_analysis.arms.monitoring.made import Charts, Indicator, OfCity, OfUnit, Warned, prepare
from asn_analysis.rules.kinds import Indicator as Rule
from asn_analysis.rules.rules import load_indicators
from asn_analysis.words.language import NONE, Words, _
from asn_analysis.words.messages import Counted, Sentence
from asn_analysis.words.tables import Listing, Table, headers
from asn_analysis.words.texts import codes_of, sentences
from asn_analysis.words.wording import UNIT

CODES = codes_of(__package__)
INSIDE = sentences(OfUnit, CODES["inside"])
# By the chart that takes off how all units moved; their own would ring for most.
AGAINST_THE_CITY = {side: sentences(OfUnit, texts) for side, texts in CODES["against_the_city"].items()}
RULES = sentences(Charts, CODES["rules"])
QUESTIONS = sentences(Charts, CODES["questions"])
REACHED = Counted(
    OfCity,
    "n_reached",
    "Of {n_with_target:count} indicators with a target, {n_reached:count} has clearly met it and {n_missed:count} clearly not.",
    "Of {n_with_target:count} indicators with a target, {n_reached:count} have clearly met it and {n_missed:count} clearly not.",
)
NEAR = Sentence(OfCity, "{reached} The rest are within chance variation of it.")
UNCHANGED = Sentence(
    OfCity,
    "None of the {n_compared:count} indicators compared with a year ago changed by more than chance variation explains.",
)
CHANGED = Sentence(
    OfCity,
    "Of {n_compared:count} indicators compared with a year ago, better by more than chance variation explains: {better}; worse: {worse}.",
)
WARNED = Sentence(
    Charts,
    "Units that fell, in this quarter or over the last {run:count} surveys, by more than chance variation and the movement of the whole city explain: {n_warnings:count} of {n_units:count}. Of the units so named, at most {false_discovery_rate:percent} are expected to be within chance variation after all.",
)
MORE = Counted(
    Charts,
    "n_more",
    "{found} {n_more:count} more is not listed.",
    "{found} {n_more:count} more are not listed.",
)
YOUNG = Sentence(
    OfUnit,
    "A usual range of its own takes {fewest:count} surveys whose index can be shown; this unit has {n_quarters:count}.",
)
SEASON = _("The range takes no season into account: look at the same quarter of earlier years too.")


ROW = Sentence(
    OfCity, "targets clearly met: {n_reached:count} of {n_with_target:count}; clearly not: {n_missed:count}"
)
NO_TARGET = _("no target is set")
MOVED = Sentence(OfCity, "in a year better: {better}; worse: {worse}")
NEEDED = _("set by the city or a regulation")
IN_RANGE = Sentence(OfUnit, "index {now:.1}, usual range {low:.1} to {high:.1}")


def row(words: Words, part: OfCity) -> Row:
    """Targets met, and indicators that moved in a year."""
    figure = words.tell(ROW, part) if part.n_with_target else words.say(NO_TARGET)
    direction = words.tell(MOVED, part, **_names(words, part, short)) if part.n_compared else NONE
    return Row(figure, direction, words.say(NEEDED) if part.n_with_target else NONE)


def row_of_unit(words: Words, part: OfUnit) -> Row:
    """Where it stands in its own usual range."""
    return Row(words.tell(YOUNG if part.low is None else IN_RANGE, part))


def _names(words: Words, part: OfCity, naming: Callable[[Words, Indicator], Markup]) -> dict[str, Markup]:
    return {
        side: Markup(", ").join(naming(words, row) for row in part.indicators if row.moved == side)
        or words.say(_("none"))
        for side in ("better", "worse")
    }


def short(words: Words, row: Indicator) -> Markup:
    """An indicator's name where there is little room."""
    return Markup.escape(rule_of(row).short[words.language])


def of_city(words: Words, part: OfCity) -> list[object]:
    """Targets, changes, units that fell."""
    return [
        part.n_with_target and _reached(words, part),
        part.n_compared and _changes(words, part),
        _warned(words, part.charts),
    ]


def _reached(words: Words, part: OfCity) -> Markup:
    reached = words.tell(REACHED, part)
    judged = part.n_reached + part.n_missed
    return reached if judged == part.n_with_target else words.tell(NEAR, part, reached=reached)


def _changes(words: Words, part: OfCity) -> Markup:
    if all(row.moved in (None, "open") for row in part.indicators):
        return words.tell(UNCHANGED, part)
    return words.tell(CHANGED, part, **_names(words, part, name))


def _warned(words: Words, charts: Charts | None) -> Markup:
    if charts is None:
        return words.say(
            _("No unit has two surveys that can be compared, so that none can be said to have fallen.")
        )
    found = words.tell(WARNED, charts)
    return words.tell(MORE, charts, found=found) if charts.n_more else found


def of_unit(words: Words, part: OfUnit) -> list[object]:
    """Where it stands in its usual range; that it fell or rose is judged beside all units."""
    told = words.tell(YOUNG if part.low is None else INSIDE[part.beyond], part)
    signals = ((side, getattr(part, side)) for side in ("warning", "rise"))
    asked = (rule and words.tell(AGAINST_THE_CITY[side][rule], part) for side, rule in signals)
    return [told, part.beyond and words.say(SEASON), *asked]


def rule_of(row: Indicator) -> Rule:
    """An indicator's definition."""
    return next(one for one in load_indicators() if one.name == row.name)


def name(words: Words, row: Indicator) -> Markup:
    """An indicator by its name."""
    return Markup.escape(rule_of(row).names[words.language])


BOARD = Listing(
    Indicator,
    _("Indicators of the policy's goals in the last four quarters, and their targets"),
    (_("indicator"), name),
    (_("goal"), "goal", CODES["goals"]),
    (_("target reached?"), "standing", {None: NONE, **CODES["standings"]}),
)
CHANGES = Listing(
    Indicator,
    _("Change of the indicators against the same quarter a year ago; the ranges hold for all together"),
    (_("indicator"), name),
    (_("finding"), "moved", CODES["moves"]),
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
    (_("unit of measure"), lambda words, row: words.say(CODES["units"][rule_of(row).unit])),
    (_("target"), "certainty", {"none": NONE, **CODES["certainties"]}),
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
        UNIT,
        (_("quarter"), lambda words, row: words.field(charts, "quarter", "quarter")),
        (_("what stands out"), lambda words, row: words.tell(RULES[row.warning], charts)),
        (_("question to the office"), lambda words, row: words.tell(QUESTIONS[row.warning], charts)),
        (_("index"), "now:.1"),
        (_("usual low"), "city_low:.1"),
        (_("usual high"), "city_high:.1"),
        n_text=4,
    )
    return listing.table(words, charts.warnings)


ARM = Arm(
    name="monitoring",
    title=_("Monitoring"),
    tables={},
    prepare=prepare,
    city=Told(OfCity, of_city, annex, row),
    unit=Told(OfUnit, of_unit, row=row_of_unit),
)

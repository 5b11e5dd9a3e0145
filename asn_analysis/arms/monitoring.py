"""What a brief says about monitoring: indicators against target and a year ago, units to be asked."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup
from matplotlib.axes import Axes

from asn_analysis.arms.former import Drawn
from asn_analysis.arms.monitoring_record import prepare as prepare
from asn_analysis.pages.figures import BLUE, DARK, number_axis, say_plainly
from asn_analysis.rules.rules import Indicator, load_indicators
from asn_analysis.words.language import N_, Words, _
from asn_analysis.words.tables import NONE, Table, headers
from asn_analysis.words.wording import is_city

PLACE = "monitoring"
GOALS = {
    "professional": _("professional"),
    "accountable": _("accountable"),
    "responsive": _("responsive"),
    "trust": _("trust"),
    "transparency": _("transparency"),
}
STANDINGS = {"reached": _("reached"), "missed": _("not reached"), "open": _("within chance of the target")}
MOVES = {"better": _("better"), "worse": _("worse"), "open": _("within chance")}
UNITS = {"points": _("points of the index"), "per cent": _("per cent")}
CERTAINTIES = {
    "confirmed": _("confirmed"),
    "secondary": _("from a secondary source"),
    "own choice": _("own choice of this analysis"),
    "none": NONE,
}
REACHED = N_(
    "Of {n} indicators with a target, {count} has surely reached it and {n_missed} surely not; "
    "for the rest chance leaves it open.",
    "Of {n} indicators with a target, {count} have surely reached it and {n_missed} surely not; "
    "for the rest chance leaves it open.",
)
WARNED = _(
    "Units that fell, in this quarter or over the last {run} surveys, by more than chance and the movement "
    "of the whole city explain: {count} of {n_units}. Of units so named at most {share} are expected to be "
    "so by chance."
)
MORE = N_("{found} {count} more is not listed.", "{found} {count} more are not listed.")
INSIDE = {
    None: _("This quarter's index, {now}, lies inside this unit's own usual range of {low} to {high}."),
    "below": _("This quarter's index, {now}, lies below this unit's own usual range of {low} to {high}."),
    "above": _("This quarter's index, {now}, lies above this unit's own usual range of {low} to {high}."),
}
SEASON = _("The range takes no season into account: look at the same quarter of earlier years too.")
AGAINST_THE_CITY = {  # by the chart that takes off how all units moved; their own would ring for most
    ("warning", "beyond"): _(
        "Given how the whole city moved, this quarter is lower than chance explains. "
        "What was different, in the service or in how the survey was held?"
    ),
    ("warning", "run"): _(
        "Given how the whole city moved, {n_run} surveys in a row are lower than before. "
        "What has been different since {since}, in the service or in how the survey is held?"
    ),
    ("rise", "beyond"): _(
        "Given how the whole city moved, this quarter is higher than chance explains. "
        "What was different, in the service or in how the survey was held?"
    ),
    ("rise", "run"): _(
        "Given how the whole city moved, {n_run} surveys in a row are higher than before. "
        "What has been different since {since}, in the service or in how the survey is held?"
    ),
}
RULES = {
    "beyond": _("this quarter below the usual range, given how the city moved"),
    "run": _("{run} surveys in a row lower than before, given how the city moved"),
}
QUESTIONS = {
    "beyond": _("What was different in this quarter, in the service or in how the survey was held?"),
    "run": _("What has been different since {since}, in the service or in how the survey is held?"),
}


def sentences(words: Words) -> list[Markup]:
    """City: targets, changes, units that fell. Unit: where it stands in its usual range."""
    if not is_city(words):
        return _of_unit(words)
    told = [_targets(words)] if words.at(f"{PLACE}.n_with_target") else []
    told += [_changes(words)] if words.at(f"{PLACE}.n_compared") else []
    return [*told, _warned(words)]


def _targets(words: Words) -> Markup:
    n, n_missed = (words.count(f"{PLACE}.{name}") for name in ("n_with_target", "n_missed"))
    return words.say_n(*REACHED, f"{PLACE}.n_reached", n=n, n_missed=n_missed)


def _changes(words: Words) -> Markup:
    n_compared = words.count(f"{PLACE}.n_compared")
    rows = words.at(f"{PLACE}.indicators")
    if all(row["moved"] in (None, "open") for row in rows):
        text = _("None of the {n} indicators compared with a year ago changed by more than chance explains.")
        return words.say(text, n=n_compared)
    names = {
        side: Markup(", ").join(_name(words, row) for row in rows if row["moved"] == side)
        or words.say(_("none"))
        for side in ("better", "worse")
    }
    text = _(
        "Of {n} indicators compared with a year ago, better by more than chance explains: {better}; "
        "worse: {worse}."
    )
    return words.say(text, n=n_compared, **names)


def _warned(words: Words) -> Markup:
    place = f"{PLACE}.charts"
    if not words.at(place):
        return words.say(_("No unit has been surveyed twice yet, so that none can be said to have fallen."))
    found = words.say(
        WARNED,
        count=words.count(f"{place}.n_warnings"),
        n_units=words.count(f"{place}.n_units"),
        run=words.count(f"{place}.run"),
        share=words.percent(f"{place}.false_discovery_rate"),
    )
    return words.say_n(*MORE, f"{place}.n_more", found=found) if words.at(f"{place}.n_more") else found


def _of_unit(words: Words) -> list[Markup]:
    told = [_usual(words)]
    if words.at(f"{PLACE}.beyond"):
        told.append(words.say(SEASON))
    for side in ("warning", "rise"):
        if rule := words.at(f"{PLACE}.{side}"):
            n_run, since = words.count(f"{PLACE}.n_run"), words.quarter(f"{PLACE}.run_since")
            told.append(words.say(AGAINST_THE_CITY[side, rule], n_run=n_run, since=since))
    return told


def _usual(words: Words) -> Markup:
    """Where the unit's index lies in its own usual range; that it fell or rose is judged beside all units."""
    if words.at(f"{PLACE}.low") is None:
        counts = {name: words.count(f"{PLACE}.{name}") for name in ("n_quarters", "fewest")}
        return words.say(
            _("A usual range of its own takes {fewest} surveys; this unit has {n_quarters}."), **counts
        )
    now, low, high = (words.number(f"{PLACE}.{name}", 2) for name in ("now", "low", "high"))
    return words.say(INSIDE[words.at(f"{PLACE}.beyond")], now=now, low=low, high=high)


def annex(words: Words) -> Sequence[Table]:
    """What a year changed, definitions, and the units to be asked; the board stands behind the figure."""
    if not is_city(words):
        return ()
    board = (_moves(words), _definitions(words)) if words.at(f"{PLACE}.indicators") else ()
    charts = words.at(f"{PLACE}.charts")
    return (*board, _warnings(words)) if charts and charts["warnings"] else board


def draw_board(words: Words, axes: Axes) -> None:
    """How far each indicator lies from its target: now with its range, and as a ring a year ago."""
    rows = [row for row in reversed(words.at(f"{PLACE}.indicators")) if row["target"] is not None]
    axes.axvline(0, color=DARK, lw=1)
    for place, row in enumerate(rows):
        target = row["target"]
        axes.plot([row["conf_low"] - target, row["conf_high"] - target], [place, place], color=BLUE, lw=3)
        axes.plot(row["value"] - target, place, "o", color=BLUE, ms=8)
        if row["year_ago"] is not None:
            axes.plot(row["year_ago"] - target, place + 0.3, "o", color="white", mec=DARK, mew=1.5, ms=7)
    labels = [getattr(_rule(row), f"{words.language}_short") for row in rows]
    axes.set_yticks(range(len(rows)), labels)
    axes.set_ylim(-0.6, len(rows) - 0.3)
    axes.set_xlabel(say_plainly(words, _("points from the target (ring: a year ago)")), loc="right")
    axes.grid(axis="x")
    number_axis(words, axes.xaxis, 0)


def board_sentence(words: Words) -> Markup:
    """The indicators nearest to and farthest from their targets."""
    rows = words.at(f"{PLACE}.indicators")
    places = [place for place, row in enumerate(rows) if row["target"] is not None]
    ordered = sorted(places, key=lambda place: rows[place]["distance"])
    farthest, nearest = ordered[0], ordered[-1]
    return words.say(
        _("Highest against its target stands: {nearest}, {near} points; lowest: {farthest}, {far} points."),
        nearest=_name(words, rows[nearest]),
        near=words.number(f"{PLACE}.indicators.{nearest}.distance", sign=True),
        farthest=_name(words, rows[farthest]),
        far=words.number(f"{PLACE}.indicators.{farthest}.distance", sign=True),
    )


def _values(words: Words) -> Table:
    quarters = [
        words.quarter(f"{PLACE}.indicators.0.quarters.{place}.quarter")
        for place in range(len(words.at(f"{PLACE}.indicators.0.quarters")))
    ]
    rows = []
    for index, row in enumerate(words.at(f"{PLACE}.indicators")):
        place = f"{PLACE}.indicators.{index}"
        standing = NONE if row["standing"] is None else words.say(STANDINGS[row["standing"]])
        values = [_number(words, f"{place}.quarters.{q}.value") for q in range(len(quarters))]
        goal = words.say(GOALS[row["goal"]])
        rows.append([_name(words, row), goal, standing, *values, _number(words, f"{place}.target", 2)])
    return Table(
        words.say(_("Indicators of the policy's goals in the last four quarters, and their targets")),
        [
            *headers(words, _("indicator"), _("goal"), _("target reached?")),
            *quarters,
            words.say(_("target")),
        ],
        rows,
        n_text=3,
    )


def _moves(words: Words) -> Table:
    rows = []
    for index, row in enumerate(words.at(f"{PLACE}.indicators")):
        place = f"{PLACE}.indicators.{index}"
        finding = words.say(_("cannot be compared") if row["moved"] is None else MOVES[row["moved"]])
        cells = [
            _number(words, f"{place}.{name}", 1, True) for name in ("change", "change_low", "change_high")
        ]
        rows.append([_name(words, row), finding, *cells])
    return Table(
        words.say(
            _(
                "Change of the indicators against the same quarter a year ago; "
                "the ranges hold for all together"
            )
        ),
        headers(words, _("indicator"), _("finding"), _("change"), _("low"), _("high")),
        rows,
        n_text=2,
    )


def _definitions(words: Words) -> Table:
    rows = []
    for row in words.at(f"{PLACE}.indicators"):
        one = _rule(row)
        formula = Markup.escape(getattr(one, f"{words.language}_formula"))
        certainty = CERTAINTIES[one.certainty]
        sure = certainty if certainty is NONE else words.say(certainty)
        rows.append([_name(words, row), formula, words.say(UNITS[one.unit]), sure])
    return Table(
        words.say(_("How the indicators are defined, and where their targets come from")),
        headers(words, _("indicator"), _("formula"), _("unit of measure"), _("target")),
        rows,
        n_text=4,
    )


def _warnings(words: Words) -> Table:
    place = f"{PLACE}.charts"
    rows = []
    for index, row in enumerate(words.at(f"{place}.warnings")):
        own = f"{place}.warnings.{index}"
        rule = words.say(RULES[row["warning"]], run=words.count(f"{place}.run"))
        question = words.say(QUESTIONS[row["warning"]], since=words.quarter(f"{place}.run_since"))
        cells = [words.number(f"{own}.{name}") for name in ("now", "city_low", "city_high")]
        rows.append([Markup.escape(row["name"]), words.quarter(f"{place}.quarter"), rule, question, *cells])
    return Table(
        words.say(_("Units whose index fell, and what to ask them")),
        headers(
            words, _("unit"), _("quarter"), _("what stands out"), _("question to the office"), _("index"),
            _("usual low"), _("usual high"),
        ),
        rows,
        n_text=4,
    )  # fmt: skip


FIGURE = Drawn(draw_board, board_sentence, _values, 3.4, needs=("n_with_target",))


def _number(words: Words, place: str, decimals: int = 1, sign: bool = False) -> Markup:
    return NONE if words.at(place) is None else words.number(place, decimals, sign)


def _rule(row: dict) -> Indicator:
    return next(one for one in load_indicators() if one.name == row["name"])


def _name(words: Words, row: dict) -> Markup:
    return Markup.escape(getattr(_rule(row), words.language))

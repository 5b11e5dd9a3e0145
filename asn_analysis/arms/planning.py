# ruff: noqa: E501 - sentences are easier to read unbroken
"""What a brief says about the next survey, the next training, and what a point has cost."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup
from matplotlib.axes import Axes

from asn_analysis.arms import planning_annex
from asn_analysis.arms.former import Drawn
from asn_analysis.arms.planning_record import prepare as prepare
from asn_analysis.pages.figures import BLUE, RUST, number_axis, say_plainly
from asn_analysis.words.language import Words, _
from asn_analysis.words.tables import NONE, Table, headers
from asn_analysis.words.texts import KINDS, UNIT_TYPES
from asn_analysis.words.wording import interval

REFUSED = {
    "none_untrained": _("Every unit is trained or has a training planned, so there is none to choose."),
    "no_effect": _(
        "Without an estimate of what training changed, no unit can be ranked by its expected gain."
    ),
    "effect_not_shown": _(
        "Whether training helps is still open, so the evidence cannot rank units by their expected gain."
    ),
    "no_users_or_cost": _(
        "Units cannot be ranked by their expected gain: users or training costs are not recorded."
    ),
    "budget_too_small": _("The budget of {budget} does not reach for the training of a single unit."),
}


def sentences(words: Words) -> list[Markup]:
    """City: forms and their cost, a smaller budget, whom to train. Unit: forms needed."""
    if words.record["scope"] != "city":
        return _unit(words)
    asked = _("The table of Krejcie and Morgan asks all units together for {n} forms a year.")
    survey, table = [_survey(words), *_cut(words)], _table(words, asked)
    return [Markup(" ").join(part) for part in (survey, _training(words), [*_later(words), *table]) if part]


def _unit(words: Words) -> list[Markup]:
    place = "planning"
    parts = {"half_width": words.number(f"{place}.half_width", 0), "needed": words.count(f"{place}.needed")}
    if words.at(f"{place}.made") is None:
        told = words.say(
            _(
                "As answers usually differ, the next survey of this unit needs about {needed} forms for a range of ±{half_width} points."
            ),
            **parts,
        )
    else:
        enough = words.at(f"{place}.enough")
        told = words.say(
            _(
                "As answers usually differ, about {needed} forms a quarter are needed for a range of ±{half_width} points; by that measure the {made} of this quarter were enough."
            )
            if enough
            else _(
                "As answers usually differ, about {needed} forms a quarter are needed for a range of ±{half_width} points; by that measure the {made} of this quarter were too few."
            ),
            made=words.count(f"{place}.made"),
            **parts,
        )
    table = _table(words, _("The table of Krejcie and Morgan asks this unit for {n} forms a year."))
    return [told, Markup(" ").join(table)] if table else [told]


def _table(words: Words, message: str) -> list[Markup]:
    """What Krejcie and Morgan's table can and cannot do, where the number of users is known."""
    if words.at("planning.krejcie_morgan") is None:
        return []
    limits = words.say(
        _(
            "It looks only at the number of users and suits the share of one answer, so it cannot say how exact an index is or whether a change would be seen; the plan here rests on how much answers differ. Neither helps if those who answer are not like the others."
        )
    )
    return [words.say(message, n=words.count("planning.krejcie_morgan")), limits]


def _survey(words: Words) -> Markup:
    place = "planning"
    return words.say(
        _(
            "For a range of ±{half_width} points in every unit the next survey needs about {needed} forms, at a cost of {cost}. This quarter there were {made}; units that had enough: {n_enough} of {n_units}."
        ),
        half_width=words.number(f"{place}.half_width", 0),
        cost=words.rupiah(f"{place}.needed_cost"),
        **{name: words.count(f"{place}.{name}") for name in ("needed", "made", "n_enough", "n_units")},
    )


def _cut(words: Words) -> list[Markup]:
    if not words.at("planning.budget"):
        return []
    return [
        words.say(
            _(
                "With money for about {total} forms, cutting every unit alike leaves the least exact unit at ±{alike} points; the split that is best for the index of all users leaves its least exact unit at ±{widest}."
            ),
            total=words.count("planning.budget.2.total"),
            alike=words.number("planning.budget.1.widest"),
            widest=words.number("planning.budget.2.widest"),
        )
    ]


def _training(words: Words) -> list[Markup]:
    place = "planning.next"
    refusal = words.at(f"{place}.refusal")
    if refusal:
        return [words.say(REFUSED[refusal], budget=words.rupiah(f"{place}.budget"))]
    told = words.say(
        _(
            "A budget of {budget}, assumed here, pays for the training of {n} (units not yet trained: {untrained}). Chosen by expected gain, they serve {users} people a year; lowest index first, the same money reaches {plain}. The choice is worth {added} points ({low} to {high}) of the index of all users."
        ),
        budget=words.rupiah(f"{place}.budget"),
        n=words.count(f"{place}.choices.0.n_units"),
        untrained=words.count(f"{place}.n_untrained"),
        users=words.count(f"{place}.choices.0.users"),
        plain=words.count(f"{place}.choices.2.users"),
        added=words.number(f"{place}.added", 2, sign=True),
        low=words.number(f"{place}.added_low", 2, sign=True),
        high=words.number(f"{place}.added_high", 2, sign=True),
    )
    return [told, _ranking(words), *_kind(words), *_share(words)]


def _ranking(words: Words) -> Markup:
    if words.at("planning.next.differ"):
        return words.say(
            _("Types of unit have gained differently from training, and the order takes that into account.")
        )
    return words.say(
        _(
            "The evidence cannot tell which type of unit gains more from training: users and costs alone make the order."
        )
    )


def _kind(words: Words) -> list[Markup]:
    """Which kind of training to hold, or that the evidence puts none before another."""
    place = "planning.next.kinds"
    if not words.at(place):
        return [words.say(_("Too few units had each kind of training to compare the kinds."))]
    if words.at(f"{place}.best") is None:
        return [
            words.say(
                _(
                    "The evidence cannot rank the kinds of training: none has surely done more than every other."
                )
            )
        ]
    return [
        words.say(
            _(
                "Of the kinds of training {kind} has done most, an expected {points} points ({range}); costs and gains here are those of that kind."
            ),
            kind=words.say(KINDS[words.at(f"{place}.best")]),
            points=words.number(f"{place}.estimate", sign=True),
            range=interval(words, place, sign=True),
        )
    ]


def _share(words: Words) -> list[Markup]:
    if words.at("planning.next.least_met"):
        return []
    return [words.say(_("The budget is too small to train a unit in every kecamatan."))]


def _later(words: Words) -> list[Markup]:
    """What this round of training will be able to show."""
    if words.at("planning.next.refusal"):
        return []
    if words.at("planning.wave") is None:
        alone = words.say(
            _(
                "What this round changes could not be shown, because too few units would be left to compare with; leave some for a later round."
            )
        )
        return [alone]
    wave = "planning.wave"
    told = words.say(
        _(
            "Judged a year later by the units left untrained, this round would show an effect of {detectable} points or more with a chance of {wanted}."
        ),
        detectable=words.number(f"{wave}.detectable"),
        wanted=words.probability(f"{wave}.wanted"),
    )
    if words.at(f"{wave}.forms") is None:
        more = words.say(
            _("For {sesoi} points no number of forms would do, only more units."),
            sesoi=words.number(f"{wave}.sesoi", 0),
        )
    else:
        more = words.say(
            _("For {sesoi} points {forms} forms per unit and quarter are enough."),
            sesoi=words.number(f"{wave}.sesoi", 0),
            forms=words.count(f"{wave}.forms"),
        )
    return [told, more]


def annex(words: Words) -> Sequence[Table]:
    """City: whom to train, ways to choose, ways to cut, units that lack most forms, cost of a point."""
    return planning_annex.annex(words) if words.record["scope"] == "city" else ()


def draw_forms(words: Words, axes: Axes) -> None:
    """Forms per unit by type: a bar for those filled in, a line for those needed."""
    rows = words.at("planning.by_type")[::-1]
    for place, row in enumerate(rows):
        axes.barh(place, row["made"] or 0.0, color=BLUE, height=0.55)
        axes.vlines(row["needed"], place - 0.38, place + 0.38, color=RUST, lw=4)
    axes.set_yticks(range(len(rows)), [UNIT_TYPES.get(row["unit_type"], row["unit_type"]) for row in rows])
    axes.set_xlim(0, 1.05 * max(max(row["needed"], row["made"] or 0.0) for row in rows))
    axes.set_xlabel(say_plainly(words, _("forms per unit (bar: filled in, line: needed)")), loc="right")
    number_axis(words, axes.xaxis, 0)


def forms_sentence(words: Words) -> Markup:
    """Which type of unit lacks most."""
    row = words.at("planning.by_type.0")
    short = row["made"] is not None and row["made"] < row["needed"]
    return words.say(
        _("Most forms are lacking in {type}: {made} per unit, where {needed} are needed.")
        if short
        else _("On average no type of unit lacks forms."),
        type=UNIT_TYPES.get(row["unit_type"], row["unit_type"]),
        **({name: words.count(f"planning.by_type.0.{name}") for name in ("made", "needed")} if short else {}),
    )


def by_type(words: Words) -> Table:
    rows = []
    for index, row in enumerate(words.at("planning.by_type")):
        place = f"planning.by_type.{index}"
        made = NONE if row["made"] is None else words.number(f"{place}.made")
        name = Markup.escape(UNIT_TYPES.get(row["unit_type"], row["unit_type"]))
        rows.append([name, words.count(f"{place}.n_units"), made, words.number(f"{place}.needed")])
    return Table(
        words.say(_("Forms per unit this quarter, by type of unit")),
        headers(words, _("type"), _("units"), _("filled in"), _("needed")),
        rows,
    )


FIGURE = Drawn(draw_forms, forms_sentence, by_type, 3.2)

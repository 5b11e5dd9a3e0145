# ruff: noqa: E501 - sentences are easier to read unbroken
"""Planning: how many forms the next survey needs, whom to train next, and what a point has cost."""

from __future__ import annotations

from markupsafe import Markup

from asn_analysis.arms.arm import Arm, Row, Told, joined
from asn_analysis.arms.planning import tables
from asn_analysis.arms.planning.forms import OfUnit
from asn_analysis.arms.planning.made import Kinds, NextTraining, NextWave, OfCity, outlook, prepare
from asn_analysis.words.language import NONE, Words, _
from asn_analysis.words.messages import Sentence
from asn_analysis.words.texts import KINDS, sentences

CODES = tables.CODES
REFUSED = sentences(NextTraining, CODES["refused"])
FORMS = sentences(OfUnit, CODES["forms"])
ASKED = {
    OfUnit: Sentence(
        OfUnit, "The table of Krejcie and Morgan asks this unit for {krejcie_morgan:count} forms a year."
    ),
    OfCity: Sentence(
        OfCity,
        "The table of Krejcie and Morgan asks all units together for {krejcie_morgan:count} forms a year.",
    ),
}
PRICED = Sentence(
    OfCity,
    "{needed:count} forms cost {needed_cost:rupiah}, at the {cost_per_form:rupiah} a form that the city has set.",
)
SURVEY = Sentence(
    OfCity,
    "For a range of ±{half_width:.0} points in every unit the next survey needs about {needed:count} forms. This quarter there were {made:count}; units that had enough: {n_enough:count} of {n_units:count}.",
)
CUT = _(
    "With money for about {total} forms, cutting every unit alike leaves the least exact unit at ±{alike} points. The split that is best for the index of all users leaves its least exact unit at ±{widest}."
)
BUDGET = Sentence(
    NextTraining,
    "A budget of {budget:rupiah}, set by the city, pays for the training of {n} (units not yet trained: {n_untrained:count}). Chosen by expected gain, they serve {users} people a year; lowest index first, the same money reaches {plain}. The choice is worth {added:+.2} points ({added_low:+.2} to {added_high:+.2}) of the index of all users.",
)
NO_BUDGET = Sentence(
    NextTraining,
    "The city has set no training budget. Training every untrained unit ({n_untrained:count}) would cost {cost} and serve {users} people a year.",
)
PRICE = _(
    "A training is priced by the unit's staff, at what trainings have cost per member of staff so far; where staff numbers are missing, at the mean cost of a training."
)
BEST_KIND = Sentence(
    Kinds,
    "Of the kinds of training {best} has done most, an expected {estimate:+.1} points ({:range +.1}); costs and gains here are those of that kind.",
    best=KINDS,
)
SHOWS = Sentence(
    NextWave,
    "Judged a year later by the units left untrained, this round would show an effect of {detectable:.1} points or more with a chance of {wanted:chance}.",
)
WITH_FORMS = Sentence(NextWave, "For {sesoi:.0} points {forms:count} forms per unit and quarter are enough.")
WITHOUT_FORMS = Sentence(
    NextWave, "For {sesoi:.0} points no number of forms would be enough, only more units."
)


ROW = Sentence(OfCity, "forms: {made:count}; units with enough: {n_enough:count} of {n_units:count}")
TARGET = Sentence(OfCity, "{needed:count} forms, for ±{half_width:.0} points in each unit")
ROW_OF_UNIT = Sentence(OfUnit, "forms: {made:count}")
TARGET_OF_UNIT = Sentence(OfUnit, "{needed:count} forms, for ±{half_width:.0} points")
ACTIONS = ("train_chosen", "set_budget", "extend_training", "prefer_kind")


def row(words: Words, part: OfCity) -> Row:
    """Forms made and needed, and the training that is asked for."""
    return Row(words.tell(ROW, part), target=words.tell(TARGET, part), actions=ACTIONS)


def row_of_unit(words: Words, part: OfUnit) -> Row:
    """Forms made and needed."""
    figure = NONE if part.made is None else words.tell(ROW_OF_UNIT, part)
    return Row(figure, target=words.tell(TARGET_OF_UNIT, part))


def of_city(words: Words, part: OfCity) -> list[Markup]:
    """Forms and their cost, a smaller budget, and whom to train."""
    priced = part.needed_cost and words.tell(PRICED, part)
    later = part.next.refusal is None and part.next.budget is not None and _later(words, part.wave)
    return [
        joined(words.tell(SURVEY, part), part.budget and _cut(words, part), priced),
        joined(*_training(words, part.next)),
        joined(later, _table(words, part)),
    ]


def of_unit(words: Words, part: OfUnit) -> list[Markup]:
    """Forms needed, and whether this quarter's were enough."""
    return [words.tell(FORMS[part.enough], part), _table(words, part)]


def _table(words: Words, part: OfCity | OfUnit) -> Markup:
    """What Krejcie and Morgan's table can and cannot do, where the number of users is known."""
    if part.krejcie_morgan is None:
        return Markup()
    limits = words.say(
        _(
            "That table looks only at the number of users and suits the share of one answer. It cannot say how exact an index is or whether a change would be seen. The plan here rests on how much answers differ. Neither helps if those who answer are not like the others."
        )
    )
    return joined(words.tell(ASKED[type(part)], part), limits)


def _cut(words: Words, part: OfCity) -> Markup:
    _whole, equal, best = part.budget
    return words.say(
        CUT,
        total=words.field(best, "total", "count"),
        alike=words.field(equal, "widest", ".1"),
        widest=words.field(best, "widest", ".1"),
    )


def _training(words: Words, part: NextTraining) -> list[object]:
    if part.refusal:
        return [words.tell(REFUSED[part.refusal], part)]
    fair, _freely, plain = part.choices
    if part.budget is None:
        money = {"cost": words.field(fair, "cost", "rupiah"), "users": words.field(fair, "users", "count")}
        return [words.tell(NO_BUDGET, part, **money), *map(words.say, (PRICE, CODES["order"][part.differ]))]
    told = words.tell(
        BUDGET,
        part,
        n=words.field(fair, "n_units", "count"),
        users=words.field(fair, "users", "count"),
        plain=words.field(plain, "users", "count"),
    )
    few = words.say(_("The budget is too small to train a unit in every kecamatan."))
    order = map(words.say, (PRICE, CODES["order"][part.differ]))
    return [told, *order, _kind(words, part.kinds), not part.least_met and few]


def _kind(words: Words, kinds: Kinds | None) -> Markup:
    """Which kind of training to hold, or that the evidence puts none before another."""
    if kinds is None:
        return words.say(_("Too few units had each kind of training to compare the kinds."))
    if kinds.best is None:
        return words.say(
            _("The evidence cannot rank the kinds of training: none has clearly done more than every other.")
        )
    return words.tell(BEST_KIND, kinds)


def _later(words: Words, wave: NextWave | None) -> Markup:
    """What this round of training will be able to show."""
    if wave is None:
        alone = _(
            "What this round changes could not be shown, because too few units would be left to compare with; leave some for a later round."
        )
        return words.say(alone)
    return joined(
        words.tell(SHOWS, wave), words.tell(WITHOUT_FORMS if wave.forms is None else WITH_FORMS, wave)
    )


ARM = Arm(
    name="planning",
    title=_("The next survey and training"),
    tables={},
    prepare=prepare,
    city=Told(OfCity, of_city, tables.of_city, row),
    unit=Told(OfUnit, of_unit, row=row_of_unit),
    complete=outlook,
)

# ruff: noqa: E501 - sentences are easier to read unbroken
"""The first screen: what was found, how sure, what it costs, what is asked for, and who does what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from asn_analysis.followup.actions import Action, Request
from asn_analysis.followup.cost import Cost
from asn_analysis.record.effect import EffectNumbers, InAnswers, Path
from asn_analysis.record.parts import Change, Coverage, Index, Lowest, Verdict
from asn_analysis.record.schema import CityIndex
from asn_analysis.rules.rules import load_actions
from asn_analysis.words.certainty import met, why
from asn_analysis.words.followup import what_to_do, who
from asn_analysis.words.language import Words, _
from asn_analysis.words.messages import Counted, Sentence
from asn_analysis.words.texts import CERTAINTY, CODES, DECISIONS, LISTS, sentences
from asn_analysis.words.wording import MOVED, effect_headline, is_city, lacks_an_element, moved

LEAD = sentences(EffectNumbers, CODES["lead"])
SURVEYED = {
    True: Sentence(Coverage, "{n} respondents in {n_units} of {n_all:count} service units"),
    False: Sentence(Coverage, "{n} respondents in {n_units} service units"),
}
APPROVE = Sentence(
    Request,
    "Approve one training in each of {n_units:count} units: {cost:rupiah}, or {per_unit:rupiah} a unit (budget {budget:rupiah}). First, by expected gain per rupiah: {first:names}.",
)
SET_BUDGET = Counted(
    Request,
    "n_units",
    "Set a training budget; none is set. Training the {n_units:count} untrained unit would cost {cost:rupiah}: {first:names}.",
    "Set a training budget; none is set. Training all {n_units:count} untrained units would cost {cost:rupiah}; first: {first:names}.",
)
LOWEST_ASKED = CODES["lowest_asked"]
UNIT_RANGE = Sentence(
    Index,
    "Based on {n:count} respondents; the true value most likely lies between {conf_low:.1} and {conf_high:.1}.",
)
NOT_ALL_NINE = _("{n} respondents answered; without all nine elements there is no index.")
CITY_FINDING = _("In the whole city: {headline}. One unit's quarter cannot show an effect of its own.")
NONE = _("not estimable")


@dataclass(frozen=True)
class Fact:
    """A number that the eye shall find: what it is, the number, and what stands beside it."""

    name: Markup
    value: Markup
    more: Sequence[Markup] = ()


def surveyed(words: Words) -> Markup:
    """City: how many answered, in how many units."""
    coverage = words.part(Coverage, "coverage")
    n, n_units = words.count("n_respondents"), words.count("n_units")
    return words.tell(SURVEYED[bool(coverage.n_absent)], coverage, n=n, n_units=n_units)


def lead(words: Words) -> Markup:
    """Size, range and sureness in one sentence; where there is nothing to tell, why."""
    if not is_city(words):
        return _unit_lead(words)
    effect, verdict = words.part(EffectNumbers, "effect"), words.part(Verdict, "verdict")
    if effect.refusal:
        return why(words)
    which = "" if effect.conf_low_robust is None else "_robust"
    lowest = getattr(effect, f"conf_low{which}")
    rise = verdict.label in ("success", "promising") and lowest is not None and lowest >= 0
    low, high = (
        words.field(effect, f"conf_{end}{which}", ".1" if rise else "+.1") for end in ("low", "high")
    )
    return words.tell(
        LEAD["rise" if rise else "change"],
        effect,
        low=low,
        high=high,
        word=words.say(CERTAINTY[verdict.certainty]),
        certainty=words.field(verdict, "certainty", "count"),
        met=met(words),
    )


def _unit_lead(words: Words) -> Markup:
    if words.record["ikm"] is not None:
        ikm = words.part(Index, "ikm")
        return Markup("") if ikm.conf_low is None else words.tell(UNIT_RANGE, ikm)
    if lacks_an_element(words):
        return words.say(NOT_ALL_NINE, n=words.count("n_respondents"))
    return words.say(
        CODES["untold"]["lead"][words.at("coverage.state")], fewest=words.count("fewest_respondents")
    )


def facts(words: Words) -> list[Fact]:
    """City: index, effect, cost of a point. Unit: index, change, the city's index."""
    if is_city(words):
        return [_index(words), _effect(words), _cost(words)]
    return [_index(words), _change(words), _city_index(words)] if words.record["ikm"] else []


def _index(words: Words) -> Fact:
    name = words.say(_("Satisfaction index"))
    if words.record["ikm"] is None:
        return Fact(name, Markup("–"))
    ikm = words.part(Index, "ikm")
    more = [words.say(_("grade {grade}"), grade=ikm.grade)]
    if is_city(words):
        more += [*_since(words), *_lowest(words)]
    elif ikm.grade_probabilities:
        probability = words.probability(f"ikm.grade_probabilities.{ikm.grade}")
        more.append(words.say(_("probability {p}"), p=probability))
    return Fact(name, words.field(ikm, "value", ".2"), more)


def _since(words: Words) -> list[Markup]:
    """The index's change, in a word; its own section tells the range."""
    if words.record["change"] is None:
        return [words.say(_("no quarter to compare with"))]
    return [words.tell(SINCE, words.part(Change, "change"))]


def _lowest(words: Words) -> list[Markup]:
    """Which unit stands lowest, where any may be told."""
    return [words.tell(LOWEST, row, unit=row.told) for row in words.part(tuple[Lowest, ...], "lowest")[:1]]


STEPS = {
    True: Sentence(InAnswers, "as if {of_100:count} of 100 people rated everything one step higher"),
    False: Sentence(InAnswers, "as if {of_100:count} of 100 people rated everything one step lower"),
}
LOWEST = Sentence(Lowest, "lowest: {unit}, {shrunk:.1}")
SINCE = Sentence(Change, "{difference:+.1} since {since:quarter}")
SINCE_QUARTER = Sentence(Change, "Since {since:quarter}")


def _effect(words: Words) -> Fact:
    effect, name = words.part(EffectNumbers, "effect"), words.say(_("Effect of training"))
    if effect.refusal:
        return Fact(name, Markup("–"), [words.say(NONE)])
    more = [words.say(_("points on average")), *_in_answers(words)]
    return Fact(name, words.field(effect, "estimate", "+.1"), more)


def _in_answers(words: Words) -> list[Markup]:
    """An effect that is shown, in a measure of everyday; nothing where it rounds to nobody of a hundred."""
    steps, shown = words.part(InAnswers, "in_answers"), words.record["verdict"]["label"] == "success"
    return [words.tell(STEPS[steps.higher], steps)] if shown and steps.of_100 >= 1 else []


def _cost(words: Words) -> Fact:
    name = words.say(_("Cost of one point in a unit"))
    if words.record["cost"] is None or words.part(Cost, "cost").per_point is None:
        return Fact(name, Markup("–"), [words.say(NONE)])
    cost = words.part(Cost, "cost")
    low, high = (words.field(cost, f"per_point_{end}", "rupiah") for end in ("low", "high"))
    return Fact(
        name, words.field(cost, "per_point", "rupiah"), [words.say(_("{low} to {high}"), low=low, high=high)]
    )


def _change(words: Words) -> Fact:
    if words.record["change"] is None:
        return Fact(
            words.say(_("Since the previous survey")),
            Markup("–"),
            [words.say(_("no quarter to compare with"))],
        )
    change = words.part(Change, "change")
    more = [] if change.conf_low is None else [words.field(change, "", "range +.1")]
    told = moved(words.record)
    more += [words.say(MOVED[told])] if told in MOVED else []
    return Fact(words.tell(SINCE_QUARTER, change), words.field(change, "difference", "+.1"), more)


def _city_index(words: Words) -> Fact:
    if words.record["city_ikm"] is None:
        return Fact(words.say(_("City's index")), Markup("–"))
    city = words.part(CityIndex, "city_ikm")
    grade = words.say(_("grade {grade}"), grade=city.grade)
    return Fact(words.say(_("City's index")), words.field(city, "value", ".1"), [grade])


def decision(words: Words) -> Markup:
    """What the reader is asked to decide; in a unit's brief, what the city found instead."""
    if not is_city(words):
        return words.say(CITY_FINDING, headline=effect_headline(words))
    if words.record["request"]:
        request = words.part(Request, "request")
        told = words.tell(SET_BUDGET if request.budget is None else APPROVE, request)
        return Markup(" ").join(
            [told, *([words.say(LOWEST_ASKED[request.lowest])] if request.lowest else [])]
        )
    if words.part(EffectNumbers, "effect").refusal:
        return words.say(_("No decision on training yet: its effect cannot be estimated."))
    return words.say(DECISIONS[words.part(Verdict, "verdict").label])


def tasks(words: Words) -> list[Action]:
    """The actions that the first screen has room for, without what the decision box asks."""
    actions = words.part(tuple[Action, ...], "actions")
    return [action for action in actions if not action.asked][: load_actions().first_screen]


def to_do(words: Words) -> Markup:
    """The heading of the tasks, with the first quarter in which any is due."""
    first = min(tasks(words), key=lambda action: action.due_quarter)
    return words.say(_("To do by {quarter}"), quarter=words.field(first, "due_quarter", "quarter"))


def task(words: Words, action: Action) -> dict[str, Markup | str]:
    """A task, who has it, by when where that is later than the heading says, and where its list stands."""
    name = who(words, action)
    name = name[:1].upper() + name[1:]
    if action.due_quarter != min(one.due_quarter for one in tasks(words)):
        name = Markup("{}, {}").format(name, words.field(action, "due_quarter", "quarter"))
    return {"what": what_to_do(words, action), "who": name, "list": LISTS[action.code]}


PATHS = Sentence(
    Path,
    "Index of trained units in {time:quarter}: {observed:.2}, {gap:+.1} from what was expected without training ({expected:.2}).",
)


def paths_sentence(words: Words) -> Markup:
    """Trained units as observed and as expected in the last quarter."""
    return words.tell(PATHS, words.part(tuple[Path, ...], "paths")[-1])

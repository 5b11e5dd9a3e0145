"""Every sentence of a brief, made from its record alone.

The texts are English here and translated in ``locale/``; both languages therefore say the same
and carry the same numbers. Words follow the certainty: no sentence claims more than the verdict.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from asn_analysis.briefs.language import N_, Words, _
from asn_analysis.rules.rules import Element, load_skm

CITY = "city"


def is_city(words: Words) -> bool:
    return words.record["scope"] == CITY


SUCCESS_BY_CERTAINTY = (
    (4, _("Training civil servants raises citizens' satisfaction by {estimate} points")),
    (3, _("Training civil servants very likely raised citizens' satisfaction, by {estimate} points")),
    (2, _("Training civil servants may have raised citizens' satisfaction, by {estimate} points")),
    (0, _("Satisfaction rose by {estimate} points; whether training did it is very uncertain")),
)
HEADLINES = {
    "promising": _("Satisfaction is improving after training, not yet certain: {estimate} points"),
    "adjust": _("Training has not reached the {sesoi} points that would matter to citizens"),
    "harm": _("Satisfaction went down after training: {estimate} points"),
    "inconclusive": _("It cannot yet be said whether training changed citizens' satisfaction"),
}
REFUSED = _("The effect of training cannot be estimated yet")

LABELS = {
    "success": _("Success"),
    "promising": _("Improving, not yet certain"),
    "adjust": _("Needs adjustment"),
    "harm": _("Declining"),
    "inconclusive": _("Cannot be concluded yet"),
}
CERTAINTY = (_("very weak"), _("very weak"), _("weak"), _("moderate"), _("strong"), _("very strong"))

DECISIONS = {
    "success": _("Continue the training and extend it to more units."),
    "promising": _("Continue the training as planned and confirm the result next quarter."),
    "adjust": _("Change the training before extending it."),
    "harm": _("Pause new training and look into what happened before going on."),
    "inconclusive": _("Do not decide on the training yet; collect more evidence."),
}

REASONS = {
    "interval_below_zero": _("The whole range lies below zero."),
    "robust_interval_below_sesoi": _(
        "Even the upper end of the cautious range, {high} points, stays below the {sesoi} points that would matter."
    ),
    "robust_interval_above_zero_and_held": _(
        "The cautious range lies above zero and the estimate reaches {sesoi} points, two quarters in a row."
    ),
    "not_yet_held": _("The result is good enough this quarter, but must hold for two quarters in a row."),
    "size_uncertain": _(
        "There is a rise, but the estimate does not reach the {sesoi} points that would matter."
    ),
    "robust_interval_holds_zero": _(
        "There is a rise, but a different trend of the trained units could explain it too."
    ),
    "no_robust_interval": _(
        "There is a rise, but these data cannot rule out a different trend of the trained units."
    ),
    "interval_holds_zero": _("The range includes zero as well as effects that would matter."),
    "effect_refused": _("These data cannot show an effect."),
    "design_randomised": _("The order of training was drawn by lot."),
    "design_comparison_two_earlier": _(
        "Trained units are compared with others, and both were surveyed for two or more quarters before."
    ),
    "design_comparison_one_earlier": _(
        "Trained units are compared with others, with one earlier quarter only."
    ),
    "design_before_after": _("There is only a before and an after, without other units to compare with."),
    "design_none": _("There is no comparison that could show an effect."),
    "few_units": _("Fewer than ten units are trained, or fewer than ten are not."),
    "pre_trend": _("It is not shown that trained and other units moved alike before the training."),
    "negative_controls": _("Elements that training cannot change have moved too."),
    "missing_items": _("Many answers are missing."),
    "plan_not_locked": _("The analysis plan was not locked before the data were seen."),
}

REFUSALS = {
    "no_cells": (_("There are no survey results."), _("Add survey responses.")),
    "one_period": (
        _("Only one quarter has been surveyed."),
        _("An effect needs surveys from before and after the training."),
    ),
    "no_treated": (
        _("No unit has been surveyed after a training."),
        _("Record the trainings, or wait for the next survey."),
    ),
    "no_untreated": (
        _("Every unit was already trained when it was surveyed."),
        _("Add surveys from before the training, or units without training."),
    ),
    "no_earlier_period": (
        _("No trained unit was surveyed before its training."),
        _("Add at least one earlier survey of the trained units."),
    ),
    "no_comparison": (
        _("All units were trained at once; none is left to compare with."),
        _("Add units that were never trained or are trained later."),
    ),
    "single_unit": (
        _("A single unit carries the whole comparison."),
        _("Add at least one more trained and one more untrained unit."),
    ),
}
OTHER_REFUSAL = (
    _("The data do not identify an effect."),
    _("Ask the analyst which units or quarters are missing."),
)

CHECKS = {
    ("few_units", "enough"): _("{n_treated} trained and {n_never_treated} untrained units are compared."),
    ("few_units", "few"): _(
        "Only {n_treated} trained and {n_never_treated} untrained units are compared; at least {fewest} of each are "
        "needed for steady ranges."
    ),
    ("pre_trend", "alike"): _(
        "Before the training, trained and other units moved alike (p = {p_value}). A drift apart of "
        "{detectable_drift} points a quarter would have been noticed; it would bend the estimate by "
        "{detectable_bias} points, less than the {sesoi} that matter."
    ),
    ("pre_trend", "underpowered"): _(
        "Before the training no difference in trend was noticed (p = {p_value}), but only a drift of "
        "{detectable_drift} points a quarter or more would have been; it could bend the estimate by "
        "{detectable_bias} points."
    ),
    ("pre_trend", "differs"): _(
        "Trained and other units already moved differently before the training (p = {p_value})."
    ),
    ("pre_trend", "untestable"): _("Too few quarters before the training to compare trends."),
    ("negative_controls", "still"): _(
        "The {n_controls} elements that training cannot change did not move; a move of {detectable} on the answer "
        "scale would have been noticed."
    ),
    ("negative_controls", "moved"): _(
        "{n_moved} of {n_controls} elements that training cannot change have moved: something else may be at work."
    ),
    ("missing_items", "light"): _("{share} of the answers are missing; up to {most} is harmless."),
    ("missing_items", "heavy"): _(
        "{share} of the answers are missing, more than the {most} that is harmless."
    ),
}
CHECK_NAMES = {
    "few_units": _("Number of units"),
    "pre_trend": _("Trends before the training"),
    "negative_controls": _("Elements that should not move"),
    "missing_items": _("Missing answers"),
}
OUTCOMES = {"passed": _("passed"), "failed": _("failed"), "informational": _("for information")}

ACTIONS = {
    "extend_training": N_(
        "Plan training for the {count} unit not yet trained.",
        "Plan training for the {count} units not yet trained.",
    ),
    "confirm_next_quarter": _("Repeat the survey with the same questions."),
    "review_training": _("Review the training by kind and element."),
    "pause_and_look": _("Pause new training and look at the units that went down."),
    "gather_evidence": _("Survey trained and untrained units further."),
    "raise_weakest_element": _("Improve the lowest element: {element}."),
    "close_overdue": N_(
        "Complete {count} overdue action.",
        "Complete {count} overdue actions.",
    ),
}
OWNERS = {
    "training_agency": _("training agency"),
    "survey_team": _("survey team"),
    "service_units": _("service units"),
}
MEASURES = {
    "extend_training": _("index of the newly trained units"),
    "confirm_next_quarter": _("effect in next quarter's brief"),
    "review_training": _("effect by element in next quarter's brief"),
    "pause_and_look": _("effect in next quarter's brief"),
    "gather_evidence": _("width of the range in next quarter's brief"),
    "raise_weakest_element": _("index of this element"),
    "close_overdue": _("number overdue in the register"),
}
TABLES = {
    "digital_services": _("digital services"),
    "complaints": _("complaints"),
    "consultations": _("public consultation"),
    "staff": _("staff"),
    "follow_ups": _("follow-up register"),
}
KINDS = {
    "managerial": _("managerial"),
    "technical": _("technical"),
    "communication": _("communication"),
}
GRADES = {"A": _("very good"), "B": _("good"), "C": _("fair"), "D": _("poor")}


def element_name(words: Words, code: str) -> str:
    """The element as the regulation names it, in the reader's language."""
    return getattr(_element(code), words.language)


def short_element_name(words: Words, code: str) -> str:
    """The element's name where there is little room."""
    return getattr(_element(code), f"{words.language}_short")


def _element(code: str) -> Element:
    return next(element for element in load_skm().elements if element.code == code)


def place_name(words: Words) -> str:
    """The city, or the unit with its district: some names exist twice."""
    unit = words.record["unit"]
    if unit is None:
        return words.record["city"]
    if unit["kecamatan"] and unit["kecamatan"] not in unit["name"]:
        return str(
            words.say(_("{name}, {kecamatan} district"), name=unit["name"], kecamatan=unit["kecamatan"])
        )
    return unit["name"]


def headline(words: Words) -> Markup:
    """The finding, as the title of the brief."""
    if is_city(words):
        return effect_headline(words)
    if words.record["ikm"] is None:
        return words.say(_("{name}: too few respondents this quarter"), name=words.record["unit"]["name"])
    return words.say(
        _("{name}: satisfaction index {value}, {grade}"),
        name=words.record["unit"]["name"],
        value=words.number("ikm.value", 2),
        grade=grade_name(words, words.at("ikm.grade")),
    )


def effect_headline(words: Words) -> Markup:
    """What training changed in the city, no louder than its certainty."""
    label, certainty = words.at("verdict.label"), words.at("verdict.certainty")
    if words.at("effect.refusal"):
        return words.say(REFUSED)
    if label == "success":
        message = next(text for least, text in SUCCESS_BY_CERTAINTY if certainty >= least)
    else:
        message = HEADLINES[label]
    signed = label in ("promising", "harm")
    return words.say(
        message, estimate=words.number("effect.estimate", sign=signed), sesoi=words.number("effect.sesoi")
    )


def grade_name(words: Words, grade: str) -> Markup:
    return words.say(_("grade {grade} ({word})"), grade=grade, word=words.say(GRADES[grade]))


def subtitle(words: Words) -> Markup:
    """Where, when, how many."""
    if is_city(words):
        return words.say(
            _("{city}, {quarter}: {n} respondents in {n_units} service units"),
            city=words.record["city"],
            quarter=words.quarter("quarter"),
            n=words.count("ikm.n"),
            n_units=words.count("n_units"),
        )
    if words.record["ikm"] is None:
        return words.say(
            _("{place}, {quarter}: fewer than {fewest} respondents, so results are withheld"),
            place=place_name(words),
            quarter=words.quarter("quarter"),
            fewest=words.count("fewest_respondents"),
        )
    return words.say(
        _("{place}, {quarter}: {n} respondents"),
        place=place_name(words),
        quarter=words.quarter("quarter"),
        n=words.count("ikm.n"),
    )


def interval(words: Words, place: str, decimals: int = 1, sign: bool = False, suffix: str = "") -> Markup:
    """The range of a number, as "1.7 to 3.1"."""
    return words.say(
        _("{low} to {high}"),
        low=words.number(f"{place}.conf_low{suffix}", decimals, sign),
        high=words.number(f"{place}.conf_high{suffix}", decimals, sign),
    )


def label_name(words: Words) -> Markup:
    return words.say(LABELS[words.at("verdict.label")])


def decision(words: Words) -> Markup:
    """What the verdict means for the decision; where there is no effect to judge, what is missing."""
    if words.at("effect.refusal"):
        return why(words)
    return words.say(DECISIONS[words.at("verdict.label")])


def reason(words: Words, index: int) -> Markup:
    """One reason of the verdict or of its certainty, with the points it gives or takes."""
    entry = words.at(f"verdict.reasons.{index}")
    message = REASONS[entry["code"]]
    parts = {"sesoi": words.number("effect.sesoi")}
    if "{high}" in message:
        parts["high"] = words.number("effect.conf_high_robust")
    return words.say(message, **parts)


def why(words: Words) -> Markup:
    """The reason of the label; where the effect is refused, also what is missing."""
    refusal = words.at("effect.refusal")
    if not refusal:
        return reason(words, 0)
    missing, remedy = REFUSALS.get(refusal["code"], OTHER_REFUSAL)
    return Markup("{} {}").format(words.say(missing), words.say(remedy))


def effect_sentence(words: Words) -> Markup:
    """The effect with its ranges."""
    if words.at("effect.refusal"):
        return why(words)
    text = words.say(
        _(
            "Compared with units not or not yet trained, the index of {n_treated} trained units changed by an estimated "
            "{estimate} points (95% range {interval})."
        ),
        n_treated=words.count("effect.n_treated_units"),
        estimate=words.number("effect.estimate", sign=True),
        interval=interval(words, "effect", sign=True),
    )
    return Markup("{} {}").format(text, _robust_sentence(words))


def _robust_sentence(words: Words) -> Markup:
    if words.at("effect.conf_low_robust") is None:
        return words.say(
            _("A cautious range, which allows for different trends, cannot be had from these data.")
        )
    return words.say(
        _("The cautious range, which also allows for a different trend of the trained units, is {interval}."),
        interval=interval(words, "effect", sign=True, suffix="_robust"),
    )


def city_sentence(words: Words) -> Markup:
    """In a unit's brief: the city's finding, and why the unit has none of its own."""
    return words.say(
        _("In the whole city: {headline}. One unit's quarter cannot show an effect of its own."),
        headline=effect_headline(words),
    )


def index_sentence(words: Words) -> Markup:
    """The index with its range and grade."""
    text = words.say(
        _("The satisfaction index (IKM) is {value}, {grade}"),
        value=words.number("ikm.value", 2),
        grade=grade_name(words, words.at("ikm.grade")),
    )
    if words.at("ikm.conf_low") is None:
        return words.say(_("{text}; with a single respondent no range can be given."), text=text)
    return words.say(
        _("{text}; the 95% range is {interval}, and the probability of this grade is {probability}."),
        text=text,
        interval=interval(words, "ikm", 2),
        probability=words.probability(f"ikm.grade_probabilities.{words.at('ikm.grade')}"),
    )


def change_sentence(words: Words) -> Markup:
    """The change of the index since the quarter before, and whether it exceeds noise."""
    if words.record["change"] is None:
        return words.say(_("There is no earlier quarter to compare with."))
    since = words.quarter("change.since")
    difference = words.number("change.difference", sign=True)
    if words.at("change.conf_low") is None:
        return words.say(
            _("Since {since}: index {difference} points; how much of it is chance cannot be said."),
            since=since,
            difference=difference,
        )
    clear = words.at("change.conf_low") > 0 or words.at("change.conf_high") < 0
    message = (
        _("Since {since}: index {difference} points ({interval}), more than chance.")
        if clear
        else _("Since {since}: index {difference} points ({interval}); chance can do this.")
    )
    return words.say(
        message, since=since, difference=difference, interval=interval(words, "change", sign=True)
    )


def elements_sentence(words: Words) -> Markup:
    """Which elements stand lowest and highest."""
    order = sorted(range(len(words.record["elements"])), key=lambda i: words.at(f"elements.{i}.unrounded"))
    low, high = order[0], order[-1]
    return words.say(
        _("The lowest element is {lowest} ({low}), the highest {highest} ({high})."),
        lowest=element_name(words, words.at(f"elements.{low}.code")),
        low=words.number(f"elements.{low}.value", 2),
        highest=element_name(words, words.at(f"elements.{high}.code")),
        high=words.number(f"elements.{high}.value", 2),
    )


def trend_sentence(words: Words) -> Markup:
    """From the first to the last quarter shown."""
    shown = [i for i, row in enumerate(words.record["trend"]) if not row["withheld"]]
    if len(shown) < 2:
        return words.say(_("There is only one quarter so far, so no trend can be shown."))
    first, last = shown[0], shown[-1]
    return words.say(
        _("The index went from {first} in {first_quarter} to {last} in {last_quarter}."),
        first=words.number(f"trend.{first}.value", 2),
        first_quarter=words.quarter(f"trend.{first}.quarter"),
        last=words.number(f"trend.{last}.value", 2),
        last_quarter=words.quarter(f"trend.{last}.quarter"),
    )


def event_study_sentence(words: Words) -> Markup:
    """The effect in the training quarter and in the last quarter shown."""
    after = [i for i, row in enumerate(words.record["event_study"]) if row["event_time"] >= 0]
    first, last = after[0], after[-1]
    if first == last:
        return words.say(
            _("In the quarter of the training the difference is {first} points."),
            first=words.number(f"event_study.{first}.estimate", sign=True),
        )
    return words.say(
        _(
            "In the quarter of the training the difference is {first} points; {event_time} quarters later it is "
            "{last} points."
        ),
        first=words.number(f"event_study.{first}.estimate", sign=True),
        event_time=words.count(f"event_study.{last}.event_time"),
        last=words.number(f"event_study.{last}.estimate", sign=True),
    )


def paths_sentence(words: Words) -> Markup:
    """Observed and expected in the last quarter."""
    last = len(words.record["paths"]) - 1
    return words.say(
        _(
            "In {quarter} trained units stand at {observed}; without the training {expected} was to be expected."
        ),
        quarter=words.quarter(f"paths.{last}.time"),
        observed=words.number(f"paths.{last}.observed"),
        expected=words.number(f"paths.{last}.expected"),
    )


def element_effects_sentence(words: Words) -> Markup:
    """Which element moved most."""
    best = max(
        range(len(words.record["element_effects"])), key=lambda i: words.at(f"element_effects.{i}.estimate")
    )
    return words.say(
        _("The element that moved most is {name}: {estimate} on the answer scale of 1 to 4."),
        name=element_name(words, words.at(f"element_effects.{best}.code")),
        estimate=words.number(f"element_effects.{best}.estimate", 2, sign=True),
    )


def check_sentence(words: Words, index: int) -> Markup:
    """What one check found."""
    place = f"checks.{index}"
    entry = words.at(place)
    formats = {
        "p_value": lambda at: words.number(at, 3),
        "share": words.percent,
        "most": words.percent,
        "detectable": lambda at: words.number(at, 2),
        "detectable_drift": lambda at: words.number(at, 2),
        "detectable_bias": words.number,
        "sesoi": words.number,
    }
    parts = {name: formats.get(name, words.count)(f"{place}.values.{name}") for name in entry["values"]}
    return words.say(CHECKS[entry["name"], entry["finding"]], **parts)


def action_parts(words: Words, index: int) -> dict[str, Markup]:
    """What, who, by when, measured how."""
    place = f"actions.{index}"
    entry = words.at(place)
    message = ACTIONS[entry["code"]]
    if isinstance(message, tuple):
        what = words.say_n(*message, f"{place}.count")
    else:
        what = words.say(message, element=element_name(words, entry["element"]) if entry["element"] else "")
    return {
        "what": what,
        "who": words.say(OWNERS[entry["owner"]]),
        "when": words.quarter(f"{place}.due_quarter"),
        "measure": words.say(MEASURES[entry["code"]]),
    }


def follow_up_sentence(words: Words) -> Markup:
    """How many promised actions are done, open and overdue."""
    if words.record["follow_ups"] is None:
        return words.say(_("There is no follow-up register in the data."))
    overdue = len(words.at("follow_ups.overdue"))
    text = words.say(
        _("Of {promised} promised actions {done} are done and {open} are open."),
        promised=words.count("follow_ups.promised"),
        done=words.count("follow_ups.done"),
        open=words.count("follow_ups.open"),
    )
    if not overdue:
        return Markup("{} {}").format(text, words.say(_("None is overdue.")))
    return Markup("{} {}").format(
        text, words.say_n("{count} is overdue.", "{count} are overdue.", "follow_ups.n_overdue")
    )


def training_sentence(words: Words) -> Markup:
    """Which trainings the unit had."""
    return words.say_n(
        "This unit has had {count} training.", "This unit has had {count} trainings.", "n_trainings"
    )


def cost_sentence(words: Words) -> Markup:
    """What a point has cost, with its range."""
    if words.record.get("cost") is None:
        return words.say(_("No training cost is recorded."))
    if words.at("cost.per_point") is None:
        return words.say(
            _("Training cost {per_unit} per trained unit; without a rise there is no cost per point."),
            per_unit=words.rupiah("cost.per_unit"),
        )
    text = words.say(
        _("Training cost {per_unit} per trained unit, which is {per_point} for each point gained in a unit"),
        per_unit=words.rupiah("cost.per_unit"),
        per_point=words.rupiah("cost.per_point"),
    )
    if words.at("cost.per_point_low") is None:
        return words.say(_("{text}; a range cannot be given."), text=text)
    return words.say(_("{text} ({interval})."), text=text, interval=cost_range(words))


def cost_range(words: Words) -> Markup:
    """The range of the cost per point; open above where the effect may be nothing."""
    low = words.rupiah("cost.per_point_low")
    if words.at("cost.per_point_high") is None:
        return words.say(_("{low} or more"), low=low)
    return words.say(_("{low} to {high}"), low=low, high=words.rupiah("cost.per_point_high"))


def limits(words: Words) -> Sequence[Markup]:
    """What the brief cannot say."""
    texts = [
        words.say(
            _("The survey is run by the offices themselves; surveys by others may find lower satisfaction.")
        ),
        words.say(_("Only people who came to the office and answered are heard.")),
    ]
    if is_city(words):
        texts.append(
            words.say(
                _(
                    "Units were not drawn by lot for training, so other changes in the same units may play a part."
                )
            )
        )
    absent = [words.say(TABLES[name]) for name in words.record["missing_tables"]]
    if absent:
        texts.append(
            words.say(
                _("Left out, because the data set has no such table: {tables}."), tables=", ".join(absent)
            )
        )
    return texts


def status(words: Words) -> list[tuple[str, Markup]]:
    """The status strip: a stable name and its text."""
    strip = [("final", words.say(_("Draft: plan not locked")))]
    if words.at("data.simulated"):
        strip.insert(0, ("simulated", words.say(_("Simulated data"))))
    strip.append(("dates", words.say(_("Data to {date}"), date=words.date("dates.end"))))
    strip.append(("version", words.say(_("v{version}"), version=words.record["package_version"])))
    return strip


def page_title(words: Words) -> Markup:
    """The title of the browser tab and the running title in print."""
    title = words.say(
        _("{headline} | {place}, {quarter}"),
        headline=headline(words),
        place=place_name(words),
        quarter=words.quarter("quarter"),
    )
    if words.at("data.simulated"):
        return words.say(_("Simulated data: {title}"), title=title)
    return title

"""Every sentence of a brief, made from its record alone.

The texts are English here and translated in ``locale/``; both languages therefore say the same
and carry the same numbers. Words follow the certainty: no sentence claims more than the verdict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from asn_analysis.words.language import N_, Words, _, element_of
from asn_analysis.words.texts import (
    CHARACTERISTICS,
    CHECKS,
    DECISIONS,
    GRADES,
    HEADLINES,
    INCONCLUSIVE,
    LABELS,
    MISSED,
    OTHER_REFUSAL,
    REASONS,
    REFUSALS,
    REFUSED,
    RHYTHMS,
    SUCCESS_BY_CERTAINTY,
    UNANSWERED,
)

CITY = "city"
UNTOLD = {
    "not_surveyed": _("{place}, {quarter}: no form has come in from this unit"),
    "small": _(
        "{place}, {quarter}: withheld, as fewer than {fewest} people answered, or answered some element"
    ),
    "protecting": _(
        "{place}, {quarter}: withheld so that answers of a group of fewer than {fewest} people elsewhere cannot be worked out from the rest"
    ),
}
JUDGED = {
    "fell": _("This unit fell by more than chance and the movement of the whole city explain."),
    "rose": _("This unit rose by more than chance and the movement of the whole city explain."),
    "open": _("Beside how all units vary and the city moved, it has not surely fallen or risen."),
    None: _("Whether it fell or rose by more than chance cannot be judged yet."),
}
MOVED = {"fell": _("fell"), "rose": _("rose")}
ABSENT = N_(
    "{count} unit was not surveyed this quarter: {names}.",
    "{count} units were not surveyed this quarter: {names}.",
)
SAME_UNITS = N_("Since {since}, {count} unit alike", "Since {since}, {count} units alike")
BEGIN = N_(
    "{count} quarter after the training the difference is {first} points ({first_interval})",
    "{count} quarters after the training the difference is {first} points ({first_interval})",
)
END = N_(
    "{start}; {count} quarter after it, {last} points ({last_interval}).",
    "{start}; {count} quarters after it, {last} points ({last_interval}).",
)


def is_city(words: Words) -> bool:
    return words.record["scope"] == CITY


def element_name(words: Words, code: str) -> str:
    """The element as the regulation names it, in the reader's language."""
    return words.element(code)


def short_element_name(words: Words, code: str) -> str:
    """The element's name where there is little room."""
    return element_of(code).short[words.language]


def place_name(words: Words) -> Markup:
    """The city, or the unit with its district: some names exist twice."""
    unit = words.record["unit"]
    if unit is None:
        return Markup.escape(words.record["city"])
    if unit["kecamatan"] and unit["kecamatan"] not in unit["name"]:
        return words.say(_("{name}, {kecamatan} district"), name=unit["name"], kecamatan=unit["kecamatan"])
    return Markup.escape(unit["name"])


def headline(words: Words) -> Markup:
    """The finding, as the title of the brief."""
    if is_city(words):
        return effect_headline(words)
    if _lacks_an_element(words):
        return words.say(_("{name}: no satisfaction index this quarter"), name=words.record["unit"]["name"])
    if words.record["ikm"] is None:
        message = (
            _("{name}: not surveyed this quarter")
            if words.at("coverage.state") == "not_surveyed"
            else _("{name}: results of this quarter are withheld")
        )
        return words.say(message, name=words.record["unit"]["name"])
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
        message = INCONCLUSIVE.get(words.at("verdict.reasons.0.code"), HEADLINES[label])
    signed = label in ("promising", "harm")
    return words.say(
        message, estimate=words.number("effect.estimate", sign=signed), sesoi=words.number("effect.sesoi")
    )


def grade_name(words: Words, grade: str) -> Markup:
    return words.say(_("grade {grade} ({word})"), grade=grade, word=words.say(GRADES[grade]))


def subtitle(words: Words) -> Markup:
    """Where, when, how many."""
    if is_city(words):
        message = (
            _("{city}, {quarter}: {n} respondents in {n_units} of {n_all} service units")
            if words.at("coverage.n_absent")
            else _("{city}, {quarter}: {n} respondents in {n_units} service units")
        )
        return words.say(
            message,
            city=words.record["city"],
            quarter=words.quarter("quarter"),
            n=words.count("n_respondents"),
            n_units=words.count("n_units"),
            n_all=words.count("coverage.n_all"),
        )
    if words.record["ikm"] is None and not _lacks_an_element(words):
        return words.say(
            UNTOLD[words.at("coverage.state")],
            place=place_name(words),
            quarter=words.quarter("quarter"),
            fewest=words.count("fewest_respondents"),
        )
    return words.say(
        _("{place}, {quarter}: {n} respondents"),
        place=place_name(words),
        quarter=words.quarter("quarter"),
        n=words.count("n_respondents"),
    )


def _lacks_an_element(words: Words) -> bool:
    return any(row["quarter"] == words.record["quarter"] for row in words.record["without_index"])


def interval(words: Words, place: str, decimals: int = 1, sign: bool = False, suffix: str = "") -> Markup:
    """The range of a number, as "1.7 to 3.1"; finer where a bound would pass for zero."""
    return words.range(place, decimals, sign, suffix)


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
    if "{upper}" in message:
        robust = words.at("effect.conf_high_robust") is not None
        parts["upper"] = words.number("effect.conf_high_robust" if robust else "effect.conf_high")
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
        _(
            "The cautious range, which also allows for a different trend of the trained units and for the ends of "
            "the scale, is {interval}."
        ),
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
    message = _("The satisfaction index (IKM) is {value}, {grade}")
    if is_city(words):
        message = (
            _(
                "The satisfaction index (IKM) of all respondents, from {n_units} of {n_all} units, is {value}, {grade}"
            )
            if words.at("coverage.n_absent")
            else _("The satisfaction index (IKM) of all respondents is {value}, {grade}")
        )
    text = words.say(
        message,
        value=words.number("ikm.value", 2),
        grade=grade_name(words, words.at("ikm.grade")),
        **(
            {"n_units": words.count("n_units"), "n_all": words.count("coverage.n_all")}
            if is_city(words)
            else {}
        ),
    )
    if words.at("ikm.conf_low") is None:
        return words.say(_("{text}; with a single respondent no range can be given."), text=text)
    return words.say(
        _("{text}; the 95% range is {interval}, and the probability of this grade is {probability}."),
        text=text,
        interval=interval(words, "ikm", 2),
        probability=words.probability(f"ikm.grade_probabilities.{words.at('ikm.grade')}"),
    )


def by_users_sentence(words: Words) -> Markup:
    """City: the other index, over the units' users instead of over who answered."""
    return words.say(
        _("Weighted by the yearly users of each unit ({n_units} units) instead, it is {value} ({interval})."),
        n_units=words.count("coverage.by_users.n_units"),
        value=words.number("coverage.by_users.value", 2),
        interval=interval(words, "coverage.by_users", 2),
    )


def absent_sentence(words: Words) -> Markup:
    """City: the units that were not surveyed, by name."""
    rows = words.at("coverage.absent")
    names = Markup(", ").join(Markup.escape(row["name"]) for row in rows)
    return words.say_n(*ABSENT, "coverage.n_absent", names=names)


def mix_sentence(words: Words) -> Markup:
    """City: what else moved the index than its units."""
    return words.say(
        _(
            "The index over all respondents also moved by {mix} points because other units, or other shares of them, answered; that is no change of any unit."
        ),
        mix=words.number("change.mix", 2, sign=True),
    )


def _since(words: Words) -> Markup:
    """Since when, and in how many units if not in all."""
    since = words.quarter("change.since")
    if not is_city(words) or words.at("change.n_units") == words.at("coverage.n_all"):
        return words.say(_("Since {since}"), since=since)
    return words.say_n(*SAME_UNITS, "change.n_units", since=since)


def moved(record: Mapping[str, Any]) -> str | None:
    """Whether a unit fell, rose or neither by the one rule (``measures.control_charts``); None if not judged."""
    judged = record.get("monitoring")
    if not judged:
        return None
    return "fell" if judged["warning"] else "rose" if judged["rise"] else "open"


def change_sentence(words: Words) -> Markup:
    """The change of the index since the quarter before; of a city also whether it exceeds chance.

    Of a unit that is judged beside all others, and not by its range: of many units some leave theirs.
    """
    if words.record["change"] is None:
        return words.say(_("There is no earlier quarter to compare with."))
    since = _since(words)
    difference = words.number("change.difference", sign=True)
    if words.at("change.conf_low") is None:
        return words.say(
            _("{since}: index {difference} points; how much of it is chance cannot be said."),
            since=since,
            difference=difference,
        )
    if not is_city(words):
        text = words.say(
            _("{since}: index {difference} points ({interval})."),
            since=since,
            difference=difference,
            interval=interval(words, "change", sign=True),
        )
        return Markup("{} {}").format(text, words.say(JUDGED[moved(words.record)]))
    clear = words.at("change.conf_low") > 0 or words.at("change.conf_high") < 0
    message = (
        _("{since}: index {difference} points ({interval}), more than chance.")
        if clear
        else _("{since}: index {difference} points ({interval}); chance can do this.")
    )
    return words.say(
        message, since=since, difference=difference, interval=interval(words, "change", sign=True)
    )


def revised_sentence(words: Words) -> Markup:
    """On the first screen, where earlier data were revised: by how much."""
    return words.say(
        _("{since}: index {difference} points; revised data moved the last index by {revised}."),
        since=_since(words),
        difference=words.number("change.difference", sign=True),
        revised=words.number("since_last.index.revised", 2, sign=True),
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
    shown = [i for i, row in enumerate(words.record["trend"]) if row["value"] is not None]
    if len(shown) < 2:
        return words.say(_("There is only one quarter so far, so no trend can be shown."))
    first, last = shown[0], shown[-1]
    text = words.say(
        _("The index went from {first} in {first_quarter} to {last} in {last_quarter}."),
        first=words.number(f"trend.{first}.value", 2),
        first_quarter=words.quarter(f"trend.{first}.quarter"),
        last=words.number(f"trend.{last}.value", 2),
        last_quarter=words.quarter(f"trend.{last}.quarter"),
    )
    return Markup(" ").join([text, *_incomplete(words)])


def _incomplete(words: Words) -> list[Markup]:
    """Quarters in which fewer units than usual were surveyed: their index is of these alone."""
    rows = words.record["trend"]
    told = [
        words.say(
            _("{quarter} ({n_units} units)"),
            quarter=words.quarter(f"trend.{place}.quarter"),
            n_units=words.count(f"trend.{place}.n_units"),
        )
        for place, row in enumerate(rows)
        if not row["complete"] and not row["withheld"]
    ]
    if not told:
        return []
    message = _("Hollow points are quarters in which few of the units were surveyed: {quarters}.")
    return [words.say(message, quarters=Markup(", ").join(told))]


def event_study_sentence(words: Words) -> Markup:
    """The effect in the training quarter and in the last quarter that has a range."""
    after = [
        i
        for i, row in enumerate(words.record["event_study"])
        if row["event_time"] >= 0 and row["conf_low"] is not None
    ]
    if not after:
        return words.say(_("No quarter since the training stands on enough units for a range."))
    first, last = (f"event_study.{place}" for place in (after[0], after[-1]))
    parts = {
        "first": words.number(f"{first}.estimate", sign=True),
        "first_interval": interval(words, first, sign=True),
    }
    at_once = words.at(f"{first}.event_time") == 0
    in_quarter = _("In the quarter of the training the difference is {first} points ({first_interval})")
    start = words.say(in_quarter, **parts) if at_once else words.say_n(*BEGIN, f"{first}.event_time", **parts)
    if first == last:
        return Markup("{}.").format(start)
    return words.say_n(
        *END,
        f"{last}.event_time",
        start=start,
        last=words.number(f"{last}.estimate", sign=True),
        last_interval=interval(words, last, sign=True),
    )


def paths_sentence(words: Words) -> Markup:
    """Observed and expected in the last quarter."""
    last = len(words.record["paths"]) - 1
    return words.say(
        _(
            "In {quarter} trained units stand at {observed}; without the training {expected} was to be expected. The effect of {estimate} points is the mean over all quarters since each unit's training."
        ),
        estimate=words.number("effect.estimate", sign=True),
        quarter=words.quarter(f"paths.{last}.time"),
        observed=words.number(f"paths.{last}.observed"),
        expected=words.number(f"paths.{last}.expected"),
    )


def element_effects_sentence(words: Words) -> Markup:
    """Which element moved most, if any can be said to have moved (ranges that hold for all nine)."""
    rows = words.record["element_effects"]
    moved = [i for i, row in enumerate(rows) if _excludes_zero(row)]
    if not moved:
        return words.say(_("No element can be said to have moved: each of the nine ranges includes zero."))
    most = max(moved, key=lambda i: abs(rows[i]["estimate"]))
    return words.say(
        _("The element that moved most is {name}: {estimate} ({interval}) on the answer scale of 1 to 4."),
        name=element_name(words, rows[most]["code"]),
        estimate=words.number(f"element_effects.{most}.estimate", 2, sign=True),
        interval=interval(words, f"element_effects.{most}", 2, sign=True),
    )


def _excludes_zero(row: Mapping[str, Any]) -> bool:
    return row["conf_low"] is not None and (row["conf_low"] > 0 or row["conf_high"] < 0)


def check_sentence(words: Words, index: int) -> Markup:
    """What one check found."""
    place = f"checks.{index}"
    entry = words.at(place)
    parts = {name: _check_value(words, f"{place}.values.{name}") for name in entry["values"]}
    if {"conf_low", "conf_high"} <= set(entry["values"]):
        parts["interval"] = interval(words, f"{place}.values", sign=True)
    return words.say(CHECKS[entry["name"], entry["finding"]], **parts)


def failed_checks(words: Words) -> list[Markup]:
    """What each check found that is not met."""
    outcomes = [check["outcome"] for check in words.record["checks"]]
    return [check_sentence(words, place) for place, outcome in enumerate(outcomes) if outcome == "failed"]


def _check_value(words: Words, place: str) -> Markup:
    """A check's number, as its name asks: shares in per cent, points with sign, counts whole."""
    name, value = place.rsplit(".", 1)[1], words.at(place)
    if name == "characteristic":
        return words.say(CHARACTERISTICS[value])
    if name == "wave":
        return words.quarter(place)
    if value is None or isinstance(value, str):
        return Markup.escape(value or "")
    if name in ("share", "most", "distance"):
        return words.percent(place)
    if name in ("estimate", "lowest", "highest", "difference"):
        return words.number(place, sign=True)
    if name in ("p_value", "detectable", "detectable_drift", "breakdown_mbar", "breakdown_m"):
        return words.number(place, 3 if name == "p_value" else 2)
    return words.count(place) if isinstance(value, int) else words.number(place)


def training_sentence(words: Words) -> Markup:
    """How many trainings the unit had."""
    if not words.at("n_trainings"):
        return words.say(_("This unit has had no training yet."))
    return words.say_n(
        "This unit has had {count} training.", "This unit has had {count} trainings.", "n_trainings"
    )


def cost_sentence(words: Words) -> Markup:
    """What a point has cost, with its range."""
    if words.record.get("cost") is None:
        return words.say(_("No training cost is recorded."))
    if words.at("cost.per_point") is None:
        return words.say(
            _(
                "Training cost {per_unit} per trained unit; no cost per point can be given, as the rise is not sure."
            ),
            per_unit=words.rupiah("cost.per_unit"),
        )
    return words.say(
        _(
            "Training cost {per_unit} per trained unit, which is {per_point} for each point gained in a unit ({interval})."
        ),
        per_unit=words.rupiah("cost.per_unit"),
        per_point=words.rupiah("cost.per_point"),
        interval=cost_range(words),
    )


def cost_range(words: Words) -> Markup:
    """The range of the cost per point."""
    low, high = (words.rupiah(f"cost.per_point_{end}") for end in ("low", "high"))
    return words.say(_("{low} to {high}"), low=low, high=high)


def gaps(words: Words) -> list[Markup]:
    """Quarters without a survey, in the city and in a unit's brief also the unit's own."""
    told = []
    for name, message in (
        ("gaps", RHYTHMS.get(words.at("survey.a_year"), RHYTHMS[None])),
        ("missed", MISSED),
    ):
        n = len(words.at(f"survey.{name}"))
        named = Markup(", ").join(words.quarter(f"survey.{name}.{place}") for place in range(n))
        told += [words.say(message, quarters=named)] if n else []
    return told + unanswered(words)


def unanswered(words: Words) -> list[Markup]:
    """Quarters without an index because nobody answered some element; its other elements are told."""
    return [
        words.say(
            UNANSWERED,
            elements=", ".join(element_name(words, code) for code in row["elements"]),
            quarter=words.quarter(f"without_index.{place}.quarter"),
        )
        for place, row in enumerate(words.record["without_index"])
    ]


def left_out(words: Words) -> Markup:
    """In the place of an arm that raised."""
    return words.say(_("This part is left out: an error occurred while it was worked out."))


def limits(words: Words, absent: Sequence[str], left_out: Sequence[str]) -> Sequence[Markup]:
    """What the brief cannot say; ``absent`` are tables without rows, ``left_out`` arms that raised."""
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
                    "Units were not drawn by lot for training, so other changes in the same units may play a part; an event that met only trained units when they were trained, or an effect that began before, cannot be told from training."
                )
            )
        )
    texts += gaps(words)
    if absent:
        texts.append(
            words.say(
                _("Left out, because the data set has no such table, or an empty one: {tables}."),
                tables=", ".join(words.say(table) for table in absent),
            )
        )
    if left_out:
        texts.append(
            words.say(
                _(
                    "Left out, because an error occurred while it was worked out: {arms}. Whoever made this brief finds the error in run.log."
                ),
                arms=", ".join(words.say(title) for title in left_out),
            )
        )
    return texts


def status(words: Words) -> list[tuple[str, Markup]]:
    """The status strip: a stable name and its text."""
    plan = words.at("plan")
    if plan["state"] == "locked" and not plan["deviations"]:
        strip = [("final", words.say(_("Plan locked")))]
    elif plan["state"] == "late":
        strip = [("final", words.say(_("Plan locked after data")))]
    else:
        strip = [("final", words.say(_("Draft: plan not locked")))]
    if is_city(words) and not words.at("coverage.complete"):
        strip.insert(0, ("incomplete", words.say(_("Incomplete quarter"))))
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

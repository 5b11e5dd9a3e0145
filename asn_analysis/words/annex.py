"""The annex's sentences, made from the record alone."""

from __future__ import annotations

from markupsafe import Markup

from asn_analysis.words.language import Words, _
from asn_analysis.words.texts import LABELS, PLANS
from asn_analysis.words.wording import interval


def plan_sentence(words: Words) -> Markup:
    """The plan's state, and where the analysis departs from it."""
    plan = words.at("plan")
    last = len(plan["locks"]) - 1
    days = {"date": words.date(f"plan.locks.{last}")} if plan["locks"] else {}
    days |= {"seen_from": words.date("plan.seen_from")} if plan["state"] == "late" else {}
    text = words.say(PLANS[plan["state"]], **days)
    if plan["state"] in ("absent", "unlocked"):
        return text
    if not plan["deviations"]:
        return Markup("{} {}").format(text, words.say(_("The analysis follows it in every point.")))
    told = [
        words.say(_("{name}: planned {planned}, used {used}."), **deviation)
        for deviation in plan["deviations"]
    ]
    return Markup(" ").join([text, *told])


def revision_sentences(words: Words) -> list[Markup]:
    """Verdicts of earlier quarters that today's data would change."""
    return [
        words.say(
            _('Revision: the brief of {quarter} said "{then}"; with today\'s data it would say "{now}".'),
            quarter=words.quarter(f"verdict.series.{place}.quarter"),
            then=words.say(LABELS[row["published"]]),
            now=words.say(LABELS[row["label"]]),
        )
        for place, row in enumerate(words.at("verdict.series"))
        if row["revised"]
    ]


def estimators_sentence(words: Words) -> Markup:
    """How likely a difference this clear is by chance alone."""
    if words.at("randomisation") is None:
        return Markup("")
    return words.say(
        _(
            "Had the order of training been dealt out again ({draws} times), a difference this clear would come up with a probability of {p_value}."
        ),
        draws=words.count("randomisation.draws"),
        p_value=words.number("randomisation.p_value", 3),
    )


def two_way_sentence(words: Words) -> Markup:
    """What the usual method would have said, and why it is not used."""
    if words.at("two_way") is None:
        return Markup("")
    return words.say(
        _(
            "The usual method (two-way fixed effects) would have said {estimate} points ({interval}). It is not used: {share} of its weight rests on comparisons with units that were already trained."
        ),
        estimate=words.number("two_way.estimate", sign=True),
        interval=interval(words, "two_way", sign=True),
        share=words.percent("two_way.forbidden_weight"),
    )


def kinds_sentence(words: Words) -> Markup:
    """Whether the kinds of training differ by more than chance."""
    if words.at("kinds_equal_p_value") is None:
        return Markup("")
    return words.say(
        _(
            "Differences between the kinds as large as these would come up with a probability of {p_value} if all were alike."
        ),
        p_value=words.number("kinds_equal_p_value", 3),
    )


def dose_sentence(words: Words) -> Markup:
    """What one more training hour goes with."""
    if words.at("dose") is None:
        return Markup("")
    return words.say(
        _(
            "One more hour of training (JP) goes with {estimate} points ({interval}); units were not given their hours by lot, so this is no proof of cause."
        ),
        estimate=words.number("dose.estimate", 3, sign=True),
        interval=interval(words, "dose", 3, sign=True),
    )


def specifications_sentence(words: Words) -> Markup:
    """How many ways to analyse the same data agree."""
    place = "specification_counts"
    return words.say(
        _(
            "Of {n} ways to analyse the same data, {n_same_sign} point the same way, {n_shown} of them with their whole range, and {n_sesoi} reach {sesoi} points."
        ),
        **{name: words.count(f"{place}.{name}") for name in ("n", "n_same_sign", "n_shown", "n_sesoi")},
        sesoi=words.number(f"{place}.sesoi"),
    )


def digital_sentence(words: Words) -> Markup:
    """How many trained units got a digital service at about the same time, and what remains without it."""
    place = next(
        (i for i, row in enumerate(words.record["estimators"]) if row["name"] == "without_digital"), None
    )
    if place is None:
        return Markup("")
    return words.say(
        _(
            "In {n} of the trained units a digital service went live within a year of the training; holding these services constant gives {estimate} points ({interval})."
        ),
        n=words.count("n_digital_meanwhile"),
        estimate=words.number(f"estimators.{place}.estimate", sign=True),
        interval=interval(words, f"estimators.{place}", sign=True),
    )


def power_sentence(words: Words) -> Markup:
    """What this comparison could have seen; before a roll-out, what the planned one could."""
    if words.at("effect.detectable") is not None:
        return words.say(
            _("An effect of {detectable} points would have been told from zero four times in five."),
            detectable=words.number("effect.detectable"),
        )
    if words.record["planned_power"] is None:
        return Markup("")
    place = "planned_power"
    counts = {name: words.count(f"{place}.{name}") for name in ("n_treated_units", "n_units")}
    if not words.at(f"{place}.decides"):
        return words.say(
            _(
                "Warning before anyone is trained: training {n_treated_units} of {n_units} units as planned cannot be expected to deliver a verdict. Plan more units, or leave more of them for later."
            ),
            **counts,
        )
    return words.say(
        _(
            "As planned, training {n_treated_units} of {n_units} units can deliver a verdict: an effect of {detectable} points would be shown four times in five."
        ),
        **counts,
        detectable=words.number(f"{place}.detectable_robust"),
    )


def since_last_sentence(words: Words) -> Markup:
    """Whether earlier data or the method changed since the last brief, by name and size."""
    if words.record["since_last"] is None:
        return words.say(_("There is no brief of the survey before to compare with."))
    since = words.at("since_last")
    quarter = words.quarter("since_last.quarter")
    told = []
    if since["revised_quarters"]:
        told.append(
            words.say(
                _(
                    "Since the brief of {quarter}, answers of {quarters} were revised; this moves the index of {quarter} by {revised} points."
                ),
                quarter=quarter,
                quarters=Markup(", ").join(
                    words.quarter(f"since_last.revised_quarters.{place}")
                    for place in range(len(since["revised_quarters"]))
                ),
                revised=words.number("since_last.index.revised", 2, sign=True),
            )
        )
    if since["method_changed"]:
        told.append(words.say(_("Rules or version changed since the brief of {quarter}."), quarter=quarter))
    return Markup(" ").join(told) or words.say(
        _("Since the brief of {quarter}, neither earlier data nor the method changed."), quarter=quarter
    )


def disclosure_sentence(words: Words) -> Markup:
    """How much is withheld; which units it is, is not said."""
    places = {
        "n": "n_withheld",
        "n_cells": "n_cells",
        "now": "n_withheld_now",
        "quarters": "n_quarters_of_city",
    }
    return words.say(
        _(
            "{n} of {n_cells} results of a unit in a quarter, {now} of them in this quarter, and the city's result in {quarters} quarters. What is withheld of units does not enter the comparison either."
        ),
        **{name: words.count(f"disclosure.{place}") for name, place in places.items()},
    )


def published_revision_sentence(words: Words) -> Markup:
    """Where this brief replaces a published one: which revision, why, and what the earlier one said."""
    before = words.at("revision.before")
    said = []
    if before["ikm"] is not None:
        said.append(words.say(_("index {value}"), value=words.number("revision.before.ikm", 2)))
    if before["estimate"] is not None:
        said.append(
            words.say(_("effect {value} points"), value=words.number("revision.before.estimate", sign=True))
        )
    text = words.say(
        _("Revision {number} of a published brief. Reason: {reason}"),
        number=words.count("revision.number"),
        reason=words.at("revision.reason"),
    )
    if not said:
        return text
    return words.say(_("{text} (before: {said})"), text=text, said=Markup(", ").join(said))

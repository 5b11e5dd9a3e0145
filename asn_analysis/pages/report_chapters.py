# ruff: noqa: E501 - sentences are easier to read unbroken
"""The chapters of the official *Laporan SKM*, in the reader's language, from a report's record.

What no data set holds is left as a marked blank for the office to fill in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from asn_analysis.rules.rules import load_skm
from asn_analysis.words.followup import follow_up_sentence, of_register
from asn_analysis.words.language import Words, _
from asn_analysis.words.tables import Table, trend
from asn_analysis.words.wording import (
    element_name,
    elements_sentence,
    grade_name,
    index_sentence,
    place_name,
    trend_sentence,
)

BLANK = Markup("." * 40)  # what the office fills in by hand
PROFILE = {
    "sex": _("Sex"),
    "age": _("Age"),
    "education": _("Education"),
    "occupation": _("Occupation"),
    "channel": _("Channel"),
}
GROUPS = {
    "L": _("men"),
    "P": _("women"),
    "counter": _("at the counter"),
    "online": _("online"),
    "outreach": _("by outreach"),
    "swasta": _("private employee"),
    "wirausaha": _("entrepreneur"),
    "pelajar": _("student"),
    "lainnya": _("other"),
    "0-25": _("up to 25 years"),
}
STATUS = {"planned": _("planned"), "running": _("running")}


@dataclass(frozen=True)
class Picture:
    """A figure of the briefs: ``draw`` names it in ``figures.py``; the sentence is its text in words."""

    draw: str
    height: float
    sentence: Markup


Block = Markup | Table | Picture | tuple[Markup, ...]  # a paragraph, a table, a figure, a numbered list


@dataclass(frozen=True)
class Section:
    """A heading of its level (2 chapter, 3 part) with what stands below it."""

    level: int
    heading: Markup
    blocks: tuple[Block, ...] = ()


def title(words: Words) -> Markup:
    return words.say(
        _("Report of the public satisfaction survey (SKM): {place}, {quarter}"),
        place=place_name(words),
        quarter=words.quarter("quarter"),
    )


def sections(words: Words) -> Sequence[Section]:
    """The whole report, chapter by chapter."""
    return (*_introduction(words), *_method(words), *_results(words), *_analysis(words), *_closing(words))


def _introduction(words: Words) -> Sequence[Section]:
    say = words.say
    return (
        Section(2, say(_("Chapter I. Introduction"))),
        Section(
            3,
            say(_("Background")),
            (
                say(
                    _(
                        "Every provider of public services asks its users at least once a year how satisfied they are. "
                        "This report gives the results of {place} for {quarter}."
                    ),
                    place=place_name(words),
                    quarter=words.quarter("quarter"),
                ),
            ),
        ),
        Section(
            3,
            say(_("Legal basis")),
            (
                (
                    say(_("Law 25/2009 on public services")),
                    say(_("Government Regulation 96/2012 on carrying out Law 25/2009")),
                    say(_("Permenpan RB 14/2017 on the public satisfaction survey")),
                ),
            ),
        ),
        Section(
            3,
            say(_("Purpose, targets and benefits")),
            (
                say(
                    _(
                        "The survey measures satisfaction as a basis for better services. It shows the strengths and "
                        "weaknesses of each element, lets citizens take part in judging the service, and makes the "
                        "performance of offices comparable over time."
                    )
                ),
            ),
        ),
    )


def _method(words: Words) -> Sequence[Section]:
    say = words.say
    answered = say(
        _("{n} people answered in {quarter}."), n=words.count("ikm.n"), quarter=words.quarter("quarter")
    )
    if words.record["population"]:
        answered = say(
            _(
                "{answered} The unit has {users} users a year; by the table of Krejcie and Morgan a year's survey of "
                "such a unit asks {sample}."
            ),
            answered=answered,
            users=words.count("population.users"),
            sample=words.count("population.sample"),
        )
    scale = Table(
        say(_("Grades of the index")),
        [say(_("grade")), say(_("index from"))],
        [
            [grade_name(words, row["grade"]), words.number(f"grades.{place}.at_least", 2)]
            for place, row in enumerate(words.record["grades"])
        ],
    )
    return (
        Section(2, say(_("Chapter II. Method"))),
        Section(
            3,
            say(_("Who carries out the survey")),
            (say(_("The survey is carried out by the unit itself. Team: {blank}"), blank=BLANK),),
        ),
        Section(
            3,
            say(_("Elements")),
            (tuple(Markup.escape(element.names[words.language]) for element in load_skm().elements),),
        ),
        Section(
            3,
            say(_("Technique and scale")),
            (
                say(
                    _(
                        "Each element is answered on a scale of 1 to 4. The index is the mean of each element x 1/9, "
                        "summed, x 25; it is rounded to two decimals before the grade is looked up."
                    )
                ),
                scale,
            ),
        ),
        Section(
            3,
            say(_("Place, time and respondents")),
            (
                say(
                    _("{place}, {start} to {end}."),
                    place=place_name(words),
                    start=words.date("dates.start"),
                    end=words.date("dates.end"),
                ),
                answered,
            ),
        ),
    )


def _results(words: Words) -> Sequence[Section]:
    say = words.say
    profile = tuple(_profile_table(words, name) for name in words.record["profile"])
    return (
        Section(2, say(_("Chapter III. Results"))),
        Section(
            3,
            say(_("Profile of respondents")),
            profile or (say(_("The data set tells nothing about them.")),),
        ),
        Section(
            3,
            say(_("Mean of each element")),
            (_scores_table(words), Picture("draw_elements", 4.2, elements_sentence(words))),
        ),
        Section(3, say(_("Satisfaction index and grade")), (index_sentence(words),)),
    )


def _profile_table(words: Words, name: str) -> Table:
    withheld = words.say(_("withheld"))
    return Table(
        words.say(_("Respondents: {characteristic}"), characteristic=words.say(PROFILE[name])),
        [words.say(PROFILE[name]), words.say(_("respondents"))],
        [
            [
                words.say(GROUPS[row["group"]]) if row["group"] in GROUPS else Markup.escape(row["group"]),
                withheld if row["n"] is None else words.count(f"profile.{name}.{place}.n"),
            ]
            for place, row in enumerate(words.record["profile"][name])
        ],
    )


def _scores_table(words: Words) -> Table:
    headers = (_("element"), _("mean (1-4)"), _("weighted (x 1/9)"), _("index (25-100)"), _("grade"))
    return Table(
        words.say(_("Mean, weighted mean and index of each element")),
        [words.say(header) for header in headers],
        [
            [
                Markup.escape(element_name(words, row["code"])),
                words.number(f"scores.{place}.mean", 3),
                words.number(f"scores.{place}.weighted", 3),
                words.number(f"elements.{place}.value", 2),
                Markup.escape(row["grade"]),
            ]
            for place, row in enumerate(words.record["elements"])
        ],
    )


def _analysis(words: Words) -> Sequence[Section]:
    say = words.say
    return (
        Section(2, say(_("Chapter IV. Analysis"))),
        Section(3, say(_("Lowest and highest element")), (elements_sentence(words),)),
        Section(
            3,
            say(_("Suggestions of respondents")),
            _suggestions(words),
        ),
        Section(3, say(_("Follow-up plan")), (follow_up_sentence(words), *_plan_table(words))),
        Section(3, say(_("Trend of the index")), _trend(words)),
    )


def _suggestions(words: Words) -> tuple[Block, ...]:
    blocks: list[Block] = []
    if words.record["suggestions"]:
        blocks.append(_suggestion_table(words))
    elif not any(words.record["left_out"].values()):
        return (words.say(_("Nobody wrote a suggestion in this quarter.")),)
    blocks += _left_out(words)
    return *blocks, words.say(_("What the unit makes of them: {blank}"), blank=BLANK)


def _suggestion_table(words: Words) -> Table:
    return Table(
        words.say(_("Suggestions of respondents; what could name a person was taken out")),
        [words.say(_("suggestion")), words.say(_("respondents"))],
        [
            [Markup.escape(row["text"]), words.count(f"suggestions.{place}.n")]
            for place, row in enumerate(words.record["suggestions"])
        ],
    )


def _left_out(words: Words) -> list[Markup]:
    """How many respondents wrote what is not printed, why, and how it gets in."""
    told = {
        "waiting": _(
            "Suggestions not printed, since they hold words that might name a person and nobody has looked at them "
            "yet: {n}. The unit marks in review.csv, beside the data, which may be printed, and makes the report again."
        ),
        "refused": _("Suggestions that the unit has decided not to print: {n}."),
    }
    return [
        words.say(sentence, n=words.count(f"left_out.{name}"))
        for name, sentence in told.items()
        if words.record["left_out"][name]
    ]


def _trend(words: Words) -> tuple[Block, ...]:
    sentence = trend_sentence(words)
    return sentence, Picture("draw_trend", 3.4, sentence), trend(words)


def _plan_table(words: Words) -> Sequence[Table]:
    if not words.record["promised"]:
        return ()
    headers = (_("element"), _("action"), _("time"), _("owner"), _("state"))
    rows = [
        [
            Markup.escape(element_name(words, row["element"])),
            Markup.escape(row["action"]),
            words.quarter(f"promised.{place}.due_quarter"),
            Markup.escape(row["owner"]),
            words.say(STATUS[row["status"]]),
        ]
        for place, row in enumerate(words.record["promised"])
    ]
    return (
        Table(
            of_register(words, words.say(_("Open actions of the follow-up plan")), rows),
            [words.say(h) for h in headers],
            rows,
            n_text=5,
        ),
    )


def _closing(words: Words) -> Sequence[Section]:
    say = words.say
    return (
        Section(2, say(_("Chapter V. Conclusion"))),
        Section(3, say(_("Conclusion")), (index_sentence(words), elements_sentence(words))),
        Section(
            3,
            say(_("Signature")),
            (
                say(_("Place and date: {blank}"), blank=BLANK),
                say(_("Head of the unit: {blank}"), blank=BLANK),
            ),
        ),
        Section(2, say(_("Attachments"))),
        Section(
            3,
            say(_("Questionnaire")),
            (
                say(
                    _("For each element: how do you judge it? 1 not good, 2 less good, 3 good, 4 very good.")
                ),
                tuple(Markup.escape(element.names[words.language]) for element in load_skm().elements),
            ),
        ),
        Section(3, say(_("Tabulation of answers")), (_answers_table(words),)),
        Section(3, say(_("Documentation")), (say(_("Photographs and minutes: {blank}"), blank=BLANK),)),
    )


def _answers_table(words: Words) -> Table:
    return Table(
        words.say(_("Answers to each element, by their number")),
        [words.say(_("element")), *(words.say(_("answer {number}"), number=n) for n in (1, 2, 3, 4))],
        [
            [
                Markup.escape(element_name(words, row["code"])),
                *(words.count(f"answers.{place}.n_{answer}") for answer in (1, 2, 3, 4)),
            ]
            for place, row in enumerate(words.record["elements"])
        ],
    )

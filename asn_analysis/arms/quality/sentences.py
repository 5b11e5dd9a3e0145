# ruff: noqa: E501 - sentences are easier to read unbroken
"""What is said about the survey itself: questions to offices, none of them an accusation."""

from __future__ import annotations

from markupsafe import Markup

from asn_analysis.arms.arm import Row
from asn_analysis.arms.quality.part import Normal, OfCity, OfScreen, OfUnit, Screened
from asn_analysis.arms.quality.screens import SCREENS
from asn_analysis.words.language import Words, _
from asn_analysis.words.messages import Counted, Sentence

FOUND = Counted(
    OfCity,
    "n_flags",
    "The screens of the survey have {n_flags:count} question, for {n_flagged_units:count} of {n_units:count} units; a question is no accusation.",
    "The screens of the survey have {n_flags:count} questions, for {n_flagged_units:count} of {n_units:count} units; a question is no accusation.",
)
OWN = Counted(
    OfUnit,
    "n_flags",
    "The screens of the survey have {n_flags:count} question for this unit; a question is no accusation.",
    "The screens of the survey have {n_flags:count} questions for this unit; a question is no accusation.",
)
MORE = Counted(
    OfCity,
    "n_more",
    "{found} {n_more:count} more is not listed.",
    "{found} {n_more:count} more are not listed.",
)
FEW = Sentence(Screened, "fewer than {fewest_respondents:count} forms")
MORE_THAN = Sentence(OfScreen, "more than {share:percent}")
NORMAL = Sentence(Normal, "{median:percent} ({low:percent} to {high:percent})")


ROW = Sentence(
    OfCity,
    "questions on the survey: {n_flags:count}; units concerned: {n_flagged_units:count} of {n_units:count}",
)
ROW_OF_UNIT = Sentence(OfUnit, "questions: {n_flags:count}")
ACTIONS = ("ask_about_survey", "answer_survey_questions")


def row(words: Words, part: OfCity) -> Row:
    """How many questions, to how many units."""
    return Row(words.tell(ROW, part), actions=ACTIONS)


def row_of_unit(words: Words, part: OfUnit) -> Row:
    """How many questions."""
    return Row(words.tell(ROW_OF_UNIT, part), actions=ACTIONS)


def of_city(words: Words, part: OfCity) -> list[Markup]:
    """How many questions there are, and for how many units."""
    if not part.n_flags and any(row.checked for row in part.screens):
        return [_none(words)]
    found = words.tell(FOUND, part)
    return [words.tell(MORE, part, found=found) if part.n_more else found]


def of_unit(words: Words, part: OfUnit) -> list[Markup]:
    """How many questions there are for the unit."""
    return [words.tell(OWN, part) if part.n_flags else _none(words)]


def _none(words: Words) -> Markup:
    message = _(
        "The screens of the survey raise no question: shares outside the normal range alone raise none, unless by more than chance variation."
    )
    return words.say(message)


def lines(words: Words, part: OfCity) -> list[str]:
    """The questions as plain lines, for the command line."""
    told = of_city(words, part)
    for row in part.flags:
        title, _meaning, question = (words.say(message) for message in SCREENS[row.screen])
        normal = (words.say(_("normal in this city")), words.tell(NORMAL, row))
        parts = (row.unit_id, row.name, title, share(words, part, row), *normal, question)
        told.append(Markup("{} {}: {}: {}; {}: {}. {}").format(*parts))
    unchecked = [words.say(SCREENS[row.screen][0]) for row in part.screens if not row.checked]
    if unchecked:
        told.append(
            words.say(_("Could not be checked with these data: {screens}."), screens=", ".join(unchecked))
        )
    return [line.striptags() for line in told]


def share(words: Words, part: Screened, row: OfScreen) -> Markup:
    """A share as it may be told."""
    if row.how == "few":
        return words.tell(FEW, part)
    return words.tell(MORE_THAN, row) if row.how == "more" else words.field(row, "share", "percent")

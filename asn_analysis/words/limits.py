# ruff: noqa: E501 - sentences are easier to read unbroken
"""What a brief cannot say: who is not heard, when nobody was asked, what was left out."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from asn_analysis.record.parts import Survey, Unanswered
from asn_analysis.words.certainty import is_drawn
from asn_analysis.words.language import Words, _
from asn_analysis.words.messages import Sentence
from asn_analysis.words.texts import CODES, sentences
from asn_analysis.words.wording import is_city

OWN_SURVEY = _("Offices run the survey themselves; surveys by others may find lower satisfaction.")
WHO_ANSWERS = _("Only people who came to the office and answered are heard.")
NOT_RANDOM = _(
    "Units were not chosen at random for training: other changes in them, or effects that began earlier, cannot be separated from the effect of training."
)
RHYTHMS = sentences(Survey, CODES["rhythms"])
MISSED = Sentence(Survey, "The city surveyed in {missed:quarters}, but not this unit.")
UNANSWERED = _(
    "In {quarters} nobody answered {names}. Without all nine elements there is no index for such a quarter; the other elements are shown."
)
ABSENT_TABLES = _(
    "Left out, because the data set has no such table, or one without a row for the time reported: {tables}."
)
LEFT_OUT = _(
    "Left out, because an error occurred while it was worked out: {arms}. Whoever made this brief finds the error in run.log."
)


def limits(words: Words, absent: Sequence[str], left_out: Sequence[str]) -> Sequence[Markup]:
    """What the brief cannot say; ``absent`` are tables without rows, ``left_out`` arms that raised."""
    told = [words.say(OWN_SURVEY), words.say(WHO_ANSWERS)]
    told += [words.say(NOT_RANDOM)] if is_city(words) and not is_drawn(words) else []
    told += gaps(words)
    if absent:
        told.append(words.say(ABSENT_TABLES, tables=_listed(words, absent)))
    if left_out:
        told.append(words.say(LEFT_OUT, arms=_listed(words, left_out)))
    return told


def _listed(words: Words, messages: Sequence[str]) -> Markup:
    return Markup(", ").join(words.say(message) for message in messages)


def gaps(words: Words) -> list[Markup]:
    """Quarters without a survey, in the city and in a unit's brief also the unit's own."""
    survey = words.part(Survey, "survey")
    told = [words.tell(RHYTHMS.get(survey.a_year, RHYTHMS["other"]), survey)] if survey.gaps else []
    told += [words.tell(MISSED, survey)] if survey.missed else []
    return told + unanswered(words)


def unanswered(words: Words) -> list[Markup]:
    """Quarters without an index because nobody answered some element; its other elements are told."""
    quarters: dict[tuple[str, ...], list[Markup]] = {}
    for row in words.part(tuple[Unanswered, ...], "without_index"):
        quarters.setdefault(row.elements, []).append(words.field(row, "quarter", "quarter"))
    return [
        words.say(UNANSWERED, quarters=Markup(", ").join(when), names=", ".join(map(words.element, elements)))
        for elements, when in quarters.items()
    ]


def left_out(words: Words) -> Markup:
    """In the place of an arm that raised."""
    return words.say(_("This part is left out: an error occurred while it was worked out."))

# ruff: noqa: E501 - sentences are easier to read unbroken
"""Survey quality: units whose surveys look unlike the others', and what to ask them; no accusation."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from asn_analysis.arms.arm import Arm, Row, Told
from asn_analysis.arms.quality.made import (
    CityScreen,
    Normal,
    OfCity,
    OfScreen,
    OfUnit,
    Screened,
    UnitScreen,
    prepare,
)
from asn_analysis.words.language import NONE, Words, _
from asn_analysis.words.messages import Counted, Sentence
from asn_analysis.words.tables import Listing, Table, headers
from asn_analysis.words.texts import CHARACTERISTICS, codes_of
from asn_analysis.words.wording import unit_name

SCREENS = codes_of(__package__)["screens"]
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
THROUGHOUT = Sentence(
    CityScreen,
    "{name}: {median:percent} in the middle unit, so that units hardly stand out. The question is for the whole city: {question}",
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
    """How many questions there are, for how many units, and what no unit can be asked alone."""
    return [_found(words, part), *(_throughout(words, row) for row in part.screens if row.throughout)]


def _found(words: Words, part: OfCity) -> Markup:
    if not part.n_flags and any(row.checked for row in part.screens):
        return _none(words)
    found = words.tell(FOUND, part)
    return words.tell(MORE, part, found=found) if part.n_more else found


def _throughout(words: Words, row: CityScreen) -> Markup:
    screen = SCREENS[row.screen]
    name, question = (words.say(screen[part]) for part in ("name", "question"))
    return words.tell(THROUGHOUT, row, name=name, question=question)


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
        title, question = (words.say(SCREENS[row.screen][name]) for name in ("name", "question"))
        normal = (words.say(_("normal in this city")), words.tell(NORMAL, row))
        parts = (row.unit_id, row.name, title, share(words, part, row), *normal, question)
        told.append(Markup("{} {}: {}: {}; {}: {}. {}").format(*parts))
    unchecked = [words.say(SCREENS[row.screen]["name"]) for row in part.screens if not row.checked]
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


def _normal(words: Words, row: CityScreen) -> Markup:
    return words.tell(NORMAL, row) if row.checked else words.say(_("cannot be checked"))


SCREENED = _(
    "What the survey is screened for; normal is the middle unit, with the range of nine units in ten"
)
SEARCHED = Listing(
    CityScreen,
    SCREENED,
    (_("screen"), lambda words, row: words.say(SCREENS[row.screen]["name"])),
    (_("what a high share may mean"), lambda words, row: words.say(SCREENS[row.screen]["meaning"])),
    (_("normal in this city"), _normal),
    (_("units asked"), lambda words, row: words.field(row, "n_flagged", "count") if row.checked else NONE),
    n_text=2,
)


def tables_of_city(words: Words, part: OfCity) -> Sequence[Table]:
    """The questions, then the screens."""
    return _questions(words, part), SEARCHED.table(words, part.screens)


def _questions(words: Words, part: OfCity) -> Table:
    heads = (
        *(_("unit"), _("what stands out"), _("question to the office")),
        *(_("share"), _("normal in this city")),
    )
    rows = [
        [
            unit_name(words, row),
            _with_detail(words, row),
            words.say(SCREENS[row.screen]["question"]),
            share(words, part, row),
            words.tell(NORMAL, row),
        ]
        for row in part.flags
    ]
    return Table(
        words.say(_("What offices are asked about their survey")), headers(words, *heads), rows, n_text=3
    )


def tables_of_unit(words: Words, part: OfUnit) -> Sequence[Table]:
    """A unit's own screens."""
    heads = (
        *(_("screen"), _("question to the office")),
        *(_("share"), _("normal in this city, to five points")),
    )
    rows = [[*_own(words, row), share(words, part, row), words.tell(NORMAL, row)] for row in part.screens]
    return (Table(words.say(SCREENED), headers(words, *heads), rows, n_text=2),)


def _own(words: Words, row: UnitScreen) -> tuple[Markup, Markup]:
    screen = SCREENS[row.screen]
    if not row.flagged:
        return words.say(screen["name"]), NONE
    return _with_detail(words, row), words.say(screen["question"])


def _with_detail(words: Words, row: OfScreen) -> Markup:
    """A screen with the earlier quarter that was met again, or the characteristic that changed."""
    title = words.say(SCREENS[row.screen]["name"])
    if not row.detail or row.screen == "channel":
        return title
    named = CHARACTERISTICS.get(row.detail)
    what = words.say(named) if named else words.field(row, "detail", "quarter")
    return Markup("{} ({})").format(title, what)


ARM = Arm(
    name="quality",
    title=_("Survey quality"),
    tables={},
    prepare=prepare,
    city=Told(OfCity, of_city, tables_of_city, row),
    unit=Told(OfUnit, of_unit, tables_of_unit, row_of_unit),
)

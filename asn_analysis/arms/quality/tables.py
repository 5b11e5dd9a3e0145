"""The annex's tables on the survey itself."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from asn_analysis.arms.quality import sentences
from asn_analysis.arms.quality.part import CityScreen, Flag, OfCity, OfScreen, OfUnit, UnitScreen
from asn_analysis.arms.quality.screens import SCREENS
from asn_analysis.arms.quality.sentences import NORMAL, share
from asn_analysis.words.language import NONE, Words, _
from asn_analysis.words.tables import Listing, Table, headers
from asn_analysis.words.texts import CHARACTERISTICS


def _normal(words: Words, row: CityScreen) -> Markup:
    return words.tell(NORMAL, row) if row.checked else words.say(_("cannot be checked"))


def _asked(words: Words, row: CityScreen) -> Markup:
    return words.field(row, "n_flagged", "count") if row.checked else NONE


SEARCHED = Listing(
    CityScreen,
    _("What the survey is screened for; normal is the middle unit, with the range of nine units in ten"),
    (_("screen"), lambda words, row: words.say(SCREENS[row.screen][0])),
    (_("what a high share may mean"), lambda words, row: words.say(SCREENS[row.screen][1])),
    (_("normal in this city"), _normal),
    (_("units asked"), _asked),
    n_text=2,
)


def of_city(words: Words, part: OfCity) -> Sequence[Table]:
    """The questions, then the screens."""
    screens = SEARCHED.table(words, part.screens)
    return (_questions(words, part), screens) if part.flags else (screens,)


def _questions(words: Words, part: OfCity) -> Table:
    heads = (
        *(_("unit"), _("what stands out"), _("question to the office")),
        *(_("share"), _("normal in this city")),
    )
    rows = [
        [
            _unit_name(words, row),
            _with_detail(words, row),
            words.say(SCREENS[row.screen][2]),
            share(words, part, row),
            words.tell(NORMAL, row),
        ]
        for row in part.flags
    ]
    return Table(sentences.of_city(words, part)[0], headers(words, *heads), rows, n_text=3)


def of_unit(words: Words, part: OfUnit) -> Sequence[Table]:
    """A unit's own screens."""
    heads = (
        *(_("screen"), _("question to the office")),
        *(_("share"), _("normal in this city, to five points")),
    )
    rows = [[*_own(words, row), share(words, part, row), words.tell(NORMAL, row)] for row in part.screens]
    return (Table(sentences.of_unit(words, part)[0], headers(words, *heads), rows, n_text=2),)


def _own(words: Words, row: UnitScreen) -> tuple[Markup, Markup]:
    title, _meaning, question = SCREENS[row.screen]
    return (_with_detail(words, row), words.say(question)) if row.flagged else (words.say(title), NONE)


def _unit_name(words: Words, row: Flag) -> Markup:
    if row.kecamatan and row.kecamatan not in row.name:
        return words.say(_("{name}, {kecamatan} district"), name=row.name, kecamatan=row.kecamatan)
    return Markup.escape(row.name)


def _with_detail(words: Words, row: OfScreen) -> Markup:
    """A screen with the earlier quarter that was met again, or the characteristic that changed."""
    title = words.say(SCREENS[row.screen][0])
    if not row.detail or row.screen == "channel":
        return title
    named = CHARACTERISTICS.get(row.detail)
    what = words.say(named) if named else words.field(row, "detail", "quarter")
    return Markup("{} ({})").format(title, what)

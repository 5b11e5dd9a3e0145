"""Numbers, quarters, money and texts in the reader's language (Babel and its gettext catalogues)."""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from io import BytesIO
from operator import attrgetter
from typing import Any, TypeVar

import msgspec
from babel import Locale
from babel.dates import format_date
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_compact_decimal, format_decimal, format_percent
from babel.support import NullTranslations, Translations
from markupsafe import Markup, escape

from asn_analysis.record.plain import RECORDED, placed
from asn_analysis.rules.kinds import Element
from asn_analysis.rules.rules import load_skm
from asn_analysis.words.messages import ALONE, BOUNDS, DECIMALS, RANGES, Counted, Sentence

P = TypeVar("P")
NONE = Markup("–")
FIRST, SOURCE = "id", "en"  # of the catalogue of briefs, and of the messages
ROMAN = ("I", "II", "III", "IV")


def _(message: str) -> str:
    """Marks a message for the catalogue; it is translated where it is said."""
    return message


def N_(one: str, many: str) -> tuple[str, str]:  # noqa: N802 - the name gettext tools look for
    """Marks a message with a plural for the catalogue."""
    return one, many


class InContext(str):
    """A message whose words mean something else elsewhere; ``context`` tells the two apart."""

    context: str


def P_(context: str, message: str) -> InContext:  # noqa: N802 - as above
    """Marks a message with its context for the catalogue."""
    marked = InContext(message)
    marked.context = context
    return marked


_CATALOGUES = {folder.name for folder in files(__package__).joinpath("locale").iterdir()}
LANGUAGES = (FIRST, SOURCE, *sorted(_CATALOGUES - {FIRST, SOURCE}))


def language_name(language: str) -> str:
    """A language by its own name."""
    name = P_("this language", "English")
    return str(translations(language).pgettext(name.context, name))


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of a language; English is the language of the source."""
    if language == SOURCE:
        return NullTranslations()
    folder = files(__package__).joinpath("locale", language)
    whole = Catalog(locale=language)
    for part in sorted(folder.iterdir(), key=lambda file: file.name):
        if part.name.endswith(".po"):
            with part.open("rb") as source:
                for message in read_po(source, locale=language):
                    whole[message.id] = message
    compiled = BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return Translations(compiled)


@dataclass(frozen=True)
class Words:
    """A record told in one language.

    Numbers are asked for by their place in the record ("effect.estimate", "elements.3.value") and
    come out as a ``<data>`` element that keeps that place, so that a reader can check each.
    """

    record: Mapping[str, Any]
    language: str
    _parts: dict[tuple[str, Any], Any] = field(default_factory=dict, repr=False, compare=False)
    _places: dict[int, str] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            raise ValueError(f'language "{self.language}" is not one of {", ".join(LANGUAGES)}.')

    @property
    def locale(self) -> Locale:
        return Locale.parse(self.language)

    def at(self, place: str) -> Any:
        """The value at a place of the record; the whole of it at none."""
        value: Any = self.record
        for step in place.split(".") if place else ():
            value = value[step] if isinstance(value, dict) else value[int(step)]
        return value

    def part(self, of: type[P], place: str) -> P:
        """A part of the record as its type; its places, and those of its own parts, are kept.

        Raises
        ------
        msgspec.ValidationError
            If the record holds something else there.
        """
        if (place, of) not in self._parts:
            self._parts[place, of] = found = msgspec.convert(self.at(place), of)
            self._places.update((id(one), at) for one, at in placed(found, place))
        return self._parts[place, of]

    def place_of(self, part: Any) -> str:
        """Where a part that was asked for, or a part of it, stands in the record."""
        return self._places[id(part)]

    def tell(self, sentence: Sentence[P], part: P, **given: Any) -> Markup:
        """A message about a part of the record; what is given fills fields that say no way of their own."""
        said = Markup()
        for literal, name, way, _conversion in string.Formatter().parse(self._text(sentence, part)):
            said += Markup(literal)
            if name in given:
                said += Markup.escape(given[name])
            elif name in sentence.worded:
                said += self.say(sentence.worded[name][attrgetter(name)(part)])
            elif name is not None:
                said += self.field(part, name, way or "")
        return said

    def _text(self, sentence: Sentence[P], part: P) -> str:
        catalogue = translations(self.language)
        if isinstance(sentence, Counted):
            one, n = sentence.text, attrgetter(sentence.count)(part)
            alone = str(catalogue.pgettext(ALONE, one)) if n == 1 else one
            return alone if alone != one else catalogue.ngettext(one, sentence.many, n)
        return catalogue.gettext(sentence.text)

    def field(self, part: Any, name: str, way: str) -> Markup:
        """A field of a part, written in one of the ways of ``words.messages``."""
        value = attrgetter(name)(part) if name else part
        place = f"{self.place_of(part)}.{name}".strip(".")
        kind, _space, how = way.removesuffix("?").partition(" ")
        bounds = [f"{bound}{RANGES[kind]}" for bound in BOUNDS] if kind in RANGES else []
        missing = value is None or any(getattr(value, bound) is None for bound in bounds)
        if missing and way.endswith("?"):
            return NONE
        if missing:
            raise ValueError(f"{place} is missing, so it cannot be told.")
        return self._written(place, value, kind, how)

    def _written(self, place: str, value: Any, kind: str, how: str) -> Markup:
        if kind in RANGES and (number := DECIMALS.fullmatch(how)):
            return self.range(place, int(number["decimals"]), bool(number["sign"]), RANGES[kind])
        if number := DECIMALS.fullmatch(kind):
            return self.number(place, int(number["decimals"]), bool(number["sign"]))
        if kind in ("name", "names"):
            return Markup.escape(value if kind == "name" else ", ".join(value))
        if kind == "years":
            return Markup(", ").join(self._data(f"{place}.{n}", year) for n, year in enumerate(value))
        if kind == "quarters":
            return Markup(", ").join(self.quarter(f"{place}.{n}") for n in range(len(value)))
        if kind in ("element", "Element"):
            name = self.element(value)
            return Markup.escape(name.lower() if kind == "element" else name)
        return getattr(self, METHODS.get(kind, kind))(place)

    def element(self, code: str) -> str:
        """An element as the regulation names it."""
        return element_of(code).names[self.language]

    def say(self, message: str, **parts: Any) -> Markup:
        """A message in the reader's language; parts that are not markup are escaped."""
        catalogue = translations(self.language)
        if isinstance(message, InContext):
            return Markup(catalogue.pgettext(message.context, message)).format(**parts)
        return Markup(catalogue.gettext(message)).format(**parts)

    def number(self, place: str, decimals: int = 1, sign: bool = False) -> Markup:
        """A number with fixed decimals; ``sign`` writes the plus as well."""
        return self._data(place, self.format_number(self.at(place), decimals, sign))

    def range(self, place: str, decimals: int = 1, sign: bool = False, suffix: str = "") -> Markup:
        """The range of a number, as "1.7 to 3.1"; finer where a bound would pass for zero."""
        places = [f"{place}.{bound}{suffix}" for bound in BOUNDS]
        values = [self.at(at) for at in places]
        while decimals < RECORDED and any(value and not round(value, decimals) for value in values):
            decimals += 1
        low, high = (self.number(at, decimals, sign) for at in places)
        return self.say(_("{low} to {high}"), low=low, high=high)

    def count(self, place: str) -> Markup:
        """A whole number."""
        return self._data(place, _decimal(round(self.at(place)), "#,##0", self.language))

    def amount(self, place: str) -> Markup:
        """What need not be whole, as recorded to two decimals; a mean of more whole, below ten with one."""
        value = self.at(place)
        kept = value if value == round(value, 2) else round(value, 0 if value >= 10 else 1)
        return self._data(place, _decimal(kept, "#,##0.##", self.language))

    def percent(self, place: str) -> Markup:
        """A share as a whole percentage; only none of all is 0 % and only all of them 100 %."""
        share = self.at(place)
        if 0 < share < 1 and round(100 * share) in (0, 100):
            return self.probability(place)
        return self._data(place, format_percent(share, format="0%", locale=self.locale))

    def percent_points(self, place: str) -> Markup:
        """The change of a share, in percentage points."""
        return self._data(place, self.format_number(100 * self.at(place), 1, sign=True), times=100)

    def probability(self, place: str) -> Markup:
        """A probability in per cent; no estimate is so sure that it may say 0 or 100."""
        value = self.at(place)
        bound = "<" if value < 0.01 else ">" if value > 0.99 else ""
        text = format_percent(min(max(value, 0.01), 0.99), format="0%", locale=self.locale)
        return self._data(place, bound + text)

    def rupiah(self, place: str) -> Markup:
        """Money in the short form that people say: Rp12,9 juta (EYD V sets no space), Rp 12.9 million."""
        amount = float(f"{self.at(place):.3g}")
        text = format_compact_decimal(amount, format_type="long", locale=self.locale, fraction_digits=1)
        return self._data(place, str(self.say(_("Rp {amount}"), amount=text)).replace(" ", "\xa0"))

    def quarter(self, place: str, short: bool = False) -> Markup:
        """A quarter as an office writes it; ``short`` as in a wide table."""
        name = self.short_quarter if short else self.name_quarter
        return self._data(place, name(self.at(place)).replace("\n", " "))

    def year(self, place: str) -> Markup:
        """A calendar year, without the mark that thousands have."""
        return self._data(place, str(self.at(place)))

    def date(self, place: str) -> Markup:
        """A date in full."""
        day = date.fromisoformat(self.at(place))
        return self._data(place, format_date(day, format="d MMMM y", locale=self.locale))

    def format_number(self, value: float, decimals: int = 1, sign: bool = False) -> str:
        # Adding 0.0 turns the -0.0 that rounding leaves into 0.
        rounded = round(value, decimals) + 0.0
        text = _decimal(rounded, f"#,##0{'.' * bool(decimals)}{'0' * decimals}", self.language)
        return f"+{text}" if sign and rounded > 0 else text

    def name_quarter(self, quarter: str) -> str:
        year, number = quarter.split("Q")
        return str(self.say(_("Q{number} {year}"), number=number, roman=ROMAN[int(number) - 1], year=year))

    def short_quarter(self, quarter: str) -> str:
        """A quarter for the axis of a figure."""
        year, number = quarter.split("Q")
        return str(self.say(_("Q{number}\n{year}"), number=number, roman=ROMAN[int(number) - 1], year=year))

    def _data(self, place: str, text: str, times: int = 1) -> Markup:
        """The text with the value that it shows, and how many times that it shows it."""
        times_shown = f' data-times="{times}"' if times != 1 else ""
        at, value = escape(place), escape(self.at(place))
        return Markup(f'<data data-from="{at}" value="{value}"{times_shown}>{escape(text)}</data>')


@lru_cache(maxsize=10_000)
def _decimal(value: float, pattern: str, language: str) -> str:
    """A number as a language writes it; most stand on a page more than once, and Babel takes its time."""
    return format_decimal(value, format=pattern, locale=language)


METHODS = {"+percent": "percent_points", "chance": "probability"}


def element_of(code: str) -> Element:
    """The element that has this code."""
    return next(element for element in load_skm().elements if element.code == code)


def plain(markup: Markup) -> str:
    """A sentence as plain text, for titles, alternative texts and figures."""
    return Markup(markup).striptags()


def told_at(place: str, of: type[P], text: str) -> Callable[[Words], Markup]:
    """A sentence about a part that the record may lack."""
    sentence = Sentence(of, text)
    return lambda words: (
        Markup("") if words.at(place) is None else words.tell(sentence, words.part(of, place))
    )

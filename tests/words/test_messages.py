"""Messages that name their fields: what does not suit the record fails where it is defined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import msgspec
import pytest

from asn_analysis.words import language
from asn_analysis.words.language import P_, Words, plain
from asn_analysis.words.messages import Counted, MessageError, Sentence
from asn_analysis.words.tables import Listing


@dataclass(frozen=True)
class Range:
    estimate: float
    conf_low: float | None
    conf_high: float | None


@dataclass(frozen=True)
class Part:
    n: int
    share: float | None
    cost: float
    when: str
    day: str
    element: str
    kind: Literal["a", "b"]
    names: tuple[str, ...]
    rows: tuple[Range, ...]
    gap: Range


RECORD = {
    "n": 1234, "share": None, "cost": 12_853_000.0, "when": "2026Q3", "day": "2026-08-17", "element": "u1",
    "kind": "b", "names": ["<A>", "B"], "gap": {"estimate": 1.25, "conf_low": 0.04, "conf_high": 2.5},
    "rows": [{"estimate": 0.5, "conf_low": None, "conf_high": None}],
}  # fmt: skip


def words(of: str = "en", **more: object) -> Words:
    return Words({"part": RECORD | more}, of)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{m:count}", "Part has no field m"),
        ("{gap.middle:.1}", "Part has no field gap.middle"),
        ("{when:count}", "Part.when, .*, cannot be said as"),
        ("{n:quarter}", "Part.n, .*, cannot be said as"),
        ("{names:name}", "Part.names, .*, cannot be said as"),
        ("{rows:range .1}", "Part.rows, .*, cannot be said as"),
        ("{n:percents}", "Part.n, .*, cannot be said as"),
        ("{gap:range}", "Part.gap, .*, cannot be said as"),
        ("{n}", "does not say how Part.n is written"),
    ],
)
def test_what_does_not_suit_the_record_fails_where_it_is_defined(text, why):
    for define in (
        lambda: Sentence(Part, text),
        lambda: Counted(Part, "n", "{n:count}", text),
    ):
        with pytest.raises(MessageError, match=why):
            define()


@pytest.mark.parametrize("column", ["m:count", "when:.1", "gap.middle:.1"])
def test_a_table_of_fields_that_a_row_has_not_fails_where_it_is_defined(column):
    with pytest.raises(MessageError):
        Listing(Part, "caption", ("header", column))


@pytest.mark.parametrize(
    ("text", "english", "indonesian"),
    [
        ("{n:count}", "1,234", "1.234"),
        ("{gap.estimate:+.2}", "+1.25", "+1,25"),
        ("{gap:range .1}", "0.04 to 2.50", "0,04 sampai 2,50"),
        ("{share:percent?}", "–", "–"),
        ("{cost:rupiah}", "Rp 12.9 million", "Rp12,9 juta"),
        ("{when:quarter}, {day:date}", "Q3 2026, 17 August 2026", "Triwulan III 2026, 17 Agustus 2026"),
        ("{element:Element}, {element:element}", "Requirements, requirements", "Persyaratan, persyaratan"),
    ],
)
def test_a_field_is_said_as_its_language_writes_it(text, english, indonesian):
    sentence = Sentence(Part, text)
    for name, told in (("en", english), ("id", indonesian)):
        said = words(name)
        assert plain(said.tell(sentence, said.part(Part, "part"))).replace("\xa0", " ") == told


@pytest.mark.parametrize(
    ("way", "value", "told"),
    [
        ("amount", 0.5, "0.5"),  # a training of half an hour is not one of none
        ("amount", 16.0, "16"),
        ("amount", 12.5, "12.5"),
        ("amount", 338 / 12, "28"),  # a mean
        ("amount", 4 / 3, "1.3"),
        ("percent", 0.0, "0%"),
        ("percent", 0.004, "<1%"),
        ("percent", 3041 / 3058, "99%"),
        ("percent", 3050 / 3058, ">99%"),  # all but 8 are not all
        ("percent", 1.0, "100%"),
    ],
)
def test_a_number_that_is_not_nothing_or_all_is_not_said_as_such(way, value, told):
    said = words(share=value)
    assert plain(said.tell(Sentence(Part, f"{{share:{way}}}"), said.part(Part, "part"))) == told


def test_numbers_keep_their_place_and_texts_are_escaped():
    said = words()
    part = said.part(Part, "part")
    told = said.tell(Sentence(Part, "{names:names} {gap.estimate:.1} {kind}", kind={"b": "<b>"}), part)
    assert told == '&lt;A&gt;, B <data data-from="part.gap.estimate" value="1.25">1.2</data> <b>'
    assert said.tell(Sentence(Range, "{estimate:.1}"), part.rows[0]) == (
        '<data data-from="part.rows.0.estimate" value="0.5">0.5</data>'
    )


def test_what_is_missing_is_named_with_its_place():
    said = words()
    with pytest.raises(ValueError, match="part.share is missing"):
        said.tell(Sentence(Part, "{share:percent}"), said.part(Part, "part"))


def test_a_record_that_holds_something_else_is_refused_with_its_place():
    with pytest.raises(msgspec.ValidationError, match=r"Expected `str`, got `int` - at `\$.when`"):
        words(when=3).part(Part, "part")


def test_one_is_told_as_one():
    sentence = Counted(Part, "n", "{n:count} unit", "{n:count} units")
    said = words(n=1)
    assert plain(said.tell(sentence, said.part(Part, "part"))) == "1 unit"


def test_a_word_that_means_two_things_is_translated_by_its_context(monkeypatch):
    class Catalogue(language.NullTranslations):
        def pgettext(self, context, message):
            return {"of prices": "tinggi harga", "of people": "tinggi badan"}[context]

    monkeypatch.setattr(language, "translations", lambda language: Catalogue())
    assert [words().say(P_(of, "height")) for of in ("of prices", "of people")] == [
        "tinggi harga",
        "tinggi badan",
    ]

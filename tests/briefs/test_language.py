"""Numbers, quarters and money as each language writes them; a catalogue without gaps."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from markupsafe import Markup

from asn_analysis.followup.actions import Action
from asn_analysis.words.catalogues import LOCALE, catalogues, gaps, merged, messages_in_use, text
from asn_analysis.words.language import Words, plain
from asn_analysis.words.messages import ALONE, placeholders
from asn_analysis.words.texts import ACTIONS

TRANSLATED = [folder.name for folder in LOCALE.iterdir()]


def said(language: str, value: object, how: str, **options: object) -> str:
    return plain(getattr(Words({"x": value}, language), how)("x", **options))


@pytest.mark.parametrize(
    ("value", "how", "options", "indonesian", "english"),
    [
        (2.2011, "number", {}, "2,2", "2.2"),
        (2.2011, "number", {"sign": True}, "+2,2", "+2.2"),
        (-2.25, "number", {"decimals": 2}, "-2,25", "-2.25"),
        (-0.04, "number", {"sign": True}, "0,0", "0.0"),
        (0.04, "number", {"sign": True}, "0,0", "0.0"),
        (83332, "count", {}, "83.332", "83,332"),
        (0.0199, "percent", {}, "2%", "2%"),
        (1.0, "probability", {}, ">99%", ">99%"),
        (0.0001, "probability", {}, "<1%", "<1%"),
        (0.77, "probability", {}, "77%", "77%"),
        (12_853_000, "rupiah", {}, "Rp12,9 juta", "Rp 12.9 million"),
        (999_999, "rupiah", {}, "Rp1 juta", "Rp 1 million"),
        ("2026Q3", "quarter", {}, "Triwulan III 2026", "Q3 2026"),
        ("2026-09-30", "date", {}, "30 September 2026", "30 September 2026"),
        ("2026-08-17", "date", {}, "17 Agustus 2026", "17 August 2026"),
    ],
)
def test_values_as_each_language_writes_them(value, how, options, indonesian, english):
    assert said("id", value, how, **options) == indonesian
    assert said("en", value, how, **options) == english


def test_a_number_keeps_its_place_in_the_record():
    words = Words({"effect": {"estimate": 2.2011}, "rows": [{"n": 5}]}, "id")
    assert words.number("effect.estimate") == '<data data-from="effect.estimate" value="2.2011">2,2</data>'
    assert words.count("rows.0.n") == '<data data-from="rows.0.n" value="5">5</data>'


def test_hostile_text_is_escaped_but_numbers_are_not():
    words = Words({"n": 1}, "en")
    text = words.say("{name}: {n}", name="<script>alert(1)</script>{n}", n=words.count("n"))
    assert isinstance(text, Markup)
    assert "<script>" not in text
    assert "{n}" in text
    assert '<data data-from="n"' in text


def test_an_unknown_language_is_refused():
    with pytest.raises(ValueError, match="id, en"):
        Words({}, "fr")


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_translated_and_none_is_left_over(language):
    """Otherwise `make messages` puts the catalogues right, and names what is to be translated."""
    translated: dict = {}
    for name, catalogue in catalogues(LOCALE / language).items():
        messages = {(one.context, one.id): one for one in catalogue if one.id}
        assert not set(messages) & set(translated), f"{name} translates a message again"
        translated |= messages
    used = messages_in_use()
    singulars = {(ALONE, text[0]) for _, text in used if isinstance(text, tuple)}
    assert set(translated) - singulars == set(used)
    assert not list(gaps(language))
    for (_context, source), message in translated.items():
        sources, targets = (text if isinstance(text, tuple) else (text,) for text in (source, message.string))
        left_out = set(placeholders(sources[-1])) - set(placeholders(targets[0]))
        added = set(placeholders(targets[0])) - set(placeholders(sources[-1]))
        assert left_out <= {("number", "")}, source
        assert added <= {("roman", "")}, source


def test_a_list_of_one_reads_as_one_in_a_language_without_a_plural():
    for names, counted in ((("A",), False), (("A", "B"), True)):
        action = Action(1, "look_at_disagreement", "inspectorate", "2026Q4", count=len(names), names=names)
        words = Words(asdict(action), "id")
        told = plain(words.tell(ACTIONS[action.code], words.part(Action, "")))
        assert (f"{len(names)} unit" in told) == counted


def test_make_messages_has_nothing_to_do():
    for language in TRANSLATED:
        known = catalogues(LOCALE / language)
        kept = {name: text(catalogue) for name, catalogue in known.items()}
        assert {name: text(one) for name, one in merged(known, language).items()} == kept

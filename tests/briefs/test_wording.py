"""Sentences from the record: the same numbers in both languages, and never more than was found."""

from __future__ import annotations

import copy
import re

import pytest

from asn_analysis.briefs.brief import Brief
from asn_analysis.pages import canvas
from asn_analysis.words.certainty import reason
from asn_analysis.words.followup import next_steps
from asn_analysis.words.language import LANGUAGES, Words, plain
from asn_analysis.words.texts import LABELS
from asn_analysis.words.wording import effect_headline, page_title
from tests.briefs.records import variants

FORBIDDEN = re.compile(
    r"\bnan\b|(?-i:\bNone\b(?! is overdue))|-0[.,]0+\b(?!\d)|[{}]"
    r"|signifikan|significan|terbukti|\bprove|no effect|tidak berpengaruh",
    re.IGNORECASE,
)
ENGLISH_WORDS = re.compile(r"\b(the|and|of|training|points|range|quarter)\b", re.IGNORECASE)
CLAIMS_RISE = re.compile(r"menaikkan|raise[sd]|lebih tinggi|higher than expected", re.IGNORECASE)


@pytest.fixture(scope="module", autouse=True)
def undrawn():
    """Nothing here reads a picture, and 216 cities would be drawn many times over."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(canvas, "svg", lambda *drawing: "<svg/>")
        yield


@pytest.fixture(scope="module")
def records(made) -> list[dict]:
    found = list(variants(made.record("city")))
    assert len(found) >= 200
    return found


@pytest.fixture(scope="module")
def briefs(records) -> list[Brief]:
    return [Brief(record) for record in records]


@pytest.fixture(scope="module")
def first_screens(briefs) -> list[dict[str, str]]:
    return [brief.first_screen().html for brief in briefs]


@pytest.fixture(scope="module")
def pages(briefs, first_screens) -> list[dict[str, str]]:
    shown = enumerate(zip(briefs, first_screens, strict=True))
    return [parts(brief, first, whole=place % 20 == 0) for place, (brief, first) in shown]


def parts(brief: Brief, first: dict[str, str], *, whole: bool) -> dict[str, str]:
    """What a city's page says, by language; the arms and the annex, which vary little, only if ``whole``."""
    shown = [brief.what_changed(), brief.certainty(), brief.satisfaction(), brief.next_steps()]
    shown += [brief.arms(), brief.limits(), brief.annex(), brief.provenance()] if whole else []
    rest = [part.html for part in shown]
    return {language: " ".join(html[language] for html in (first, *rest)) for language in LANGUAGES}


def places(html: str) -> list[str]:
    return re.findall(r'data-from="([^"]+)"', html)


def test_both_languages_carry_the_same_numbers(pages):
    for html in pages:
        assert sorted(places(html["id"])) == sorted(places(html["en"]))
        assert places(html["id"])


def test_no_forbidden_word_no_gap_no_negative_zero(records, pages):
    for record, page in zip(records, pages, strict=True):
        for language, html in page.items():
            text = plain(html)
            assert not FORBIDDEN.search(text), (language, FORBIDDEN.search(text), record["verdict"])


def test_indonesian_pages_are_indonesian(records):
    for record in copy.deepcopy(records[::10]):
        for row in (record["follow_ups"] or {}).get("overdue", []):
            row["action"] = row["owner"] = ""
        if record["revision"]:
            record["revision"]["reason"] = ""
        brief = Brief(record)
        text = plain(parts(brief, brief.first_screen().html, whole=False)["id"])
        assert not ENGLISH_WORDS.search(text.replace("Kota Serang", "")), ENGLISH_WORDS.search(text)


def test_no_headline_contradicts_its_verdict(records):
    for record in records:
        for language in LANGUAGES:
            title = plain(effect_headline(Words(record, language)))
            label, certainty = record["verdict"]["label"], record["verdict"]["certainty"]
            if label in ("harm", "inconclusive", "adjust") or record["effect"]["refusal"]:
                assert not CLAIMS_RISE.search(title), title
            if label == "success" and certainty <= 3:
                assert not re.search(r"^(Training civil servants raises|Pelatihan ASN menaikkan)", title)


def test_simulated_data_are_named_in_title_and_first_screen(records, first_screens):
    for record, html in zip(records, first_screens, strict=True):
        for language, name in (("id", "Data simulasi"), ("en", "Simulated data")):
            words = Words(record, language)
            first = plain(html[language])
            assert (name in plain(page_title(words))) == record["data"]["simulated"]
            assert (name in first) == record["data"]["simulated"]


def test_the_first_screen_has_at_most_130_words_beside_its_picture(first_screens):
    """One reads it in half a minute: line, title, lead, three facts, what is asked for, three tasks."""
    for screen in first_screens:
        for html in screen.values():
            read = re.sub(r"<figure.*?</figure>", "", html, flags=re.DOTALL)
            assert len(re.findall(r"\w\S*", plain(re.sub(r"</(?!data|a|b)", " </", read)))) <= 130


def test_every_label_and_reason_has_its_sentence(made):
    record = made.record("city")
    words = Words(record, "id")
    for label in LABELS:
        record["verdict"]["label"] = label
        assert plain(effect_headline(words))
    for place in range(len(record["verdict"]["reasons"])):
        assert plain(reason(words, place)).endswith(".")


def test_a_range_that_ends_below_what_would_matter_says_so(made):
    """Everybody trained, no effect, -0.3 to +0.4: not that nothing is known, but less than 2.0."""
    record = made.record("city")
    record["effect"] |= {"conf_low": -0.3, "conf_high": 0.4} | dict.fromkeys(
        ("conf_low_robust", "conf_high_robust")
    )
    record["verdict"] |= {"label": "inconclusive", "reasons": [{"code": "small_not_held", "points": 0}]}
    title, why = (
        plain(text) for text in (effect_headline(Words(record, "en")), reason(Words(record, "en"), 0))
    )
    assert "less than the 2.0 points" in title
    assert why.startswith("The range ends at 0.4 points, below the 2.0 that would matter")


@pytest.mark.parametrize(
    ("label", "why", "conf_high", "told"),
    [
        ("promising", "not_yet_held", 2.8, "dipastikan oleh survei berikutnya"),
        ("promising", "size_uncertain", 2.8, "belum pasti mencapai 2,0 poin"),
        (
            "promising",
            "robust_interval_holds_zero",
            2.8,
            "belum dapat dipastikan bahwa pelatihan",
        ),
        ("adjust", "robust_interval_below_sesoi", 0.4, "belum mencapai 2,0 poin"),
        ("adjust", "robust_interval_below_sesoi", -1.3, "belum menaikkan kepuasan masyarakat: -1,9 poin"),
    ],
)
def test_the_title_says_what_is_open_and_calls_a_fall_a_fall(made, label, why, conf_high, told):
    """Beside "sure (4 of 5): up by 0.5 to 3.0" the cause is not open, only the size or the next survey."""
    record = made.record("city")
    record["effect"] |= {"estimate": -1.9 if conf_high < 0 else 1.7, "conf_low": -2.6, "conf_high": conf_high}
    record["verdict"] |= {"label": label, "reasons": [{"code": why, "points": 0}]}
    assert told in plain(effect_headline(Words(record, "id")))


def test_a_bound_that_is_not_zero_is_never_printed_as_zero():
    for low, high, told in (
        (1.7, 3.1, "1.7 to 3.1"),
        (0.036, 5.2, "0.04 to 5.20"),
        (-0.004, 0.3, "-0.004 to 0.300"),
        (0.0, 0.3, "0.0 to 0.3"),
    ):
        words = Words({"x": {"conf_low": low, "conf_high": high}}, "en")
        assert plain(words.range("x")) == told


def test_a_visit_names_the_units_that_it_is_about():
    action = {"number": 1, "code": "look_at_disagreement", "owner": "inspectorate", "due_quarter": "2026Q4"}
    for count, told in (
        (1, "Visit the unit on which complaints and survey disagree: Unit A."),
        (4, "Visit the 4 units on which complaints and survey disagree, first: Unit A, Unit B, Unit C."),
    ):
        names = [f"Unit {letter}" for letter in "ABC"[:count]]
        record = {"actions": [{**action, "count": count, "names": names}]}
        assert plain(next_steps(Words(record, "en")).rows[0][0]) == f"1. {told}"

"""A count of one takes the singular, in every sentence of the arms, the register and the actions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from asn_analysis.arms import ARMS
from asn_analysis.words.effect import event_study_sentence
from asn_analysis.words.followup import follow_up_sentence, kept_sentences, next_steps
from asn_analysis.words.language import Words, plain

# What is never one: rules set the hours, limits, quarters and surveys; fewer than five people or twenty
# forms are not told or planned; four indicators come from the survey alone; screens need many units.
NEVER_ONE = (
    "civil servants|hours|working days|quarters|surveys|people|others|forms|indicators|units; a question"
)
NOUN_OR_VERB = r"(?:[a-z]+ )?[a-z]+s(?<!ss|is|as)\b|are\b|were\b|have\b"
PLURAL = re.compile(rf"(?<![\d.,+±-])(?<!Rp )\b1 (?!(?:{NEVER_ONE})\b)(?:{NOUN_OR_VERB})")
PLACES = ("behind", "event_time")  # numbers that are no counts


def ones(value: Any, name: str = "") -> Any:
    """The record with every count set to one."""
    if isinstance(value, dict):
        return {key: ones(entry, key) for key, entry in value.items()}
    if isinstance(value, list):
        return [ones(entry, name) for entry in value]
    return 1 if type(value) is int and name not in PLACES else value


def told(record: dict[str, Any]) -> Iterator[str]:
    words = Words(record, "en")
    for arm in ARMS:
        if arm.told_in(record):
            yield from map(plain, arm.sentences(words))
            yield from map(plain, (arm.row(words).figure, arm.row(words).direction, arm.row(words).target))
        if arm.figure and arm.figure.stands_in(record):
            yield plain(arm.figure.sentence(words))
    yield plain(follow_up_sentence(words))
    yield from map(plain, kept_sentences(words))
    yield from (plain(cell) for row in next_steps(words).rows for cell in row)


def test_one_is_never_followed_by_a_plural(made):
    for scope in ("city", *made.units):
        texts = list(told(ones(made.record(scope))))
        assert len(texts) > 8
        assert not [text for text in texts if PLURAL.search(text)]


def test_the_pattern_finds_what_it_should():
    assert all(PLURAL.search(text) for text in ("1 are open.", "In 1 units with", "1 done actions"))
    assert not PLURAL.search("11 units, 2.1 points; 1 is overdue; 1 complaint was received")


def test_one_quarter_after_the_training_is_told_as_one(made):
    record = made.record()
    row = {"estimate": 1.0, "conf_low": 0.5, "conf_high": 1.5, "std_error": 0.2, "df": 9.0, "n_units": 12}
    record["event_study"] = [{"event_time": time, **row} for time in (1, 2)]
    assert plain(event_study_sentence(Words(record, "en"))).startswith("1 quarter after the training")
    record["event_study"] = [{"event_time": time, **row} for time in (0, 1)]
    assert "; 1 quarter after it" in plain(event_study_sentence(Words(record, "en")))

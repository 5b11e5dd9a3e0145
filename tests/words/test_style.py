"""What a machine can see of style in every message: length of sentences, marks, doubled words."""

from __future__ import annotations

import re

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from asn_analysis.words.catalogues import IN_CODE, LOCALE, PACKAGE, _of_codes
from asn_analysis.words.texts import CODES

# The Sekretaris Daerah reads the first screen in five minutes; these stand behind it.
LONG = ("reasons", "refusals", "checks", "changes", "judged", "beside_others", "planned_power", "lot")
LONG += ("rhythms", "province")
FAULTS = {
    "doubled space": r"\S  +\S",
    "space before a mark": r"\w [,;:.!?)](?=\s|$)",
    "doubled word": r"\b([a-z]{2,}) \1\b",
    "a range said by halves": r"\b[Aa]ntara [^.;:]{1,40}\} sampai \{",
    "hyphen as minus": r"(?<=[ (])-\d",
    "dash between words": r" -{1,2} ",
}


def texts(message: str | tuple[str, ...] | list[str]) -> list[str]:
    return [message] if isinstance(message, str) else list(message)


def pairs() -> list[tuple[list[str], list[str]]]:
    """Every message in English and in Indonesian."""
    found = []
    for path in sorted((LOCALE / "id").glob("*.po")):
        with path.open("rb") as file:
            found += [(texts(one.id), texts(one.string)) for one in read_po(file, locale="id") if one.id]
    return found


def longest(text: str) -> int:
    """Words of the longest sentence; a placeholder counts as one."""
    plain = re.sub(r"\{[^}]*\}", "N", text)
    return max(len(part.split()) for part in re.split(r"(?<=[.?!]) ", plain))


@pytest.mark.parametrize("fault", FAULTS)
def test_no_message_has_a_slip(fault):
    said = [text for pair in pairs() for side in pair for text in side]
    assert len(said) > 2500
    assert [text for text in said if re.search(FAULTS[fault], text)] == []


def test_both_languages_end_alike():
    """A sentence stays one, and a heading too."""
    ends = [(english[0], indonesian[0]) for english, indonesian in pairs()]
    assert [pair for pair in ends if (pair[0][-1] in ".?:") != (pair[1][-1] in ".?:")] == []


def test_a_sentence_says_one_thing():
    assert [text for pair in pairs() for side in pair for text in side if longest(text) > 32] == []


def test_the_first_screen_is_brief():
    path = PACKAGE / "words" / "first_screen.py"
    said = [message for _, message, *_ in extract_from_file("python", path, keywords=IN_CODE)]
    said += _of_codes({name: told for name, told in CODES.items() if name not in LONG})
    told = {one for message in said for one in texts(message)}
    assert len(told) > 100
    said = [text for english, indonesian in pairs() if told & set(english) for text in english + indonesian]
    assert [text for text in said if longest(text) > 25] == []

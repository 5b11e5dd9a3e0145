"""The terms that docs/language.md chose are those that briefs use, in every message of both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from asn_analysis.words.catalogues import LOCALE, messages_in_use

TERMS = Path(__file__).parents[2] / "docs" / "language.md"


def avoided(heading: str) -> list[str]:
    """First column of the table below a heading."""
    part = TERMS.read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    cells = [row.split("|")[1] for row in part.splitlines() if row.startswith("|")][2:]
    return [term.strip() for cell in cells for term in cell.split(",")]


def indonesian() -> list[str]:
    found = []
    for path in sorted((LOCALE / "id").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="id"):
                said = message.string
                found += [text for text in (said if isinstance(said, tuple | list) else [said]) if text]
    return found


def english() -> list[str]:
    keys = (key for _, key in messages_in_use())
    return [text for key in keys for text in (key if isinstance(key, tuple) else (key,))]


@pytest.mark.parametrize(("heading", "messages"), [("Indonesian", indonesian), ("English", english)])
def test_no_message_uses_a_term_that_was_put_aside(heading, messages):
    terms, texts = avoided(heading), messages()
    assert len(terms) >= 6 and len(texts) > 400
    word = re.compile("|".join(rf"\b{re.escape(term)}(nya)?\b" for term in terms), re.IGNORECASE)
    assert [text for text in texts if word.search(text)] == []

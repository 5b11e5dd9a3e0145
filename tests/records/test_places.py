"""What leads to a person in other ways than a name or a number, and what only looks like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asn_analysis.records.places import MAIL, find_guessed, find_mails, find_places

PIECES = [
    *" .,-<([{>)]}@\n",
    "a",
    "Budi",
    "at",
    "et",
    "dot",
    "titik",
    "com",
    "co",
    "id",
    "\u0130D",
    "\u0131nfo",
]
PIECES += ["gmail", "gma\u0131l", " at ", " et ", ".com", " dot "]


def shown(find, text: str) -> list[str]:
    return [text[one.start : one.end] for one in find(text)]


@pytest.mark.parametrize(
    ("find", "text", "found"),
    [
        (find_mails, "balas ke budi.s@contoh.co.id ya", "budi.s@contoh.co.id"),
        (find_mails, "budi (at) contoh (dot) com", "budi (at) contoh (dot) com"),
        (find_mails, "budi ( a ) kotacontoh.go.id", "budi ( a ) kotacontoh.go.id"),
        (find_places, "menabrak A 1234 BC di depan", "A 1234 BC"),
        (find_places, "di -6.1200, 106.1503 dekat pasar", "-6.1200, 106.1503"),
        (find_places, "lihat https://maps.app.goo.gl/abc", "https://maps.app.goo.gl/abc"),
        (find_guessed, "foto IMG-20260401-WA0003.jpg", "IMG-20260401-WA0003.jpg"),
        (find_guessed, "rumah di Jl. Melati No. 12", "Jl. Melati No. 12"),
        (find_guessed, "telepon (0254) 201234", "(0254) 201234"),
        (find_guessed, "ig: xqzbudi77", "xqzbudi77"),
    ],
)
def test_it_is_found_whole(find, text, found):
    assert shown(find, text) == [found]


@pytest.mark.parametrize(
    ("find", "text"),
    [
        (find_mails, "petugas ramah dan cepat"),
        (find_places, "antre 48.8566, 2.3522 menit"),  # Paris lies elsewhere
        (find_guessed, "lapor ke ig: pemkotserang"),
        (find_guessed, "jalan rusak di depan kantor"),
    ],
)
def test_what_is_nobodys_is_left(find, text):
    assert shown(find, text) == []


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_the_quick_look_passes_over_no_mail(text):
    assert shown(find_mails, text) == [found[0] for found in MAIL.finditer(text)]

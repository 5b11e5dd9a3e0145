"""File names from unit codes: safe, and different for different codes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asn_analysis.pages.names import safe_name

HOSTILE = [
    "../../evil",
    "A/B",
    "A\\B",
    "CON",
    "con",
    "NUL.txt",
    "{x}",
    "X" * 300,
    "",
    ".",
    "..",
    " ",
    "é",
    "Ａ",
    "a:b",
]


@pytest.mark.parametrize("code", ["36.73.01.1001", "PKM-01", "MPP_1"])
def test_ordinary_codes_stay_readable(code):
    assert safe_name(code) == code


@pytest.mark.parametrize("code", HOSTILE)
def test_hostile_codes_become_plain_names(code):
    name = safe_name(code)
    assert 0 < len(name) <= 64
    assert not set(name) - set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-~")
    assert not name.startswith(".")
    assert name.split(".")[0].upper() not in {"CON", "NUL"}


@given(st.lists(st.text(max_size=70) | st.sampled_from(HOSTILE), min_size=2, max_size=20, unique=True))
def test_different_codes_have_different_names_even_without_capitals(codes):
    assert len({safe_name(code).lower() for code in codes}) == len(codes)

"""Two pages of one brief beside each other: what they say alike is folded, what differs is marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from lxml import html
from markupsafe import Markup

from asn_analysis.pages.page import template_file, whole_page
from asn_analysis.words.language import Words, _
from asn_analysis.words.wording import place_name

HEADINGS = ("h1", "h2", "h3")
BLOCKS = (*HEADINGS, "h4", "p", "li", "caption", "figcaption", "dt", "dd", "summary", "tr")
NUMBER = re.compile(r"\d[\d.,]*")


@dataclass(frozen=True)
class Row:
    """A block of both pages, or how many running blocks are ``alike``."""

    before: Markup = Markup("")
    after: Markup = Markup("")
    heading: bool = False
    alike: int = 0


def beside(before: str, after: str) -> list[Row]:
    """The blocks of two pages in pairs; blocks that differ in numbers alone are the same block."""
    old, new = list(_blocks(before)), list(_blocks(after))
    was, now = ([NUMBER.sub("#", text) for _name, text in blocks] for blocks in (old, new))
    rows: list[Row] = []
    for _tag, i, j, k, l in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():  # noqa: E741
        for first, second in zip_longest(old[i:j], new[k:l], fillvalue=("", "")):
            _add(rows, first, second)
    return rows


def _add(rows: list[Row], old: tuple[str, str], new: tuple[str, str]) -> None:
    if old != new or old[0] in HEADINGS:
        rows.append(Row(*_marked(old[1], new[1]), heading=new[0] in HEADINGS))
    elif rows and rows[-1].alike:
        rows[-1] = Row(alike=rows[-1].alike + 1)
    else:
        rows.append(Row(alike=1))


def _blocks(page: str) -> Iterator[tuple[str, str]]:
    tree = html.document_fromstring(page.encode(), parser=html.HTMLParser(encoding="utf-8"))
    for element in tree.find(".//main").iter(*BLOCKS):
        if not any(above.tag in BLOCKS for above in element.iterancestors()):
            parts = element if element.tag == "tr" else (element,)
            text = " | ".join(" ".join(part.text_content().split()) for part in parts)
            if text:
                yield element.tag, text


def _marked(old: str, new: str) -> tuple[Markup, Markup]:
    """Both texts with the words that differ in ``del`` and ``ins``."""
    first, second = old.split(), new.split()
    left, right = [], []
    for tag, i, j, k, l in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():  # noqa: E741
        mark = tag != "equal"
        left.append(_words(first[i:j], "del" if mark else ""))
        right.append(_words(second[k:l], "ins" if mark else ""))
    return Markup(" ").join(filter(None, left)), Markup(" ").join(filter(None, right))


def _words(words: Sequence[str], tag: str) -> Markup:
    text = Markup.escape(" ".join(words))
    return Markup("<{0}>{1}</{0}>").format(Markup(tag), text) if tag and words else text


def beside_page(
    briefs: Mapping[str, tuple[str, str]], record: Mapping[str, Any], names: tuple[str, str], language: str
) -> str:
    """One page for these briefs: their two pages by scope; ``names`` of the runs, and the later's record."""
    words = Words(record, language)
    title = words.say(
        _("{place}: {before} beside {after}"), place=place_name(words), before=names[0], after=names[1]
    )
    rows = {scope: beside(*pages) for scope, pages in briefs.items()}
    style = template_file("beside.css")
    return whole_page(words, "beside.html.j2", title, style=style, names=names, briefs=rows)

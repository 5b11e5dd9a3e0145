"""From an executed notebook to pages: one self-contained HTML file a language, and the record."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from markupsafe import Markup
from nbformat import NotebookNode

from asn_analysis.pages.parts import PART, RECORD
from asn_analysis.pages.templates import render
from asn_analysis.words import wording
from asn_analysis.words.language import LANGUAGES, Words, _, language_name, translations

DIRECTION_MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
HEADING = re.compile(r"(#{1,6}) (.*)")
NOTHING = Markup("")
SECTION = re.compile(r'<h2 id="([^"]+)">(.*)</h2>\n\n')
CONTENTS = _("Contents")
TOLD = "told"  # the tag of a heading that pages show, in English; its catalogue is ``notebooks.po``


def record_in(notebook: NotebookNode) -> dict[str, Any]:
    """The record that the notebook shows.

    Raises
    ------
    ValueError
        If it shows none, or more than one.
    """
    found = [
        output["data"][RECORD]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if RECORD in output.get("data", {})
    ]
    if len(found) != 1:
        raise ValueError(f"The notebook shows {len(found)} records; a brief shows exactly one.")
    return json.loads(found[0])


def brief_page(notebook: NotebookNode, language: str, languages: Sequence[str] = LANGUAGES) -> str:
    """The notebook as one page that needs nothing from anywhere else.

    Raises
    ------
    ValueError
        If it shows no record or several, or a cell is tagged as a heading and is none.
    """
    words = Words(record_in(notebook), language)
    up = "../" if wording.is_city(words) else "../../"
    title, links = wording.page_title(words), _links(words, up, languages)
    outer = frame(words, title, links, workbook=workbook_name(language))
    told = _told(notebook, language)
    text = "".join((outer["head"], *told[:1], _contents(told, language), *told[1:], outer["foot"]))
    # The parts cannot know which languages are made, and so which file is the catalogue.
    catalogue = f'href="{up}{catalogue_name(language, languages)}#'
    return without_marks(text.replace('href="catalogue:', catalogue))


def _told(notebook: NotebookNode, language: str) -> list[str]:
    """What the cells say in a language, without headings of sections that are empty."""
    kept, filled = [], dict.fromkeys(range(1, 7), False)
    for cell in reversed(notebook.cells):
        if heading := _heading_of(cell):
            level = len(heading[1])
            if filled[level]:
                kept.append(_heading(heading, language))
                filled |= dict.fromkeys(range(level, 7), False)
        elif (text := _said(cell, language)).strip():
            kept.append(text)
            filled = dict.fromkeys(filled, True)
    return kept[::-1]


def _heading_of(cell: NotebookNode) -> re.Match[str] | None:
    if cell.cell_type != "markdown" or TOLD not in cell.metadata.get("tags", []):
        return None
    if heading := HEADING.match(cell.source):
        return heading
    raise ValueError(
        f'The cell "{cell.source[:40]}" is tagged "{TOLD}" and is no heading; '
        "asn.part(id=…, en=…) puts text on the page."
    )


def _heading(heading: re.Match[str], language: str) -> str:
    """A heading in the reader's language, under a name that is the same in all."""
    level, title = len(heading[1]), translations(language).pgettext("heading", heading[2])
    name = re.sub(r"\W+", "-", heading[2].replace("'", "").lower()).strip("-")
    return f'<h{level} id="{name}">{title}</h{level}>\n\n'


def _contents(told: Iterable[str], language: str) -> str:
    """A line of contents, behind the first screen."""
    titles = filter(None, map(SECTION.fullmatch, told))
    links = "\n".join(f'<a href="#{title[1]}">{title[2]}</a>' for title in titles)
    label = translations(language).gettext(CONTENTS)
    return f'<nav class="contents" aria-label="{label}">\n{links}\n</nav>\n\n'


def _said(cell: NotebookNode, language: str) -> str:
    """The parts that a cell shows, in a language."""
    return "".join(
        output.get("data", {}).get(PART, {}).get(language, "") for output in cell.get("outputs", [])
    )


def without_marks(page: str) -> str:
    """The page without invisible marks of direction: one in a name would turn the numbers after it around."""
    return DIRECTION_MARKS.sub("", page)


def workbook_name(language: str) -> str:
    """The tables of a brief's page, beside it."""
    return f"brief.{language}.xlsx"


def catalogue_name(language: str, languages: Sequence[str] = LANGUAGES) -> str:
    """The first language's catalogue is the folder's index."""
    return "index.html" if language == languages[0] else f"index.{language}.html"


def frame(
    words: Words,
    title: Markup,
    links: Sequence[dict[str, Any]],
    *,
    style: Markup = NOTHING,
    script: str = "",
    workbook: str = "",
) -> dict[str, str]:
    """What stands before and after the content of a page; its policy lets run this script alone.

    ``style`` comes on top of that of all pages, for one that is wider than text.
    """
    allowed = f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" if script else ""
    about = {"title": title, "links": links, "css": template_file("page.css") + style}
    about["running"] = wording.running_title(words)
    about["kind"] = "wide" if style else "unit" if words.record["unit"] else "city"
    return {
        "head": render("head.html.j2", words, script=allowed, **about),
        "foot": render("foot.html.j2", words, workbook=workbook),
    }


def whole_page(
    words: Words,
    template: str,
    title: Markup,
    links: Sequence[dict[str, Any]] = (),
    *,
    style: Markup = NOTHING,
    script: str = "",
    **more: Any,
) -> str:
    """A page of one template, in the frame of all pages."""
    outer = frame(words, title, links, style=style, script=script)
    body = render(template, words, title=title, **more)
    return without_marks(outer["head"] + body + outer["foot"])


def in_other_languages(
    language: str, languages: Sequence[str], address: Callable[[str], str]
) -> list[dict[str, Any]]:
    """Links to the same page in the other languages, which lie beside it."""
    return [
        {"href": address(other), "text": language_name(other), "lang": other}
        for other in languages
        if other != language
    ]


def _links(words: Words, up: str, languages: Sequence[str]) -> list[dict[str, Any]]:
    catalogue = up + catalogue_name(words.language, languages)
    return [
        {"href": catalogue, "text": words.say(_("All briefs of the quarter")), "lang": None},
        *in_other_languages(words.language, languages, "brief.{}.html".format),
    ]


@cache
def template_file(name: str) -> Markup:
    """A file that goes into pages as it is."""
    return Markup(files(__package__).joinpath("template", name).read_text(encoding="utf-8"))

"""The official *Laporan SKM* of a unit, filled from its record, as a page and as a Word file.

The chapters are made once, in ``report_chapters``; page and file show the same ones.
"""

from __future__ import annotations

import base64
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from markupsafe import Markup

from asn_analysis.pages import figures
from asn_analysis.pages.gate import refuse_personal, write_whole
from asn_analysis.pages.names import safe_name
from asn_analysis.pages.page import frame, without_marks
from asn_analysis.pages.report_chapters import Block, Picture, sections, title
from asn_analysis.pages.templates import environment
from asn_analysis.records.whole import put_whole
from asn_analysis.rules.rules import by_rules_of
from asn_analysis.words.language import LANGUAGES, Words, _, language_name, plain
from asn_analysis.words.tables import Table

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
XML_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a ZIP entry can carry


def report_page(record: Mapping[str, Any], language: str, languages: Sequence[str] = LANGUAGES) -> str:
    """The report as one page in the style of the briefs."""
    words = Words(record, language)
    links = [
        {"href": f"report.{other}.html", "text": language_name(other), "lang": other}
        for other in languages
        if other != language
    ]
    heading = title(words)
    outer = frame(words, _named(words, heading), links)
    template = environment().get_template("report.html.j2")
    simulated = words.at("data.simulated")
    body = template.render(
        words=words,
        say=words.say,
        title=heading,
        sections=sections(words),
        simulated=simulated,
        image=partial(_image, words),
    )
    return without_marks(outer["head"] + body + outer["foot"])


def _named(words: Words, heading: Markup) -> Markup:
    return words.say(_("Simulated data: {title}"), title=heading) if words.at("data.simulated") else heading


def report_docx(record: Mapping[str, Any], language: str) -> bytes:
    """The report as a Word file on A4 sheets; the same record gives the same bytes."""
    from docx import Document
    from docx.shared import Mm

    words = Words(record, language)
    heading = _text(_named(words, title(words)))
    document = Document()
    sheet = document.sections[0]
    sheet.page_width, sheet.page_height = Mm(210), Mm(297)
    sheet.left_margin = sheet.right_margin = sheet.top_margin = sheet.bottom_margin = Mm(25)
    _number_pages(sheet.footer.paragraphs[0], heading)
    document.add_heading(heading, 0)
    for section in sections(words):
        document.add_heading(_text(section.heading), section.level - 1)
        for block in section.blocks:
            _add(document, block, words)
    about = document.core_properties
    about.title, about.author, about.comments, about.language = heading[:250], "", "", language
    about.created = about.modified = datetime.fromisoformat(record["dates"]["end"])
    out = BytesIO()
    document.save(out)
    return _without_clock(out.getvalue())


def _number_pages(paragraph: Any, heading: str) -> None:
    """The running title, then a field that Word fills with the number of the page."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph.add_run(f"{heading[:160]}  |  ")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)


def _add(document: Any, block: Block, words: Words) -> None:
    if isinstance(block, Table):
        _add_table(document, block)
    elif isinstance(block, Picture):
        _add_picture(document, block, words)
    elif isinstance(block, tuple):
        for number, item in enumerate(block, start=1):  # Word's own lists would count on from list to list
            document.add_paragraph(f"{number}. {_text(item)}", style="List")
    else:
        document.add_paragraph(_text(block))


def _add_picture(document: Any, picture: Picture, words: Words) -> None:
    from docx.shared import Mm

    drawn = BytesIO(figures.png(getattr(figures, picture.draw), words, picture.height))
    shape = document.add_picture(drawn, width=Mm(120))
    shape._inline.docPr.set("descr", _text(picture.sentence))


def _image(words: Words, picture: Picture) -> Markup:
    drawn = figures.svg(getattr(figures, picture.draw), words, picture.height)
    return Markup('<img src="data:image/svg+xml;base64,{}" alt="{}" width="{}" height="{}">').format(
        base64.b64encode(drawn.encode()).decode(),
        plain(picture.sentence),
        round(figures.WIDTH * figures.DOTS),
        round(picture.height * figures.DOTS),
    )


def _add_table(document: Any, table: Table) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    document.add_paragraph(_text(table.caption), style="Caption").paragraph_format.keep_with_next = True
    grid = document.add_table(rows=0, cols=len(table.headers), style="Table Grid")
    for place, row in enumerate((table.headers, *table.rows)):
        for column, (cell, text) in enumerate(zip(grid.add_row().cells, row, strict=True)):
            paragraph = cell.paragraphs[0]
            paragraph.add_run(_text(text)).bold = place == 0
            if column >= table.n_text:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    document.add_paragraph()


def _text(markup: Markup) -> str:
    return CONTROL.sub("", without_marks(plain(markup)))


def _without_clock(package: bytes) -> bytes:
    """The same ZIP with every entry's time set to one day."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(package)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, XML_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return out.getvalue()


@by_rules_of(lambda record, *more: record["quarter"])
def write_report(record: Mapping[str, Any], out: Path, languages: Sequence[str] = LANGUAGES) -> list[Path]:
    """Write ``report.<language>.html`` and ``.docx`` of a unit beside its brief; the paths written."""
    folder = out / record["quarter"] / "units" / safe_name(record["scope"])
    pages = {f"report.{language}.html": report_page(record, language, languages) for language in languages}
    documents = {f"report.{language}.docx": report_docx(record, language) for language in languages}
    for name, content in (pages | documents).items():
        refuse_personal(name, content)  # all of them before any is written
    for name, page in pages.items():
        write_whole(folder / name, page)
    for name, document in documents.items():
        put_whole(folder / name, document)
    return [folder / name for name in sorted(pages | documents, reverse=True)]

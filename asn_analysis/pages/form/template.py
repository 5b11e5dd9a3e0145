"""``data.xlsx`` and ``dataset.yml``: the empty data set that an office fills in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml
from openpyxl import Workbook

from asn_analysis.pages.form.guide import GUIDE, LISTS, fill_guide, fill_lists
from asn_analysis.pages.form.saved import workbook_bytes
from asn_analysis.pages.form.sheets import fill_sheet
from asn_analysis.pages.form.vocabulary import file_name, headers_of, say, sheet_of
from asn_analysis.records.manifest import NAME
from asn_analysis.records.schema import ITEMS, TABLES
from asn_analysis.rules.rules import load_skm
from asn_analysis.words.language import _


@dataclass(frozen=True)
class About:
    """Whose data they will be; what is left empty is asked for by ``asn check``."""

    city: str = ""
    producer: str = ""
    licence: str = ""


def write_template(folder: Path, about: About) -> tuple[Path, ...]:
    """Write workbook and dataset.yml; a ``FileExistsError`` before anything is written over."""
    wanted = {
        folder / file_name(): workbook_bytes(template()),
        folder / NAME: manifest_text(about).encode(),
    }
    for path in wanted:
        if path.exists():
            raise FileExistsError(f"{path} is already there and stays as it is; choose another folder")
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    try:
        for path, content in wanted.items():
            with path.open("xb") as file:
                written.append(path)
                file.write(content)
    except BaseException:
        for path in written:
            path.unlink()
        raise
    return tuple(written)


def template() -> Workbook:
    """The empty workbook: a guide, one sheet a table, the words of the lists."""
    book = Workbook()
    guide = book.active
    guide.title = say(GUIDE)
    sheets = {table: book.create_sheet(sheet_of(table)) for table in TABLES}
    lists = fill_lists(book.create_sheet(say(LISTS)))
    fill_guide(guide)
    for table, sheet in sheets.items():
        fill_sheet(sheet, table, lists)
    return book


def manifest_text(about: About) -> str:
    """dataset.yml for the template's workbook, with what is to be known of each key above it."""
    return "\n".join(_manifest_lines(about)) + "\n"


def _manifest_lines(about: About) -> Iterator[str]:
    workbook = file_name()
    yield _remark(_("Whose data these are. Every brief prints these names; write no person's name."))
    yield from (_named("city", about.city), _named("producer", about.producer))
    yield _named("licence", about.licence or say(_("not for publication")))
    yield _remark(_("true only for invented data: every page then says so."))
    yield "simulated: false"
    yield _remark(_("randomised, if the order in which units were trained was drawn at random."))
    yield "rollout: staggered"
    yield _remark(_("The order of dates that are typed as texts, as the guide asks for them: 31/08/2026."))
    yield "dates: day-first"
    yield ""
    yield _remark(
        _("The column of each element. The workbook names them in words, so nothing is to be done here.")
    )
    headers = headers_of("responses")
    yield _dumped("elements", {element.name: headers[element.code] for element in load_skm().elements})
    yield _remark(
        _("The sheet of each table. A line may be deleted, but for the first three, with its sheet.")
    )
    yield "tables:"
    for table in TABLES:
        place = yaml.safe_dump(
            {"file": workbook, "sheet": sheet_of(table)}, default_flow_style=True, sort_keys=False
        )
        yield f"  {table}: {place.strip()}"
    yield _remark(_("Our name of each column, then its header. Change both together, or neither."))
    yield _dumped("columns", {table: _named_columns(table) for table in TABLES})


def _named_columns(table: str) -> dict[str, str]:
    named = headers_of(table)
    return {ours: named[ours] for ours in named if table != "responses" or ours not in ITEMS}


def _remark(message: str) -> str:
    return f"# {say(message)}"


def _named(key: str, value: str) -> str:
    return _dumped(key, value) if value.strip() else f"{key}:"


def _dumped(key: str, value: object) -> str:
    return yaml.safe_dump({key: value}, sort_keys=False, allow_unicode=True, width=1000).rstrip()

"""``make messages``: every language's catalogues follow code and templates, so that nobody edits a msgid.

A message stays in the catalogue in which it stands; a new one goes to the catalogue of its arm or room,
behind the message that precedes it in the source. One that resembles a lost one takes over its translation,
marked ``fuzzy`` until somebody has read it; lost ones are dropped. A language is a folder in ``locale/``.
Where its one form does not suit a single thing, the singular stands once more in the context "one".
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po
from babel.plural import to_gettext

from asn_analysis.records.faults import wordings
from asn_analysis.records.message import Message as Told
from asn_analysis.records.schema import TABLES
from asn_analysis.words.messages import ALONE
from asn_analysis.words.texts import codes_of

PACKAGE = Path(__file__).parents[1]
NOTEBOOKS = PACKAGE.parent / "notebooks"
LOCALE = Path(__file__).parent / "locale"
IN_CODE = {
    **{"_": None, "N_": (1, 2), "P_": ((1, "c"), 2)},
    **{"Sentence": (2,), "Counted": (3, 4), "told_at": (3,)},
}
IN_TEMPLATES = {"say": None}
KINDS = (("**.py", "python", IN_CODE), ("**.j2", "jinja2", IN_TEMPLATES))
HEADER = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: {}\\n"
"Plural-Forms: {};\\n"

"""
Key = tuple[str | None, str | tuple[str, str]]  # context, and message or singular and plural


def messages_in_use() -> dict[Key, str]:
    """Every message that can be said, in the source's order, and the catalogue where a new one belongs."""
    found: dict[Key, str] = {}
    for pattern, method, keywords in KINDS:
        told = extract_from_dir(PACKAGE, method_map=[(pattern, method)], keywords=keywords)
        for file, _line, message, _comments, context in told:
            if message:
                found.setdefault((context, message), _home(Path(file)))
    for path in (*sorted(PACKAGE.glob("arms/*/codes.yml")), PACKAGE / "words" / "codes.yml"):
        told = _of_codes(codes_of(f"{PACKAGE.name}.{'.'.join(path.relative_to(PACKAGE).parent.parts)}"))
        found |= {(None, text): f"{path.parent.name}.po" for text in told if (None, text) not in found}
    found |= {(None, template): "records.po" for template in _of_records() if (None, template) not in found}
    return found | {("heading", title): "notebooks.po" for title in _headings()}


def _of_records() -> Iterator[str]:
    """What records/tables.yml says of the tables and their columns, and faults.yml of what is wrong."""
    yield from (text for texts in wordings().values() for text in texts)
    for table in TABLES.values():
        told = (part for column in table.columns.values() for part in (column.description, column.unit))
        problems = (check.problem for check in table.checks)
        texts = (table.description, *told, *problems)
        yield from (text.template for text in texts if isinstance(text, Told))


def _of_codes(told: Mapping[Any, Any]) -> Iterator[str | tuple[str, str]]:
    """What a codes.yml says of codes; a list holds one and many, and a place in the page is none."""
    for name, text in told.items():
        if isinstance(text, Mapping):
            yield from _of_codes(text)
        elif name != "list":
            yield text if isinstance(text, str) else tuple(text)


def _headings() -> Iterator[str]:
    """Headings of the notebooks' sections, as pages show them."""
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if "told" in cell["metadata"].get("tags", []):
                yield "".join(cell["source"]).lstrip("# ")


def _home(file: Path) -> str:
    """An arm's own catalogue, or its room's."""
    return f"{file.parts[1 if file.parts[0] == 'arms' and len(file.parts) > 2 else 0]}.po"


def catalogues(folder: Path) -> dict[str, Catalog]:
    """A language's catalogues by name."""
    found = {}
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as file:
            found[path.name] = read_po(file, locale=folder.name)
    return found


def merged(known: dict[str, Catalog], language: str) -> dict[str, Catalog]:
    """The catalogues as code and templates ask for them."""
    used = messages_in_use()
    home = {_key(one): name for name, catalogue in known.items() for one in catalogue if one.id}
    singulars = {text[0]: name for (_, text), name in used.items() if isinstance(text, tuple)}
    used |= {(ALONE, one): singulars[one] for context, one in home if context == ALONE and one in singulars}
    order: dict[str, list[Key]] = {name: [] for name in {**known, **dict.fromkeys(used.values())}}
    for key, name in home.items():
        if key in used:
            order[name].append(key)
    before: Key | None = None
    for key, name in used.items():
        if key not in home:
            place = order[name].index(before) + 1 if before in order[name] else len(order[name])
            order[name].insert(place, key)
        before = key
    return {name: _updated(known.get(name), keys, language) for name, keys in order.items() if keys}


def _updated(catalogue: Catalog | None, keys: list[Key], language: str) -> Catalog:
    template = Catalog(locale=language, fuzzy=False)
    for context, message in keys:
        template.add(message, context=context)
    catalogue = catalogue or Catalog(locale=language, fuzzy=False)
    catalogue.update(template)
    return catalogue


def _key(message: Message) -> Any:
    return message.context, message.id


def text(catalogue: Catalog) -> str:
    """A catalogue as its file holds it: no dates, no places, no lines broken."""
    for one in catalogue:
        one.flags &= {"fuzzy"}
    out = BytesIO()
    write_po(out, catalogue, width=0, no_location=True, omit_header=True, ignore_obsolete=True)
    return (
        HEADER.format(
            catalogue.locale, to_gettext(Locale.parse(catalogue.locale_identifier).plural_form).rstrip(";")
        )
        + out.getvalue().decode().strip()
        + "\n"
    )


def gaps(language: str) -> Iterator[str]:
    """What somebody has to translate or to read."""
    for name, catalogue in catalogues(LOCALE / language).items():
        for one in catalogue:
            if one.id and (one.fuzzy or not all([one.string] if isinstance(one.string, str) else one.string)):
                yield f"{language}/{name}: {one.id}"


def main() -> None:
    """Bring every catalogue up to date, and list what is still to be translated."""
    for folder in filter(Path.is_dir, sorted(LOCALE.iterdir())):
        known = catalogues(folder)
        new = merged(known, folder.name)
        for name in known.keys() - new.keys():
            (folder / name).unlink()
        for name, catalogue in new.items():
            (folder / name).write_text(text(catalogue), encoding="utf-8")
        print("\n".join(gaps(folder.name)) or f"{folder.name}: complete")


if __name__ == "__main__":
    main()

"""``make docs``: the site of docs/, METHODS.md, the notebooks, the code and the commands, in build/site.

Every page is gathered from the one place where its text stands; nothing is executed, so that a build is
quick and the same each time: notebooks are shown with the outputs that they were committed with, which the
tests hold against the code.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from inspect import getdoc, isclass, ismodule
from pathlib import Path
from typing import Any

import click
from sphinx.cmd.build import build_main

import asn_analysis
from asn_analysis.cli import main as asn

DOCS = Path(__file__).parent
ROOT = DOCS.parent
NOTEBOOKS = (
    *("explore_satisfaction", "explore_impact", "explore_policy", "explore_participation"),
    "explore_rollout",
)
PUBLISHED = ("city_brief", "unit_brief")
# Where files of the repository stand in the site: those that are pages, and those from which one is made.
PAGES = {
    "README.md": "project/overview.md",
    "CONTRIBUTING.md": "project/contributing.md",
    "CHANGELOG.md": "project/changelog.md",
    "data/README.md": "reference/data.md",
    "notebooks/README.md": "tutorials/index.md",
    **{path.relative_to(ROOT).as_posix(): path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")},
}
TUTORIALS = {f"notebooks/{name}.ipynb": f"tutorials/{name}.md" for name in NOTEBOOKS + PUBLISHED}
MADE = TUTORIALS | {"METHODS.md": "methods/index.md", "data/record.schema.json": "reference/record.md"}
LINK = re.compile(r"(!?\[[^\]]*\]\()([^)#\s]+)")


def write_site(into: Path) -> int:
    """The whole site; 0 if Sphinx had nothing to complain of."""
    shutil.rmtree(into, ignore_errors=True)
    source = into / "source"
    gather(source)
    strictly = ["-q", "-W", "--keep-going", "-d", str(into / "doctrees")]
    status = build_main([*strictly, str(source), str(into / "html")])
    print(f"Open {into / 'html' / 'index.html'}" if status == 0 else "The site is not whole; see above.")
    return status


def gather(source: Path) -> None:
    """Every page as MyST Markdown, in the folders of the site."""
    shutil.copytree(DOCS / "static", source / "static")
    shutil.copy(DOCS / "conf.py", source)
    for home, page in PAGES.items():
        place(source, page, (ROOT / home).read_text(encoding="utf-8"), home)
    for home, page in TUTORIALS.items():
        place(source, page, "\n\n".join(notebook(ROOT / home)), home)
    for page, text in methods((ROOT / "METHODS.md").read_text(encoding="utf-8")):
        place(source, page, text, "METHODS.md")
    place(source, "reference/commands.md", "\n\n".join(commands()))
    place(source, "reference/record.md", "\n\n".join(record(asn_schema())))
    place(source, "reference/python.md", "\n\n".join(rooms_page(verbs())))
    for room, names in verbs().items():
        place(source, f"reference/{room}.md", "\n\n".join(room_page(room, names)))


def place(source: Path, page: str, text: str, home: str = "") -> None:
    """Write a page; what it links to in the repository is found in the site instead."""
    target = source / page
    target.parent.mkdir(parents=True, exist_ok=True)

    def led(link: re.Match[str]) -> str:
        file = os.path.normpath(Path(home).parent / link[2]).replace(os.sep, "/")
        there = (PAGES | MADE).get(file)
        if there is None:
            if not (ROOT / file).is_file():
                return link[0]  # outside the repository, or for Sphinx to complain of
            there = shutil.copy(ROOT / file, source / Path(file).name).name  # a picture
        return link[1] + "../" * page.count("/") + there

    target.write_text(LINK.sub(led, text) if home else text, encoding="utf-8")


# Tutorials


def notebook(file: Path) -> Iterator[str]:
    """A notebook's prose, code and kept outputs."""
    heading = ""
    for cell in json.loads(file.read_text(encoding="utf-8"))["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            heading = next(iter(re.findall(r"^#+ (.+)$", text, re.MULTILINE)), heading)
            yield text
            continue
        yield f"```python\n{text}\n```"
        for output in cell["outputs"]:
            yield shown(output.get("data", {}), heading)


def shown(data: dict[str, Any], heading: str) -> str:
    """One output as a reader of the notebook sees it."""
    if "image/png" in data:
        picture = base64.b64encode(base64.b64decode("".join(data["image/png"]))).decode()
        alt = f"Figure of the section {heading}".replace('"', "'")
        inside = f'<img alt="{alt}" src="data:image/png;base64,{picture}">'
    elif "text/html" in data:
        # Blank lines would end the block of HTML.
        inside = re.sub(r"\n\s*\n", "\n", "".join(data["text/html"]))
    else:
        return "```text\n" + "".join(data.get("text/plain", "")) + "\n```"
    return f'```{{raw}} html\n<div class="output">{inside}</div>\n```'


# Methods


def methods(text: str) -> Iterator[tuple[str, str]]:
    """METHODS.md, a page a method, and the page that lists them."""
    preamble, *parts = re.split(r"^## ", text, flags=re.MULTILINE)
    pages = dict(map(method, parts))
    listed = "\n".join(pages)
    yield "methods/index.md", f"{preamble}\n```{{toctree}}\n:maxdepth: 1\n\n{listed}\n```\n"
    yield from ((f"methods/{slug}.md", page) for slug, page in pages.items())


def method(part: str) -> tuple[str, str]:
    """A method's name in its address, and its page; the modules in its heading stand below it."""
    heading, body = part.split("\n", 1)
    title, _, modules = heading.partition(" (`")
    slug = re.sub(r"\W+", "-", re.sub(r"^\d+\. ", "", title).lower()).strip("-")
    where = f"\nCode: `{modules.rstrip(')')}\n" if modules else ""
    return slug, f"# {title}\n{where}" + re.sub(r"^###", "##", body, flags=re.MULTILINE)


# Reference


def commands() -> Iterator[str]:
    """The command line, as click knows it."""
    yield "# Command line"
    yield "What `asn -h` and `asn COMMAND -h` print."
    yield from command(asn, click.Context(asn, info_name="asn"))


def command(told: click.Command, context: click.Context) -> Iterator[str]:
    if not isinstance(told, click.Group):
        yield f"## `{context.command_path}`"
        yield (told.help or "").replace("\b", "").strip()
        yield f"```text\n{context.command_path} {' '.join(told.collect_usage_pieces(context))}\n```"
        records = filter(None, (option.get_help_record(context) for option in told.get_params(context)))
        yield "\n\n".join(f"`{names}`\n: {meaning or 'No more to it.'}" for names, meaning in records)
        return
    for name in told.list_commands(context):
        below = told.get_command(context, name)
        yield from command(below, click.Context(below, info_name=name, parent=context))


def asn_schema() -> dict[str, Any]:
    return json.loads((ROOT / "data" / "record.schema.json").read_text(encoding="utf-8"))


def record(schema: dict[str, Any]) -> Iterator[str]:
    """Every type of record.json and its fields, those of city and unit first."""
    yield "# record.json"
    yield (
        "Every number of a brief stands in the `record.json` beside it. Its fields, by type, printed from "
        "`data/record.schema.json`; a field that may be missing is in italics."
    )
    types = schema["$defs"]
    first = [ref["$ref"].rsplit("/", 1)[1] for ref in schema["oneOf"]]
    for name in [*first, *sorted(types.keys() - set(first))]:
        yield f"({anchor(name)})=\n## {name.removeprefix('asn_analysis.')}"
        yield rst_words(types[name].get("description", ""))
        yield fields(types[name])


def fields(told: dict[str, Any]) -> str:
    needed = told.get("required", ())
    rows = [
        f"| {f'`{field}`' if field in needed else f'*`{field}`*'} | {kind(what)} |"
        for field, what in told.get("properties", {}).items()
    ]
    return "\n".join(["| field | holds |", "|---|---|", *rows]) if rows else kind(told)


def kind(what: dict[str, Any]) -> str:
    """A type in words."""
    if "$ref" in what:
        name = what["$ref"].rsplit("/", 1)[1]
        return f"[{name.removeprefix('asn_analysis.')}](#{anchor(name)})"
    for key in ("anyOf", "oneOf"):
        if key in what:
            return " or ".join(kind(one) for one in what[key])
    if "enum" in what:
        return ", ".join(f"`{value}`" for value in what["enum"])
    if what.get("type") == "array" and isinstance(what.get("items"), dict):
        return f"list of {kind(what['items'])}"
    if what.get("type") == "object" and isinstance(what.get("additionalProperties"), dict):
        return f"by name: {kind(what['additionalProperties'])}"
    return {"null": "nothing", "integer": "whole number", "string": "text"}.get(
        what.get("type"), what.get("type", "anything")
    )


def anchor(name: str) -> str:
    return f"record-{name.lower()}"


def rst_words(docstring: str) -> str:
    """A docstring's reStructuredText as Markdown: both mark code alone."""
    return docstring.replace("``", "`")


def verbs() -> dict[str, list[str]]:
    """The public names by the room that they come from, in the order in which data walk."""
    rooms: dict[str, list[str]] = {}
    for name in asn_analysis.__all__[1:]:
        found = getattr(asn_analysis, name)
        home = found.__name__ if ismodule(found) else found.__module__
        rooms.setdefault(home.split(".")[1], []).append(name)
    return rooms


def rooms_page(rooms: Iterable[str]) -> Iterator[str]:
    yield "# Python\n\n" + getdoc(asn_analysis).split("\n\nExamples")[0]
    yield "```{toctree}\n" + "\n".join(rooms) + "\n```"


def room_page(room: str, names: list[str]) -> Iterator[str]:
    yield f"# `{room}`\n\n{getdoc(import_module(f'asn_analysis.{room}'))}"
    for name in names:
        yield f"```{{eval-rst}}\n{directive(name, getattr(asn_analysis, name))}\n```"


def directive(name: str, found: object) -> str:
    """What Sphinx is told to document."""
    if ismodule(found):
        return f".. automodule:: {found.__name__}\n   :members:"
    if isclass(found):
        return f".. autoclass:: asn_analysis.{name}\n   :members:"
    return f".. autofunction:: asn_analysis.{name}"


if __name__ == "__main__":
    sys.exit(write_site(Path(*sys.argv[1:]) if sys.argv[1:] else ROOT / "build" / "site"))

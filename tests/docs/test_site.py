"""The site of docs/ builds without a complaint, leads to what is there, and asks nobody for anything."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from html.parser import HTMLParser
from inspect import ismodule
from pathlib import Path
from urllib.parse import unquote, urlsplit

import click
import pytest

import asn_analysis
from asn_analysis.cli import main as asn
from asn_analysis.cli.places import Local
from tests.browser.chromium import Chromium
from tests.browser.conftest import chromium  # noqa: F401 - a fixture

ROOT = Path(__file__).parents[2]
FETCHED = {"link", "script", "img", "source", "iframe", "audio", "video", "embed", "object"}
HOST = re.compile(r"""(?:url\(|@import)\s*['"]?(?:https?:)?//""")


class Page(HTMLParser):
    """The places of a page, where its links lead, and what a browser fetches for it."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.places: set[str] = set()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.places.add(told.get("id", ""))
        address = told.get("href") or told.get("src") or told.get("data")
        if address:
            (self.fetched if tag in FETCHED else self.links).append(address)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    for needed in ("sphinx", "myst_parser", "furo"):
        pytest.importorskip(needed, reason="the site is built with asn-analysis[docs]")
    into = tmp_path_factory.mktemp("site")
    run = subprocess.run([sys.executable, "docs/build.py", into], cwd=ROOT, capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")  # Sphinx makes a failure of every warning
    return into / "html"


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {file: Page(file) for file in sorted(site.rglob("*.html"))}


def test_every_link_leads_to_a_page_and_a_place_in_it(pages: dict[Path, Page]):
    for file, page in pages.items():
        for link in page.links:
            target = urlsplit(link)
            if target.scheme:
                continue
            leads_to = (file.parent / unquote(target.path)).resolve() if target.path else file
            assert leads_to.is_file(), f"{file.name}: {link}"
            if target.fragment and leads_to in pages:
                assert unquote(target.fragment) in pages[leads_to].places, f"{file.name}: {link}"


def test_no_page_or_style_fetches_anything_from_another_host(site: Path, pages: dict[Path, Page]):
    for file, page in pages.items():
        for address in page.fetched:
            assert not re.match(r"(?!data:)\w+:|//", address), f"{file.name}: {address}"
    for style in site.rglob("*.css"):
        assert not HOST.search(style.read_text(encoding="utf-8")), style.name


@pytest.mark.parametrize(
    "name", ("index", "search", "tutorials/explore_impact", "reference/impact", "methods/verdict")
)
def test_a_browser_is_told_nothing_to_fetch_and_nothing_scrolls_sideways(
    chromium: Chromium,  # noqa: F811
    site: Path,
    name: str,
):
    with chromium.open((site / f"{name}.html").as_uri(), width=390, height=844) as page:
        page.run("new Promise(done => setTimeout(done, 200))")
        page.listen()
        assert {urlsplit(url).scheme for url in page.requests} <= {"file", "data"}
        assert page.messages == []
        assert page.run("document.scrollingElement.scrollWidth") == 390


def test_every_public_name_and_every_option_is_looked_up(pages: dict[Path, Page], site: Path):
    told = set().union(*(page.places for page in pages.values()))
    for name in asn_analysis.__all__[1:]:
        found = getattr(asn_analysis, name)
        assert (f"module-{found.__name__}" if ismodule(found) else f"asn_analysis.{name}") in told
    commands = (site / "reference" / "commands.html").read_text(encoding="utf-8")
    for path, command in leaves(asn, "asn"):
        assert path in commands
        for option in (option for option in command.params if isinstance(option, click.Option)):
            assert max(option.opts, key=len) in commands


def leaves(command: click.Command, path: str) -> list[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        return [(path, command)]
    context = click.Context(command)
    names = command.list_commands(context)
    return [leaf for name in names for leaf in leaves(command.get_command(context, name), f"{path} {name}")]


def test_methods_are_cut_by_heading_and_nothing_is_lost(site: Path):
    headings = re.findall(r"^## (?:\d+\. )?(.+?)(?: \(`.*)?$", (ROOT / "METHODS.md").read_text("utf-8"), re.M)
    listed = (site / "methods" / "index.html").read_text(encoding="utf-8")
    assert len(list((site / "methods").glob("*.html"))) == len(headings) + 1
    for heading in headings:
        assert heading.replace("'", "’") in listed


def shown_commands() -> list[tuple[str, str]]:
    files = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    lines = [(file.name, line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return [(name, line.strip()) for name, line in lines if re.match(r"\s*asn [a-z]", line)]


@pytest.mark.parametrize("name, line", shown_commands())
def test_a_command_that_is_shown_is_one(name: str, line: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(
        Local, "convert", lambda self, path, param, ctx: Path(path)
    )  # the reader has the files
    words = shlex.split(line, comments=True)[1:]
    command: click.Command = asn
    while isinstance(command, click.Group):
        command = command.get_command(click.Context(command), words.pop(0))
        assert command is not None, line
    command.make_context("asn", words).close()

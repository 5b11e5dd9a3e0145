"""Pages: whole in one file, readable by machines and people, every number traceable to the record."""

from __future__ import annotations

import csv
import re
from html.parser import HTMLParser
from io import StringIO
from urllib.parse import unquote

import pytest
from lxml import html

from asn_analysis.words.language import LANGUAGES, Words, plain

SCOPES = ("city", "36.73.01")
SHOWN_BY = {
    # How a place of the record may be shown; a number that is shown otherwise is a mistake.
    "count": lambda words, place: words.count(place),
    **{f"number{d}": lambda words, place, d=d: words.number(place, d) for d in range(4)},
    **{f"signed{d}": lambda words, place, d=d: words.number(place, d, sign=True) for d in range(4)},
    "percent": lambda words, place: words.percent(place),
    "percent_points": lambda words, place: words.percent_points(place),
    "probability": lambda words, place: words.probability(place),
    "rupiah": lambda words, place: words.rupiah(place),
    "year": lambda words, place: words.year(place),
    "quarter": lambda words, place: words.quarter(place),
    "short quarter": lambda words, place: words.quarter(place, short=True),
    "date": lambda words, place: words.date(place),
}


class Page(HTMLParser):
    """Tags with their attributes, text outside of style, and the text inside each ``<data>``."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.data: list[tuple[dict[str, str], str]] = []
        self.text = ""
        self.outside = ""
        self._inside: dict[str, str] | None = None
        self._silent = False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._silent = tag in ("style", "title", "code")
        if tag == "data":
            self._inside = dict(attrs)

    def handle_endtag(self, tag):
        self._silent = False
        if tag == "data":
            self._inside = None

    def handle_data(self, text):
        if self._silent:
            return
        self.text += text
        if self._inside is None:
            self.outside += text
        else:
            self.data.append((self._inside, text))

    def all(self, *names: str) -> list[dict[str, str]]:
        return [attrs for tag, attrs in self.tags if tag in names]


@pytest.fixture(scope="module", params=[(s, language) for s in SCOPES for language in LANGUAGES])
def page(request, made):
    scope, language = request.param
    return Page(made.page(scope, language)), made.record(scope), language


def test_a_page_asks_no_other_host_for_anything(page):
    parsed, _, _ = page
    for tag, attrs in parsed.tags:
        for name in ("src", "href", "data", "action", "srcset", "poster"):
            address = attrs.get(name, "")
            assert not re.match(r"(https?:)?//", address), (tag, address)
        assert tag not in ("script", "iframe", "object", "embed", "link", "base", "form")
        assert not [name for name in attrs if name.startswith("on")]
    policy = next(attrs["content"] for attrs in parsed.all("meta") if "http-equiv" in attrs)
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'unsafe-inline'")


def test_structure_that_assistive_technology_needs(page):
    parsed, _, language = page
    assert parsed.all("html") == [{"lang": language}]
    levels = [int(tag[1]) for tag, _ in parsed.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))
    for landmark in ("main", "footer"):
        assert len(parsed.all(landmark)) == 1
    assert len({attrs["aria-label"] for attrs in parsed.all("nav")}) == 2  # other pages, and contents
    assert len(parsed.all("table")) == len(parsed.all("caption")) > 0
    assert all(attrs.get("scope") in ("col", "row") for attrs in parsed.all("th"))
    assert all(len(attrs["alt"]) > 20 for attrs in parsed.all("img"))
    ids = [attrs["id"] for _, attrs in parsed.tags if "id" in attrs]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scope", SCOPES)
def test_no_caption_says_what_a_paragraph_said(made, scope, language):
    tree = html.fromstring(made.page(scope, language))
    said, captions = (
        {" ".join(element.text_content().split()) for element in tree.iter(tag)} for tag in ("p", "caption")
    )
    assert captions and not said & captions


def test_every_number_equals_the_record(page):
    parsed, record, language = page
    words = Words(record, language)
    assert len(parsed.data) > 50
    for attrs, text in parsed.data:
        place = attrs["data-from"]
        assert attrs["value"] == str(words.at(place))
        value = words.at(place)
        shown = set()
        for name, show in SHOWN_BY.items():
            if isinstance(value, str) == (name.endswith(("quarter", "date"))):
                try:
                    shown.add(plain(show(words, place)))
                except ValueError:  # a quarter is no date, and the other way round
                    continue
        assert " ".join(text.split()) in shown, (place, text)


def test_no_number_comes_from_elsewhere(page):
    """Digits outside ``<data>`` belong to names, laws, scales and versions, listed here."""
    parsed, record, _ = page
    known = [
        record["package_version"], "14 Tahun 2017", "1/9", "× 25", "25-100", "1-4", "1 sampai 4", "1 to 4",
        "95%", "SHA-256", record["licence"], "1, 2, dan 3", "1, 2 and 3",
        *(f"{word} {answer}" for word in ("sampai", "up to") for answer in (1, 2, 3)), "dari 5", "of 5",
        "dari 100 orang", "of 100 people", "angka 5 ke atas",
    ]  # fmt: skip
    text = parsed.outside
    for row in (record["follow_ups"] or {}).get("overdue", []):
        text = text.replace(row["action"], "").replace(row["owner"], "")
    for phrase in known:
        text = text.replace(phrase, "")
    left = re.findall(r".{0,30}\d.{0,30}", text)
    assert not left, left


def test_simulated_data_are_named_in_title_and_text(page):
    parsed, _, language = page
    name = {"id": "Data simulasi", "en": "Simulated data"}[language]
    assert parsed.text.count(name) >= 2  # status strip and footer


def test_pages_are_small(made):
    for scope, most in (("city", 1_500_000), ("36.73.01", 500_000)):
        for language in LANGUAGES:
            assert len(made.page(scope, language).encode()) < most


def test_the_languages_lead_to_each_other_and_to_the_catalogue(made):
    for scope in SCOPES:
        for language, other in (("id", "en"), ("en", "id")):
            links = [attrs["href"] for attrs in Page(made.page(scope, language)).all("a")]
            assert f"brief.{other}.html" in links
            for link in links:
                path, _, place = link.partition("#")
                if not link.startswith("data:"):
                    target = (made.folder(scope) / path).resolve() if path else None
                    assert target is None or target.exists(), link
                if not path:
                    assert f'id="{place}"' in made.page(scope, language), link


def test_the_catalogue_lists_every_unit_and_its_links_lead_somewhere(made):
    for name, language in (("index.html", "id"), ("index.en.html", "en")):
        parsed = Page((made.quarter / name).read_text(encoding="utf-8"))
        assert parsed.all("html") == [{"lang": language}]
        for unit in made.units:
            assert made.record(unit)["unit"]["name"] in parsed.text
        links = [attrs["href"] for attrs in parsed.all("a") if not attrs["href"].startswith(("#", "data:"))]
        assert {f"units/{unit}/brief.{language}.html" for unit in made.units} < {*links}
        assert all((made.quarter / link).exists() for link in links)


def test_figures_tell_a_rise_as_a_rise(made):
    """The alternative text of the effect's figure carries the sign of the record."""
    record = made.record("city")
    sign = "+" if record["effect"]["estimate"] > 0 else "-"
    alternatives = [attrs["alt"] for attrs in Page(made.page("city", "en")).all("img")]
    assert re.search(rf"\{sign}\d+\.\d from what was expected", alternatives[0])


def test_the_table_behind_each_figure_travels_with_the_page_as_csv(page):
    parsed, record, language = page
    addresses = [attrs for attrs in parsed.all("a") if attrs["href"].startswith("data:text/csv")]
    assert len(addresses) == len(parsed.all("img")) + bool(record.get("specifications"))
    found = {
        attrs["download"].removesuffix(".csv").split("-", 1)[1]: unquote(attrs["href"].split(",", 1)[1])
        for attrs in addresses
    }
    between = ";" if language == "id" else ","
    rows = list(csv.reader(StringIO(found["elements"].lstrip("\ufeff")), delimiter=between))[1:]
    words = Words(record, language)
    assert [(row[0], float(row[1].replace(",", "."))) for row in rows] == [
        (words.element(row["code"]), row["value"]) for row in record["elements"]
    ]
    if record.get("specifications"):  # too long to print; as an office's spreadsheet reads it
        whole = list(csv.reader(StringIO(found["all-specifications"].lstrip("\ufeff")), delimiter=between))
        assert len(whole) == 1 + len(record["specifications"])

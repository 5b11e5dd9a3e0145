# ruff: noqa: E501 - sentences are easier to read unbroken
"""The official *Laporan SKM* of a unit: a Word file, filled from its record into a template.

The templates beside this module, which an office may edit, hold the report's own prose, its tables and its place for a signature, as
docxtpl reads them (https://docxtpl.readthedocs.io). ``contents`` names all that a template may ask for.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

from asn_analysis.pages import canvas, figures
from asn_analysis.pages.form.saved import timeless
from asn_analysis.pages.gate import refuse_personal
from asn_analysis.pages.names import safe_name
from asn_analysis.pages.page import without_marks
from asn_analysis.records.folders import put_whole
from asn_analysis.rules.rules import by_rules_of
from asn_analysis.words.followup import follow_up_sentence, of_register
from asn_analysis.words.language import LANGUAGES, Words, _, plain
from asn_analysis.words.satisfaction import elements_sentence, index_sentence, trend, trend_sentence
from asn_analysis.words.texts import CHARACTERISTICS, PROMISES
from asn_analysis.words.wording import grade_name, place_name

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
PICTURES = {
    "picture_of_elements": (figures.draw_elements, 4.2, elements_sentence),
    "picture_of_trend": (figures.draw_trend, 3.4, trend_sentence),
}
PICTURE_WIDTH = 120  # mm
GROUPS = {
    "L": _("men"),
    "P": _("women"),
    "counter": _("at the counter"),
    "online": _("online"),
    "outreach": _("by outreach"),
    "swasta": _("private employee"),
    "wirausaha": _("entrepreneur"),
    "pelajar": _("student"),
    "lainnya": _("other"),
    "0-25": _("up to 25 years"),
}
LEFT_OUT = {
    "waiting": _(
        "Suggestions not printed, since they hold words that might name a person and nobody has looked at them "
        "yet: {n}. The unit marks in review.csv, beside the data, which may be printed, and makes the report again."
    ),
    "refused": _("Suggestions that the unit has decided not to print: {n}."),
}


def shipped_template(language: str) -> bytes:
    """The template of the package.

    Raises
    ------
    ValueError
        If it has none in this language.
    """
    path = files(__package__).joinpath("template", f"report.{language}.docx")
    if not path.is_file():
        raise ValueError(f'There is no report template in "{language}"; name one with --template.')
    return path.read_bytes()


def contents(words: Words) -> dict[str, Any]:
    """What a template may print, as texts in the reader's language; pictures come on top."""
    record = words.record
    plan = _plan(words)
    return _plain(
        {
            "title": words.say(
                _("Report of the public satisfaction survey (SKM): {place}, {quarter}"),
                place=place_name(words),
                quarter=words.quarter("quarter"),
            ),
            "city": record["city"],
            "place": place_name(words),
            "simulated": bool(record["data"]["simulated"]),
            "quarter": words.quarter("quarter"),
            "start": words.date("dates.start"),
            "end": words.date("dates.end"),
            "respondents": words.count("ikm.n"),
            "population": record["population"]
            and {name: words.count(f"population.{name}") for name in ("users", "sample")},
            "grades": [
                {"name": grade_name(words, row["grade"]), "at_least": words.number(f"grades.{n}.at_least", 2)}
                for n, row in enumerate(record["grades"])
            ],
            "index_sentence": index_sentence(words),
            "elements_sentence": elements_sentence(words),
            "follow_up_sentence": follow_up_sentence(words),
            "trend_sentence": trend_sentence(words),
            "elements": [_element(words, place) for place in range(len(record["elements"]))],
            "profile": [_characteristic(words, name) for name in record["profile"]],
            "withheld_note": _withheld_note(words),
            "suggestions": [
                {"text": row["text"], "n": words.count(f"suggestions.{place}.n")}
                for place, row in enumerate(record["suggestions"])
            ],
            "left_out": [
                words.say(sentence, n=words.count(f"left_out.{name}"))
                for name, sentence in LEFT_OUT.items()
                if record["left_out"][name]
            ],
            "plan": plan,
            "plan_note": of_register(words, Markup(), [list(row.values()) for row in plan]),
            "trend": [
                dict(zip(("quarter", "index", "low", "high", "grade", "n"), row, strict=True))
                for row in trend(words).rows
            ],
        }
    )


def _element(words: Words, place: int) -> dict[str, Any]:
    row = words.record["elements"][place]
    return {
        "name": words.element(row["code"]),
        "mean": words.number(f"scores.{place}.mean", 3),
        "weighted": words.number(f"scores.{place}.weighted", 3),
        "index": words.number(f"elements.{place}.value", 2),
        "grade": row["grade"],
        "answers": {side: _count(words, f"answers.{place}.n_{side}") for side in ("low", "high")},
    }


def _characteristic(words: Words, name: str) -> dict[str, Any]:
    groups = [
        {
            "name": words.say(GROUPS[row["group"]]) if row["group"] in GROUPS else row["group"],
            "n": _count(words, f"profile.{name}.{place}.n"),
        }
        for place, row in enumerate(words.record["profile"][name])
    ]
    return {"name": words.say(CHARACTERISTICS[name]).capitalize(), "groups": groups}


def _count(words: Words, place: str) -> Markup:
    return words.say(_("withheld")) if words.at(place) is None else words.count(place)


def _withheld_note(words: Words) -> Markup:
    """What "withheld" stands for, if it stands anywhere."""
    record = words.record
    counted = [row["n"] for rows in record["profile"].values() for row in rows]
    if None not in [*counted, *(n for row in record["answers"] for n in row.values())]:
        return Markup()
    told = _(
        "Groups of fewer than {fewest} people are withheld, and with them those from which they could be worked out."
    )
    return words.say(told, fewest=words.count("fewest_respondents"))


def _plan(words: Words) -> list[dict[str, Any]]:
    quarter = words.record["quarter"]
    return [
        {
            "element": words.element(row["element"]),
            "action": row["action"],
            "due": words.quarter(f"promised.{place}.due_quarter"),
            "owner": row["owner"],
            "state": words.say(PROMISES["overdue" if row["due_quarter"] < quarter else row["status"]]),
        }
        for place, row in enumerate(words.record["promised"])
    ]


def _plain(value: Any) -> Any:
    """The same with every text as plain text, which no Word file chokes on."""
    if isinstance(value, dict):
        return {name: _plain(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    return CONTROL.sub("", without_marks(plain(Markup.escape(value)))) if isinstance(value, str) else value


def report_docx(record: Mapping[str, Any], language: str, template: bytes | None = None) -> bytes:
    """The report as a Word file; the same record and template give the same bytes.

    Raises
    ------
    PersonalData
        If what the record fills in identifies a person; what the template says is the office's own word.
    ValueError
        If the template is no Word file, or asks for something that there is not.
    """
    from docxtpl import DocxTemplate

    words = Words(record, language)
    filled = contents(words)
    refuse_personal(f"report.{language}.json", json.dumps(filled, ensure_ascii=False))
    try:
        document = DocxTemplate(BytesIO(template or shipped_template(language)))
        pictures = {name: _picture(document, words, *how) for name, how in PICTURES.items()}
        places = SandboxedEnvironment(undefined=StrictUndefined)
        document.render({**filled, **pictures}, jinja_env=places, autoescape=True)
    except (TemplateError, zipfile.BadZipFile, KeyError) as error:
        known = ", ".join([*filled, *PICTURES])
        raise ValueError(
            f"The template is no Word file that can be filled: {error}. It may ask for: {known}."
        ) from None
    about = document.core_properties
    about.title, about.author, about.comments, about.language = filled["title"][:250], "", "", language
    about.created = about.modified = datetime.fromisoformat(record["dates"]["end"])
    out = BytesIO()
    document.save(out)
    return timeless(out)


def _picture(document: Any, words: Words, draw: Any, height: float, sentence: Any) -> Any:
    """A figure where the template wants it, with its text in words for who cannot see it."""
    from docx.shared import Mm
    from docxtpl import InlineImage

    told = escape(_plain(sentence(words)))

    class Told(InlineImage):
        def _insert_image(self) -> str:
            return super()._insert_image().replace("<wp:docPr ", f'<wp:docPr descr="{told}" ', 1)

    return Told(document, BytesIO(canvas.png(draw, words, height)), width=Mm(PICTURE_WIDTH))


@by_rules_of(lambda record, *more: record["quarter"])
def write_report(
    record: Mapping[str, Any],
    out: Path,
    languages: Sequence[str] = LANGUAGES,
    templates: Mapping[str, bytes] | None = None,
) -> list[Path]:
    """Write ``report.<language>.docx`` of a unit beside its brief; the paths written."""
    folder = out / record["quarter"] / "units" / safe_name(record["scope"])
    made = {
        folder / f"report.{language}.docx": report_docx(record, language, (templates or {}).get(language))
        for language in languages
    }  # all of them before any is written
    for path, document in made.items():
        put_whole(path, document)
    return list(made)

"""Templates of all pages, and what they may call."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from asn_analysis.pages.spreadsheet import table_address
from asn_analysis.words import (
    annex,
    certainty,
    effect,
    first_screen,
    followup,
    limits,
    province,
    satisfaction,
    wording,
)
from asn_analysis.words.language import Words, language_name


@cache
def environment() -> Environment:
    """Templates with every value escaped, and an error for every unknown name."""
    loaded = Environment(
        loader=PackageLoader("asn_analysis.pages", "template"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    loaded.globals.update(
        wording=wording,
        province=province,
        first=first_screen,
        effect=effect,
        certainty=certainty,
        satisfaction=satisfaction,
        follow_up=followup,
        limits=limits,
        annex=annex,
        address=table_address,
        language_name=language_name,
    )
    loaded.filters["css_string"] = css_string
    return loaded


def css_string(text: str) -> Markup:
    """Text as a CSS string that cannot end the string or the style element."""
    return Markup('"' + re.sub(r"[^\w ,.|%+-]", lambda match: f"\\{ord(match[0]):x} ", text) + '"')


def render(template: str, words: Words, **more: Any) -> str:
    """A template filled in from the words' record."""
    return (
        environment().get_template(template).render(words=words, record=words.record, say=words.say, **more)
    )

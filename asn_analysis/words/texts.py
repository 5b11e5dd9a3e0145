"""Words and sentences for what a record names by a code: codes.yml, bound to the parts that they tell of."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Any, TypeVar

from asn_analysis.followup.actions import Action
from asn_analysis.record.effect import EffectNumbers
from asn_analysis.record.parts import Plan
from asn_analysis.records.schema import TABLES
from asn_analysis.records.words import shipped
from asn_analysis.words.messages import Counted, Sentence

P = TypeVar("P")


def codes_of(package: str | None) -> dict[str, Any]:
    """The words of the codes that this room, or an arm, knows."""
    found: dict[str, Any] = shipped(files(package or __package__).joinpath("codes.yml"))
    return found


CODES = codes_of(__package__)


def sentences(
    of: type[P], texts: Mapping[Any, str | list[str]], count: str = "", **worded: Mapping[Any, str]
) -> dict[Any, Sentence[P]]:
    """A message about this part for each code; ``count`` is the field that tells one from many."""
    return {
        code: Sentence(of, text, **worded) if isinstance(text, str) else Counted(of, count, *text, **worded)
        for code, text in texts.items()
    }


LABELS = CODES["labels"]
CERTAINTY = CODES["certainty"]
DECISIONS = CODES["decisions"]
OUTCOMES = CODES["outcomes"]
CHARACTERISTICS = CODES["characteristics"]
KINDS = CODES["kinds"]
GRADES = CODES["grades"]
ESTIMATORS = CODES["estimators"]
CHOICES = CODES["choices"]
OPTIONS = CODES["options"]
SCALES = CODES["scales"]
TRENDS = CODES["trends"]
SHARED = CODES["shared"]
PROMISES = CODES["promises"]
NOT_MEASURED = CODES["not_measured"]
COMPARISONS = CODES["comparisons"]
OWNERS = CODES["owners"]
MEASURES = {code: action["measured"] for code, action in CODES["actions"].items()}
LISTS = {code: action["list"] for code, action in CODES["actions"].items()}
# The short names are abbreviations: OPD, RSUD, MPP.
UNIT_TYPES = {
    name: name if len(name) > 4 else name.upper() for name in TABLES["units"].columns["unit_type"].values
}

HEADLINES = sentences(EffectNumbers, CODES["headlines"])
PLANS = sentences(Plan, CODES["plans"])

TASKS = {code: action["task"] for code, action in CODES["actions"].items()}
ACTIONS = sentences(Action, TASKS, "count", kind=KINDS)

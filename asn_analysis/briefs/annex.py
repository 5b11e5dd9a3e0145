"""The annex's entries that are not an arm's: what stands behind the finding, the verdict and the register."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from asn_analysis.words import annex, certainty, effect, followup, satisfaction
from asn_analysis.words.language import Words, _
from asn_analysis.words.tables import Table


@dataclass(frozen=True)
class Entry:
    """What a fold of the annex holds; ``name`` is its place in the page, ``figure`` that of a figure.

    ``whole`` is a table too long to print, which the page carries as a file.
    """

    name: str
    title: Markup
    sentences: Sequence[Markup]
    tables: Sequence[Table] = ()
    figure: str | None = None
    whole: Table | None = None

    @property
    def holds(self) -> bool:
        return bool(self.sentences or self.tables)


def _entry(words: Words, name: str, title: str, *told: Any, **more: Any) -> Entry:
    """An entry of the sentences and tables that there are; a part that the record has not is no table."""
    sentences = [one for one in told if one and isinstance(one, Markup)]
    return Entry(name, words.say(title), sentences, [one for one in told if isinstance(one, Table)], **more)


def of_city(words: Words) -> list[Entry]:
    """The effect, the checks, what changed since, what others would find, the plan, the register."""
    record = words.record
    return [
        _entry(
            words,
            "effect",
            _("The effect under each allowance"),
            not record["effect"]["refusal"] and effect.threshold_sentence(words),
            record["effect"]["allowances"] and effect.effect(words),
        ),
        _entry(words, "checks", _("What was checked"), record["checks"] and certainty.checks(words)),
        _entry(
            words,
            "verdicts",
            _("The verdict from quarter to quarter"),
            annex.since_last_sentence(words),
            record["verdict"]["series"] and annex.verdicts(words),
            record["since_last"] and annex.since_last(words),
        ),
        _entry(
            words,
            "analysts",
            _("Would another analyst agree?"),
            *(annex.estimators_sentence(words), annex.digital_sentence(words)),
            *(annex.two_way_sentence(words), annex.kinds_sentence(words), annex.dose_sentence(words)),
            record["kinds"] and annex.kinds(words),
            record["unit_types"] and annex.unit_types(words),
            record["ordinal"] and annex.scoring(words),
            figure="specifications",
            whole=annex.specifications(words) if record["specifications"] else None,
        ),
        _entry(words, "plan", _("The analysis plan"), *annex.plan_sentences(words)),
        *of_unit(words),
    ]


def of_unit(words: Words) -> list[Entry]:
    """How likely each grade is, and what became of the promises; the city's brief has both too."""
    ikm, promised = words.record["ikm"], words.record["promises"]
    kept, stock = words.record["kept_promises"], words.record["follow_ups"]
    return [
        _entry(
            words,
            "grades",
            _("Probability of each grade"),
            ikm and ikm["grade_probabilities"] and satisfaction.grades(words),
        ),
        _entry(
            words,
            "follow-up",
            _("Promised actions"),
            *([followup.rises_by_itself(words)] if promised else followup.kept_sentences(words)),
            promised and followup.promises(words),
            kept and followup.by_element(words),
            kept and kept["comparisons"] and followup.beside_others(words),
            kept and stock and stock["overdue"] and followup.overdue(words),
        ),
    ]


ANNEX: Mapping[bool, Callable[[Words], list[Entry]]] = {True: of_city, False: of_unit}

"""The annex's entries that are not an arm's: what stands behind the finding, the verdict and the register."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from asn_analysis.words import annex, annex_tables, checks, effect, followup, satisfaction
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


def _entry(
    words: Words,
    name: str,
    title: str,
    sentences: Iterable[Markup] = (),
    tables: Iterable[Table | None] = (),
    figure: str | None = None,
    whole: Table | None = None,
) -> Entry:
    told = [sentence for sentence in sentences if sentence]
    return Entry(name, words.say(title), told, [table for table in tables if table], figure, whole)


def _table(words: Words, found: object, table: Callable[[Words], Table]) -> Table | None:
    return table(words) if found else None


def of_city(words: Words) -> list[Entry]:
    """The effect, the checks, what changed since, what others would find, the plan, the register."""
    record = words.record
    refused = record["effect"]["refusal"]
    return [
        _entry(
            words,
            "effect",
            _("The effect under each allowance"),
            [] if refused else [effect.threshold_sentence(words)],
            [_table(words, record["effect"]["allowances"], effect.effect)],
        ),
        _entry(
            words, "checks", _("What was checked"), tables=[_table(words, record["checks"], checks.checks)]
        ),
        _entry(
            words,
            "verdicts",
            _("The verdict from quarter to quarter"),
            [annex.since_last_sentence(words)],
            [
                _table(words, record["verdict"]["series"], annex_tables.verdicts),
                _table(words, record["since_last"], annex_tables.since_last),
            ],
        ),
        _entry(
            words,
            "analysts",
            _("Would another analyst agree?"),
            [
                *(annex.estimators_sentence(words), annex.digital_sentence(words)),
                *(annex.two_way_sentence(words), annex.kinds_sentence(words), annex.dose_sentence(words)),
            ],
            [
                _table(words, record["kinds"], annex_tables.kinds),
                _table(words, record["unit_types"], annex_tables.unit_types),
                _table(words, record["ordinal"], annex_tables.scoring),
            ],
            figure="specifications",
            whole=_table(words, record["specifications"], annex_tables.specifications),
        ),
        _entry(words, "plan", _("The analysis plan"), annex.plan_sentences(words)),
        *of_unit(words),
    ]


def of_unit(words: Words) -> list[Entry]:
    """How likely each grade is, and what became of the promises; the city's brief has both too."""
    ikm, promised = words.record["ikm"], words.record["promises"]
    told = [followup.rises_by_itself(words)] if promised else followup.kept_sentences(words)
    grades = [_table(words, ikm and ikm["grade_probabilities"], satisfaction.grades)]
    return [
        _entry(words, "grades", _("Probability of each grade"), tables=grades),
        _entry(words, "follow-up", _("Promised actions"), told, _register(words)),
    ]


def _register(words: Words) -> list[Table | None]:
    kept, stock = words.record["kept_promises"], words.record["follow_ups"]
    return [
        _table(words, words.record["promises"], followup.promises),
        _table(words, kept, followup.by_element),
        _table(words, kept and kept["comparisons"], followup.beside_others),
        _table(words, kept and stock and stock["overdue"], followup.overdue),
    ]


ANNEX: Mapping[bool, Callable[[Words], list[Entry]]] = {True: of_city, False: of_unit}

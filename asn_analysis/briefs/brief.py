"""A brief as the parts that a notebook shows: each part in every language, from one record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from markupsafe import Markup

from asn_analysis.arms import ARMS
from asn_analysis.arms.arm import Arm
from asn_analysis.arms.attempt import Attempt
from asn_analysis.pages import figures
from asn_analysis.pages.parts import EMPTY, Numbers, Part
from asn_analysis.pages.shown import shown
from asn_analysis.pages.templates import environment, render
from asn_analysis.record.schema import checked
from asn_analysis.rules.rules import by_rules_of
from asn_analysis.words import annex as annex_wording
from asn_analysis.words import annex_tables, tables, wording
from asn_analysis.words.language import LANGUAGES, Words, _


@dataclass(frozen=True)
class Figure:
    """Who draws a figure, the sentence that says what it shows, and the table behind it."""

    draw: Callable[..., None]
    sentence: Callable[[Words], Markup]
    table: Callable[[Words], tables.Table]
    height: float


FIGURES = {
    "effect": Figure(figures.draw_effect, wording.effect_sentence, tables.effect, 1.9),
    "paths": Figure(figures.draw_paths, wording.paths_sentence, tables.paths, 3.4),
    "event_study": Figure(figures.draw_event_study, wording.event_study_sentence, tables.event_study, 3.4),
    "element_effects": Figure(
        figures.draw_element_effects, wording.element_effects_sentence, tables.element_effects, 4.2
    ),
    "elements": Figure(figures.draw_elements, wording.elements_sentence, tables.elements, 4.2),
    "trend": Figure(figures.draw_trend, wording.trend_sentence, tables.trend, 3.4),
    "specifications": Figure(
        figures.draw_specifications,
        annex_wording.specifications_sentence,
        annex_tables.specifications,
        3.0,
    ),
}


ARMS_BY_NAME = {arm.name: arm for arm in ARMS}
# Optional tables, as a brief names those that it misses.
TABLES = {table: name for arm in ARMS for table, name in arm.tables.items()} | {
    "follow_ups": _("follow-up register")
}


@dataclass(frozen=True)
class ToldArm:
    """What an arm has to say in each language, and its figure (of the city's brief alone)."""

    arm: Arm
    sentences: Mapping[str, Sequence[Markup]]
    tables: Mapping[str, Sequence[tables.Table]]
    figure: Part
    paragraph: int | None

    def first(self, language: str) -> Sequence[Markup]:
        """What a brief says of it: all, or the paragraph that the city's brief has room for."""
        sentences = self.sentences[language]
        return sentences if self.paragraph is None else [Markup(" ").join(sentences[: self.paragraph])]

    def rest(self, language: str) -> Sequence[Markup]:
        """What the paragraph leaves out."""
        return () if self.paragraph is None else self.sentences[language][self.paragraph :]


@dataclass(frozen=True)
class ToldArms:
    """The arms of a record by name, and an entry for each that could not be prepared or told."""

    of: Mapping[str, ToldArm]
    left_out: Sequence[Mapping[str, str]]

    @property
    def not_told(self) -> list[str]:
        return [entry["arm"] for entry in self.left_out]


@dataclass(frozen=True)
class Brief:
    """The parts of a brief, in the order in which a notebook shows them.

    A part whose data are missing comes out empty; ``limits`` says what was left out.

    Parameters
    ----------
    record : what ``city_record`` or ``unit_record`` returns

    Examples
    --------
    >>> brief = asn.Brief(asn.city_record(inputs, analysis))
    >>> sorted(brief.effect().html)  # each part in every language
    ['en', 'id']
    """

    record: dict[str, Any]

    def first_screen(self) -> Part:
        """Finding, dials, verdict, decision, actions, what changed, status."""
        return self._part("first_screen.html.j2")

    def effect(self) -> Part:
        """The effect with its ranges against the smallest effect of interest."""
        return self._figure("effect")

    def paths(self) -> Part:
        """Trained units as observed, and as expected without the training."""
        return self._figure("paths")

    def event_study(self) -> Part:
        """The effect by quarters since the training."""
        return self._figure("event_study")

    def element_effects(self) -> Part:
        """The effect on each element."""
        return self._figure("element_effects")

    def index(self) -> Part:
        """The index in one sentence, and its change."""
        return self._part("index.html.j2") if self.record["ikm"] else EMPTY

    def elements(self) -> Part:
        """The nine elements with their ranges."""
        return self._figure("elements")

    def trend(self) -> Part:
        """The index by quarter."""
        return self._figure("trend")

    def certainty(self) -> Part:
        """Why the verdict and its certainty are what they are, and what each check found."""
        return self._part("certainty.html.j2")

    def city_finding(self) -> Part:
        """In a unit's brief: what training changed in the whole city."""
        return self._part("city_finding.html.j2")

    def arm(self, name: str) -> Part:
        """Another arm of the policy: its sentences; in the city's brief one paragraph and a figure."""
        if name in self._arms.not_told:
            return self._part("left_out.html.j2")
        if name not in self._arms.of:
            return EMPTY
        arm = self._arms.of[name]
        told = self._told("arm.html.j2", lambda words: {"paragraphs": arm.first(words.language)})
        return Part({name: told.html[name] + arm.figure.html[name] for name in LANGUAGES})

    def arms(self) -> Part:
        """In a unit's brief: every other arm of the policy that concerns the unit."""
        return self._told(
            "arms.html.j2",
            lambda words: {
                "arms": [
                    (told.arm.title, told.sentences[words.language])
                    for told in self._arms.of.values()
                    if told.arm.unit and told.arm.unit.in_chapter
                ]
            },
        )

    def annex(self) -> Part:
        """What else there is to say of the other arms of the policy, and the tables behind them."""
        return self._told(
            "arm_annex.html.j2",
            lambda words: {
                "arms": [
                    (told.arm.title, told.rest(words.language), told.tables[words.language])
                    for told in self._arms.of.values()
                ]
            },
        )

    @cached_property
    def _arms(self) -> ToldArms:
        """Every arm, told whole before any of it is shown: one that cannot be is left out everywhere."""
        attempt = Attempt(self.record["left_out"])
        told = {arm.name: attempt(arm.name, self._tell, arm) for arm in ARMS if arm.told_in(self.record)}
        return ToldArms({name: arm for name, arm in told.items() if arm}, attempt.left_out)

    @by_rules_of(lambda brief, *more: brief.record["quarter"])
    def _tell(self, arm: Arm) -> ToldArm:
        told, spoken = arm.told_in(self.record), [Words(self.record, language) for language in LANGUAGES]
        return ToldArm(
            arm,
            {words.language: arm.sentences(words) for words in spoken},
            {words.language: arm.annex(words) for words in spoken},
            self._figure(arm.name),
            told.paragraph,
        )

    def follow_up(self) -> Part:
        """Promised actions, whether their elements moved, and the next ones."""
        return self._part("follow_up.html.j2")

    def limits(self) -> Part:
        """What the brief cannot say, and what it left out."""
        return self._part(
            "limits.html.j2",
            absent=[TABLES[name] for name in self.record["missing_tables"]],
            left_out=[ARMS_BY_NAME[name].title for name in self._arms.not_told],
        )

    def verdicts(self) -> Part:
        """The verdict at the end of each quarter, and revisions named."""
        return self._part("verdicts.html.j2")

    def changes(self) -> Part:
        """What changed since the last brief, in parts that add up."""
        return self._part("changes.html.j2")

    def plan(self) -> Part:
        """The analysis plan's state and every deviation from it."""
        return self._part("plan.html.j2")

    def estimators(self) -> Part:
        """What other estimators say, chance, and what the usual method would have said."""
        return self._part("estimators.html.j2") if self.record["estimators"] else EMPTY

    def groups(self) -> Part:
        """The effect by kind of training, hours and type of unit."""
        return self._part("groups.html.j2") if self.record["estimators"] else EMPTY

    def scoring(self) -> Part:
        """The effect on each element without scoring the answers."""
        return self._part("scoring.html.j2") if self.record["ordinal"] else EMPTY

    def specifications(self) -> Part:
        """Would another analyst agree?"""
        return self._figure("specifications")

    def provenance(self) -> Part:
        """Where the numbers come from: data, rules, formula, version."""
        return self._part("provenance.html.j2")

    def numbers(self) -> Numbers:
        """The record, for the batch to keep beside the page."""
        return Numbers(checked({**self.record, "left_out": list(self._arms.left_out)}))

    @by_rules_of(lambda brief, *more: brief.record["quarter"])
    def _part(self, template: str, **more: Any) -> Part:
        return Part(
            {language: render(template, Words(self.record, language), **more) for language in LANGUAGES}
        )

    @by_rules_of(lambda brief, *more: brief.record["quarter"])
    def _told(self, template: str, parts: Callable[[Words], dict[str, Any]]) -> Part:
        told = (Words(self.record, language) for language in LANGUAGES)
        return Part({words.language: render(template, words, **parts(words)) for words in told})

    @by_rules_of(lambda brief, *more: brief.record["quarter"])
    def _figure(self, name: str) -> Part:
        if name == "effect" and self.record["effect"]["refusal"]:
            return self._part("refused.html.j2")
        figure = _figure_of(name, self.record)
        if figure is None:
            return EMPTY
        spoken = (Words(self.record, language) for language in LANGUAGES)
        return Part(
            {
                words.language: shown(
                    words, name, figure.draw, figure.height, figure.sentence(words), figure.table(words)
                )
                for words in spoken
            }
        )


def _figure_of(name: str, record: dict[str, Any]) -> Figure | None:
    """A figure of the core, or an arm's of this record."""
    if name in FIGURES:
        return FIGURES[name] if record.get(name) else None
    arm = ARMS_BY_NAME[name]
    drawn = arm.figure_in(record)
    if drawn is None:
        return None
    return Figure(
        lambda words, axes: drawn.draw(words, arm.part(words), axes),
        lambda words: drawn.sentence(words, arm.part(words)),
        lambda words: drawn.table(words, arm.part(words)),
        drawn.height,
    )


def warm_up() -> None:
    """Do once what every brief would do first: compile templates, read catalogues, look up fonts, formats."""
    for name in environment().list_templates(["j2"]):
        if "/" not in name:  # nbconvert's
            environment().get_template(name)
    for language in LANGUAGES:
        figures.svg(figures.draw_nothing, Words({}, language), 1.0)

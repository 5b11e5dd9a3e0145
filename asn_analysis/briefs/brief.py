"""A brief as the parts that a notebook shows: each part in every language, from one record."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from markupsafe import Markup

from asn_analysis.arms import PARAGRAPH, TITLES, UNIT_ARMS, Drawn, telling
from asn_analysis.arms.attempt import Attempt
from asn_analysis.briefs import beside
from asn_analysis.pages import figures
from asn_analysis.pages.parts import EMPTY, Numbers, Part
from asn_analysis.pages.templates import environment, render
from asn_analysis.words import annex as annex_wording
from asn_analysis.words import annex_tables, tables, wording
from asn_analysis.words.language import LANGUAGES, Words, plain

FIGURES = {
    "effect": Drawn(figures.draw_effect, wording.effect_sentence, tables.effect, 1.9),
    "paths": Drawn(figures.draw_paths, wording.paths_sentence, tables.paths, 3.4),
    "event_study": Drawn(figures.draw_event_study, wording.event_study_sentence, tables.event_study, 3.4),
    "element_effects": Drawn(
        figures.draw_element_effects, wording.element_effects_sentence, tables.element_effects, 4.2
    ),
    "elements": Drawn(figures.draw_elements, wording.elements_sentence, tables.elements, 4.2),
    "trend": Drawn(figures.draw_trend, wording.trend_sentence, tables.trend, 3.4),
    "specifications": Drawn(
        figures.draw_specifications,
        annex_wording.specifications_sentence,
        annex_tables.specifications,
        3.0,
    ),
}


@dataclass(frozen=True)
class ToldArm:
    """What an arm has to say in each language, and its figure (of the city's brief alone)."""

    sentences: Mapping[str, Sequence[Markup]]
    tables: Mapping[str, Sequence[tables.Table]]
    figure: Part


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
        if self.record["scope"] != "city":
            return self._told("arm.html.j2", lambda words: {"paragraphs": arm.sentences[words.language]})
        paragraph = self._told(
            "arm.html.j2",
            lambda words: {
                "paragraphs": [Markup(" ").join(arm.sentences[words.language][: PARAGRAPH.get(name)])]
            },
        )
        return Part({name: paragraph.html[name] + arm.figure.html[name] for name in LANGUAGES})

    def arms(self) -> Part:
        """In a unit's brief: every other arm of the policy that concerns the unit."""
        return self._told(
            "arms.html.j2",
            lambda words: {
                "arms": [
                    (TITLES[name], self._arms.of[name].sentences[words.language])
                    for name in UNIT_ARMS
                    if name in self._arms.of
                ]
            },
        )

    def annex(self) -> Part:
        """What else there is to say of the other arms of the policy, and the tables behind them."""
        return self._told(
            "arm_annex.html.j2",
            lambda words: {
                "arms": [
                    (TITLES[name], self._notes(words, name), told.tables[words.language])
                    for name, told in self._arms.of.items()
                ]
            },
        )

    def _notes(self, words: Words, name: str) -> Sequence[Markup]:
        """What the city's paragraph on an arm leaves out; a unit's brief has told all of it."""
        if self.record["scope"] != "city" or name not in PARAGRAPH:
            return ()
        return self._arms.of[name].sentences[words.language][PARAGRAPH[name] :]

    @cached_property
    def _arms(self) -> ToldArms:
        """Every arm, told whole before any of it is shown: one that cannot be is left out everywhere."""
        attempt = Attempt(self.record["left_out"])
        told = {name: attempt(name, self._tell, name) for name in TITLES if self.record.get(name)}
        return ToldArms({name: arm for name, arm in told.items() if arm}, attempt.left_out)

    def _tell(self, name: str) -> ToldArm:
        arm, words = telling(name), [Words(self.record, language) for language in LANGUAGES]
        sentences = {one.language: arm.sentences(one) for one in words}
        figure = self._figure(name) if self.record["scope"] == "city" else EMPTY
        return ToldArm(sentences, {one.language: arm.annex(one) for one in words}, figure)

    def follow_up(self) -> Part:
        """Promised actions, whether their elements moved, and the next ones."""
        return self._part("follow_up.html.j2")

    def limits(self) -> Part:
        """What the brief cannot say, and what it left out."""
        return self._part("limits.html.j2", left_out=[TITLES[name] for name in self._arms.not_told])

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
        return Numbers({**self.record, "left_out": list(self._arms.left_out)})

    def _part(self, template: str, **more: Any) -> Part:
        return Part(
            {language: render(template, Words(self.record, language), **more) for language in LANGUAGES}
        )

    def _told(self, template: str, parts: Callable[[Words], dict[str, Any]]) -> Part:
        told = (Words(self.record, language) for language in LANGUAGES)
        return Part({words.language: render(template, words, **parts(words)) for words in told})

    def _figure(self, name: str) -> Part:
        if name == "effect" and self.record["effect"]["refusal"]:
            return self._part("refused.html.j2")
        if name not in self._drawings:
            return EMPTY
        figure, drawings = _figure_of(name), self._drawings[name]
        html = {}
        for language in LANGUAGES:
            words = Words(self.record, language)
            drawn = base64.b64encode(drawings[language]().encode()).decode()
            html[language] = render(
                "figure.html.j2",
                words,
                name=name,
                source=f"data:image/svg+xml;base64,{drawn}",
                sentence=figure.sentence(words),
                alternative=plain(figure.sentence(words)),
                table=figure.table(words),
                height=round(figure.height * figures.DOTS),
                width=round(figures.WIDTH * figures.DOTS),
            )
        return Part(html)

    @cached_property
    def _drawings(self) -> dict[str, dict[str, Callable[[], str]]]:
        """Figure to language to its drawing; those in the last language are drawn beside the others."""
        *first, last = LANGUAGES
        return {
            name: {
                **{language: partial(_draw, name, self.record, language) for language in first},
                last: beside.begin(_draw, name, self.record, last),
            }
            for name in (*FIGURES, *TITLES)
            if _can_be_drawn(name, self.record)
        }


def _figure_of(name: str) -> Drawn | None:
    return FIGURES[name] if name in FIGURES else telling(name).FIGURE


def _can_be_drawn(name: str, record: dict[str, Any]) -> bool:
    if name == "effect" and record["effect"]["refusal"]:
        return False
    figure = record.get(name) and _figure_of(name)
    return bool(figure) and all(record[name].get(part) for part in figure.needs)


def _draw(name: str, record: dict[str, Any], language: str) -> str:
    figure = _figure_of(name)
    return figures.svg(figure.draw, Words(record, language), figure.height)


def warm_up() -> None:
    """Do once what every brief would do first: compile templates, read catalogues, look up fonts, formats."""
    for name in environment().list_templates(["j2"]):
        if "/" not in name:  # nbconvert's
            environment().get_template(name)
    for language in LANGUAGES:
        figures.svg(figures.draw_nothing, Words({}, language), 1.0)

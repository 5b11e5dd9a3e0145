"""A brief as the parts that a notebook shows: each part in every language, from one record."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from markupsafe import Markup

from asn_analysis.arms import ARMS
from asn_analysis.arms.arm import Arm, Figure, Row
from asn_analysis.arms.preparing import Attempt
from asn_analysis.briefs.annex import ANNEX, Entry
from asn_analysis.pages import canvas, figures
from asn_analysis.pages.canvas import Shown, shown
from asn_analysis.pages.names import safe_name
from asn_analysis.pages.parts import Numbers, Part
from asn_analysis.pages.templates import environment, render
from asn_analysis.record.schema import checked
from asn_analysis.rules.rules import by_rules_of, load_actions, load_analysis
from asn_analysis.words import annex as annex_wording
from asn_analysis.words import effect, first_screen, limits, satisfaction, tables
from asn_analysis.words.language import LANGUAGES, NONE, Words, _

FIRST = 2.3  # inches: the height of a figure on the first screen
OF_CORE = (
    Figure("paths", figures.draw_paths, first_screen.paths_sentence, effect.paths, FIRST),
    Figure("event_study", figures.draw_event_study, effect.event_study_sentence, effect.event_study, 3.8),
    Figure(
        "element_effects",
        figures.draw_element_effects,
        effect.element_effects_sentence,
        effect.element_effects,
        3.8,
    ),
    Figure("elements", figures.draw_elements, satisfaction.elements_sentence, satisfaction.elements, 3.8),
    Figure("trend", figures.draw_trend, satisfaction.trend_sentence, satisfaction.trend, 3.8),
    Figure(
        "places",
        figures.draw_places,
        satisfaction.places_sentence,
        satisfaction.places,
        figures.height_of_places,
    ),
    Figure(
        "specifications",
        figures.draw_specifications,
        annex_wording.specifications_sentence,
        annex_wording.estimators,
        3.0,
    ),
)
FIGURES = {figure.of: figure for figure in OF_CORE}
IN_PARTS = ("figure", "table")  # templates inside those of a brief's parts, which are named as the parts are
ARMS_BY_NAME = {arm.name: arm for arm in ARMS}
# Optional tables, as a brief names those that it misses.
TABLES = {table: name for arm in ARMS for table, name in arm.tables.items()} | {
    "follow_ups": _("follow-up register")
}


@dataclass(frozen=True)
class ToldArm:
    """What an arm has to say in a language: its row, all its sentences and its tables, and its figure."""

    arm: Arm
    row: Row
    entry: Entry
    figure: Shown | None


@dataclass(frozen=True)
class Brief:
    """The parts of a brief, in the order in which a notebook shows them.

    A part whose data are missing comes out empty; ``limits`` says what was left out.

    Parameters
    ----------
    record : what ``city_record`` or ``unit_record`` returns
    language : in which a notebook shows the parts ("id", "en"); pages are made in all

    Examples
    --------
    >>> brief = asn.Brief(asn.city_record(inputs, analysis))
    >>> sorted(brief.what_changed().html)  # each part in every language
    ['en', 'id']
    """

    record: dict[str, Any]
    language: str = LANGUAGES[0]

    def first_screen(self) -> Part:
        """Finding, figure, facts, what is asked for, and who does what."""
        figure = FIGURES["paths" if self.record["unit"] is None else "trend"]
        return self._part("first_screen.html.j2", figure=lambda words: self._shown(figure, words, FIRST))

    def what_changed(self) -> Part:
        """City: the effect with its ranges, when it came, and in which elements."""
        return self._part("what_changed.html.j2", "event_study", "element_effects")

    def certainty(self) -> Part:
        """City: how sure, why, and what is not met; verdicts that later data would change."""
        return self._part("certainty.html.j2")

    def satisfaction(self) -> Part:
        """The index, its change, quarters and elements; of the city also where it is low."""
        own = ("trend", "elements", "places") if self.record["unit"] is None else ("elements",)
        return self._part("satisfaction.html.j2", *own)

    def arms(self) -> Part:
        """Every other arm of the policy in one table: figure, direction, target, action."""
        return self._part("arms.html.j2", table=self._arm_table)

    def training(self) -> Part:
        """Unit: what training changed in the whole city, and the trainings of this unit."""
        return self._part("training.html.j2")

    def next_steps(self) -> Part:
        """Promised actions, whether their elements moved, and the next ones."""
        return self._part("next_steps.html.j2")

    def limits(self) -> Part:
        """What the brief cannot say, and what it left out."""
        left_out = [ARMS_BY_NAME[entry["arm"]].title for entry in self._arms[1]]
        absent = [TABLES[name] for name in self.record["missing_tables"]]
        return self._part("limits.html.j2", absent=absent, left_out=left_out)

    def annex(self) -> Part:
        """What stands behind all this: folded on the screen, printed behind the brief."""
        return self._part("annex.html.j2", entries=self._entries)

    def provenance(self) -> Part:
        """Where the numbers come from: data, rules, formula, version."""
        return self._part("provenance.html.j2")

    def numbers(self) -> Numbers:
        """The record, for the batch to keep beside the page."""
        return Numbers(checked({**self.record, "left_out": list(self._arms[1])}))

    @cached_property
    def _words(self) -> list[Words]:
        """The record in every language; what one part of the brief asks of it is kept for the others."""
        return [Words(self.record, language) for language in LANGUAGES]

    @cached_property
    def _arms(self) -> tuple[list[dict[str, ToldArm]], list[dict[str, str]]]:
        """The arms by language, and an entry for each that could not be told.

        Every arm is told whole before any of it is shown: one that cannot be is left out everywhere.
        """
        attempt = Attempt(self.record["left_out"])
        told = [attempt(arm.name, self._tell, arm) for arm in ARMS if arm.told_in(self.record)]
        return [arm for arm in told if arm], attempt.left_out

    @by_rules_of(lambda brief, *more: brief.record["quarter"])
    def _tell(self, arm: Arm) -> dict[str, ToldArm]:
        told = {}
        for words in self._words:
            row, sentences = arm.row(words), arm.sentences(words)
            entry = Entry(arm.name, words.say(arm.title), sentences, arm.annex(words))
            told[words.language] = ToldArm(arm, row, entry, self._shown(arm.figure, words))
        return told

    def _arm_table(self, words: Words) -> tables.Table | None:
        told, left_out = self._arms
        rows = [_arm_row(words, one[words.language]) for one in told]
        titles = [words.say(ARMS_BY_NAME[entry["arm"]].title) for entry in left_out]
        rows += [[title, limits.left_out(words), NONE, NONE, NONE] for title in titles]
        heads = (_("arm"), _("figure"), _("direction"), _("target"), _("next step"))
        caption = words.say(_("The policy's other arms this quarter"))
        table = tables.Table(caption, tables.headers(words, *heads), rows, n_text=5)
        return table.without_empty() if rows else None

    def _entries(self, words: Words) -> list[tuple[Entry, Shown | None]]:
        own = ANNEX[self.record["unit"] is None](words)
        core = [(entry, self._shown(FIGURES.get(entry.figure or ""), words)) for entry in own]
        arms = [(one[words.language].entry, one[words.language].figure) for one in self._arms[0]]
        return [(entry, shown) for entry, shown in (*core, *arms) if entry.holds or shown]

    @by_rules_of(lambda brief, *more: brief.record["quarter"])
    def _part(self, template: str, *drawn: str, **more: Any) -> Part:
        """A template in every language, with figures and more; what is a function is asked for its words."""
        html = {}
        for words in self._words:
            found = {name: self._shown(FIGURES[name], words) for name in drawn}
            told = {name: one(words) if callable(one) else one for name, one in more.items()}
            html[words.language] = render(template, words, figures=found, address_of=safe_name, **told)
        return Part(html, self.language)

    def _shown(self, figure: Figure | None, words: Words, height: float | None = None) -> Shown | None:
        if figure is None or not figure.stands_in(self.record):
            return None
        size = figure.height(self.record) if callable(figure.height) else figure.height
        told = figure.sentence(words), figure.table(words)
        return shown(words, figure.of.partition(".")[0], figure.draw, height or size, *told)


def _arm_row(words: Words, told: ToldArm) -> list[Markup]:
    """An arm's row, with the step that is proposed about it, as the next steps number it."""
    codes = [action["code"] for action in words.record["actions"]]
    place = next((codes.index(code) for code in told.row.actions if code in codes), None)
    action = NONE if place is None else _step(words, place)
    title = Markup('<a href="#{}">{}</a>').format(told.arm.name, words.say(told.arm.title))
    return [title, told.row.figure, told.row.direction, told.row.target, action]


def _step(words: Words, place: int) -> Markup:
    step = words.say(_("step {number}"), number=words.count(f"actions.{place}.number"))
    return Markup('<a href="#next-steps">{}</a>').format(step)


def warm_up() -> None:
    """Do once what every brief would do first: read rules and words, compile templates, look up fonts."""
    load_analysis()
    load_actions()
    for name in environment().list_templates(["j2"]):
        if hasattr(Brief, part := name.removesuffix(".html.j2")) or part in IN_PARTS:
            environment().get_template(name)
    for language in LANGUAGES:
        canvas.svg(figures.draw_nothing, Words({}, language), 1.0)

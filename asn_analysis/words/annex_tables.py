"""The annex's tables."""

from __future__ import annotations

from markupsafe import Markup

from asn_analysis.followup.changes import Parts
from asn_analysis.impact.specification import DIMENSIONS
from asn_analysis.record.effect import CutPoints, Group, Named, Specification
from asn_analysis.record.parts import Then
from asn_analysis.record.schema import Source
from asn_analysis.words.language import NONE, Words, _
from asn_analysis.words.tables import Listing, Table
from asn_analysis.words.texts import CHOICES, ESTIMATORS, KINDS, LABELS, OPTIONS, UNIT_TYPES

RANGE = ((_("estimate"), "estimate:+.2"), (_("low"), "conf_low:+.2"), (_("high"), "conf_high:+.2"))
verdicts = Listing(
    Then,
    _("The verdict at the end of each quarter; effect in points with its conservative range"),
    (_("quarter"), "quarter:quarter"),
    (_("with today's data"), "label", LABELS),
    (_("as published"), "published", {None: NONE, **LABELS}),
    (_("estimate"), "estimate:+.1"),
    (_("low"), "conf_low_robust:+.1"),
    (_("high"), "conf_high_robust:+.1"),
    n_text=3,
    at="verdict.series",
)
estimators = Listing(
    Named,
    _("Effect on the index by other estimators, in points"),
    (_("estimator"), "name", ESTIMATORS),
    *RANGE,
    at="estimators",
)
kinds = Listing(
    Group,
    _("Effect by kind of training, in points"),
    (_("kind"), "term", KINDS),
    *RANGE,
    (_("units"), "n_units:count"),
    at="kinds",
)
unit_types = Listing(
    Group,
    _("Effect by type of unit, in points"),
    (_("type"), "term", UNIT_TYPES),
    *RANGE,
    (_("units"), "n_units:count"),
    at="unit_types",
)
scoring = Listing(
    CutPoints,
    _("Effect on the share of answers up to 1, 2 and 3, in percentage points"),
    (_("element"), "code:Element"),
    (_("up to 1"), "at_most_1:+percent"),
    (_("up to 2"), "at_most_2:+percent"),
    (_("up to 3"), "at_most_3:+percent"),
    at="ordinal",
)
specifications = Listing(
    Specification,
    _("Every way to analyse the data that was declared beforehand; effect in points"),
    *((CHOICES[name], name, OPTIONS) for name in DIMENSIONS),
    *RANGE,
    n_text=len(DIMENSIONS),
    at="specifications",
)


def _by_chance(words: Words, part: Parts) -> Markup:
    return NONE if part.chance is None else Markup("±{}").format(words.field(part, "chance", ".2"))


SINCE_LAST = Listing(
    Parts,
    _("From the last brief to this one, in points; chance variation is that of the new respondents"),
    (_("last brief"), "before:.2"),
    (_("method or rules"), "method:+.2"),
    (_("revised data"), "revised:+.2"),
    (_("new respondents"), "new:+.2"),
    (_("other units"), "mix:+.2"),
    (_("this brief"), "now:.2"),
    (_("chance"), _by_chance),
)
FORMULAS = {
    "measures.survey.survey_index": _("mean of each element × 1/9, summed, × 25"),
    "measures.panel.complete": _("units surveyed, of all and of the usual number"),
    "measures.index_change.index_change": _("mean change of the units surveyed in both quarters"),
    "impact.estimate.estimate_effect": _("observed minus expected, mean over trained cells by respondents"),
    "impact.multiplicity.simultaneous": _("the same for each element; ranges hold for all at once"),
    "impact.average.effects_by": _("the same within each group"),
    "impact.average.dose_slope": _("change of the effect for one more lesson hour"),
    "impact.annex.beside_the_headline": _("other estimators on the same cells"),
    "impact.specification.specification_curve": _("the effect under every combination of choices"),
    "impact.study.analyse": _("each check on the same cells"),
    "impact.verdict.decide": _("rule of the verdict, in METHODS.md"),
    "followup.changes.split_change": _("numbers made again step by step, and subtracted"),
    "impact.power.plan_power": _("simulated from the city's own variation"),
    "followup.cost.cost_per_point": _("cost of the trainings divided by points gained"),
    "record.core.held": _("counts and means of the trainings recorded"),
    "records.intake.read_dataset": _("as recorded"),
    "followup.register.take_stock": _("count of promised actions by state"),
    "followup.actions.propose": _("rules on the weakest element, promises and verdict"),
    "briefs.record.city_record": _("taken from the city's record"),
}
sources = Listing(
    Source,
    _("Where each number comes from"),
    (_("part of the record"), lambda words, row: _code(", ".join(row.parts))),
    (_("formula"), lambda words, row: words.say(FORMULAS.get(row.function, _("as METHODS.md describes")))),
    (_("function"), lambda words, row: _code(row.function)),
    (_("rows used"), "rows:count"),
    (_("their hash"), lambda words, row: NONE if row.rows is None else _code(row.sha256)),
    n_text=3,
    at="sources",
)


def _code(text: str) -> Markup:
    return Markup("<code>{}</code>").format(text)


def since_last(words: Words) -> Table:
    """The parts of the change since the last brief."""
    titles = (("index", _("index")), ("effect", _("effect of training")))
    known = [(name, title) for name, title in titles if words.at(f"since_last.{name}") is not None]
    rows = [(title, words.part(Parts, f"since_last.{name}")) for name, title in known]
    return SINCE_LAST.titled(words, _("number"), rows)

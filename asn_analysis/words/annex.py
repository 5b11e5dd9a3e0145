"""The annex's sentences and tables, made from the record alone."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from asn_analysis.followup.changes import Parts
from asn_analysis.impact.specification import DIMENSIONS
from asn_analysis.record import effect
from asn_analysis.record.parts import Disclosure, Lot, Plan, SinceLast, Then, UnitName
from asn_analysis.record.schema import Source
from asn_analysis.words import texts
from asn_analysis.words.effect import BOUNDS
from asn_analysis.words.language import NONE, Words, _, told_at
from asn_analysis.words.messages import Sentence
from asn_analysis.words.tables import Listing, Table

REVISED = Sentence(
    Then,
    'Revision: the brief of {quarter:quarter} said "{published}"; with today\'s data it would say "{label}".',
    published=texts.LABELS,
    label=texts.LABELS,
)
estimators_sentence = told_at(
    "randomisation",
    effect.Randomisation,
    "Had the order of training been drawn again ({draws:count} times), a difference this clear would "
    "come up with a probability of {p_value:.3}.",
)
two_way_sentence = told_at(
    "two_way",
    effect.TwoWay,
    "The usual method (two-way fixed effects) would have said {estimate:+.1} points ({:range +.1}). It is not used, since it may also compare with units that were already trained; here {forbidden_weight:percent} of its weight does.",
)
dose_sentence = told_at(
    "dose",
    effect.Estimate,
    "One more hour of training (JP) goes with {estimate:+.3} points ({:range +.3}). Hours were not "
    "assigned at random, so this does not show a cause.",
)
specifications_sentence = told_at(
    "specification_counts",
    effect.Counts,
    "Of {n:count} ways to analyse the same data, {n_same_sign:count} point the same way, {n_shown:count} of them with their whole range, and {n_sesoi:count} reach {sesoi:.1} points.",
)
DIGITAL = Sentence(
    effect.Named,
    "In {n} of the trained units a digital service went live within a year of the training; holding these services constant gives {estimate:+.1} points ({:range +.1}).",
)
disclosure_sentence = told_at(
    "disclosure",
    Disclosure,
    "{n_withheld:count} of {n_cells:count} results of a unit in a quarter, {n_withheld_now:count} of "
    "them in this quarter, and the city's result in {n_quarters_of_city:count} quarters. A unit's "
    "withheld results do not enter the comparison either.",
)
METHOD_CHANGED = Sentence(SinceLast, "Rules or version changed since the brief of {quarter:quarter}.")
NOTHING_CHANGED = Sentence(
    SinceLast, "Since the brief of {quarter:quarter}, neither earlier data nor the method changed."
)
DATA_REVISED = Sentence(
    SinceLast,
    "Since the brief of {quarter:quarter}, answers of {revised_quarters:quarters} were revised. This "
    "moves the index of {quarter:quarter} by {index.revised:+.2} points.",
)

LOT = texts.sentences(Lot, texts.CODES["lot"], "n_outside")


def plan_sentence(words: Words) -> Markup:
    """The plan's state, and where the analysis departs from it."""
    plan = words.part(Plan, "plan")
    last = f"plan.locks.{len(plan.locks) - 1}"
    text = words.tell(texts.PLANS[plan.state], plan, **({"date": words.date(last)} if plan.locks else {}))
    if plan.state in ("absent", "unlocked"):
        return text
    if not plan.deviations:
        return Markup("{} {}").format(text, words.say(_("The analysis follows it in every point.")))
    told = [
        words.say(_("{name}: planned {planned}, used {used}."), **deviation) for deviation in plan.deviations
    ]
    return Markup(" ").join([text, *told])


def plan_sentences(words: Words) -> list[Markup]:
    """The analysis plan's state, and the lot of the order of training, if one was drawn."""
    return [plan_sentence(words), *([lot_sentence(words)] if words.record.get("lot") else [])]


def lot_sentence(words: Words) -> Markup:
    """That the order of training was drawn, by which seed, whose turn it is, and whether it was kept."""
    lot = words.part(Lot, "lot")
    if lot.state == "changed":
        return words.tell(LOT["changed"], lot)
    told = [words.tell(LOT["next" if lot.next else "done"], lot, names=_names(lot.next))]
    told += [words.tell(LOT["departed"], lot, names=_names(lot.ahead))] if lot.ahead else []
    told += [words.tell(LOT["outside"], lot)] if lot.n_outside else []
    return Markup(" ").join(told)


def _names(units: Sequence[UnitName]) -> str:
    return ", ".join(f"{unit.name} ({unit.unit_id})" for unit in units)


def revision_sentences(words: Words) -> list[Markup]:
    """Verdicts of earlier quarters that today's data would change."""
    series = words.part(tuple[Then, ...], "verdict.series")
    return [words.tell(REVISED, row) for row in series if row.revised]


def kinds_sentence(words: Words) -> Markup:
    """Whether the kinds of training differ by more than chance."""
    if words.at("kinds_equal_p_value") is None:
        return Markup("")
    return words.say(
        _(
            "Differences between the kinds as large as these would come up with a probability of "
            "{p_value} if all kinds had the same effect."
        ),
        p_value=words.number("kinds_equal_p_value", 3),
    )


def digital_sentence(words: Words) -> Markup:
    """How many trained units got a digital service at about the same time, and what remains without it."""
    rows = words.part(tuple[effect.Named, ...], "estimators")
    found = next((row for row in rows if row.name == "without_digital"), None)
    return words.tell(DIGITAL, found, n=words.count("n_digital_meanwhile")) if found else Markup("")


def since_last_sentence(words: Words) -> Markup:
    """Whether earlier data or the method changed since the last brief, by name and size."""
    if words.record["since_last"] is None:
        return words.say(_("There is no brief of the previous survey to compare with."))
    since = words.part(SinceLast, "since_last")
    told = [words.tell(DATA_REVISED, since)] if since.revised_quarters else []
    told += [words.tell(METHOD_CHANGED, since)] if since.method_changed else []
    return Markup(" ").join(told) or words.tell(NOTHING_CHANGED, since)


def published_revision_sentence(words: Words) -> Markup:
    """Where this brief replaces a published one: which revision, why, and what the earlier one said."""
    before = words.at("revision.before")
    said = []
    if before["ikm"] is not None:
        said.append(words.say(_("index {value}"), value=words.number("revision.before.ikm", 2)))
    if before["estimate"] is not None:
        said.append(
            words.say(_("effect {value} points"), value=words.number("revision.before.estimate", sign=True))
        )
    text = words.say(
        _("Revision {number} of a published brief. Reason: {reason}"),
        number=words.count("revision.number"),
        reason=words.at("revision.reason"),
    )
    if not said:
        return text
    return words.say(_("{text} (before: {said})"), text=text, said=Markup(", ").join(said))


verdicts = Listing(
    Then,
    _("The verdict at the end of each quarter; effect in points with its conservative range"),
    (_("quarter"), "quarter:quarter"),
    (_("with today's data"), "label", texts.LABELS),
    (_("as published"), "published", {None: NONE, **texts.LABELS}),
    (_("estimate"), "estimate:+.1"),
    (_("low"), "conf_low_robust:+.1"),
    (_("high"), "conf_high_robust:+.1"),
    n_text=3,
    at="verdict.series",
)
estimators = Listing(
    effect.Named,
    _("Effect on the index by other estimators, in points"),
    (_("estimator"), "name", texts.ESTIMATORS),
    *BOUNDS,
    at="estimators",
)
kinds = Listing(
    effect.Group,
    _("Effect by kind of training, in points"),
    (_("kind"), "term", texts.KINDS),
    *BOUNDS,
    (_("units"), "n_units:count"),
    at="kinds",
)
unit_types = Listing(
    effect.Group,
    _("Effect by type of unit, in points; without types of which a single unit was trained"),
    (_("type"), "term", texts.UNIT_TYPES),
    *BOUNDS,
    (_("units"), "n_units:count"),
    at="unit_types",
)
scoring = Listing(
    effect.CutPoints,
    _("Effect on the share of answers up to 1, 2 and 3, in percentage points"),
    (_("element"), "code:Element"),
    (_("up to 1"), "at_most_1:+percent"),
    (_("up to 2"), "at_most_2:+percent"),
    (_("up to 3"), "at_most_3:+percent"),
    at="ordinal",
)
specifications = Listing(
    effect.Specification,
    _("Every way to analyse the data that was declared beforehand; effect in points"),
    *((texts.CHOICES[name], name, texts.OPTIONS) for name in DIMENSIONS),
    *BOUNDS,
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

"""The annex's tables."""

from __future__ import annotations

from markupsafe import Markup

from asn_analysis.impact.specification import DIMENSIONS
from asn_analysis.words.language import Words, _
from asn_analysis.words.tables import Table, headers, interval_cells
from asn_analysis.words.texts import CHOICES, ESTIMATORS, KINDS, LABELS, OPTIONS, UNIT_TYPES
from asn_analysis.words.wording import element_name

NONE = Markup("–")


def verdicts(words: Words) -> Table:
    rows = []
    for index, row in enumerate(words.at("verdict.series")):
        place = f"verdict.series.{index}"
        estimate = NONE if row["estimate"] is None else words.number(f"{place}.estimate", 1, sign=True)
        rows.append(
            [
                words.quarter(f"{place}.quarter"),
                words.say(LABELS[row["label"]]),
                words.say(LABELS[row["published"]]) if row["published"] else NONE,
                estimate,
                *interval_cells(words, place, 1, "_robust", sign=True),
            ]
        )
    return Table(
        words.say(_("The verdict at the end of each quarter; effect in points with its cautious range")),
        headers(
            words, _("quarter"), _("with today's data"), _("as published"), _("estimate"), _("low"), _("high")
        ),
        rows,
        n_text=3,
    )


def estimators(words: Words) -> Table:
    return _effects(
        words,
        "estimators",
        words.say(_("Effect on the index by other estimators, in points")),
        words.say(_("estimator")),
        {name: words.say(text) for name, text in ESTIMATORS.items()},
        "name",
    )


def kinds(words: Words) -> Table:
    names = {name: words.say(text) for name, text in KINDS.items()}
    return _effects(
        words,
        "kinds",
        words.say(_("Effect by kind of training, in points")),
        words.say(_("kind")),
        names,
        "term",
    )


def unit_types(words: Words) -> Table:
    names = {name: Markup.escape(text) for name, text in UNIT_TYPES.items()}
    return _effects(
        words,
        "unit_types",
        words.say(_("Effect by type of unit, in points")),
        words.say(_("type")),
        names,
        "term",
    )


def _effects(
    words: Words, name: str, caption: Markup, header: Markup, names: dict[str, Markup], key: str
) -> Table:
    counted = bool(words.record[name]) and "n_units" in words.record[name][0]
    rows = []
    for index, row in enumerate(words.record[name]):
        place = f"{name}.{index}"
        cells = [names[row[key]], words.number(f"{place}.estimate", 2, sign=True)]
        cells += interval_cells(words, place, 2, sign=True)
        rows.append([*cells, words.count(f"{place}.n_units")] if counted else cells)
    columns = [header, *headers(words, _("estimate"), _("low"), _("high"))]
    return Table(caption, [*columns, words.say(_("units"))] if counted else columns, rows)


def scoring(words: Words) -> Table:
    rows = []
    for index, row in enumerate(words.record["ordinal"]):
        place = f"ordinal.{index}"
        shares = [words.percent_points(f"{place}.at_most_{k}") for k in (1, 2, 3)]
        rows.append([Markup.escape(element_name(words, row["code"])), *shares])
    return Table(
        words.say(_("Effect on the share of answers up to 1, 2 and 3, in percentage points")),
        headers(words, _("element"), _("up to 1"), _("up to 2"), _("up to 3")),
        rows,
    )


def specifications(words: Words) -> Table:
    rows = []
    for index, row in enumerate(words.record["specifications"]):
        place = f"specifications.{index}"
        estimate = NONE if row["estimate"] is None else words.number(f"{place}.estimate", 2, sign=True)
        options = [words.say(OPTIONS[row[name]]) for name in DIMENSIONS]
        rows.append([*options, estimate, *interval_cells(words, place, 2, sign=True)])
    return Table(
        words.say(_("Every way to analyse the data that was declared beforehand; effect in points")),
        [
            *[words.say(CHOICES[name]) for name in DIMENSIONS],
            *headers(words, _("estimate"), _("low"), _("high")),
        ],
        rows,
        n_text=len(DIMENSIONS),
    )


def since_last(words: Words) -> Table:
    rows = []
    for name, title in (("index", _("index")), ("effect", _("effect of training"))):
        if words.at(f"since_last.{name}") is None:
            continue
        cells = [words.say(title), words.number(f"since_last.{name}.before", 2)]
        for part in ("method", "revised", "new", "mix"):
            place = f"since_last.{name}.{part}"
            cells.append(NONE if words.at(place) is None else words.number(place, 2, sign=True))
        chance = f"since_last.{name}.chance"
        cells.append(words.number(f"since_last.{name}.now", 2))
        cells.append(NONE if words.at(chance) is None else Markup("±{}").format(words.number(chance, 2)))
        rows.append(cells)
    return Table(
        words.say(_("From the last brief to this one, in points; chance belongs to the new respondents")),
        headers(
            words,
            _("number"),
            _("last brief"),
            _("method or rules"),
            _("revised data"),
            _("new respondents"),
            _("other units"),
            _("this brief"),
            _("chance"),
        ),
        rows,
    )


FORMULAS = {
    "measures.survey.survey_index": _("mean of each element x 1/9, summed, x 25"),
    "measures.panel.complete": _("units surveyed, of all and of the usual number"),
    "measures.survey.index_change": _("mean change of the units surveyed in both quarters"),
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
    "records.intake.read_dataset": _("as recorded"),
    "followup.register.take_stock": _("count of promised actions by state"),
    "followup.actions.propose": _("rules on the weakest element, promises and verdict"),
    "briefs.record.city_record": _("taken from the city's record"),
}


def sources(words: Words) -> Table:
    """Each part of the record with formula, function, and the rows used."""
    rows = []
    for place, row in enumerate(words.record["sources"]):
        at = f"sources.{place}"
        formula = FORMULAS.get(row["function"], _("as METHODS.md describes"))
        used = row["rows"] is not None
        rows.append(
            [
                Markup("<code>{}</code>").format(", ".join(row["parts"])),
                words.say(formula),
                Markup("<code>{}</code>").format(row["function"]),
                words.count(f"{at}.rows") if used else Markup("–"),
                Markup("<code>{}</code>").format(row["sha256"]) if used else Markup("–"),
            ]
        )
    return Table(
        words.say(_("Where each number comes from")),
        headers(words, _("part of the record"), _("formula"), _("function"), _("rows used"), _("their hash")),
        rows,
        n_text=3,
    )

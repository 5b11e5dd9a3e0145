"""Names, titles and ranges: what every page of a quarter says, made from its record alone.

The texts are English here and translated in ``locale/``; both languages therefore say the same
and carry the same numbers. Words follow the certainty: no sentence claims more than the verdict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from asn_analysis.record.effect import EffectNumbers
from asn_analysis.record.parts import Coverage, Dates, Index, Plan, State, Unit, UnitName, Verdict
from asn_analysis.words.language import Words, _, element_of
from asn_analysis.words.messages import Sentence
from asn_analysis.words.texts import CODES, GRADES, HEADLINES, LABELS, sentences

CITY = "city"
SURE = 4  # of 5: from there on a success is told without "very likely"
MOVED = {"fell": _("fell"), "rose": _("rose")}
IN_DISTRICT = Sentence(Unit, "{name:name}, Kecamatan {kecamatan:name}")
LACKS_ELEMENT = Sentence(Unit, "{name:name}: no satisfaction index this quarter")
UNTOLD = sentences(Unit, CODES["untold"]["title"])
UNIT_INDEX = Sentence(Index, "{name}: satisfaction index {value:.2}, {graded}")
SIMULATED = _("Simulated data")
DATA_TO = Sentence(Dates, "Data to {end:date}")


def unit_name(words: Words, row: UnitName) -> Markup:
    """A unit in a list of several."""
    return Markup.escape(row.told)


def unit_names(units: Sequence[UnitName]) -> Markup:
    return Markup(", ").join(unit.told for unit in units)


UNIT = (_("unit"), unit_name)  # the first column of a list of units


def is_city(words: Words) -> bool:
    return words.record["scope"] == CITY


def short_element_name(words: Words, code: str) -> str:
    """The element's name where there is little room."""
    return element_of(code).short[words.language]


def place_name(words: Words) -> Markup:
    """The city, or the unit with its district: some names exist twice."""
    if words.record["unit"] is None:
        return Markup.escape(words.record["city"])
    unit = words.part(Unit, "unit")
    if unit.kecamatan and unit.kecamatan not in unit.name:
        return words.tell(IN_DISTRICT, unit)
    return Markup.escape(unit.name)


def headline(words: Words) -> Markup:
    """The finding, as the title of the brief."""
    if is_city(words):
        return effect_headline(words)
    unit = words.part(Unit, "unit")
    if lacks_an_element(words):
        return words.tell(LACKS_ELEMENT, unit)
    if words.record["ikm"] is None:
        return words.tell(UNTOLD[words.part(State, "coverage").state], unit)
    ikm = words.part(Index, "ikm")
    return words.tell(UNIT_INDEX, ikm, name=unit.name, graded=grade_name(words, ikm.grade))


def effect_headline(words: Words) -> Markup:
    """What training changed in the city, no louder than its certainty."""
    effect, verdict = words.part(EffectNumbers, "effect"), words.part(Verdict, "verdict")
    why = verdict.reasons[0].code
    if effect.refusal:
        said = "refused"
    elif verdict.label == "success":
        said = "sure" if verdict.certainty >= SURE else "success"
    elif verdict.label == "adjust" and effect.conf_high < 0:
        said = "not_raised"
    else:
        said = why if why in HEADLINES else verdict.label
    return words.tell(HEADLINES[said], effect)


def grade_name(words: Words, grade: str) -> Markup:
    return words.say(_("grade {grade} ({word})"), grade=grade, word=words.say(GRADES[grade]))


def lacks_an_element(words: Words) -> bool:
    return any(row["quarter"] == words.record["quarter"] for row in words.record["without_index"])


def label_name(words: Words) -> Markup:
    return words.say(LABELS[words.part(Verdict, "verdict").label])


def moved(record: Mapping[str, Any]) -> str | None:
    """Whether a unit fell, rose or neither by the one rule (``measures.control_charts``); None if not judged."""
    judged = record.get("monitoring")
    if not judged:
        return None
    return "fell" if judged["warning"] else "rose" if judged["rise"] else "open"


def line(words: Words) -> list[tuple[str, Markup]]:
    """The quiet line above the title: a stable name and its text."""
    told = [("place", place_name(words)), ("quarter", words.quarter("quarter"))]
    if is_city(words) and not words.part(Coverage, "coverage").complete:
        told.append(("incomplete", words.say(_("Incomplete quarter"))))
    if words.at("data.simulated"):
        told.insert(0, ("simulated", words.say(SIMULATED)))
    return told


def status(words: Words) -> list[tuple[str, Markup]]:
    """What a page says of itself in its foot: the data's end, the version, and the plan's state if it has one."""
    told = [
        ("dates", words.tell(DATA_TO, words.part(Dates, "dates"))),
        ("version", words.say(_("asn-analysis {version}"), version=words.record["package_version"])),
    ]
    return [("final", _plan_state(words)), *told] if "plan" in words.record else told


def _plan_state(words: Words) -> Markup:
    plan = words.part(Plan, "plan")
    if plan.state == "locked" and not plan.deviations:
        state = _("Plan locked")
    elif plan.state == "late":
        state = _("Plan locked after data")
    else:
        state = _("Draft: plan not locked")
    return words.say(state)


def running_title(words: Words) -> Markup:
    """The line at the foot of each printed sheet: whose brief it is, in no more than one line."""
    return if_simulated(words, Markup("{}, {}").format(place_name(words), words.quarter("quarter")))


def if_simulated(words: Words, title: Markup) -> Markup:
    """The title, which says so where the data are simulated."""
    return words.say(_("Simulated data: {title}"), title=title) if words.at("data.simulated") else title


def page_title(words: Words) -> Markup:
    """The title of the browser tab."""
    return titled(words, headline(words), place_name(words))


def titled(words: Words, finding: Markup, place: str) -> Markup:
    """A title of the finding, the place and the quarter."""
    message, quarter = _("{headline} | {place}, {quarter}"), words.quarter("quarter")
    return if_simulated(words, words.say(message, headline=finding, place=place, quarter=quarter))

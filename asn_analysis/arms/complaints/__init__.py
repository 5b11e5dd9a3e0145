# ruff: noqa: E501 - sentences are easier to read unbroken
"""Complaints: clocks, backlog, what they are about, and what training did to their number."""

from __future__ import annotations

from markupsafe import Markup

from asn_analysis.arms.arm import Arm, Row, Told, joined
from asn_analysis.arms.complaints import tables
from asn_analysis.arms.complaints.made import Change, Counts, Elements, OfCity, OfUnit, prepare
from asn_analysis.measures.complaints import OnTime
from asn_analysis.words.language import NONE, Words, _
from asn_analysis.words.messages import Counted, Sentence
from asn_analysis.words.texts import sentences
from asn_analysis.words.wording import unit_names

CODES = tables.CODES
UNRECORDED, REFUSALS = CODES["unrecorded"], CODES["refusals"]
FINDINGS = sentences(Change, CODES["findings"])
ELEMENTS = sentences(Elements, CODES["elements"])
RECEIVED = Counted(
    Counts,
    "received",
    "In this quarter {received:count} complaint was received.",
    "In this quarter {received:count} complaints were received.",
)
OPEN = Sentence(
    Counts,
    "Still open of all on record: {open:count}; of these from before the last four quarters: {open_old:count}; unanswered past their time limit: {open_past_limit:count}.",
)
OPEN_UNANSWERED = Sentence(
    Counts,
    "Still open of all on record: {open:count}; of these from before the last four quarters: {open_old:count}.",
)
TOPIC = Sentence(
    OfUnit,
    "Over the last four quarters complaints were most often about {element:element} ({n_element:count}).",
)
RATE = Sentence(
    OfCity,
    "Over the last four quarters that is {rate.per_1000:.2} for every thousand users ({rate.conf_low:.2} to {rate.conf_high:.2}).",
)
RATE_SO_FAR = Sentence(
    OfCity,
    "Since the register began that is {rate.per_1000:.2} for every thousand users ({rate.conf_low:.2} to {rate.conf_high:.2}).",
)
CLOCKS = Sentence(
    OfCity,
    "Of those received over the last four quarters {verification.share:percent} were verified within {verification.limit:count} working days, and {followed} were followed up within the limit of their class.",
)
VERIFIED = Sentence(
    OfCity,
    "Of those received over the last four quarters {verification.share:percent} were verified within {verification.limit:count} working days.",
)
FOLLOWED_UP = _(
    "Of those received over the last four quarters {followed} were followed up within the limit of their class."
)
CALENDAR = Sentence(
    OfCity,
    "The holidays and joint leave of {uncertain_years:years} are estimated, so these shares may still move a little.",
)
NAMED = 3  # units, in a sentence


SILENT = Sentence(
    Counts,
    "The city's register holds no complaint after {silence.after:quarter}, though about {silence.usual:.0} a quarter were usual: it may not be up to date.",
)
NONE_SINCE = Sentence(Counts, "none on record after {silence.after:quarter}")
CAME_IN = Sentence(Counts, "{received:count} received this quarter")
IN_TIME = Sentence(OnTime, "of a year's, {share:percent} followed up in time")
PAST_LIMIT = Sentence(Counts, "of all on record, open past their time limit: {open_past_limit:count}")
TREND = Sentence(
    Change, "number after training: {change:+percent} per cent ({conf_low:+percent} to {conf_high:+percent})"
)
ACTIONS = ("answer_complaints", "look_at_disagreement", "hear_complainants")


def row(words: Words, part: OfCity) -> Row:
    """What came in and was followed up in time, against the limit that holds for every complaint."""
    known = [clock for clock in part.follow_up[-1:] if clock.share is not None]
    figure = _figure(words, part, *(words.tell(IN_TIME, clock) for clock in known))
    direction = words.tell(TREND, part.effect) if part.effect.finding else NONE
    return Row(figure, direction, words.say(_("every one in time")), ACTIONS)


def row_of_unit(words: Words, part: OfUnit) -> Row:
    """What came in, and what is past its limit."""
    return Row(_figure(words, part), target=words.say(_("every one in time")), actions=ACTIONS)


def _figure(words: Words, part: Counts, *more: Markup) -> Markup:
    """What came in, and what the register's days let us say beside."""
    past = [] if part.open_past_limit is None else [words.tell(PAST_LIMIT, part)]
    return Markup("; ").join([words.tell(NONE_SINCE if part.silence else CAME_IN, part), *more, *past])


def of_unit(words: Words, part: OfUnit) -> list[Markup]:
    """A unit's own complaints, and what most are about."""
    if part.received or part.open != 0 or part.silence:
        told = _received(words, part)
    else:
        told = words.say(_("No complaint was received in this quarter, and none is open."))
    return [joined(told, part.element and words.tell(TOPIC, part))]


def of_city(words: Words, part: OfCity) -> list[Markup]:
    """How many and how fast, what training did, where complaints and survey disagree."""
    rate = part.rate and not part.silence and words.tell(RATE_SO_FAR if part.n_quarters < 4 else RATE, part)
    calendar = part.uncertain_years and words.tell(CALENDAR, part)
    return [
        joined(_received(words, part), rate, *_clocks(words, part), calendar),
        _effect(words, part.effect),
        _disagreement(words, part),
    ]


def _received(words: Words, part: Counts) -> Markup:
    """What came in, and what is open of all on record; the quarter's own say little of it."""
    if part.open is None:
        told = words.say(UNRECORDED["closed"])
    elif part.open == 0:
        told = words.say(_("None on record is still open."))
    else:
        told = words.tell(OPEN_UNANSWERED if part.open_past_limit is None else OPEN, part)
    return joined(words.tell(SILENT if part.silence else RECEIVED, part), told)


def _clocks(words: Words, part: OfCity) -> list[Markup]:
    verified, followed = part.verification, part.follow_up[-1] if part.follow_up else None
    shares = [clock.share for clock in (verified, followed) if clock]
    told = [] if followed is None or None in shares else [words.field(followed, "share", "percent")]
    missing = [words.say(UNRECORDED["verified"])] if verified is None else []
    missing += [words.say(UNRECORDED["responded"])] if followed is None else []
    if not shares or None in shares:
        return missing
    if not missing:
        return [words.tell(CLOCKS, part, followed=told[0])]
    return [words.say(FOLLOWED_UP, followed=told[0]) if told else words.tell(VERIFIED, part), *missing]


def _effect(words: Words, effect: Change) -> Markup:
    if effect.finding is None:
        cannot = words.say(_("What training did to the number of complaints is not known."))
        return joined(cannot, words.say(REFUSALS.get(effect.refusal, REFUSALS["other"])))
    caution = _(
        "Where complaining becomes easier, more complaints come in. Their number alone says neither that the service is better nor that it is worse."
    )
    return joined(words.tell(FINDINGS[effect.finding], effect), words.say(caution))


def _disagreement(words: Words, part: OfCity) -> Markup:
    names = unit_names(part.disagreeing[:NAMED])
    message = _("Complaints and survey disagree most clearly about these units: {names}.")
    elements = part.elements and words.tell(ELEMENTS[part.elements.agree], part.elements)
    return joined(elements, names and words.say(message, names=names))


ARM = Arm(
    name="complaints",
    title=_("Complaints"),
    tables={"complaints": _("complaints")},
    prepare=prepare,
    city=Told(OfCity, of_city, tables.of_city, row),
    unit=Told(OfUnit, of_unit, row=row_of_unit),
    figure=tables.FIGURE,
)

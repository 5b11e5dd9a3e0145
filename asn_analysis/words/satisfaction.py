# ruff: noqa: E501 - sentences are easier to read unbroken
"""The satisfaction index: of the city or a unit, its change, its elements, its quarters, and where it is low."""

from __future__ import annotations

from markupsafe import Markup

from asn_analysis.record.parts import (
    Change,
    Coverage,
    ElementIndex,
    Index,
    Lowest,
    Place,
    Quarter,
    SinceLast,
    UsersIndex,
)
from asn_analysis.words.language import NONE, Words, _
from asn_analysis.words.messages import Counted, Sentence
from asn_analysis.words.tables import Listing, Table, headers
from asn_analysis.words.texts import CODES, sentences
from asn_analysis.words.wording import grade_name, is_city, moved, unit_names

INDEX = Sentence(Index, "The satisfaction index (IKM) is {value:.2}, {graded}")
OF_ALL = Sentence(
    Index,
    "The satisfaction index (IKM) of all {n:count} respondents in {n_units} of {n_all} units, each counting alike, is {value:.2}, {graded}",
)
WITH_RANGE = Sentence(Index, "{text}; the 95% confidence interval is {:range .2}.")
BY_USERS = Sentence(
    UsersIndex,
    "Weighted by the yearly users of {n_units:count} units it is {value:.2} ({:range .2}).",
)
ABSENT = Counted(
    Coverage,
    "n_absent",
    "{n_absent:count} unit was not surveyed this quarter: {names}.",
    "{n_absent:count} units were not surveyed this quarter: {names}.",
)
SILENT = Counted(
    Coverage,
    "n_silent",
    "Of these {n_silent:count} has sent no form for more than a year and may be closed: {names}.",
    "Of these {n_silent:count} have sent no form for more than a year and may be closed: {names}.",
)
SINCE = Sentence(Change, "Since {since:quarter}")
SINCE_IN = Counted(
    Change,
    "n_units",
    "Since {since:quarter}, in {n_units:count} unit surveyed both times",
    "Since {since:quarter}, in {n_units:count} units surveyed both times",
)
CHANGES, JUDGED = sentences(Change, CODES["changes"]), CODES["judged"]
MIX = Sentence(
    Change,
    "Besides, other units or numbers of respondents moved the index of all by {mix:+.2} points.",
)
REVISED = Sentence(SinceLast, "Revised data moved the last index by {index.revised:+.2} points.")
NAMED_ELEMENT = Sentence(ElementIndex, "{code:element} ({value:.2})")
BESIDE_LOWEST = Sentence(
    ElementIndex, "The lowest cannot be told apart yet from {code:element} ({value:.2})."
)
FROM = Sentence(Quarter, "The index went from {value:.2} in {quarter:quarter} to")
TO = Sentence(Quarter, "{start} {value:.2} in {quarter:quarter}.")
FEW_UNITS = Sentence(Quarter, "{quarter:quarter} ({n_units:count} units)")
LOWEST = _("{unit} stands lowest. An index from few answers is drawn towards the mean.")


def lowest_sentence(words: Words) -> Markup:
    """City: which unit stands lowest; only where any may be told."""
    return words.say(LOWEST, unit=words.part(Lowest, "lowest.0").told)


def index_sentence(words: Words) -> Markup:
    """The index with its range and grade, and of whom."""
    ikm = words.part(Index, "ikm")
    text = words.tell(
        OF_ALL if is_city(words) else INDEX, ikm, graded=grade_name(words, ikm.grade), **_of(words)
    )
    if ikm.conf_low is None:
        return words.say(
            _("{text}; where a single person answered, or all answered alike, no range can be given."),
            text=text,
        )
    return words.tell(WITH_RANGE, ikm, text=text)


def _of(words: Words) -> dict[str, Markup]:
    if not is_city(words):
        return {}
    coverage = words.part(Coverage, "coverage")
    return {"n_units": words.count("n_units"), "n_all": words.field(coverage, "n_all", "count")}


def by_users_sentence(words: Words) -> Markup:
    """City: the other index, over the units' users instead of over who answered."""
    users = words.part(Coverage, "coverage").by_users
    return words.tell(BY_USERS, users) if users and users.conf_low is not None else Markup("")


def absent_sentence(words: Words) -> Markup:
    """City: the units that were not surveyed, by name, and who of them may be closed."""
    coverage = words.part(Coverage, "coverage")
    named = ((ABSENT, coverage.absent), (SILENT, coverage.silent))
    told = [words.tell(message, coverage, names=unit_names(units)) for message, units in named if units]
    return Markup(" ").join(told)


def change_sentences(words: Words) -> list[Markup]:
    """The change of the index since the survey before, and what else moved the index of all respondents.

    Of a unit that is judged beside all others, and not by its range: of many units some leave theirs.
    """
    if words.record["change"] is None:
        return [words.say(_("There is no earlier quarter that this one can be compared with."))]
    change = words.part(Change, "change")
    told = [words.tell(CHANGES[_kind(words, change)], change, start=_since(words, change))]
    if not is_city(words):
        return (
            told if change.conf_low is None else [*told, words.say(JUDGED[moved(words.record) or "unknown"])]
        )
    told += [words.tell(MIX, change)] if abs(change.mix) >= 0.05 else []
    since = words.record["since_last"] and words.part(SinceLast, "since_last")
    return [*told, words.tell(REVISED, since)] if since and since.revised_quarters else told


def _kind(words: Words, change: Change) -> str:
    if change.conf_low is None or change.conf_high is None:
        return "unknown"
    if not is_city(words):
        return "unit"
    return "open" if change.conf_low <= 0 <= change.conf_high else "clear"


def _since(words: Words, change: Change) -> Markup:
    """Since when, and in how many units if not in all."""
    everywhere = not is_city(words) or change.n_units == words.part(Coverage, "coverage").n_all
    return words.tell(SINCE if everywhere else SINCE_IN, change)


def elements_sentence(words: Words) -> Markup:
    """Which elements stand lowest and highest; of several that do, all, and who else may be the lowest."""
    rows = words.part(tuple[ElementIndex, ...], "elements")
    ends = [end(row.value for row in rows) for end in (min, max)]
    lowest, highest = ([row for row in rows if row.value == end] for end in ends)
    if lowest == highest:
        return words.say(_("All elements stand alike."))
    alone = _("The lowest element is {lowest}, the highest {highest}.")
    several = _("Lowest: {lowest}. Highest: {highest}.")
    lists = [Markup("; ").join(words.tell(NAMED_ELEMENT, row) for row in end) for end in (lowest, highest)]
    message = alone if len(lowest) == len(highest) == 1 else several
    told = words.say(message, lowest=lists[0], highest=lists[1])
    beside = [row for row in rows if row.code in _may_be_lowest(words) and row not in lowest]
    return Markup(" ").join([told, *(words.tell(BESIDE_LOWEST, row) for row in beside)])


def _may_be_lowest(words: Words) -> list[str]:
    """The element that the next steps name beside the lowest, since chance may have parted them."""
    actions = words.record.get("actions", ())
    return [action["other"] for action in actions if action["code"] == "look_at_weakest_elements"]


def trend_sentence(words: Words) -> Markup:
    """From the first to the last quarter shown."""
    rows = words.part(tuple[Quarter, ...], "trend")
    known = [row for row in rows if row.value is not None]
    if len(known) < 2:
        return words.say(_("Fewer than two quarters have an index so far, so no trend can be shown."))
    told = words.tell(TO, known[-1], start=words.tell(FROM, known[0]))
    few = [words.tell(FEW_UNITS, row) for row in rows if not row.complete and not row.withheld]
    if not few:
        return told
    message = _("Hollow points are quarters in which few of the units were surveyed: {quarters}.")
    return Markup("{} {}").format(told, words.say(message, quarters=Markup(", ").join(few)))


def places_sentence(words: Words) -> Markup:
    """Which kecamatan stands lowest and which highest, and whose units these are."""
    rows = [row for row in words.part(tuple[Place, ...], "places") if row.quarters[-1].value is not None]
    if not rows:
        return words.say(_("No kecamatan has an index that can be shown this quarter."))
    rows = sorted(rows, key=lambda row: row.quarters[-1].value or 0.0)
    if rows[0].quarters[-1].value == rows[-1].quarters[-1].value:
        return words.say(_("All kecamatan stand alike (without units not surveyed or withheld)."))
    low, high = (_named(words, row) for row in (rows[0], rows[-1]))
    return words.say(
        _("Lowest kecamatan: {low}; highest: {high} (without units not surveyed or withheld)."),
        low=low,
        high=high,
    )


def _named(words: Words, row: Place) -> Markup:
    value = words.field(row.quarters[-1], "value", ".1")
    return Markup("{} ({})").format(place_name(words, row), value)


def place_name(words: Words, row: Place) -> Markup:
    """A kecamatan, or the offices of the whole city."""
    return Markup.escape(row.kecamatan) if row.kecamatan else words.say(_("city offices"))


elements = Listing(
    ElementIndex,
    _("Index of each element (25-100)"),
    (_("element"), "code:Element"),
    (_("index"), "value:.2"),
    (_("low"), "conf_low:.2"),
    (_("high"), "conf_high:.2"),
    (_("grade"), "grade:name"),
    (_("answers"), "n:count"),
    at="elements",
)
places = Listing(
    Place,
    _("Index by kecamatan, of the units whose results are shown"),
    (_("kecamatan"), place_name),
    (_("units"), "n_units:count"),
    (_("first quarter"), lambda words, row: words.field(row.quarters[0], "value", ".1?")),
    (_("this quarter"), lambda words, row: words.field(row.quarters[-1], "value", ".1?")),
    at="places",
)


def trend(words: Words) -> Table:
    """The index by quarter; a withheld one says so."""
    columns = (_("quarter"), _("index"), _("low"), _("high"), _("grade"), _("respondents"))
    rows = [_quarter(words, row) for row in words.part(tuple[Quarter, ...], "trend")]
    return Table(
        words.say(_("Satisfaction index by quarter (25-100)")),
        headers(words, *columns, *([_("units")] if is_city(words) else [])),
        rows,
    )


def _quarter(words: Words, row: Quarter) -> list[Markup]:
    units = [words.field(row, "n_units", "count")] if is_city(words) else []
    quarter = words.field(row, "quarter", "quarter")
    if row.withheld:
        return [quarter, *[words.say(_("withheld"))] * 5, *units]
    bounds = [words.field(row, name, ".2?") for name in ("value", "conf_low", "conf_high")]
    grade = NONE if row.grade is None else Markup.escape(row.grade)
    return [quarter, *bounds, grade, words.field(row, "n", "count"), *units]


def grades(words: Words) -> Table:
    """How likely each grade is."""
    found = words.part(Index, "ikm").grade_probabilities or {}
    return Table(
        words.say(_("Probability of each grade")),
        headers(words, _("grade"), _("probability")),
        [
            [grade_name(words, grade), words.probability(f"ikm.grade_probabilities.{grade}")]
            for grade in reversed(found)
        ],
    )

# ruff: noqa: E501 - sentences are easier to read unbroken
"""What a brief says about promised actions and about the next ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from markupsafe import Markup

from asn_analysis.followup.movement import Comparison, Effect
from asn_analysis.record.schema import ByElement, FollowUps, Kept, Overdue, Promise
from asn_analysis.records.review import HIDDEN
from asn_analysis.rules.rules import load_actions
from asn_analysis.words.language import NONE, Words, _
from asn_analysis.words.messages import Counted, Sentence
from asn_analysis.words.tables import Listing, Table
from asn_analysis.words.texts import ACTIONS, COMPARISONS, KINDS, MEASURES, NOT_MEASURED, OWNERS, PROMISES
from asn_analysis.words.wording import element_name, short_element_name

NAMED = 3  # units, in an action
SHOWN = 10  # overdue actions in the city's brief; each unit's brief has its own
STOCK = Sentence(
    FollowUps, "Promised actions: {promised:count}; done: {done:count}; still open: {open:count}."
)
STOCK_AND_DROPPED = Sentence(
    FollowUps,
    "Promised actions: {promised:count}; done: {done:count}; still open: {open:count}; dropped: {cancelled:count}.",
)
LATE = Counted(FollowUps, "n_overdue", "{n_overdue:count} is overdue.", "{n_overdue:count} are overdue.")
MEASURED = Sentence(
    Kept,
    "Done actions whose element can be compared with the quarter of the promise: {n_measured:count}; clearly higher now: {n_clear:count}; by chance alone: about {by_chance:count}.",
)
OTHERS = Sentence(
    Comparison,
    "Of the same elements in units that promised nothing then, {share_others:percent} do, against {share:percent} here.",
)
HIGHER = Sentence(
    Effect,
    "Compared with other elements, those with a done action stand {estimate:+.1} points higher ({:range +.1}), more than chance.",
)
BEHIND = Sentence(
    Effect,
    "Compared with other elements, those with a done action have even fallen behind: {estimate:+.1} points ({:range +.1}).",
)
OPEN = Sentence(
    Effect,
    "Compared with other elements, those with a done action cannot be said to stand higher: {estimate:+.1} points ({:range +.1}).",
)
OVERDUE = Listing(
    Overdue,
    _("Longest overdue actions"),
    (_("unit"), "unit:name"),
    (_("action"), "action:name"),
    (_("element"), "element:Element"),
    (_("owner"), "owner:name"),
    (_("due"), "due_quarter:quarter"),
    n_text=5,
)
BY_ELEMENT = Listing(
    ByElement,
    _("Promised actions by element"),
    (_("element"), "element:Element"),
    (_("promised"), "promised:count"),
    (_("done"), "done:count"),
    (_("overdue"), "overdue:count"),
    (_("done and measured"), "n_measured:count"),
    (_("clearly higher"), "n_clear:count"),
)
BESIDE_OTHERS = Listing(
    Comparison,
    _("Share of elements clearly higher than in the quarter of the promise"),
    (_("comparison"), "name", COMPARISONS),
    (_("done actions"), "n:count"),
    (_("clearly higher"), "share:percent"),
    (_("others"), "n_others:count"),
    (_("clearly higher"), "share_others:percent"),
)


def first_actions(words: Words) -> Sequence[int]:
    """Places of the actions that the first screen has room for."""
    return range(min(len(words.record["actions"]), load_actions().first_screen))


def to_do(words: Words) -> Markup:
    """The heading of the first screen's actions, with the first quarter in which any is due."""
    return words.say(
        _("To do by {quarter}"), quarter=words.quarter(f"actions.{_first_due(words)}.due_quarter")
    )


def who(words: Words, index: int) -> Markup:
    """Who is to act, and by when where that is later than the heading says."""
    parts = action_parts(words, index)
    due = (words.at(f"actions.{place}.due_quarter") for place in (index, _first_due(words)))
    return parts["who"] if len({*due}) == 1 else Markup("{}, {}").format(parts["who"], parts["when"])


def _first_due(words: Words) -> int:
    return min(first_actions(words), key=lambda place: words.at(f"actions.{place}.due_quarter"))


def action_parts(words: Words, index: int) -> dict[str, Markup]:
    """What, who, by when, measured how."""
    place = f"actions.{index}"
    entry = words.at(place)
    message = ACTIONS[entry["code"]]
    if isinstance(message, tuple):
        what = words.say_n(*message, f"{place}.count", **_units(words, entry["code"]))
    else:
        what = words.say(message, **_named(words, place))
    return {
        "what": what,
        "who": words.say(OWNERS[entry["owner"]]),
        "when": words.quarter(f"{place}.due_quarter"),
        "measure": words.say(MEASURES[entry["code"]]),
    }


def _units(words: Words, code: str) -> dict[str, Markup]:
    """The units that an action is about, where it names them."""
    if code != "look_at_disagreement":
        return {}
    rows = words.at("complaints.disagreeing")[:NAMED]
    return {"names": Markup(", ").join(Markup.escape(row["name"]) for row in rows)}


def _named(words: Words, place: str) -> dict[str, Markup]:
    """What an action names: elements, the kind of training, a share."""
    entry = words.at(place)
    name = short_element_name if entry["other"] else element_name
    named = {
        field: Markup.escape(name(words, entry[field])) for field in ("element", "other") if entry[field]
    }
    named |= {"kind": words.say(KINDS[entry["kind"]])} if entry["kind"] else {}
    return named | ({"share": words.percent(f"{place}.share")} if entry["share"] is not None else {})


def follow_up_sentence(words: Words) -> Markup:
    """How many promised actions are done, open and overdue."""
    if words.record["follow_ups"] is None:
        return words.say(_("There is no follow-up register in the data."))
    stock = words.part(FollowUps, "follow_ups")
    text = words.tell(STOCK_AND_DROPPED if stock.cancelled else STOCK, stock)
    late = words.tell(LATE, stock) if stock.n_overdue else words.say(_("None is overdue."))
    return Markup("{} {}").format(text, late)


def kept_sentences(words: Words) -> list[Markup]:
    """City: whether the elements of done actions rose, and whether more than others."""
    if not words.record.get("kept_promises"):
        return []
    kept = words.part(Kept, "kept_promises")
    if not kept.n_measured:
        return []
    told = [words.tell(MEASURED, kept)]
    told += [words.tell(OTHERS, kept.comparisons[0])] if kept.comparisons else []
    return [Markup(" ").join(told), _beside_others(words, kept.effect)]


def _beside_others(words: Words, effect: Effect | None) -> Markup:
    if effect is None:
        return words.say(
            _(
                "Whether done actions made a difference cannot be told: too few elements were surveyed before and after, with others to compare."
            )
        )
    message = HIGHER if effect.conf_low > 0 else BEHIND if effect.conf_high < 0 else OPEN
    return Markup("{} {}").format(words.tell(message, effect), rises_by_itself(words))


def rises_by_itself(words: Words) -> Markup:
    """Why a rise alone says little."""
    return words.say(
        _(
            "Units promise on what stands lowest, and the lowest often rises by itself; a rise alone does not show that the action worked."
        )
    )


def of_register(words: Words, caption: Markup, rows: Sequence[Sequence[Markup]]) -> Markup:
    """The caption of a table of the register, with what its marks stand for, if there are any."""
    if not any(HIDDEN in cell for row in rows for cell in row):
        return caption
    told = _(
        "{caption}. {mark} stands for words that might name a person and that nobody has looked at yet; the "
        "office marks in review.csv, beside the data, what may be printed."
    )
    return words.say(told, caption=caption, mark=Markup.escape(HIDDEN))


def _registered(words: Words, listing: Listing[Any], parts: Sequence[Any]) -> Table:
    rows = listing.rows(words, parts)
    return listing.of(words, rows, of_register(words, words.say(listing.caption), rows))


def _short(name: str) -> Callable[[Words, Promise], Markup]:
    return lambda words, row: words.quarter(f"{words.place_of(row)}.{name}", short=True)


def _moved(words: Words, row: Promise) -> Markup:
    return words.say(NOT_MEASURED[row.reason]) if row.reason else words.field(row, "difference", "+.1?")


def _between(words: Words, row: Promise) -> Markup:
    return NONE if row.reason else words.field(row, "", "range +.1?")


PROMISED = Listing(
    Promise,
    _("Promised actions, and the change of their element since, in points"),
    (_("action"), "action:name"),
    (_("element"), lambda words, row: Markup.escape(short_element_name(words, row.element))),
    (_("promised"), _short("promised_quarter")),
    (_("due"), _short("due_quarter")),
    (_("state"), "status", PROMISES),
    (_("change"), _moved),
    (_("range"), _between),
    n_text=5,
)


def promises(words: Words) -> Table:
    """Unit: each promise, and what its element did since."""
    return _registered(words, PROMISED, words.part(tuple[Promise, ...], "promises"))


def overdue(words: Words) -> Table:
    """City: what has been overdue longest."""
    return _registered(words, OVERDUE, words.part(FollowUps, "follow_ups").overdue[:SHOWN])


def by_element(words: Words) -> Table:
    """City: promises by element."""
    return BY_ELEMENT.table(words, words.part(Kept, "kept_promises").by_element)


def beside_others(words: Words) -> Table:
    """City: how many elements stand clearly higher, with a done action and without."""
    return BESIDE_OTHERS.table(words, words.part(Kept, "kept_promises").comparisons)

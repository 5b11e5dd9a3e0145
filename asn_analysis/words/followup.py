# ruff: noqa: E501 - sentences are easier to read unbroken
"""What a brief says about promised actions and about the next ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from asn_analysis.followup.actions import Action
from asn_analysis.followup.movement import ByElement, Comparison, Effect, Kept
from asn_analysis.record.schema import FollowUps, Overdue, Promise, Training
from asn_analysis.records.review import HIDDEN
from asn_analysis.records.unit_names import told_apart
from asn_analysis.words import texts
from asn_analysis.words.language import NONE, Words, _
from asn_analysis.words.messages import Counted, Sentence
from asn_analysis.words.tables import Listing, Table
from asn_analysis.words.wording import short_element_name

SHOWN = 10  # overdue actions in the city's brief; each unit's brief has its own
STOCK = Sentence(
    FollowUps, "Promised actions: {promised:count}; done: {done:count}; still open: {open:count}."
)
STOCK_AND_DROPPED = Sentence(
    FollowUps,
    "Promised actions: {promised:count}; done: {done:count}; still open: {open:count}; dropped: {cancelled:count}.",
)
LATE = Counted(
    FollowUps,
    "n_overdue",
    "Of those still open, {n_overdue:count} is overdue.",
    "Of those still open, {n_overdue:count} are overdue.",
)
MEASURED = Sentence(
    Kept,
    "Done actions whose element can be compared with the quarter of the promise: {n_measured:count}; clearly higher now: {n_clear:count}; expected from chance variation alone: about {by_chance:count}.",
)
OTHERS = Sentence(
    Comparison,
    "Of the same elements in units that promised nothing then, {share_others:percent} are clearly higher, against {share:percent} of those with a done action.",
)
BESIDE_OTHERS = texts.sentences(Effect, texts.CODES["beside_others"])
OVERDUE = Listing(
    Overdue,
    _("Longest overdue actions"),
    (_("unit"), lambda words, row: Markup.escape(told_apart(row.unit, row.kecamatan))),
    (_("action"), "action:name"),
    (_("element"), "element:Element"),
    (_("owner"), "owner:name"),
    (_("due"), "due_quarter:quarter"),
    n_text=5,
)
by_element = Listing(
    ByElement,
    _("Promised actions by element"),
    (_("element"), "element:Element"),
    (_("promised"), "promised:count"),
    (_("done"), "done:count"),
    (_("overdue"), "overdue:count"),
    (_("done and measured"), "n_measured:count"),
    (_("clearly higher"), "n_clear:count"),
    at="kept_promises.by_element",
)
beside_others = Listing(
    Comparison,
    _("Share of elements clearly higher than in the quarter of the promise"),
    (_("comparison"), "name", texts.COMPARISONS),
    (_("done actions"), "n:count"),
    (_("clearly higher"), "share:percent"),
    (_("others"), "n_others:count"),
    (_("clearly higher"), "share_others:percent"),
    at="kept_promises.comparisons",
)


def what_to_do(words: Words, action: Action) -> Markup:
    """The task, in which two elements have their short names."""
    codes = {"element_name": action.element, "other_name": action.other}
    name = short_element_name if action.other else Words.element
    return words.tell(
        texts.ACTIONS[action.code],
        action,
        **{field: name(words, code).lower() for field, code in codes.items() if code},
    )


def who(words: Words, action: Action) -> Markup:
    """Who has the task; on a unit's own page that is the unit, where service units have it."""
    own = words.record.get("unit") is not None and action.owner == "service_units"
    return words.say(_("this unit") if own else texts.OWNERS[action.owner])


NEXT_STEPS = Listing(
    Action,
    _("What to do next"),
    (
        _("action"),
        lambda words, row: Markup("{}. {}").format(
            words.field(row, "number", "count"), what_to_do(words, row)
        ),
    ),
    (_("who"), who),
    (_("by when"), "due_quarter:quarter"),
    (_("measured by"), "code", texts.MEASURES),
    (_("cost"), "cost:rupiah"),
    n_text=4,
    at="actions",
)


def next_steps(words: Words) -> Table:
    """Every action, who has it, by when, how it is measured and what it costs, where that is known."""
    return NEXT_STEPS(words).without_empty()


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
                "It cannot be said whether done actions made a difference: too few elements were surveyed before and after, with others to compare."
            )
        )
    found = "higher" if effect.conf_low > 0 else "behind" if effect.conf_high < 0 else "open"
    return Markup("{} {}").format(words.tell(BESIDE_OTHERS[found], effect), rises_by_itself(words))


def rises_by_itself(words: Words) -> Markup:
    """Why a rise alone says little."""
    return words.say(
        _(
            "Units make promises about their lowest elements, and the lowest often rises by itself; a rise alone does not show that the action worked."
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
    return words.say(texts.NOT_MEASURED[row.reason]) if row.reason else words.field(row, "difference", "+.1?")


def _between(words: Words, row: Promise) -> Markup:
    return NONE if row.reason else words.field(row, "", "range +.1?")


PROMISED = Listing(
    Promise,
    _("Promised actions, and the change of their element since, in points"),
    (_("action"), "action:name"),
    (_("element"), lambda words, row: Markup.escape(short_element_name(words, row.element))),
    (_("promised"), _short("promised_quarter")),
    (_("due"), _short("due_quarter")),
    (_("state"), "status", texts.PROMISES),
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


@dataclass(frozen=True)
class Trained:
    """How many trainings the unit had."""

    n_trainings: int


TRAINED = Counted(
    Trained,
    "n_trainings",
    "This unit has had {n_trainings:count} training.",
    "This unit has had {n_trainings:count} trainings.",
)
trainings = Listing(
    Training,
    _("Trainings of this unit"),
    (_("start"), "start:date"),
    (_("kind"), "kind", texts.KINDS),
    (_("hours (JP)"), "hours:amount"),
    (_("participants"), "participants:count"),
    (_("cost"), "cost_idr:rupiah"),
    n_text=2,
    at="trainings",
)


def training_sentence(words: Words) -> Markup:
    """Unit: how many trainings it had."""
    found = words.part(Trained, "")
    none = _("This unit has had no training yet.")
    return words.tell(TRAINED, found) if found.n_trainings else words.say(none)

# ruff: noqa: E501 - sentences are easier to read unbroken
"""What a brief says about promised actions and about the next ones."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from asn_analysis.records.review import HIDDEN
from asn_analysis.rules.rules import load_actions
from asn_analysis.words.language import Words, _
from asn_analysis.words.tables import NONE, Table, headers
from asn_analysis.words.texts import ACTIONS, COMPARISONS, KINDS, MEASURES, NOT_MEASURED, OWNERS, PROMISES
from asn_analysis.words.wording import element_name, interval, short_element_name

NAMED = 3  # units, in an action
SHOWN = 10  # overdue actions in the city's brief; each unit's brief has its own


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
    overdue = len(words.at("follow_ups.overdue"))
    message = _("Promised actions: {promised}; done: {done}; still open: {open}.")
    if words.at("follow_ups.cancelled"):
        message = _("Promised actions: {promised}; done: {done}; still open: {open}; dropped: {cancelled}.")
    names = ("promised", "done", "open", "cancelled")
    text = words.say(message, **{name: words.count(f"follow_ups.{name}") for name in names})
    if not overdue:
        return Markup("{} {}").format(text, words.say(_("None is overdue.")))
    return Markup("{} {}").format(
        text, words.say_n("{count} is overdue.", "{count} are overdue.", "follow_ups.n_overdue")
    )


def kept_sentences(words: Words) -> list[Markup]:
    """City: whether the elements of done actions rose, and whether more than others."""
    kept = words.record.get("kept_promises")
    if not kept or not kept["n_measured"]:
        return []
    return [_counted(words), _beside_others(words)]


def _counted(words: Words) -> Markup:
    place = "kept_promises"
    text = words.say(
        _(
            "Done actions whose element can be compared with the quarter of the promise: {measured}; clearly higher now: {clear}; by chance alone: about {by_chance}."
        ),
        measured=words.count(f"{place}.n_measured"),
        clear=words.count(f"{place}.n_clear"),
        by_chance=words.count(f"{place}.by_chance"),
    )
    if not words.at(f"{place}.comparisons"):
        return text
    share, others = (words.percent(f"{place}.comparisons.0.{name}") for name in ("share", "share_others"))
    message = _(
        "Of the same elements in units that promised nothing then, {others} do, against {share} here."
    )
    return Markup("{} {}").format(text, words.say(message, share=share, others=others))


def _beside_others(words: Words) -> Markup:
    place = "kept_promises.effect"
    if words.at(place) is None:
        return words.say(
            _(
                "Whether done actions made a difference cannot be told: too few elements were surveyed before and after, with others to compare."
            )
        )
    effect = words.at(place)
    if effect["conf_low"] > 0:
        message = _(
            "Compared with other elements, those with a done action stand {estimate} points higher ({interval}), more than chance."
        )
    elif effect["conf_high"] < 0:
        message = _(
            "Compared with other elements, those with a done action have even fallen behind: {estimate} points ({interval})."
        )
    else:
        message = _(
            "Compared with other elements, those with a done action cannot be said to stand higher: {estimate} points ({interval})."
        )
    text = words.say(
        message,
        estimate=words.number(f"{place}.estimate", sign=True),
        interval=interval(words, place, sign=True),
    )
    return Markup("{} {}").format(text, rises_by_itself(words))


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


def promises(words: Words) -> Table:
    """Unit: each promise, and what its element did since."""
    rows = [_promise(words, place) for place in range(len(words.record["promises"]))]
    columns = (_("action"), _("element"), _("promised"), _("due"), _("state"))
    caption = words.say(_("Promised actions, and the change of their element since, in points"))
    return Table(
        of_register(words, caption, rows),
        headers(words, *columns, _("change"), _("range")),
        rows,
        n_text=5,
    )


def _promise(words: Words, index: int) -> list[Markup]:
    place = f"promises.{index}"
    row = words.at(place)
    text = [
        Markup.escape(row["action"]),
        Markup.escape(short_element_name(words, row["element"])),
        words.quarter(f"{place}.promised_quarter", short=True),
        words.quarter(f"{place}.due_quarter", short=True),
        words.say(PROMISES[row["status"]]),
    ]
    if row["reason"]:
        return [*text, words.say(NOT_MEASURED[row["reason"]]), NONE]
    known = row["conf_low"] is not None
    return [
        *text,
        NONE if row["difference"] is None else words.number(f"{place}.difference", sign=True),
        interval(words, place, sign=True) if known else NONE,
    ]


def overdue(words: Words) -> Table:
    """City: what has been overdue longest."""
    rows = [
        [
            Markup.escape(row["unit"]),
            Markup.escape(row["action"]),
            Markup.escape(element_name(words, row["element"])),
            Markup.escape(row["owner"]),
            words.quarter(f"follow_ups.overdue.{index}.due_quarter"),
        ]
        for index, row in enumerate(words.at("follow_ups.overdue")[:SHOWN])
    ]
    return Table(
        of_register(words, words.say(_("Longest overdue actions")), rows),
        headers(words, _("unit"), _("action"), _("element"), _("owner"), _("due")),
        rows,
        n_text=5,
    )


def by_element(words: Words) -> Table:
    """City: promises by element."""
    names = ("promised", "done", "overdue", "n_measured", "n_clear")
    return Table(
        words.say(_("Promised actions by element")),
        headers(
            words, _("element"), _("promised"), _("done"), _("overdue"), _("done and measured"), _("clearly higher")
        ),
        [
            [
                Markup.escape(element_name(words, row["element"])),
                *(words.count(f"kept_promises.by_element.{index}.{name}") for name in names),
            ]
            for index, row in enumerate(words.at("kept_promises.by_element"))
        ],
    )  # fmt: skip


def beside_others(words: Words) -> Table:
    """City: how many elements stand clearly higher, with a done action and without."""
    rows = []
    for index, row in enumerate(words.at("kept_promises.comparisons")):
        place = f"kept_promises.comparisons.{index}"
        rows.append(
            [
                words.say(COMPARISONS[row["name"]]),
                words.count(f"{place}.n"),
                words.percent(f"{place}.share"),
                words.count(f"{place}.n_others"),
                words.percent(f"{place}.share_others"),
            ]
        )
    return Table(
        words.say(_("Share of elements clearly higher than in the quarter of the promise")),
        headers(
            words, _("comparison"), _("done actions"), _("clearly higher"), _("others"), _("clearly higher")
        ),
        rows,
    )

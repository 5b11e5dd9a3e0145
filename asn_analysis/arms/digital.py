"""What a brief says about digital services."""

from __future__ import annotations

from textwrap import wrap
from typing import Any

from markupsafe import Markup

from asn_analysis.arms.digital_annex import ESTIMATE, PLACE, annex
from asn_analysis.arms.digital_record import prepare as prepare
from asn_analysis.arms.former import Drawn
from asn_analysis.pages.figures import BLUE, DARK, label_beside, number_axis, say_plainly
from asn_analysis.words.language import N_, Words, _
from asn_analysis.words.tables import Table, chosen, listed, or_dash, shown
from asn_analysis.words.wording import interval, is_city

__all__ = ["FIGURE", "annex", "sentences"]
MEANINGS = {
    "success": _("a rise of at least the {sesoi} points that matter to citizens"),
    "promising": _("a rise, though not yet certain to be one of {sesoi} points"),
    "below": _("a rise, but below the {sesoi} points that would matter to citizens"),
    "adjust": _("no change as large as the {sesoi} points that would matter to citizens"),
    "harm": _("a decline"),
    "inconclusive": _("too uncertain to say whether there was a change of {sesoi} points"),
}
USED = N_(
    "In {count} unit with an application for citizens, {take_up} of the services of the last four quarters "
    "were finished online, at {cost} each; of those begun online, {completion} were finished.",
    "In {count} units with an application for citizens, {take_up} of the services of the last four quarters "
    "were finished online, at {cost} each; of those begun online, {completion} were finished.",
)
LABEL_SHARE = 0.4  # of the axes, which words on their left leave narrow, for a label of twelve letters a line
JOINT = {
    "training": _("training alone"),
    "digital": _("application alone"),
    "both": _("both together"),
}


def sentences(words: Words) -> list[Markup]:
    """How much it is used, what going live changed, and what the shift of channels did."""
    if not is_city(words):
        return _of_unit(words)
    told = [_use(words), _effect(words)]
    if words.at(f"{PLACE}.channel_shift"):
        told.append(_shift(words))
    return told


def _use(words: Words) -> Markup:
    if _at(words, "citizens.take_up") is None:
        return words.say(_("How much applications for citizens are used is not recorded."))
    return words.say_n(
        *USED,
        f"{PLACE}.citizens.n_units",
        take_up=words.percent(f"{PLACE}.citizens.take_up"),
        cost=or_dash(words, "rupiah", f"{PLACE}.citizens.cost_per_service"),
        completion=or_dash(words, "percent", f"{PLACE}.citizens.completion"),
    )


def _effect(words: Words) -> Markup:
    if words.at(f"{PLACE}.effect.refusal"):
        return words.say(_("These data cannot show what going live has changed in satisfaction."))
    text = words.say(
        _(
            "Going live with an application changed the index by {estimate} points ({interval}): "
            "{meaning}. Only units not yet trained are compared, so that the effect of training is not "
            "counted here."
        ),
        estimate=words.number(f"{PLACE}.effect.estimate", sign=True),
        interval=interval(words, f"{PLACE}.effect", sign=True),
        meaning=words.say(MEANINGS[_meaning(words)], sesoi=words.number(f"{PLACE}.effect.sesoi")),
    )
    if words.at(f"{PLACE}.waktu.refusal"):
        return text
    time = words.say(
        _("The element of completion time, on the same scale, changed by {estimate} points ({interval})."),
        estimate=words.number(f"{PLACE}.waktu.estimate", sign=True),
        interval=interval(words, f"{PLACE}.waktu", sign=True),
    )
    return Markup("{} {}").format(text, time)


def _meaning(words: Words) -> str:
    """The verdict's label; a rise that stays below what matters is told apart from none."""
    label = words.at(f"{PLACE}.effect.verdict.label")
    return "below" if label == "adjust" and words.at(f"{PLACE}.effect.conf_low") > 0 else label


def _shift(words: Words) -> Markup:
    place = f"{PLACE}.channel_shift"
    return words.say(
        _(
            "Where applications went live, the share of online answers went from {before} to {since}. Of "
            "the {total} points, {within} ({range}) come from other ratings through the same channels, and "
            "{mix} from people moving to other channels."
        ),
        before=or_dash(words, "percent", f"{place}.online_before"),
        since=or_dash(words, "percent", f"{place}.online_since"),
        total=words.number(f"{place}.total.estimate", sign=True),
        within=words.number(f"{place}.within.estimate", sign=True),
        range=interval(words, f"{place}.within", sign=True),
        mix=words.number(f"{place}.mix.estimate", sign=True),
    )


def _of_unit(words: Words) -> list[Markup]:
    told = []
    if _at(words, "citizens.take_up") is not None:
        told.append(
            words.say(
                _(
                    "An application for citizens has been live since {date}: in the last four quarters "
                    "{take_up} of the services were finished online, at {cost} each; of those begun "
                    "online, {completion} were finished."
                ),
                date=words.date(f"{PLACE}.live_since"),
                take_up=words.percent(f"{PLACE}.citizens.take_up"),
                cost=or_dash(words, "rupiah", f"{PLACE}.citizens.cost_per_service"),
                completion=or_dash(words, "percent", f"{PLACE}.citizens.completion"),
            )
        )
        told.append(_content(words))
    if _at(words, "staff.cost_per_service") is not None:
        told.append(
            words.say(
                _("Staff use an information system, at {cost} a transaction in the last four quarters."),
                cost=words.rupiah(f"{PLACE}.staff.cost_per_service"),
            )
        )
    return told


def _content(words: Words) -> Markup:
    if not words.at(f"{PLACE}.channels"):
        return words.say(
            _("Ratings of online users are withheld, so that no small group of respondents can be made out.")
        )
    return words.say(
        _(
            "In these quarters the {n_online} people who answered online rate the service {online} points, "
            "the {n_others} others {others}; small groups differ by chance too."
        ),
        n_online=words.count(f"{PLACE}.channels.online.n"),
        online=words.number(f"{PLACE}.channels.online.index"),
        n_others=words.count(f"{PLACE}.channels.others.n"),
        others=words.number(f"{PLACE}.channels.others.index"),
    )


def joint_sentence(words: Words) -> Markup:
    """What training and applications changed, each apart from the other."""
    rows = words.at(f"{PLACE}.joint")
    parts = [
        words.say(
            _("{what} {estimate} ({interval})"),
            what=words.say(JOINT[row["term"]]),
            estimate=words.number(f"{PLACE}.joint.{place}.estimate", sign=True),
            interval=interval(words, f"{PLACE}.joint.{place}", sign=True),
        )
        for place, row in enumerate(rows)
    ]
    return words.say(
        _(
            "Points of the index in quarters with one, the other or both, in ranges that hold for all three: "
            "{parts}."
        ),
        parts=Markup("; ").join(parts),
    )


def joint_table(words: Words) -> Table:
    """Effects where only one has begun, and where both have."""
    return listed(
        words,
        f"{PLACE}.joint",
        _("Effect on the index where only one, or both, had begun, in points; the ranges hold together"),
        (_("what had begun"), chosen(JOINT, "term")),
        *ESTIMATE,
        (_("units"), shown("count", "n_units")),
    )


def draw_joint(words: Words, axes: Any) -> None:
    """One dot with its range for training, for an application, and for both."""
    rows = words.at(f"{PLACE}.joint")[::-1]
    sesoi = words.at(f"{PLACE}.effect.sesoi")
    for place, row in enumerate(rows):
        axes.plot([row["conf_low"], row["conf_high"]], [place, place], color=BLUE, lw=3)
        axes.plot(row["estimate"], place, "o", color=BLUE, ms=8)
    bounds = [0.0, sesoi, *(row[bound] for row in rows for bound in ("conf_low", "conf_high"))]
    low, high = min(bounds), max(bounds)
    high = max(high, (sesoi - LABEL_SHARE * low) / (1 - LABEL_SHARE))
    margin = 0.06 * (high - low)
    axes.set(ylim=(-1.5, len(rows) - 0.4), xlim=(low - margin, high + margin))
    axes.axvline(0, color=DARK, lw=1)
    axes.axvline(sesoi, color=DARK, lw=1, ls=(0, (4, 3)))
    label = "\n".join(wrap(say_plainly(words, _("meaningful from here")), 12))
    label_beside(axes, sesoi, -1.0, label, right=True)
    axes.set_yticks(range(len(rows)), [say_plainly(words, JOINT[row["term"]]) for row in rows])
    axes.set_xlabel(say_plainly(words, _("change of the index, in points")), loc="right")
    number_axis(words, axes.xaxis, 0)


FIGURE = Drawn(draw_joint, joint_sentence, joint_table, 2.6, needs=("joint",))


def _at(words: Words, place: str) -> Any:
    audience, name = place.split(".")
    return (words.at(f"{PLACE}.{audience}") or {}).get(name)

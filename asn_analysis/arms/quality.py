"""What the annex says about the survey itself: questions to offices, none of them an accusation."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from asn_analysis.arms.quality_record import prepare as prepare
from asn_analysis.words.language import N_, Words, _
from asn_analysis.words.tables import NONE, Table, headers
from asn_analysis.words.texts import CHARACTERISTICS

FIGURE = None
# Of each screen: its name, what a high share may mean, and what to ask the office.
SCREENS = {
    "straight_lining": (
        _("One answer throughout"),
        _("People in a hurry, or forms filled in for others"),
        _("How are the forms handed out, and do people have time to read them?"),
    ),
    "all_best": (
        _("Only the best answer"),
        _("Very content people, or people who answer in front of the officer"),
        _("Who is present when people answer, and can they answer unseen?"),
    ),
    "near_twins": (
        _("Forms almost alike"),
        _("Families or groups that answer together, forms entered twice, or forms copied"),
        _("Were forms entered twice, and do the paper forms match the entries?"),
    ),
    "same_as_before": (
        _("Answers like those of the form before"),
        _("A row repeated when entering, or a group that answers together"),
        _("Who enters the forms, and do the entries match the paper forms?"),
    ),
    "copied_quarter": (
        _("Answers of an earlier quarter again"),
        _("An old file sent again, or forms carried over"),
        _("Is this file the one of this quarter, and are the paper forms kept?"),
    ),
    "one_day": (
        _("Forms of a single day"),
        _("A survey held on one day, or the day of entry given as the day of the answer"),
        _("Was the survey held on one day, and is the date that of the answer?"),
    ),
    "one_minute": (
        _("Several forms in one minute"),
        _("Paper forms entered later, or forms sent in by a program"),
        _("Is the time that of the answer or of the entry?"),
    ),
    "closed_days": (
        _("Forms of days when the office is closed"),
        _("Service outside office hours, or dates filled in later"),
        _("Did the office serve people on these days, and who wrote the dates?"),
    ),
    "impossible": (
        _("Age that does not fit education or occupation"),
        _("Slips when entering, or facts filled in for others"),
        _("Can age, education and occupation be checked against the paper forms?"),
    ),
    "channel": (
        _("Sudden change of channel"),
        _("A new way to answer, such as an application or an outreach day"),
        _("What changed in the way people are asked?"),
    ),
    "composition": (
        _("Sudden change of who answers"),
        _("Another service or place surveyed, or facts not taken down as before"),
        _("Was the survey held at another counter or among other people than before?"),
    ),
    "same_count": (
        _("The same number of forms as at the survey before"),
        _("A quota of the office's own, or a number decided beforehand"),
        _("How is the number of forms decided, and what happens to further ones?"),
    ),
    "round_counts": (
        _("A round number of forms"),
        _("A quota of the office's own, or a number decided beforehand"),
        _("How is the number of forms decided, and what happens to further ones?"),
    ),
    "round_ages": (
        _("Rounded ages"),
        _("Ages guessed by the officer instead of asked"),
        _("Is the age asked, or guessed?"),
    ),
}
FOUND = N_(
    "The screens of the survey have {count} question, for {n_flagged} of {n_units} units; "
    "a question is no accusation.",
    "The screens of the survey have {count} questions, for {n_flagged} of {n_units} units; "
    "a question is no accusation.",
)
OWN = N_(
    "The screens of the survey have {count} question for this unit; a question is no accusation.",
    "The screens of the survey have {count} questions for this unit; a question is no accusation.",
)
MORE = N_("{found} {count} more is not listed.", "{found} {count} more are not listed.")


def sentences(words: Words) -> list[Markup]:
    """How many questions there are, and for whom."""
    compared = words.record["scope"] != "city" or any(row["checked"] for row in words.at("quality.screens"))
    if compared and not words.at("quality.n_flags"):
        return [
            words.say(
                _(
                    "The screens of the survey have no question: shares outside the normal range alone raise "
                    "none, unless by more than chance."
                )
            )
        ]
    if words.record["scope"] != "city":
        return [words.say_n(*OWN, "quality.n_flags")]
    found = words.say_n(
        *FOUND,
        "quality.n_flags",
        n_flagged=words.count("quality.n_flagged_units"),
        n_units=words.count("quality.n_units"),
    )
    return [words.say_n(*MORE, "quality.n_more", found=found) if words.at("quality.n_more") else found]


def annex(words: Words) -> Sequence[Table]:
    """City: the questions, then the screens. Unit: its own screens."""
    if words.record["scope"] != "city":
        return (_own(words),)
    return (_questions(words), _screens(words)) if words.at("quality.flags") else (_screens(words),)


def lines(words: Words) -> list[str]:
    """The questions as plain lines, for the command line."""
    told = [sentences(words)[0]]
    for index, row in enumerate(words.at("quality.flags")):
        place = f"quality.flags.{index}"
        title, _meaning, question = SCREENS[row["screen"]]
        normal = (words.say(_("normal in this city")), _normal(words, place))
        parts = (row["unit_id"], row["name"], words.say(title), _share(words, place), *normal)
        told.append(Markup("{} {}: {}: {}; {}: {}. {}").format(*parts, words.say(question)))
    unchecked = [words.say(SCREENS[row["screen"]][0]) for row in _unchecked(words)]
    if unchecked:
        told.append(
            words.say(_("Could not be checked with these data: {screens}."), screens=", ".join(unchecked))
        )
    return [line.striptags() for line in told]


def _unchecked(words: Words) -> list[dict]:
    return [row for row in words.at("quality.screens") if not row["checked"]]


def _questions(words: Words) -> Table:
    rows = []
    for index, row in enumerate(words.at("quality.flags")):
        place = f"quality.flags.{index}"
        title, _meaning, question = SCREENS[row["screen"]]
        rows.append(
            [
                _unit_name(words, row),
                _with_detail(words, words.say(title), row, place),
                words.say(question),
                _share(words, place),
                _normal(words, place),
            ]
        )
    return Table(
        sentences(words)[0],
        headers(
            words,
            _("unit"),
            _("what stands out"),
            _("question to the office"),
            _("share"),
            _("normal in this city"),
        ),
        rows,
        n_text=3,
    )


def _screens(words: Words) -> Table:
    rows = []
    for index, row in enumerate(words.at("quality.screens")):
        title, meaning, _question = SCREENS[row["screen"]]
        place = f"quality.screens.{index}"
        normal = _normal(words, place) if row["checked"] else words.say(_("cannot be checked"))
        asked = words.count(f"{place}.n_flagged") if row["checked"] else NONE
        rows.append([words.say(title), words.say(meaning), normal, asked])
    return Table(
        words.say(
            _(
                "What the survey is screened for; normal is the middle unit, "
                "with the range of nine units in ten"
            )
        ),
        headers(
            words, _("screen"), _("what a high share may mean"), _("normal in this city"), _("units asked")
        ),
        rows,
        n_text=2,
    )


def _own(words: Words) -> Table:
    rows = []
    for index, row in enumerate(words.at("quality.screens")):
        place = f"quality.screens.{index}"
        title, _meaning, question = SCREENS[row["screen"]]
        asked = words.say(question) if row["flagged"] else NONE
        rows.append(
            [
                _with_detail(words, words.say(title), row if row["flagged"] else {}, place),
                asked,
                _share(words, place),
                _normal(words, place),
            ]
        )
    return Table(
        sentences(words)[0],
        headers(
            words,
            _("screen"),
            _("question to the office"),
            _("share"),
            _("normal in this city, to five points"),
        ),
        rows,
        n_text=2,
    )


def _unit_name(words: Words, row: dict) -> Markup:
    if row["kecamatan"] and row["kecamatan"] not in row["name"]:
        return words.say(_("{name}, {kecamatan} district"), name=row["name"], kecamatan=row["kecamatan"])
    return Markup.escape(row["name"])


def _with_detail(words: Words, title: Markup, row: dict, place: str) -> Markup:
    """With the earlier quarter that was met again, or the characteristic that changed."""
    detail = row.get("detail")
    if not detail or row["screen"] == "channel":
        return title
    named = CHARACTERISTICS.get(detail)
    what = words.say(named) if named else words.quarter(f"{place}.detail")
    return Markup("{} ({})").format(title, what)


def _share(words: Words, place: str) -> Markup:
    how = words.at(f"{place}.how")
    if how == "few":
        return words.say(_("fewer than {fewest} forms"), fewest=words.count("quality.fewest_respondents"))
    share = words.percent(f"{place}.share")
    return words.say(_("more than {share}"), share=share) if how == "more" else share


def _normal(words: Words, place: str) -> Markup:
    shares = {name: words.percent(f"{place}.{name}") for name in ("median", "low", "high")}
    return words.say(_("{median} ({low} to {high})"), **shares)

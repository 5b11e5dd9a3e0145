"""The screens of the survey: the name of each, what a high share may mean, and what to ask the office."""

from __future__ import annotations

from asn_analysis.words.language import _

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
        _("Answers like those of the previous form"),
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
        _("The same number of forms as in the previous survey"),
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

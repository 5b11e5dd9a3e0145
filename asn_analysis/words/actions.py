# ruff: noqa: E501 - sentences are easier to read unbroken
"""What each proposed action says, who has it, how it is measured, and where its list stands in the page."""

from __future__ import annotations

from asn_analysis.followup.actions import Action
from asn_analysis.words.language import _
from asn_analysis.words.messages import Counted, Sentence
from asn_analysis.words.texts import KINDS

ACTIONS: dict[str, Sentence[Action]] = {
    "train_chosen": Counted(
        Action,
        "count",
        "Train the {count:count} unit that the budget pays for.",
        "Train the {count:count} units that the budget pays for.",
    ),
    "set_budget": Counted(
        Action,
        "count",
        "Set a budget for the training of {count:count} untrained unit.",
        "Set a budget for the training of {count:count} untrained units.",
    ),
    "train_in_order": Counted(
        Action,
        "count",
        "Train the {count:count} unit that is next in the random order: {names:names}.",
        "Train the {count:count} units that are next in the random order, first: {names:names}.",
    ),
    "extend_training": Counted(
        Action,
        "count",
        "Plan training for the {count:count} untrained unit.",
        "Plan training for the {count:count} untrained units.",
    ),
    "confirm_next_quarter": Sentence(Action, "Repeat the survey with the same questions."),
    "review_training": Sentence(Action, "Review the training by kind and element."),
    "pause_and_look": Sentence(Action, "Pause new training and look at the units that went down."),
    "gather_evidence": Sentence(Action, "Survey trained and untrained units further."),
    "record_trainings": Sentence(
        Action, "Record every training held so far, and survey the trained units again."
    ),
    "enter_earlier_surveys": Sentence(
        Action, "Enter the surveys that were held before the training, from earlier reports or forms."
    ),
    "train_in_rounds": Sentence(
        Action, "Hold the next training in rounds, chosen at random, so that some units are trained later."
    ),
    "ask_how_filled_in": Sentence(Action, "Ask the offices how the forms were filled in."),
    "survey_absent_units": Counted(
        Action,
        "count",
        "Survey the {count:count} unit that sent no form.",
        "Survey the {count:count} units that sent no form.",
    ),
    "survey_again": Sentence(Action, "Survey this unit's users: no forms have been received."),
    "raise_weakest_element": Sentence(Action, "Improve the lowest element: {element_name}."),
    "look_at_weakest_elements": Sentence(Action, "Improve {element_name} or {other_name} (lowest)."),
    "answer_complaints": Counted(
        Action,
        "count",
        "Answer {count:count} complaint that is past its time limit.",
        "Answer {count:count} complaints that are past their time limit.",
    ),
    "ask_about_survey": Counted(
        Action,
        "count",
        "Ask {count:count} unit how its survey was run.",
        "Ask {count:count} units how their survey was run.",
    ),
    "answer_survey_questions": Counted(
        Action,
        "count",
        "Explain how the survey was run: {count:count} question.",
        "Explain how the survey was run: {count:count} questions.",
    ),
    "look_at_disagreement": Counted(
        Action,
        "count",
        "Visit the unit on which complaints and survey disagree: {names:names}.",
        "Visit the {count:count} units on which complaints and survey disagree, first: {names:names}.",
    ),
    "hear_complainants": Sentence(
        Action,
        "Ask people about {element_name}: complaints name it most often, the survey puts {other_name} last.",
    ),
    "find_why_not_online": Sentence(
        Action, "Ask users why only {share:percent} of services are finished online."
    ),
    "prefer_kind": Sentence(
        Action,
        "Consider {kind} training first: units that had it gained most, though the kinds were not assigned at random.",
        kind=KINDS,
    ),
    "close_overdue": Counted(
        Action,
        "count",
        "Complete {count:count} overdue action.",
        "Complete {count:count} overdue actions.",
    ),
}
# Where in the page the list behind an action stands: an arm's part of the annex, or a section.
LISTS = {
    **dict.fromkeys(("train_chosen", "set_budget", "extend_training", "prefer_kind"), "planning"),
    **dict.fromkeys(("confirm_next_quarter", "gather_evidence"), "limits"),
    **dict.fromkeys(("review_training", "pause_and_look"), "what-training-changed"),
    **dict.fromkeys(("record_trainings", "enter_earlier_surveys", "train_in_rounds"), "limits"),
    **dict.fromkeys(("raise_weakest_element", "look_at_weakest_elements"), "elements"),
    **dict.fromkeys(("answer_complaints", "look_at_disagreement", "hear_complainants"), "complaints"),
    **dict.fromkeys(("ask_about_survey", "answer_survey_questions", "ask_how_filled_in"), "quality"),
    **dict.fromkeys(("survey_absent_units", "survey_again"), "limits"),
    "train_in_order": "planning",
    "find_why_not_online": "digital",
    "close_overdue": "follow-up",
}
OWNERS = {
    "training_agency": _("training agency"),
    "survey_team": _("survey team"),
    "service_units": _("service units"),
    "complaints_desk": _("complaints desk"),
    "inspectorate": _("inspectorate"),
    "digital_office": _("office for digital services"),
}
MEASURES = {
    "train_chosen": _("index of the newly trained units"),
    "set_budget": _("budget set"),
    "extend_training": _("index of the newly trained units"),
    "train_in_order": _("trainings in the order drawn, and next quarter's effect"),
    "confirm_next_quarter": _("effect in next quarter's brief"),
    "record_trainings": _("number of trainings recorded"),
    "enter_earlier_surveys": _("number of quarters entered"),
    "train_in_rounds": _("number of units left for a later round"),
    "ask_how_filled_in": _("number of offices that answered"),
    "review_training": _("effect by element in next quarter's brief"),
    "pause_and_look": _("effect in next quarter's brief"),
    "gather_evidence": _("width of the range in next quarter's brief"),
    "survey_absent_units": _("number of units surveyed"),
    "survey_again": _("number of forms"),
    "raise_weakest_element": _("index of this element"),
    "look_at_weakest_elements": _("index of both elements, which cannot be told apart yet"),
    "answer_complaints": _("number open past the time limit"),
    "ask_about_survey": _("number of units with a question"),
    "answer_survey_questions": _("number of questions"),
    "look_at_disagreement": _("number of units on which they disagree"),
    "hear_complainants": _("element that complaints name most"),
    "find_why_not_online": _("share of services finished online"),
    "prefer_kind": _("effect by kind of training"),
    "close_overdue": _("number overdue in the register"),
}

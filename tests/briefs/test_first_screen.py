"""What fresh readers stumbled on, each answered where they stood: by a sentence from the record."""

from __future__ import annotations

import copy

import pytest
from markupsafe import Markup

from asn_analysis.briefs.brief import Brief
from asn_analysis.record.core import held
from asn_analysis.words import certainty, effect, first_screen, limits
from asn_analysis.words.followup import who
from asn_analysis.words.language import Words, plain
from asn_analysis.words.wording import effect_headline

REQUEST = {
    **{"budget": 300e6, "n_units": 18, "cost": 299e6, "per_unit": 16.6e6, "n_untrained": 31},
    **{"first": ["Pustu A", "Pustu B"], "lowest": "asked"},
}
TRAININGS = [
    {"unit_id": "a", "kind": "technical", "hours": 20.0, "participants": 8},
    {"unit_id": "a", "kind": "managerial", "hours": 40.0, "participants": 10},
    {"unit_id": "b", "kind": "technical", "hours": 24.0, "participants": 12},
]


@pytest.fixture
def record(made) -> dict:
    return copy.deepcopy(made.record("city"))


def told(sentence: Markup) -> str:
    return plain(sentence).replace("\xa0", " ")


def test_the_decision_says_a_training_each_its_price_and_what_becomes_of_the_lowest_unit(record):
    record["request"] = REQUEST
    assert told(first_screen.decision(Words(record, "en"))) == (
        "Approve one training in each of 18 units: Rp 299 million, or Rp 16.6 million a unit (budget Rp 300 "
        "million). First, by expected gain per rupiah: Pustu A, Pustu B. The lowest unit is among them."
    )
    for lowest, end in (
        ("trained", "sudah dilatih."),
        ("not_asked", "terendah tidak ada di antaranya."),
        (None, "Pustu B."),
    ):
        record["request"] = {**REQUEST, "lowest": lowest}
        assert told(first_screen.decision(Words(record, "id"))).endswith(end)


def test_a_point_is_said_in_answers(record):
    """Index = 25 x mean answer: 2.13 points are .0852 of a step, as if 8.52 of 100 people rose by one."""
    for of_100, higher, en in (
        (8.52, True, "as if 9 of 100 people rated everything one step higher"),
        (8.52, False, "as if 9 of 100 people rated everything one step lower"),
        (0.4, True, None),  # nobody of a hundred: not said
    ):
        record["verdict"]["label"] = "success"
        record["in_answers"] = {"of_100": of_100, "higher": higher}
        more = [told(text) for text in first_screen.facts(Words(record, "en"))[1].more]
        assert more == ["points on average", *([en] if en else [])]


def test_a_records_answers_are_its_effect(record):
    assert record["in_answers"]["of_100"] == pytest.approx(4 * abs(record["effect"]["estimate"]), abs=1e-5)
    assert all(
        row["gap"] == pytest.approx(row["observed"] - row["expected"], abs=2e-6) for row in record["paths"]
    )


def test_the_title_says_whom_it_is_about(record):
    record["verdict"] |= {"label": "success", "certainty": 4}
    record["effect"] |= {"estimate": 2.13, "n_treated_units": 84}
    title = "Training civil servants raises citizens' satisfaction in 84 trained units by 2.1 points"
    assert told(effect_headline(Words(record, "en"))) == title


def test_only_a_lot_gives_the_fifth_point_and_rules_other_changes_out(record):
    words = Words(record, "en")
    assert (
        told(certainty.paragraph(words)).count("a fifth point needs an order of training drawn at random")
        == 1
    )
    assert told(certainty.caveat(words)).startswith("What is not ruled out: other changes")
    assert any("not chosen at random" in told(limit) for limit in limits.limits(words, [], []))
    record["verdict"]["reasons"] = [{"code": "design_randomised", "points": 5}]
    words = Words(record, "en")
    assert not certainty.caveat(words)
    assert not any("not chosen at random" in told(limit) for limit in limits.limits(words, [], []))


@pytest.mark.parametrize(("language", "whose"), [("en", "Service units: "), ("id", "Unit layanan: ")])
def test_a_task_begins_with_whose_it_is(record, language, whose):
    words = Words(record, language)
    mine = [action for action in first_screen.tasks(words) if action.owner == "service_units"]
    task = told(first_screen.what_to_do(words, mine[0]))
    assert f"{whose}{task}" in told(Brief(record).first_screen().html[language])


def test_on_a_units_own_page_its_tasks_are_its_own(made):
    words = Words(made.record(made.units[0]), "en")
    names = {told(who(words, action)) for action in first_screen.tasks(words)}
    assert "this unit" in names and "service units" not in names


def test_what_was_given_is_counted_from_the_trainings(record):
    given = held(TRAININGS)
    assert (given.n, given.n_units, given.hours, given.participants) == (3, 2, 28.0, 10.0)
    record["held"] = {
        **{"n": 3, "n_units": 2, "hours": 28.0, "participants": 10.0},
        "kinds": [{"kind": "managerial", "n": 1}, {"kind": "technical", "n": 2}],
    }
    assert [(one.kind, one.n) for one in given.kinds] == [("managerial", 1), ("technical", 2)]
    assert told(effect.held_sentence(Words(record, "en"))) == (
        "So far 2 units had 3 trainings (1 managerial, 2 technical) of 28 lesson hours and 10 "
        "participants on average."
    )
    assert held([]) is None


def test_the_cost_of_a_unit_is_told_apart_from_that_of_a_training(record):
    record["cost"] = {
        **{"total": 2376e6, "n_trainings": 105, "n_units": 84, "per_training": 22.6e6, "per_unit": 28.3e6},
        **{"per_point": 13.3e6, "per_point_low": 7.4e6, "per_point_high": 23.2e6},
    }
    assert told(effect.cost_sentence(Words(record, "en"))) == (
        "All trainings cost Rp 2.4 billion: Rp 22.6 million each, Rp 28.3 million per trained unit, Rp 13.3 "
        "million for each point gained in a unit."
    )

"""A file of rules with a value that cannot be meant is named, with the place in it."""

import pytest
from msgspec import convert

from asn_analysis.rules import rules
from asn_analysis.rules.kinds import QualityRules
from asn_analysis.rules.rules import load_quality


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        (
            "sample: 200",
            "sample: many",
            r"quality.yml cannot be used \(Expected `int`, got `str` - at `\$.sample`",
        ),
        ("sample: 200", "samples: 200", "missing required field `sample`"),
        ("near_twins: 0.60", "near_twins: [0.60]", r"Expected `float`, got `array`"),
    ],
)
def test_a_value_of_the_wrong_kind_is_told_with_its_place(monkeypatch, right, wrong, said):
    spoiled = rules.text("quality.yml").replace(right, wrong, 1)
    monkeypatch.setattr(rules, "text", lambda name: spoiled)
    with pytest.raises(rules.RulesError, match=said):
        rules.made_of("quality.yml", lambda raw: convert(raw, QualityRules))


def test_the_rules_on_file_are_frozen():
    with pytest.raises(AttributeError):
        load_quality().sample = 1

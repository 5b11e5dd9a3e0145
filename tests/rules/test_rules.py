"""A file of rules with a value that cannot be meant is named, with the place in it."""

import pytest
from msgspec import convert

from asn_analysis.rules import rules
from asn_analysis.rules.kinds import QualityRules
from asn_analysis.rules.rules import load_indicators, load_quality, load_skm


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


def test_an_indicator_calls_elements_by_their_names():
    """The board and the table of elements stand on one page: one thing has one name there."""
    elements = {element.code: element for element in load_skm().elements}
    for one in load_indicators():
        named = [elements[code] for code in one.measure if code in elements]
        for language in one.names if 0 < len(named) < len(elements) else ():
            names = [element.names[language] for element in named]
            assert all(name.lower() in one.formula[language] for name in names)
            assert len(names) > 1 or one.names[language] == names[0]

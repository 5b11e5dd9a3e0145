"""The chain from training to citizens, and its weakest link."""

from __future__ import annotations

import pytest

from asn_analysis.followup.chain import Link, weakest


def link(name: str, low: float | None, estimate: float | None, high: float | None) -> Link:
    return Link(name, estimate, low, high, nothing=0.0, enough=2.0)


STRONG = (1.0, 2.5, 4.0)


@pytest.mark.parametrize(
    ("low", "estimate", "high", "state"),
    [
        (*STRONG, "enough"),
        (0.5, 2.0, 3.5, "enough"),
        (0.5, 1.9, 3.3, "some"),
        (0.0, 2.5, 5.0, "open"),
        (-1.0, 0.5, 2.0, "open"),
        (-3.0, -2.0, -0.1, "absent"),
        (None, 1.0, None, "not_measured"),
        (None, None, None, "not_measured"),
    ],
)
def test_the_state_of_a_link(low, estimate, high, state):
    assert link("learning", low, estimate, high).state == state


def test_the_weakest_link_is_the_worst_state_and_the_earliest_of_equals():
    chain = [
        link("reaction", *STRONG),
        link("learning", 0.1, 1, 2),
        link("behaviour", -1, 1, 3),
        link("result", -1, 1, 3),
    ]
    assert weakest(chain).name == "behaviour"


def test_what_was_not_measured_is_not_called_weak():
    assert weakest([link("reaction", None, None, None), link("result", *STRONG)]) is None
    assert weakest([link("reaction", None, None, None), link("result", 0.1, 1, 2)]).name == "result"

"""Complaints in the briefs: no louder than their range, holidays that are estimated named, nobody exposed."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from asn_analysis.arms.arm import Prepared
from asn_analysis.arms.complaints import ARM, FINDINGS
from asn_analysis.arms.complaints.made import NEVER_QUOTED
from asn_analysis.measures.panel import build_panel
from asn_analysis.record.plain import plain_values
from asn_analysis.words.language import LANGUAGES, Words, plain

QUARTER = pd.Period("2026Q3", "Q-DEC")


@pytest.fixture(scope="module")
def prepared(small_dataset):
    return prepare(small_dataset, build_panel(small_dataset, QUARTER))


def prepare(dataset, panel: pd.DataFrame) -> Prepared:
    """The arm's parts as records hold them."""
    found = ARM.prepare(dataset, panel, QUARTER)
    return Prepared(plain_values(found.city), plain_values(found.units))


def words(part: dict, language: str = "en", scope: str = "city") -> Words:
    return Words({"scope": scope, "complaints": plain_values(part)}, language)


def told(part: dict, **options: str) -> str:
    return plain(" ".join(ARM.sentences(words(part, **options))))


def test_units_add_up_to_the_city(prepared, small_dataset):
    for name in ("received", "received_year", "open", "open_old", "open_past_limit"):
        assert prepared.city[name] == sum(unit[name] for unit in prepared.units.values())
    assert set(prepared.units) == set(small_dataset.units["unit_id"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_claims_more_than_its_finding(prepared, language):
    effect = {"refusal": None, "change": -0.1, "conf_low": -0.3, "conf_high": 0.15}
    said = {
        finding: told({**prepared.city, "effect": {**effect, "finding": finding}}, language=language)
        for finding in FINDINGS
    }
    open_word = {"en": "cannot yet be said", "id": "Belum dapat disimpulkan"}[language]
    assert [open_word in text for text in said.values()] == [name == "undecided" for name in said]
    easier = {"en": "easier", "id": "mudah masyarakat mengadu"}[language]
    assert all(easier in text for text in said.values())


def test_years_with_estimated_holidays_are_named(prepared):
    assert "estimated, so" not in told(prepared.city)
    assert "2027, 2028 are estimated" in told({**prepared.city, "uncertain_years": ["2027", "2028"]})


def test_a_unit_without_complaints_says_so(prepared):
    unit = {
        "received": 0,
        "received_year": 0,
        "open": 0,
        "open_old": 0,
        "open_past_limit": 0,
        "silence": None,
        "element": None,
        "n_element": None,
    }
    assert told(unit, scope="A") == "No complaint was received in this quarter, and none is open."
    assert "Still open of all on record: 1" in told({**unit, "open": 1}, scope="A")


@pytest.mark.parametrize(
    ("empty", "said", "unsaid"),
    [
        ((), "were verified within", "not recorded"),
        (("verified",), "were verified are not recorded", "0% were verified"),
        (("responded",), "were answered are not recorded", "past their time limit"),
        (("closed",), "how many are still open is not known", "still open:"),
        (("verified", "responded", "closed"), "how many are still open is not known", "working days"),
    ],
)
def test_what_a_register_does_not_hold_is_said_to_be_unrecorded_not_late(small_dataset, empty, said, unsaid):
    complaints = small_dataset.complaints.assign(**dict.fromkeys(empty, pd.NaT))
    dataset = replace(small_dataset, complaints=complaints)
    prepared = prepare(dataset, build_panel(dataset, QUARTER))
    text = told(prepared.city)
    assert said in text and unsaid not in text
    figure = plain(ARM.row(words(prepared.city)).figure)
    assert figure.startswith(f"{prepared.city['received']} received this quarter")
    assert ("past their time limit" in figure) == (not {"responded", "closed"} & set(empty))
    unit = next(iter(prepared.units.values()))
    assert ("how many are still open" in told(unit, scope="A")) == ("closed" in empty)


def test_a_register_that_fell_silent_is_not_a_city_without_complaints(small_dataset):
    """Eight complaints in two quarters: Poisson leaves one quarter empty in 55, two in 3,000."""
    eight = small_dataset.complaints.iloc[:8].assign(verified=pd.NaT, responded=pd.NaT, closed=pd.NaT)
    panel, silent = build_panel(small_dataset, QUARTER), "The city's register holds no complaint after"
    for back, is_silent in ((1, False), (2, True)):
        received = [(QUARTER - back - number % 2).start_time for number in range(8)]
        prepared = prepare(_Register(small_dataset, eight.assign(received=received)), panel)
        assert (prepared.city["silence"] == {"after": str(QUARTER - back), "usual": 4.0}) == is_silent
        texts = [told(prepared.city), told(prepared.units[small_dataset.units["unit_id"].iloc[0]], scope="A")]
        assert [silent in text for text in texts] == [is_silent] * 2
        assert ("every thousand users" in texts[0]) != is_silent


def test_no_accusation_no_number_and_no_lonely_complaint_is_quoted(small_dataset):
    panel = build_panel(small_dataset, QUARTER)
    text = "Antre lama, hubungi saya Budi di 081234567890"
    one = small_dataset.complaints.iloc[:1].assign(received=QUARTER.start_time, text=text)
    ten = pd.concat([one] * 10).assign(complaint_id=[f"X{number}" for number in range(10)])
    for few in (one, ten, ten.assign(**{"class": NEVER_QUOTED, "text": "Antre lama"})):
        few = few.assign(verified=pd.NaT, responded=pd.NaT, closed=pd.NaT)
        city = prepare(_Register(small_dataset, few), panel).city
        assert {row["quote"] for row in city["topics"]} <= {None}
    shown = ten.assign(text="Antre lama", verified=pd.NaT, responded=pd.NaT, closed=pd.NaT)
    shown["class"] = "permintaan_informasi"
    city = prepare(_Register(small_dataset, shown), panel).city
    assert city["topics"][0]["quote"] == "Antre lama"


def test_a_year_without_complaints_draws_nothing(small_dataset):
    old = small_dataset.complaints.assign(
        received=pd.Timestamp("2024-01-02"), verified=pd.NaT, responded=pd.NaT, closed=pd.NaT
    )
    old.loc[old.index[0], ["responded", "closed"]] = pd.Timestamp("2024-01-03")
    city = prepare(_Register(small_dataset, old), build_panel(small_dataset, QUARTER)).city
    assert city["closing"] is None and not ARM.figure.stands_in({"scope": "city", "complaints": city})
    assert city["open_past_limit"] == len(old) - 1
    assert "Still open" in told(city)


class _Register:
    """The small city with another register of complaints."""

    def __init__(self, dataset, register: pd.DataFrame) -> None:
        self.units, self.trainings, self.complaints = dataset.units, dataset.trainings, register
        self.review = dataset.review


def test_what_stands_beside_others_is_neither_the_lowest_nor_the_most(small_dataset, prepared):
    """All elements alike: only what people complain of is told; as many of two elements: nothing is."""
    panel = build_panel(small_dataset, QUARTER)
    alike = panel.assign(**{f"sum_u{n}": panel["sum_u3"] for n in range(1, 10)})
    alike = alike.assign(**{f"n_u{n}": panel["n_u3"] for n in range(1, 10)})
    found = prepare(small_dataset, alike).city
    assert (found["elements"]["weakest"], found["elements"]["agree"]) == (None, None)
    for language, lowest in {"en": "the survey is lowest", "id": "terendah dalam survei"}.items():
        assert lowest in told(prepared.city, language=language)
        assert lowest not in told(found, language=language)
    texts = pd.Series(["antrean lama", "petugas kasar"] * len(small_dataset.complaints))
    rows = small_dataset.complaints.iloc[: len(small_dataset.complaints) // 2 * 2]
    days = dict.fromkeys(("verified", "responded", "closed"), pd.NaT)
    rows = rows.assign(received=QUARTER.start_time, unit_id=rows["unit_id"].iloc[0], **days)
    tied = replace(small_dataset, complaints=rows.assign(text=texts[: len(rows)].to_numpy()))
    found = prepare(tied, panel)
    assert found.city["elements"] is None
    assert [unit["element"] for unit in found.units.values()] == [None] * len(found.units)
    more = rows.assign(text="antrean lama")
    found = prepare(replace(tied, complaints=more), panel)
    assert found.city["elements"]["complained"] == found.units[rows["unit_id"].iloc[0]]["element"] == "u3"

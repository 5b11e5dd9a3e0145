"""A province's brief from records alone: what is pooled, what is set aside, and what the page says."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path

import msgspec
import numpy as np
import pytest
from click.testing import CliRunner, Result

from asn_analysis.cli import main
from asn_analysis.pages.province import province_page
from asn_analysis.record.province import Province
from asn_analysis.words import province
from asn_analysis.words.language import LANGUAGES, Words, plain

NAMES = ("Kota Awal", "Kabupaten Batu", "Kota Cikal", "Kabupaten Delta", "Kota Elok", "Kota Fajar")


def sent(place: int, estimate: float, error: float = 0.6, drift: bool = True) -> dict:
    """What a city's record holds of what is read."""
    row = {"estimate": estimate, "std_error": error, "df": 20.0}
    row |= {"conf_low": estimate - 2 * error, "conf_high": estimate + 2 * error}
    rows = [{"scale": "points", "trend": "none", **row}]
    for trend, wider in (("continued", 1.3), ("doubled", 2.0)) if drift else ():
        rows.append({"scale": "points", "trend": trend, **row, "std_error": wider * error})
    return {
        "schema_version": 2,
        "scope": "city",
        "quarter": "2026Q3",
        "city": NAMES[place],
        "dates": {"start": "2026-07-01", "end": "2026-09-30"},
        "data": {"sha256": f"{place:064x}", "simulated": True, "rows": {}},
        "rules": {"sha256": "a" * 64},
        "package_version": "0.1.0",
        "verdict": {"label": "promising", "certainty": 4, "reasons": []},
        "effect": {
            **row,
            **{"exposure": 5.0, "n_units": 24, "n_treated_units": 17, "n_respondents": 8000.0},
            **{"method": "imputation", "sesoi": 2.0, "comparison": "not_yet_treated"},
            "refusal": None,
            "allowances": rows,
        },
    }


@pytest.fixture
def cities() -> list[dict]:
    return [sent(place, estimate) for place, estimate in enumerate((2.0, 3.1, 2.6, 3.5, 2.9))]


def pooled(folder: Path, records: list[dict], *options: str) -> Result:
    """`asn pool` on these records, as a province would call it."""
    files = []
    for place, record in enumerate(records):
        files.append(folder / f"{place}.json")
        files[-1].write_text(json.dumps(record), encoding="utf-8")
    arguments = ["pool", *map(str, files), "--out", str(folder / "out"), *options]
    return CliRunner().invoke(main, arguments)


def record_of(folder: Path) -> dict:
    return json.loads((folder / "out" / "2026Q3" / "record.json").read_text(encoding="utf-8"))


def test_page_and_record_come_from_the_records_and_every_number_from_the_record(cities, tmp_path):
    result = pooled(tmp_path, cities, "--name", "Provinsi Contoh")
    assert result.exit_code == 0, result.output
    record = record_of(tmp_path)
    msgspec.convert(record, Province)  # it holds what its type says
    estimates = [city["effect"]["estimate"] for city in cities]
    assert record["effect"]["estimate"] == pytest.approx(np.mean(estimates))  # all errors alike
    assert sum(city["weight"] for city in record["cities"]) == pytest.approx(1)
    for language in LANGUAGES:
        page = (tmp_path / "out" / "2026Q3" / f"brief.{language}.html").read_text(encoding="utf-8")
        words = Words(record, language)
        shown = re.findall(r'data-from="([^"]+)" value="([^"]+)"', page)
        assert len(shown) > 60
        assert all(value == str(words.at(place)) for place, value in shown)
        assert page.count("<h1") == 1 and "https://" not in page
        # A city's brief tells the respondents of its quarter; those here are of all that are compared.
        assert {"id": "responden sampai Triwulan III", "en": "respondents until Q3"}[language] in plain(
            province.subtitle(words)
        )
        assert "Data simulasi" in page or "Simulated data" in page


def test_the_same_records_give_the_same_bytes_in_any_order(cities, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    for folder, records in ((first, cities), (second, cities[::-1])):
        folder.mkdir()
        assert pooled(folder, records).exit_code == 0
    for name in ("record.json", "brief.id.html", "brief.en.html"):
        made = [(folder / "out" / "2026Q3" / name).read_bytes() for folder in (first, second)]
        assert made[0] == made[1]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda record: record.update(quarter="2026Q2"), "quarter"),
        (lambda record: record["effect"].update(sesoi=1.0), "sesoi"),
        (lambda record: record["effect"].update(comparison="never_treated"), "comparison"),
        (lambda record: record["rules"].update(sha256="b" * 64), "rules"),
        (lambda record: record["effect"].update(method="another"), "method"),
        (lambda record: record["effect"].update(estimate=None, std_error=None), "refused"),
        (lambda record: record["effect"].update(std_error=0.0), "refused"),
    ],
)
def test_a_record_that_does_not_fit_is_set_aside_by_name(cities, tmp_path, change, reason):
    change(cities[1])
    result = pooled(tmp_path, cities)
    assert result.exit_code == 0, result.output
    assert f"set aside: {NAMES[1]}" in result.output
    record = record_of(tmp_path)
    assert [(one["city"], one["reasons"]) for one in record["senders"]["aside"]] == [(NAMES[1], [reason])]
    for language in LANGUAGES:
        words = Words(record, language)
        assert any(NAMES[1] in plain(sentence) for sentence in province.senders_sentences(words))
        asks = any(NAMES[1] in plain(action) for action in province.actions(words))
        assert asks == (reason != "refused")  # such a city has nothing to make again


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda cities: cities[2]["data"].update(simulated=False), "nothing may mix them"),
        (lambda cities: cities[2].update(city=" kota  awal"), "are of the same city"),
        (lambda cities: cities[2]["data"].update(sha256=cities[0]["data"]["sha256"]), "of the same data"),
        (lambda cities: cities[2].update(scope="PKM-03"), "record of the unit PKM-03"),
        (lambda cities: cities[2].update(schema_version=99), "schema version 99"),
        (lambda cities: cities[2].pop("verdict"), "is damaged"),
        (lambda cities: [city["effect"].update(estimate=None) for city in cities], "has an effect"),
        (lambda cities: [city["effect"].update(estimate=None) for city in cities[2:]], "Only 2 records"),
        (lambda cities: cities.__delitem__(slice(2, None)), "Only 2 records"),
        (lambda cities: cities[0].update(city="0812-3456-7890"), "personal data"),
    ],
)
def test_what_must_not_be_pooled_ends_the_command_and_writes_nothing(cities, tmp_path, change, told):
    change(cities)
    result = pooled(tmp_path, cities)
    assert result.exit_code in (2, 3), result.output
    assert told in result.output
    assert not (tmp_path / "out").exists()


def test_records_of_two_quarters_in_equal_number_are_not_chosen_between(cities, tmp_path):
    cities = [*cities, sent(5, 2.2)]
    for record in cities[:3]:
        record["quarter"] = "2026Q2"
    assert "--quarter" in pooled(tmp_path, cities).output
    assert pooled(tmp_path, cities, "--quarter", "2026Q3").exit_code == 0
    assert record_of(tmp_path)["senders"]["n_misfit"] == 3


def test_who_did_not_send_is_asked_for_and_a_name_off_the_list_is_told(cities, tmp_path):
    listed = tmp_path / "cities.txt"
    listed.write_text("\n".join([*NAMES[1:5], "Kota  FAJAR", ""]), encoding="utf-8")
    result = pooled(tmp_path, cities, "--expected", str(listed))
    record = record_of(tmp_path)
    assert "not sent: Kota  FAJAR" in result.output and f"not on the list: {NAMES[0]}" in result.output
    assert record["senders"]["absent"] == ["Kota  FAJAR"]
    assert record["senders"]["unexpected"] == [NAMES[0]]
    assert any("FAJAR" in plain(action) for action in province.actions(Words(record, "id")))


def test_a_drift_that_some_records_cannot_tell_costs_certainty(tmp_path):
    some = [sent(place, 2.5 + place / 10, drift=place < 3) for place in range(5)]
    assert pooled(tmp_path, some).exit_code == 0
    record = record_of(tmp_path)
    assert record["effect"]["n_drift_allowed"] == 3
    assert record["verdict"]["certainty"] == 3
    assert record["effect"]["conf_low_robust"] < record["effect"]["conf_low"]
    none = [sent(place, 2.5 + place / 10, drift=False) for place in range(5)]
    assert pooled(tmp_path, none).exit_code == 0
    assert record_of(tmp_path)["effect"]["conf_low_robust"] is None
    assert "cannot be allowed for" in plain(province.mean_sentence(Words(record_of(tmp_path), "en")))


def variants(base: dict) -> list[dict]:
    """A record for each answer, spread and place of a further city."""
    found = []
    for label in province.DECISIONS:
        for spread in province.SPREADS:
            for low, high in ((0.2, 3.0), (-3.0, -0.2), (-1.0, 2.0)):
                record = copy.deepcopy(base)
                record["verdict"]["label"], record["between"]["spread"] = label, spread
                record["further_city"] = {"conf_low": low, "conf_high": high}
                found.append(record)
    return found


def test_both_languages_say_the_same_numbers_and_never_more_than_was_found(cities, tmp_path):
    assert pooled(tmp_path, cities).exit_code == 0
    for record in variants(record_of(tmp_path)):
        told = {}
        for language in LANGUAGES:
            words = Words(record, language)
            sentences = [province.headline(words), province.mean_sentence(words)]
            sentences += [words.say(province.DECISIONS[record["verdict"]["label"]])]
            sentences += [province.spread_sentence(words), province.further_sentence(words)]
            text = " ".join(map(str, sentences))
            told[language] = re.findall(r'data-from="([^"]+)"', text)
            assert not re.search(r"signifi[ck]an|prove[sn]?\b|terbukti", plain(text).lower())
        assert sorted(told["id"]) == sorted(told["en"])


def test_a_fall_below_what_matters_is_called_a_fall(cities, tmp_path):
    assert pooled(tmp_path, cities).exit_code == 0
    record = record_of(tmp_path)
    record["verdict"]["label"] = "short"
    for high, told in ((0.4, "has not reached the 2.0 points"), (-0.4, "has not raised satisfaction: -1.1")):
        record["effect"] |= {"estimate": -1.1, "conf_low": -1.8, "conf_high": high}
        assert told in plain(province.headline(Words(record, "en")))


def test_the_first_screen_is_short(cities, tmp_path):
    listed = tmp_path / "cities.txt"
    listed.write_text("\n".join([*NAMES, *(f"Kota {n}" for n in "GHIJKL")]), encoding="utf-8")
    cities[0]["quarter"] = "2026Q2"
    for place, estimate in enumerate((-3.0, 6.0, 1.0, 2.0), start=1):
        cities[place] = sent(place, estimate)
    assert pooled(tmp_path, cities, "--expected", str(listed)).exit_code == 0
    for language in LANGUAGES:
        page = province_page(record_of(tmp_path), language)
        first = re.search(r'<section class="first".*?</section>', page, re.DOTALL)
        text = re.sub(r"<[^>]+>", " ", first[0]).split()
        assert len(text) <= 120, " ".join(text)

"""Another survey regulation is one file: briefs go by it from its day on, and none before."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

import asn_analysis
from tests.changed import House, change_house

FOLDER = Path(asn_analysis.__file__).parent / "rules" / "skm"
UNIT = "36.73.01"
# Completion time and conduct count twice, and grade A begins at 80.
WEIGHTS = dict.fromkeys(("u1", "u2", "u4", "u5", "u6", "u8", "u9"), "1/11") | {"u3": "2/11", "u7": "2/11"}
SHARE = {code: float(Fraction(weight)) for code, weight in WEIGHTS.items()}
SCRIPT = """
import json, sys
import asn_analysis as asn
from asn_analysis.briefs.report import report_record
from asn_analysis.rules.rules import in_force, regulations, rules_sha256, skm_on

told = {}
for quarter in ("2026Q2", "2026Q3"):
    city = asn.read_city(sys.argv[1], quarter)
    cells = city.panel[city.panel["unit_id"] == sys.argv[2]].iloc[-1]
    with in_force(quarter):
        told[quarter] = {
            "record": report_record(city, sys.argv[2]),
            "cell": cells["ikm"],
            "score": skm_on(quarter).scale * cells["sum_score"] / cells["n_scored"],
            "rules": rules_sha256(),
        }
for quarter in ("2026Q4", "2027Q1"):
    with in_force(quarter):
        told[quarter] = {"rules": rules_sha256(), "A": float(asn.load_skm().grades[-1].at_least)}
print(json.dumps(told, default=str))
"""


def regulation(since: str) -> str:
    text = (FOLDER / "permenpan_14_2017.yml").read_text(encoding="utf-8")
    weights = "\n".join(f"    {code}: {weight}" for code, weight in WEIGHTS.items())
    for old, new in (
        ("in_force_since: 2017-05-09", f"in_force_since: {since}"),
        ("weights:\n", f"weights:\n  by_element:\n{weights}\n"),
        ("default_weights: exact", "default_weights: by_element"),
        ("at_least: 88.31", "at_least: 80.00"),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    return text


def ask(folder: Path, data: Path, *since: str) -> dict:
    edits = {f"rules/skm/made_up_{day}.yml": regulation(day) for day in since}
    house: House = change_house(folder, edits)
    assert len(house.changed) == len(since)
    return json.loads(house.ask(SCRIPT, data, UNIT))


@pytest.fixture(scope="module")
def as_it_is(bare_city, tmp_path_factory) -> dict:
    return ask(tmp_path_factory.mktemp("as it is"), bare_city)


def test_a_regulation_of_2027_touches_no_brief_before(bare_city, as_it_is, tmp_path):
    found = ask(tmp_path, bare_city, "2027-01-01")
    assert {name: found[name] for name in ("2026Q2", "2026Q3", "2026Q4")} == {
        name: as_it_is[name] for name in ("2026Q2", "2026Q3", "2026Q4")
    }
    assert found["2027Q1"]["A"] == 80.0
    assert found["2027Q1"]["rules"] != as_it_is["2027Q1"]["rules"] == as_it_is["2026Q4"]["rules"]


def test_from_its_day_on_index_grade_and_scores_go_by_it(bare_city, as_it_is, tmp_path):
    found = ask(tmp_path, bare_city, "2026-07-01")
    assert found["2026Q2"] == as_it_is["2026Q2"]
    record, before = found["2026Q3"]["record"], as_it_is["2026Q3"]["record"]
    by_hand = sum(SHARE[row["code"]] * row["unrounded"] for row in record["elements"])
    assert record["elements"] and record["ikm"]["unrounded"] == pytest.approx(by_hand, abs=1e-5)
    assert abs(record["ikm"]["unrounded"] - before["ikm"]["unrounded"]) > 1e-3
    assert found["2026Q3"]["cell"] == pytest.approx(by_hand, abs=1e-5)
    assert found["2026Q3"]["score"] == pytest.approx(by_hand, abs=0.7)  # of people's means: some answers miss
    assert record["ikm"]["std_error"] != before["ikm"]["std_error"]
    assert record["ikm"]["grade"] == ("A" if record["ikm"]["value"] >= 80 else "B")
    earlier = [row["unrounded"] for row in record["trend"][:-1]]  # told by the same weights
    assert earlier != [row["unrounded"] for row in before["trend"][:-1]]
    weighted = [row["weighted"] for row in record["scores"]]
    assert sum(weighted) * 25 == pytest.approx(by_hand, abs=1e-3)

"""The public lot, as anybody can draw it again by hand."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from asn_analysis.followup.rollout import departures, draw_lot, number_of
from asn_analysis.records.rollout import Drawn, Wave, read_rollout, write_rollout

STRATA = {"A-1": "Utara", "A-2": "Utara", "B-1": "Selatan", "B-2": "Selatan", "B-3": "Selatan", "C-1": None}


def test_a_units_number_is_what_sha256sum_prints():
    by_hand = subprocess.run(["sha256sum"], input=b"7.123,45:A-1", capture_output=True, check=True)
    assert number_of("7.123,45", "A-1") == by_hand.stdout.decode().split()[0]


def test_the_order_by_hand():
    """Fractions: Utara 1/4 and 3/4, Selatan 1/6, 1/2 and 5/6, the whole city's one unit 1/2."""
    numbers = {unit: number_of("x", unit) for unit in STRATA}
    north = sorted(["A-1", "A-2"], key=numbers.get)
    south = sorted(["B-1", "B-2", "B-3"], key=numbers.get)
    middle = sorted([south[1], "C-1"], key=numbers.get)
    assert list(draw_lot(STRATA, "x")) == [*(south[0], north[0], *middle, north[1], south[2])]


def test_every_start_of_the_order_is_spread_over_the_kecamatan():
    strata = {f"U-{place}": f"K{place % 3}" for place in range(60)}
    order = [strata[unit] for unit in draw_lot(strata, "x")]
    for end in range(1, 61):
        counts = Counter(order[:end]).values()
        assert max(counts) - min(counts if len(counts) == 3 else [0]) <= 1


def test_each_unit_is_as_likely_to_be_first_as_any_other():
    strata = {f"U-{place}": f"K{place % 2}" for place in range(8)}
    first = Counter(draw_lot(strata, f"seed {n}")[0] for n in range(4000))
    assert sum((n - 500) ** 2 / 500 for n in first.values()) < 24.3  # chi-square, 7 df, p = .001


def test_another_seed_or_order_of_the_list_is_not_another_lot():
    backwards = dict(reversed(STRATA.items()))
    assert draw_lot(STRATA, "x") == draw_lot(backwards, "x")
    with pytest.raises(ValueError, match="seed is empty"):
        draw_lot(STRATA, " ")


def test_whoever_is_trained_out_of_turn_is_named():
    early, late = pd.period_range("2026Q4", periods=2, freq="Q-DEC")
    assert departures("abcd", {"a": early, "b": late}) == ()
    assert departures("abcd", {"a": early, "c": late, "d": early}) == ("c", "d")
    assert departures("abcd", {"a": late, "b": late, "c": early, "d": late}) == ("c",)  # later made good


PLAN = Path(__file__).parents[2] / "docs" / "how-to" / "plan.md"


@pytest.mark.parametrize(
    "seed", ["7412.35", "2026-12-01", " indeks  harga: 7.123,45 ", "undian é ß 抽籤", "no"]
)
def test_the_lines_of_the_guide_give_the_same_order(seed, tmp_path):
    """Whoever has the file alone; units and kecamatan with letters of any kind, some without kecamatan."""
    strata = {f"Unit-{n:02} é 抽": [None, "Utara", "Ciputat Timur", "Kec. Ñ"][n % 4] for n in range(23)}
    order = list(draw_lot(strata, seed))
    write_rollout(tmp_path, Drawn(seed, "2026-12-02", strata, (Wave("2027Q1", tuple(order[:9])),)))
    code = re.search(r"```python\n(.+?)```", PLAN.read_text(encoding="utf-8"), re.DOTALL).group(1)
    told = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code], cwd=tmp_path, capture_output=True, check=True
    )
    assert told.stdout.decode().split("\n")[:-1] == order
    assert read_rollout(tmp_path).order == tuple(order[:9])


def test_the_number_that_the_guide_takes_by_hand():
    line = re.search(r"`(printf '%s' '(.+?):(.+?)' \| sha256sum)`", PLAN.read_text(encoding="utf-8"))
    found = subprocess.run(["sh", "-c", line.group(1)], capture_output=True, check=True).stdout.decode()
    assert found.split()[0] == number_of(line.group(2), line.group(3))

"""The lot that is kept: locked when it was drawn, drawn once."""

from hashlib import sha256

import pytest
import yaml

from asn_analysis.records.rollout import LOCK, NAME, Drawn, RolloutError, Wave, read_rollout, write_rollout

DRAWN = Drawn(
    "IHSG 1-12-2026: 7.123,45",
    "2026-12-02",
    {"PKM-01": "Serang", "DPMPTSP": None},
    (Wave("2027Q1", ("PKM-01",)), Wave("2027Q2", ("DPMPTSP",))),
)


def test_what_was_written_is_read_and_its_hash_is_the_locks(tmp_path):
    digest = write_rollout(tmp_path, DRAWN)
    assert read_rollout(tmp_path) == DRAWN
    assert digest == sha256((tmp_path / NAME).read_bytes()).hexdigest()
    assert (tmp_path / LOCK).read_text() == f"{digest}  {NAME}\n"  # as `sha256sum -c` wants it
    assert read_rollout(tmp_path / "elsewhere") is None


def test_a_lot_is_drawn_once(tmp_path):
    write_rollout(tmp_path, DRAWN)
    with pytest.raises(RolloutError, match="has a lot already"):
        write_rollout(tmp_path, DRAWN)


def test_a_seed_that_tells_of_a_person_is_refused(tmp_path):
    with pytest.raises(RolloutError, match="personal data"):
        write_rollout(tmp_path, Drawn("budi.santoso@example.com", "2026-12-02", {}, ()))
    assert not list(tmp_path.iterdir())


def test_a_file_that_was_changed_or_spoiled_is_told(tmp_path):
    write_rollout(tmp_path, DRAWN)
    content = yaml.safe_load((tmp_path / NAME).read_text(encoding="utf-8"))
    (tmp_path / NAME).write_text(yaml.safe_dump({**content, "seed": "another"}), encoding="utf-8")
    with pytest.raises(RolloutError, match="not what was locked"):
        read_rollout(tmp_path)
    (tmp_path / NAME).write_text("seed: [", encoding="utf-8")
    (tmp_path / LOCK).write_text(sha256(b"seed: [").hexdigest(), encoding="ascii")
    with pytest.raises(RolloutError, match="is no roll-out"):
        read_rollout(tmp_path)

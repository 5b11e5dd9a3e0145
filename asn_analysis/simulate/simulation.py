"""The files of a simulated city: tables, what declares them, a locked plan, and the truth about them."""

import json
import shutil
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import yaml
from tqdm import tqdm

from asn_analysis.records import plan as plans
from asn_analysis.records.folders import built_beside
from asn_analysis.records.manifest import NAME, read_manifest
from asn_analysis.records.responses_store import total_of
from asn_analysis.records.schema import ITEMS, TABLES
from asn_analysis.records.source import literal
from asn_analysis.rules.rules import load_analysis, load_skm
from asn_analysis.simulate.answers import Raised
from asn_analysis.simulate.city import City
from asn_analysis.simulate.draft import Draft, draft_city, drawn
from asn_analysis.simulate.respondents import Block

# What blocks of one file may fill of the memory before they are laid aside on disk.
MEMORY = "256MB"
ONE_FILE, RESPONSES = "responses.parquet", "responses"


def simulate(out: str | Path, **constants: Any) -> Path:
    """Write a simulated city into `out`, whole or not at all.

    A simulated city that stands there is replaced. A larger one than fits one block (500,000 respondents)
    gets its responses as a folder with a file a quarter, and is never in memory as a whole.

    Parameters
    ----------
    constants : those of `City` that shall be others than its own

    Raises
    ------
    ValueError
        If a number is out of range, or `out` holds what no simulation wrote.
    OSError, duckdb.Error
        If it cannot be written; what stood in `out` still does.
    """
    city, out = City(**constants), Path(out)
    _refuse_real(out)
    with built_beside(out) as folder:
        write_city(folder, draft_city(city))
    return out


def _refuse_real(out: Path) -> None:
    if (out / NAME).exists() and not read_manifest(out)[0].simulated:
        raise ValueError(f"{out} holds a data set that is not simulated; choose another folder.")
    if out.exists() and not (out / NAME).exists() and (out.is_file() or any(out.iterdir())):
        raise ValueError(f"{out} holds what no simulation wrote; choose another folder.")


def write_city(folder: Path, draft: Draft) -> None:
    """The tables, `dataset.yml` that declares them and `truth.json` that says what is in them."""
    _clear(folder)
    raised = Raised.none(draft.scores.shape)
    responses = write_answers(folder, draft, raised)
    for name, table in draft.tables.items():
        table.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n", encoding="utf-8")
    truth = json.dumps(draft.truth(raised), indent=1, ensure_ascii=False)
    (folder / "truth.json").write_text(truth + "\n", encoding="utf-8")
    files = {"responses": responses} | {name: f"{name}.csv" for name in draft.tables}
    manifest = yaml.safe_dump(manifest_of(files), sort_keys=False, allow_unicode=True)
    (folder / NAME).write_text(manifest, encoding="utf-8")
    write_plan(folder, pd.Timestamp(draft.tables["trainings"]["start"].min()).date())


def _clear(folder: Path) -> None:
    """Take away what an earlier city left."""
    for name in (NAME, "truth.json", plans.NAME, plans.LOCK, ONE_FILE, *(f"{t}.csv" for t in TABLES)):
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / RESPONSES, ignore_errors=True)


def write_plan(folder: Path, first_training: date) -> None:
    """A plan locked half a quarter before the first training, as a careful city would have it."""
    rules, locked = load_analysis(), first_training - timedelta(days=45)
    plan = {
        "outcome": "ikm",
        "estimator": "imputation",
        "comparison": rules.comparison,
        "sesoi": rules.sesoi,
        "confidence": rules.confidence,
        "elements_of_interest": ["u6", "u7"],
        "date": locked,
        "author": "Bagian Organisasi",
    }
    (folder / plans.NAME).write_text(yaml.safe_dump(plan, sort_keys=False), encoding="utf-8")
    plans.lock_plan(folder, locked)


def write_answers(folder: Path, draft: Draft, raised: Raised) -> str:
    """The responses as one file, or as one a quarter; the name of the file or of their folder."""
    quarterly, total = len(draft.blocks) > 1, int(draft.sizes.sum())
    if quarterly:
        (folder / RESPONSES).mkdir()

    def file_of(asked: tuple[Block, pd.DataFrame]) -> Path:
        quarter = draft.plan.quarters[asked[0].quarters][0]
        return folder / (f"{RESPONSES}/{quarter}.parquet" if quarterly else ONE_FILE)

    with tqdm(total=total, unit=" respondents", unit_scale=True, disable=None, delay=1) as bar:
        for path, asked in groupby(drawn(draft, raised), file_of):
            tables = (table for _, table in asked)
            write_blocks(path, tables, digits=max(7, len(str(total))), scored=quarterly, told=bar.update)
    return RESPONSES if quarterly else ONE_FILE


def write_blocks(
    path: Path,
    tables: Iterable[pd.DataFrame],
    *,
    digits: int,
    scored: bool,
    told: Callable[[int], object] = lambda rows: None,
) -> None:
    """Blocks of respondents, one below the other, as one Parquet file, none held longer than needed.

    Parameters
    ----------
    path : Path
    tables : iterable of DataFrame
        As `respondents.respondents` gives them; `number` becomes `response_id`, of `digits` digits.
    scored : bool
        Whether each respondent's score stands beside the answers, as in a quarter's file.
    told : callable
        Called with the rows of each block once it is laid down.
    """
    code = f"'R' || lpad(number::VARCHAR, {digits}, '0') AS response_id"
    rows = f"SELECT {code}, * EXCLUDE (number) REPLACE (date::DATE AS date) FROM block"
    # By one thread, so that rows keep their order and row groups their size.
    spill = str(path.with_name(".spill"))
    with duckdb.connect(config={"threads": 1, "memory_limit": MEMORY, "temp_directory": spill}) as con:
        begin = "CREATE TABLE laid AS"
        for table in tables:
            con.register("block", table)
            con.execute(f"{begin} {rows}")
            begin = "INSERT INTO laid"
            told(len(table))
        answers = con.table("laid")
        if scored:
            answers = answers.project(f"*, {total_of(ITEMS)} AS total")
        # TRY lets DuckDB forget which columns cannot be empty, on which the bytes would depend.
        whole = answers.project(", ".join(f'TRY("{name}") AS "{name}"' for name in answers.columns))
        form = "(FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2)"
        whole.query("answers", f"COPY answers TO {literal(path)} {form}")


def manifest_of(files: dict[str, str]) -> dict[str, Any]:
    return {
        "city": "Kota Serang",
        "producer": "asn simulate",
        "licence": "CC0-1.0",
        "simulated": True,
        "rollout": "staggered",
        "elements": {element.name: element.code for element in load_skm().elements},
        "tables": files,
        "planning": {"training_budget": 300_000_000, "cost_per_form": 15_000},
        "targets": {"satisfaction": 88.31, "completion_time": 88.31, "actions_done": 100},
    }

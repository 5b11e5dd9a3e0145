"""How long and how much memory a nation's survey takes: python benchmarks/scale.py [--respondents N].

Makes 1,000 units over 16 quarters with a known effect (--respondents is the mean of a unit's quarter) and
prints a table. Each row is a process of its own:

check       every row read and found in order, unless `asn import` or `asn simulate` did and kept it
verdict     from the Parquet files to effect, checks and verdict, with nothing kept of an earlier question
regression  two-way fixed effects, standard errors by unit: on cells, and by pyfixest on all respondents
screen      the survey-quality screen of the newest quarter, which looks at five quarters' forms
added       the same verdict after one more quarter's file, with what was kept of the others

pyfixest is no dependency of the project: install it into another environment and name its Python with
--pyfixest; without it that row is left out. The figures in METHODS.md, "Scale", come from here.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from asn_analysis.simulate.simulation import simulate

UNITS, QUARTERS = 1000, 16

OPENED = """
import json, resource, sys, time
start = ready = time.perf_counter()
def done(**found):
    used = resource.getrusage(resource.RUSAGE_SELF)
    now = time.perf_counter()
    found |= {"seconds": now - start, "worked": now - ready, "cpu": used.ru_utime + used.ru_stime}
    print(json.dumps(found | {"mib": used.ru_maxrss / 1024}))
"""
CHECK = (
    OPENED
    + """
from asn_analysis.records.intake import check_dataset
done(faults=len(check_dataset(sys.argv[1])))
"""
)
VERDICT = (
    OPENED
    + """
from asn_analysis.impact.study import analyse
from asn_analysis.measures.context import with_context
from asn_analysis.measures.panel import build_panel, newest_complete_quarter
from asn_analysis.records.intake import read_dataset
dataset = read_dataset(sys.argv[1])
quarter = newest_complete_quarter(dataset)
found = analyse(with_context(build_panel(dataset, quarter), dataset), quarter)
done(rows=dataset.responses.rows, verdict=found.verdict.label, estimate=found.effect.estimate)
"""
)
SCREEN = (
    OPENED
    + """
from asn_analysis.measures.context import with_context
from asn_analysis.measures.panel import build_panel, newest_complete_quarter
from asn_analysis.measures.quality import screen_survey
from asn_analysis.records.intake import read_dataset
dataset = read_dataset(sys.argv[1])
quarter = newest_complete_quarter(dataset)
found = screen_survey(dataset, with_context(build_panel(dataset, quarter), dataset), quarter)
done(flagged=len(found.flagged_units))
"""
)
ON_CELLS = (
    OPENED
    + """
from asn_analysis.impact.design import Design
from asn_analysis.impact.twoway import two_way
from asn_analysis.measures.panel import score_panel
from asn_analysis.records.intake import read_dataset
dataset = read_dataset(sys.argv[1])
ready = time.perf_counter()
panel = score_panel(dataset)
design = Design(outcome="score", unit="unit_id", time="quarter", cohort="cohort", weight="n_scored")
found = two_way(panel, design)
done(estimate=found.estimate, std_error=found.std_error)
"""
)
ON_RESPONDENTS = (
    OPENED
    + """
import duckdb, pyfixest
units = f"read_csv({sys.argv[1] + '/units.csv'!r}, all_varchar=true)"
duckdb.sql(f"CREATE TYPE code AS ENUM (SELECT unit_id FROM {units})")
answers = duckdb.sql(f'''
    SELECT unit_id::code AS unit_id,
           (year(date) * 4 + quarter(date))::INT AS quarter, 25.0 * total / 2520 AS score,
           coalesce(date >= start, false)::INT AS treated
    FROM read_parquet('{sys.argv[1]}/responses/*.parquet')
    LEFT JOIN (SELECT unit_id, date_trunc('quarter', min("start")) AS start
               FROM read_csv('{sys.argv[1]}/trainings.csv') GROUP BY ALL) USING (unit_id)
    WHERE total IS NOT NULL
''').df()
how = dict(vcov={"CRV1": "unit_id"}, ssc=pyfixest.ssc(k_adj=False, G_adj=True), fixef_tol=1e-12)
pyfixest.feols("score ~ treated | unit_id + quarter", answers.iloc[::10_000], **how)  # its first use
ready = time.perf_counter()
found = pyfixest.feols("score ~ treated | unit_id + quarter", answers, **how)
done(estimate=float(found.coef().iloc[0]), std_error=float(found.se().iloc[0]))
"""
)


def measure(code: str, data: Path, python: str = sys.executable) -> dict:
    """What a program says of itself, run on the data in a process of its own."""
    ran = subprocess.run([python, "-c", code, str(data)], check=True, capture_output=True, text=True)
    return json.loads(ran.stdout.splitlines()[-1])


def forget(data: Path) -> None:
    """Remove what was kept of earlier questions, but for the checking of the files."""
    for name in ("cells", "scores"):
        for path in (data / "responses" / ".kept").glob(f"*.{name}.*"):
            path.unlink()


def hold_back(data: Path, aside: Path) -> Path:
    """The newest quarter's file, taken out of the data set."""
    newest = max((data / "responses").glob("*.parquet"))
    return newest.rename(aside / newest.name)


def rows(data: Path, aside: Path, pyfixest: str) -> list[tuple[str, str, str]]:
    """What, measured, and what the project wants of it."""
    checked = measure(CHECK, data)
    forget(data)
    verdict = measure(VERDICT, data)
    told = [
        _row("check", checked, f"{checked['faults']} faults"),
        _row(
            "verdict", verdict, f"{verdict['verdict']} {verdict['estimate']:+.2f}, {verdict['rows']:,} rows"
        ),
    ]
    again = measure(VERDICT, data)
    told.append(_row("verdict again", again, again["verdict"]))
    screened = measure(SCREEN, data)
    told.append(_row("screen", screened, f"{screened['flagged']} units have a question"))
    forget(data)
    cells, kept = measure(ON_CELLS, data), measure(ON_CELLS, data)
    told.append(_row("regression on cells", cells, f"{cells['estimate']:.9f} ({cells['std_error']:.9f})"))
    told.append(_row("regression on kept cells", kept, f"{kept['estimate']:.9f}"))
    if pyfixest:
        people = measure(ON_RESPONDENTS, data, pyfixest)
        found = f"{people['estimate']:.9f} ({people['std_error']:.9f})"
        told.append(_row("pyfixest on respondents", people, found))
        told += [_compared("cells", cells, people), _compared("kept cells", kept, people)]
    newest = hold_back(data, aside)
    forget(data)
    measure(VERDICT, data)
    shutil.move(newest, data / "responses" / newest.name)
    before = _kept(data)
    added = measure(VERDICT, data)
    read = sorted({path.name.split(".")[0] for path in _kept(data) - before})
    return [*told, _row("verdict after one more quarter", added, f"read: {', '.join(read)}")]


def _kept(data: Path) -> set[Path]:
    return set((data / "responses" / ".kept").iterdir())


def _row(name: str, found: dict, said: str) -> tuple[str, str, str]:
    return name, f"{found['seconds']:.1f} s ({found['cpu']:.1f} s of CPU), {found['mib']:,.0f} MiB", said


def _compared(name: str, cells: dict, people: dict) -> tuple[str, str, str]:
    faster, leaner = people["worked"] / cells["worked"], people["mib"] / cells["mib"]
    whole = people["seconds"] / cells["seconds"]
    apart = max(abs(cells[name] - people[name]) for name in ("estimate", "std_error"))
    speed = f"{faster:.0f} times faster ({whole:.1f} with all that comes before)"
    ratio = f"{speed}, {leaner:.1f} times less memory"
    return f"{name} against respondents", ratio, f"apart by {apart:.0e}"


def main() -> None:
    """Measure and print."""
    how = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=how)
    parser.add_argument("--respondents", type=int, default=625, help="mean of a unit's quarter")
    parser.add_argument("--pyfixest", default="", metavar="PYTHON", help="a Python that has pyfixest")
    parser.add_argument("--data", type=Path, help="a city made before")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = options.data or simulate(
            Path(folder) / "city", units=UNITS, quarters=QUARTERS, respondents=options.respondents
        )
        found = rows(data, Path(folder), options.pyfixest)
    lines = [f"| {' | '.join(row)} |" for row in found]
    print("\n".join(["| | measured | found |", "|---|---|---|", *lines]))


if __name__ == "__main__":
    main()
